/** Events: where they are found, in what order they act, and what cannot be walked through. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { signal } from "greybox/core";
import { type MethodName, type Problem, type SolveOptions, solve } from "greybox/solvers";
import { bracketedRoot } from "../../src/solvers/root.ts";
import { writtenCases } from "./hybrid/written-cases.ts";
import { type Hyper, type Written, written } from "./hyperdual.ts";

type Event = NonNullable<Written["events"]>[number];

/** dx/dt = 1 from 0, and a counter that events may raise. */
const clock = (events: readonly Event[], rate = 1) =>
  written({ states: ["x", "count"], initial: () => [0, 0], rhs: () => [rate, 0], events, autonomous: true });
const raise = (_t: Hyper, [x, count]: readonly Hyper[]): Hyper[] => [x!, count!.plus(1)];
const happenings = (events: readonly Event[], problem: Partial<Problem> = {}, options: SolveOptions = {}) =>
  solve(clock(events), { span: [0, 10], ...problem }, options);

test("a bracketed root ends on the far side of the sign change, within the tolerance", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.constantFrom(1, 3, 5, 0.2), fc.boolean(), (root, power, falls) => {
      let evaluations = 0;
      const f = (t: number): number => {
        evaluations++;
        const distance = t - root;
        return (falls ? -1 : 1) * Math.sign(distance) * Math.abs(distance) ** power;
      };
      const found = bracketedRoot(f, 0, 1, f(0), f(1), 1e-13);
      assert.ok(found >= root && found - root <= 1.1e-13, `${found - root}`);
      assert.ok(evaluations < 110, `${evaluations} evaluations`);
    }),
    { seed: 7, numRuns: 300 },
  );
});

for (const method of ["tsit5", "rodas5p"] as const satisfies MethodName[]) {
  test(`${method}: crossings are located to 1e-12 of the step, rising and falling told apart`, () => {
    const wave = written({
      states: ["x", "v"],
      initial: () => [0, 1],
      rhs: (_t, [x, v]) => [v!, x!.times(-1)],
      events: [
        { name: "up", when: (_t, [x]) => x!.minus(0.5), direction: 1 },
        { name: "down", when: (_t, [x]) => x!.minus(0.5), direction: -1 },
        { name: "either", when: (_t, [, v]) => v!, direction: 0 },
      ],
    });
    const { events } = solve(wave, { span: [0, 8] }, { method, rtol: 1e-12, atol: 1e-12 });
    const expected = [
      [Math.PI / 6, 0],
      [Math.PI / 2, 2],
      [(5 * Math.PI) / 6, 1],
      [1.5 * Math.PI, 2],
      [2 * Math.PI + Math.PI / 6, 0],
      [2.5 * Math.PI, 2],
    ] as const;
    assert.deepEqual(
      events.map(({ event }) => event),
      expected.map(([, event]) => event),
    );
    for (const [i, [time]] of expected.entries()) assert.ok(Math.abs(events[i]!.time - time) < 1e-10, `event ${i} at ${events[i]!.time}`);
  });
}

test("simultaneous events act in declared order, each on what the one before left", () => {
  const double = (_t: Hyper, [x, count]: readonly Hyper[]): Hyper[] => [x!, count!.times(2)];
  const at = (_t: Hyper, [x]: readonly Hyper[]): Hyper => x!.minus(3);
  const first = happenings([
    { name: "raise", when: at, then: raise, direction: 1 },
    { name: "double", when: at, then: double, direction: 1 },
  ]);
  const second = happenings([
    { name: "double", when: at, then: double, direction: 1 },
    { name: "raise", when: at, then: raise, direction: 1 },
  ]);
  assert.equal(first.end.x[1], 2);
  assert.equal(second.end.x[1], 1);
  assert.deepEqual(
    first.events.map(({ time }) => time),
    [3, 3].map(() => first.events[0]!.time),
  );
});

test("a sample exactly at an event has the value before it; the steps have both sides", () => {
  const events: Event[] = [{ name: "reset", when: (_t, [x]) => x!.minus(2), then: (_t, [, count]) => [0, count!.plus(1)], direction: 1 }];
  const sampled = happenings(events, { samples: Float64Array.of(1.5, 2, 2.5) });
  assert.ok(Math.abs(sampled.states[2]! - 2) < 1e-12 && Math.abs(sampled.states[4]! - 0.5) < 1e-12);
  const { times, states, events: happened } = happenings(events, { span: [0, 3] });
  const i = times.indexOf(happened[0]!.time);
  assert.equal(times[i + 1], times[i]);
  assert.ok(Math.abs(states[2 * i]! - 2) < 1e-12 && states[2 * i + 2] === 0);
});

