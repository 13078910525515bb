/** Hybrid systems written by hand, over hyper-dual numbers: solvers without the model language. */
import { signal } from "greybox/core";
import { type Hyper, written } from "../hyperdual.ts";
import type { HybridCase } from "./hybrid-case.ts";

const minus = (x: Hyper): Hyper => x.times(-1);

export const writtenCases: readonly HybridCase[] = [
  {
    name: "bouncing ball",
    system: written({
      states: ["h", "v"],
      parameters: { g: 9.81, e: 0.8, h0: 1 },
      autonomous: true,
      initial: (_t, _x, _u, [, , h0]) => [h0!, 0],
      rhs: (_t, [, v], _u, [g]) => [v!, minus(g!)],
      events: [{ name: "bounce", when: (_t, [h]) => h!, direction: -1, then: (_t, [, v], _u, [, e]) => [0, minus(v!.times(e!))] }],
    }),
    span: [0, 2],
    samples: [0.3, 0.6, 1, 1.3, 1.9, 2],
    events: ["bounce", "bounce", "bounce"],
  },
  {
    name: "tank that overflows at a time that depends on its parameters",
    system: written({
      states: ["level", "full", "spilt"],
      parameters: { q: 0.4, area: 1.3, weir: 2, rim: 1, out: 0.1 },
      autonomous: true,
      initial: () => [0.2, 0, 0],
      rhs: (_t, [level, full], _u, [q, area, weir, rim, out]) => {
        const spill = full!.times(weir!).times(level!.minus(rim!));
        return [q!.minus(out!.times(level!)).minus(spill).over(area!), 0, spill];
      },
      events: [
        {
          name: "overflow",
          when: (_t, [level], _u, p) => level!.minus(p[3]!),
          direction: 1,
          then: (_t, [level, , spilt]) => [level!, 1, spilt!],
        },
      ],
    }),
    span: [0, 8],
    samples: [1, 2.5, 4, 5, 8],
    events: ["overflow"],
  },
  {
    name: "thermostat with hysteresis",
    system: written({
      states: ["T", "on"],
      parameters: { heat: 30, loss: 0.7, low: 18, high: 22, outside: 5 },
      nominal: [20, 1],
      autonomous: true,
      initial: () => [17, 1],
      rhs: (_t, [T, on], _u, [heat, loss, , , outside]) => [on!.times(heat!).minus(loss!.times(T!.minus(outside!))), 0],
      events: [
        { name: "off", when: (_t, [T], _u, p) => T!.minus(p[3]!), direction: 1, then: (_t, [T]) => [T!, 0] },
        { name: "on", when: (_t, [T], _u, p) => T!.minus(p[2]!), direction: -1, then: (_t, [T]) => [T!, 1] },
      ],
    }),
    span: [0, 3],
    samples: [0.1, 0.5, 0.9, 1.4, 2.2, 3],
  },
  {
    name: "two events at one instant, on different states",
    system: written({
      states: ["a", "b"],
      parameters: { k: 2, ka: 3 },
      autonomous: true,
      initial: () => [0, 0],
      rhs: (_t, _x, _u, [k]) => [k!, k!.times(k!).over(2)],
      events: [
        {
          name: "first",
          when: (_t, [a], _u, [k]) => a!.minus(k!.times(0.5)),
          direction: 1,
          then: (_t, [a, b], _u, [, ka]) => [a!.minus(ka!), b!],
        },
        { name: "second", when: (_t, [, b]) => b!.minus(1), direction: 1, then: (_t, [a, b], _u, [, ka]) => [a!, b!.times(ka!)] },
      ],
    }),
    span: [0, 1],
    samples: [0.25, 0.75, 1],
    events: ["first", "second"],
  },
  {
    name: "event exactly at a sample",
    system: written({
      states: ["x"],
      parameters: { rate: 1, drop: 0.3 },
      autonomous: true,
      initial: () => [0],
      rhs: (_t, _x, _u, [rate]) => [rate!],
      events: [{ name: "drop", when: (_t, [x]) => x!.minus(1), direction: 1, then: (_t, [x], _u, [, drop]) => [x!.minus(drop!)] }],
    }),
    span: [0, 1.2],
    samples: [0.5, 1.1],
    events: ["drop"],
  },
  {
    name: "dosing at a time that is a parameter",
    system: written({
      states: ["c"],
      parameters: { at: 1.3, dose: 2, k: 0.8 },
      initial: () => [0.5],
      rhs: (_t, [c], _u, [, , k]) => [minus(k!.times(c!))],
      events: [
        { name: "dose", when: (t, _x, _u, [at]) => t.minus(at!), direction: 1, then: (t, [c], _u, [, dose]) => [c!.plus(dose!.times(t))] },
      ],
    }),
    span: [0, 4],
    samples: [0.5, 1.2, 1.4, 2, 4],
    events: ["dose"],
  },
  {
    name: "jump that depends on time, input and state",
    system: written({
      states: ["x", "y"],
      parameters: { k: 1.1, b: 0.7 },
      inputs: ["u"],
      initial: (_t, _x, [u], [k]) => [u!.times(0.1), k!],
      rhs: (_t, [x, y], [u], [k]) => [u!.minus(k!.times(x!)), minus(y!.times(x!))],
      events: [
        {
          name: "reached",
          when: (_t, [x], [u], [, b]) => x!.minus(u!.times(b!).times(0.5)),
          direction: 1,
          then: (t, [x, y], [u], [k]) => [x!.times(0.2).plus(u!.times(0.01)), y!.plus(t.times(k!)).plus(u!)],
        },
      ],
    }),
    span: [0, 3],
    inputs: [signal([0, 1, 3], [1, 1.5, 4], "linear")],
    samples: [0.2, 0.9, 1.5, 2.1, 3],
  },
  {
    name: "step of an input sets an event off",
    system: written({
      states: ["x", "mode"],
      parameters: { k: 0.9, gain: 2 },
      inputs: ["u"],
      autonomous: true,
      initial: () => [1, 0],
      rhs: (_t, [x, mode], [u], [k, gain]) => [u!.times(mode!.times(gain!).plus(1)).minus(k!.times(x!)), 0],
      events: [
        {
          name: "switch",
          when: (_t, _x, [u]) => u!.minus(2),
          direction: 1,
          then: (_t, [x, mode], _u, [k]) => [x!.times(k!), mode!.plus(1)],
        },
      ],
    }),
    span: [0, 3],
    inputs: [signal([0, 1, 2, 3], [1, 3, 1, 1])],
    samples: [0.5, 1, 1.5, 2.5, 3],
    events: ["switch"],
  },
  {
    name: "jump of one state sets an event off in the same instant",
    system: written({
      states: ["x", "y"],
      parameters: { k: 1, c: 3 },
      autonomous: true,
      initial: () => [0, 0.2],
      rhs: (_t, [, y], _u, [k]) => [k!, minus(k!.times(y!))],
      events: [
        { name: "follow", when: (_t, [, y]) => y!.minus(2), direction: 1, then: (_t, [x, y], _u, [k]) => [x!.plus(k!), y!.times(0.25)] },
        { name: "lead", when: (_t, [x]) => x!.minus(1), direction: 1, then: (_t, [x, y], _u, [, c]) => [x!, y!.plus(c!)] },
      ],
    }),
    span: [0, 2],
    samples: [0.5, 1.5, 2],
    events: ["lead", "follow"],
  },
  {
    name: "algebraic state made consistent at the start, from parameters",
    system: written({
      states: ["x", "y"],
      parameters: { k: 0.6, c: 2 },
      mass: [1, 0],
      autonomous: true,
      initial: (_t, _x, _u, [k]) => [k!.times(2), 0.3],
      rhs: (_t, [x, y], _u, [k, c]) => [minus(k!.times(x!).times(y!)), y!.times(y!).times(y!).plus(y!).minus(c!.times(x!))],
    }),
    span: [0, 4],
    samples: [0, 0.5, 2, 4],
  },
  {
    name: "algebraic state that jumps with an input",
    system: written({
      states: ["x", "y"],
      parameters: { k: 0.6, c: 2 },
      inputs: ["u"],
      mass: [1, 0],
      autonomous: true,
      initial: () => [1, 1],
      rhs: (_t, [x, y], [u], [k, c]) => [
        u!.minus(k!.times(y!)),
        y!
          .exp()
          .times(c!)
          .minus(x!.times(u!.plus(1))),
      ],
    }),
    span: [0, 3],
    inputs: [signal([0, 0.8, 1.6, 3], [1, 2, 0.5, 0.5])],
    samples: [0, 0.4, 0.8, 1.2, 1.6, 2, 3],
  },
  {
    name: "event of an algebraic state, re-initialised with the differential one",
    system: written({
      states: ["x", "y"],
      parameters: { k: 0.6, limit: 0.9, c: 1.4 },
      mass: [1, 0],
      autonomous: true,
      initial: () => [0.3, 0.5],
      rhs: (_t, [x, y], _u, [k, , c]) => [k!.plus(y!.times(0.1)), y!.times(y!).minus(x!.times(c!))],
      events: [
        { name: "limit", when: (_t, [, y], _u, [, limit]) => y!.minus(limit!), direction: 1, then: (_t, [x, y]) => [x!.times(0.3), y!] },
      ],
    }),
    span: [0, 1.5],
    samples: [0.2, 0.5, 0.9, 1.5],
  },
  {
    name: "algebraic state driven by a ramp, with an event on it",
    system: written({
      states: ["x", "y"],
      parameters: { k: 1.2, c: 0.8 },
      inputs: ["u"],
      mass: [1, 0],
      autonomous: true,
      initial: () => [1, 1],
      rhs: (_t, [x, y], [u], [k, c]) => [minus(k!.times(x!)).plus(y!), y!.times(y!).minus(u!.times(c!)).minus(x!.times(x!))],
      events: [
        { name: "rise", when: (_t, [, y]) => y!.minus(1.2), direction: 1, then: (_t, [x, y], _u, [k]) => [x!.times(k!).times(0.5), y!] },
      ],
    }),
    span: [0, 3],
    inputs: [signal([0, 3], [0.2, 1.5], "linear")],
    samples: [0.3, 0.9, 1.5, 2.2, 3],
  },
  {
    name: "forced, with time in the equations",
    system: written({
      states: ["x", "v"],
      parameters: { w: 3, d: 0.2, f: 1.5 },
      initial: () => [1, 0],
      rhs: (t, [x, v], _u, [w, d, f]) => [v!, f!.times(t.times(w!).sin()).minus(x!.times(4)).minus(d!.times(v!))],
    }),
    span: [0, 5],
    samples: [0.5, 1, 2.5, 5],
  },
  {
    name: "exothermic reactor that trips",
    step: 1e-4,
    system: written({
      states: ["c", "T"],
      parameters: { k0: 7.2, E: 8750, UA: 5, trip: 380 },
      nominal: [1, 350],
      inputs: ["Tc"],
      autonomous: true,
      initial: () => [0.5, 350],
      rhs: (_t, [c, T], [Tc], [k0, E, UA]) => {
        const rate = k0!
          .times(1e10)
          .times(minus(E!.over(T!)).exp())
          .times(c!);
        return [
          minus(c!).plus(1).minus(rate),
          minus(T!)
            .plus(350)
            .plus(rate.times(209))
            .plus(UA!.times(0.4184).times(Tc!.minus(T!))),
        ];
      },
      events: [
        { name: "trip", when: (_t, [, T], _u, p) => T!.minus(p[3]!), direction: 1, then: (_t, [c, T]) => [c!.times(0.5), T!.minus(20)] },
      ],
    }),
    span: [0, 4],
    inputs: [signal([0, 1, 2.5, 4], [300, 310, 295, 305], "linear")],
    samples: [0.5, 1, 1.7, 3, 4],
  },
  {
    name: "stiff relaxation with a pulse",
    system: written({
      states: ["slow", "fast"],
      parameters: { stiff: 300, k: 1, pulse: 0.5 },
      autonomous: true,
      initial: () => [1, 0],
      rhs: (_t, [slow, fast], _u, [stiff, k]) => [minus(k!.times(fast!)), stiff!.times(slow!.times(slow!).minus(fast!))],
      events: [
        {
          name: "pulse",
          when: (_t, [slow]) => slow!.minus(0.6),
          direction: -1,
          then: (_t, [slow, fast], _u, p) => [slow!.plus(p[2]!), fast!],
        },
      ],
    }),
    span: [0, 2],
    samples: [0.3, 0.6, 0.8, 1.4, 2],
    events: ["pulse", "pulse"],
  },
];
