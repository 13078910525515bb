/** Motion: impacts, drops, gears, friction, pendulums. */
import { type HybridCase, hybrid } from "./hybrid-case.ts";

export const mechanics: readonly HybridCase[] = [
  hybrid({
    name: "ball that bounces, with its closed form",
    parameters: { g: 9.81, e: 0.8, h0: 1, v0: 0.5 },
    states: { h: "h0", v: "v0" },
    rates: { h: "v", v: "-g" },
    happenings: { bounce: { when: "h", direction: "falling", then: { h: "0", v: "-e*v" } } },
    span: [0, 2],
    samples: [0.3, 0.6, 1, 1.3, 1.9, 2],
    events: ["bounce", "bounce", "bounce"],
    truth({ g, e, h0, v0 }, t) {
      let [at, h, v] = [0, h0!, v0!];
      for (;;) {
        const flight = (v + Math.sqrt(v * v + 2 * g! * h)) / g!;
        if (at + flight > t) return [h + v * (t - at) - (g! * (t - at) ** 2) / 2, v - g! * (t - at)];
        at += flight;
        [h, v] = [0, -e! * (v - g! * flight)];
      }
    },
    times({ g, e, h0, v0 }) {
      const impact = Math.sqrt(v0! ** 2 + 2 * g! * h0!);
      const first = (v0! + impact) / g!;
      return [first, first + (2 * e! * impact) / g!, first + (2 * e! * impact * (1 + e!)) / g!];
    },
  }),
  hybrid({
    name: "ball on a table that moves",
    parameters: { g: 9.81, e: 0.7, amplitude: 0.05, w: 9 },
    states: { h: 0.6, v: 0 },
    algebraic: { table: "amplitude*sin(w*t)", speed: "amplitude*w*cos(w*t)" },
    rates: { h: "v", v: "-g" },
    happenings: { bounce: { when: "h - table", direction: "falling", then: { v: "speed - e*(v - speed)" } } },
    span: [0, 1.1],
    samples: [0.2, 0.5, 0.7, 0.9, 1.1],
    step: 1e-4,
  }),
  hybrid({
    name: "spring and mass against a stop",
    parameters: { w: 3, e: 0.6, wall: 0.4, x0: 1 },
    states: { x: "x0", v: 0 },
    rates: { x: "v", v: "-w^2*x" },
    happenings: { stop: { when: "x + wall", direction: "falling", then: { v: "-e*v" } } },
    span: [0, 2.5],
    samples: [0.3, 0.9, 1.5, 2, 2.5],
  }),
  hybrid({
    name: "sledge that friction brings to rest",
    parameters: { mu: 0.3, g: 9.81, v0: 4, drag: 0.1 },
    states: { s: 0, v: "v0" },
    rates: { s: "v", v: "-mu*g - drag*v" },
    happenings: { rest: { when: "v", direction: "falling", terminal: true } },
    span: [0, 5],
    samples: [0.3, 0.7, 1.1],
    events: ["rest"],
    truth({ mu, g, v0, drag }, t) {
      const end = (-mu! * g!) / drag!;
      const gone = -Math.expm1(-drag! * t) / drag!;
      return [end * t + (v0! - end) * gone, end + (v0! - end) * Math.exp(-drag! * t)];
    },
    times: ({ mu, g, v0, drag }) => [Math.log1p((v0! * drag!) / (mu! * g!)) / drag!],
  }),
  hybrid({
    name: "friction that changes sign with the velocity, without rest",
    parameters: { F: 1.5, w: 4, friction: 0.3 },
    states: { v: 0.8, s: 0 },
    rates: { v: "F*cos(w*t) - friction*sign(v)", s: "v" },
    span: [0, 2.6],
    samples: [0.3, 0.8, 1.4, 2, 2.6],
  }),
  hybrid({
    name: "parachute that opens at a height",
    parameters: { g: 9.81, small: 0.01, large: 0.4, open: 60 },
    states: { h: 100, v: 0, chute: 0 },
    nominal: { h: 100, v: 10 },
    rates: { h: "-v", v: "g - (small + chute*(large - small))*v^2", chute: "0" },
    happenings: { opens: { when: "h - open", direction: "falling", then: { chute: "1" } } },
    span: [0, 6],
    samples: [1, 2.5, 3.5, 4.5, 6],
    events: ["opens"],
  }),
  hybrid({
    name: "gears that change with speed",
    parameters: { power: 2, drag: 0.2, up: 1.5, down: 0.8, brake: 1.8 },
    states: { v: 0.3, gear: 1, slow: 0 },
    rates: { v: "power/gear^0.5*(1 - slow) - drag*v^2 - brake*slow", gear: "0", slow: "0" },
    happenings: {
      up: { when: "v - up*gear", direction: "rising", then: { gear: "gear + 1" } },
      down: { when: "v - down*(gear - 0.5)", direction: "falling", then: { gear: "max(gear - 1, 0.5)" } },
      corner: { when: "t - 2", direction: "rising", then: { slow: "1" } },
    },
    span: [0, 2.6],
    samples: [0.4, 1.1, 1.8, 2.2, 2.6],
  }),
  hybrid({
    name: "pendulum whose thread meets a peg",
    parameters: { g: 9.81, L: 1, peg: 0.6, a0: 0.8 },
    states: { a: "a0", w: 0, short: 0 },
    algebraic: { length: "L - short*peg" },
    rates: { a: "w", w: "-g/length*sin(a)", short: "0" },
    happenings: {
      meets: { when: "a", direction: "falling", then: { short: "1", w: "w*L/(L - peg)" } },
      leaves: { when: "a", direction: "rising", then: { short: "0", w: "w*(L - peg)/L" } },
    },
    span: [0, 3],
    samples: [0.3, 0.8, 1.3, 1.9, 2.5, 3],
  }),
  hybrid({
    name: "level that is nearly grazed",
    parameters: { a: 1, w: 2, level: 0.99 },
    states: { x: 0, v: "a*w", up: 0 },
    rates: { x: "v", v: "-w^2*x", up: "0" },
    happenings: { over: { when: "x - level", direction: "rising", then: { up: "up + t" } } },
    span: [0, 5],
    samples: [0.5, 1.5, 3, 4.5],
    events: ["over", "over"],
    step: 1e-4,
    truth({ a, w, level }, t) {
      const first = Math.asin(level! / a!) / w!;
      const period = (2 * Math.PI) / w!;
      return [a! * Math.sin(w! * t), a! * w! * Math.cos(w! * t), (t > first ? first : 0) + (t > first + period ? first + period : 0)];
    },
    times: ({ a, w, level }) => [0, 1].map((i) => (Math.asin(level! / a!) + 2 * Math.PI * i) / w!),
  }),
];