test("an event that stands at zero at the start does not fire, and fires when it is crossed again", () => {
  const swing = (direction: -1 | 0 | 1, from: number) =>
    solve(
      written({
        states: ["x", "v"],
        initial: () => [0, from],
        rhs: (_t, [x, v]) => [v!, x!.times(-1)],
        events: [{ name: "zero", when: (_t, [x]) => x!, direction }],
      }),
      { span: [0, 7] },
    ).events.map(({ time }) => Math.round((10 * time) / Math.PI) / 10);
  assert.deepEqual(swing(0, 1), [1, 2]);
  assert.deepEqual(swing(-1, 1), [1]);
  assert.deepEqual(swing(1, 1), [2]);
  assert.deepEqual(swing(1, -1), [1]);
});

test("an event at the very end fires, and one just past it does not", () => {
  const at = (time: number): Event[] => [{ name: "end", when: (t) => t.minus(time), then: raise, direction: 1 }];
  assert.equal(happenings(at(10)).end.x[1], 1);
  assert.equal(happenings(at(10 + 1e-9)).end.x[1], 0);
});

test("a terminal event ends the run there, with what it left", () => {
  const { outcome, end, times } = happenings([{ name: "stop", when: (_t, [x]) => x!.minus(4), then: raise, terminal: true }]);
  assert.deepEqual(outcome, { kind: "terminated", at: end.time, event: "stop" });
  assert.ok(Math.abs(end.time - 4) < 1e-12 && end.x[1] === 1 && times.at(-1) === end.time);
});

test("a crossing and its return within one step are both found", () => {
  const bump = written({
    states: ["x"],
    initial: () => [-1],
    rhs: (t) => [t.minus(1).times(-2)],
    events: [{ name: "top", when: (_t, [x]) => x!.plus(0.1), direction: 0 }],
  });
  // x = −(t − 1)²: above −0.1 for |t − 1| < 0.316; one step could span all of it.
  const { events } = solve(bump, { span: [0, 4] }, { firstStep: 1.6, rtol: 1e-3 });
  assert.equal(events.length, 2);
});

test("a step of an input sets events off at its instant, with the input after it", () => {
  const system = written({
    states: ["count", "seen"],
    inputs: ["u"],
    initial: () => [0, 0],
    rhs: () => [0, 0],
    events: [{ name: "high", when: (_t, _x, [u]) => u!.minus(5), then: (_t, [count], [u]) => [count!.plus(1), u!], direction: 1 }],
  });
  const inputs = [signal([0, 1, 2, 3, 4], [1, 9, 2, 7, 7])];
  const { events, end } = solve(system, { span: [0, 4], inputs });
  assert.deepEqual(
    events.map(({ time }) => time),
    [1, 3],
  );
  assert.deepEqual([...end.x], [2, 7]);
});

test("bounces that pile up end as chatter where they pile up", () => {
  const ball = writtenCases[0]!.system;
  const { outcome } = solve(ball, { span: [0, 20] });
  assert.equal(outcome.kind, "chatter");
  const [g, e, h0] = [9.81, 0.8, 1];
  const limit = Math.sqrt((2 * h0) / g) * (1 + (2 * e) / (1 - e));
  assert.ok(outcome.kind === "chatter" && outcome.event === "bounce" && Math.abs(outcome.at - limit) < 1e-5, JSON.stringify(outcome));
});

test("a relay without hysteresis is chatter, not an endless run", () => {
  const relay = written({
    states: ["x", "sign"],
    initial: () => [0.5, -1],
    rhs: (_t, [, sign]) => [sign!, 0],
    events: [
      { name: "below", when: (_t, [x]) => x!, direction: -1, then: (_t, [x]) => [x!, 1] },
      { name: "above", when: (_t, [x]) => x!, direction: 1, then: (_t, [x]) => [x!, -1] },
    ],
  });
  const { outcome } = solve(relay, { span: [0, 2] });
  assert.equal(outcome.kind, "chatter");
  assert.ok(outcome.kind === "chatter" && Math.abs(outcome.at - 0.5) < 1e-6);
});

test("events that set each other off for ever in one instant are chatter", () => {
  const flip = written({
    states: ["x", "y"],
    initial: () => [0, 0],
    rhs: () => [1, 0],
    events: [
      { name: "there", when: (_t, [x]) => x!.minus(1), direction: 1, then: () => [-2, 2] },
      { name: "back", when: (_t, [, y]) => y!.minus(1), direction: 1, then: () => [3, -2] },
    ],
  });
  const { outcome } = solve(flip, { span: [0, 2] });
  assert.ok(outcome.kind === "chatter" && Math.abs(outcome.at - 1) < 1e-9, JSON.stringify(outcome));
});

test("crossing times do not depend on where the steps fall", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 2, noNaN: true }), fc.double({ min: 0.3, max: 2.9, noNaN: true }), (maxStep, level) => {
      const decay = written({
        states: ["x"],
        initial: () => [20],
        rhs: (_t, [x]) => [x!.times(-1)],
        events: [{ name: "level", when: (_t, [x]) => x!.minus(level), direction: -1 }],
      });
      const { events } = solve(decay, { span: [0, 5] }, { maxStep, rtol: 1e-10 });
      assert.equal(events.length, 1);
      assert.ok(Math.abs(events[0]!.time - Math.log(20 / level)) < 1e-8);
    }),
    { seed: 11, numRuns: 50 },
  );
});
