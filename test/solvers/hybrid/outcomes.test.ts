/** Where a hybrid run cannot go on, or its derivative does not exist: what it says, when, and of what. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { signal } from "greybox/core";
import { type Problem, type SolveOptions, solve } from "greybox/solvers";
import { written } from "../hyperdual.ts";
import { directionsOf } from "./differences.ts";
import { hybrid } from "./hybrid-case.ts";

const question = { span: [0, 2] as const, samples: [1, 2] };
const run = (each: ReturnType<typeof hybrid>, options: SolveOptions = {}, problem: Partial<Problem> = {}) =>
  solve(each.system, { span: each.span, inputs: each.inputs ?? [], ...problem }, options);
const withDerivatives = (each: ReturnType<typeof hybrid>, options: SolveOptions = {}) =>
  run(each, options, { directions: directionsOf(each) });
/** The outcome, its time left out and compared on its own. */
function endsAt(outcome: { readonly kind: string; readonly at?: number }, at: number, rest: object, tolerance = 1e-6): void {
  assert.deepEqual({ ...outcome, at: 0 }, { ...rest, at: 0 });
  assert.ok(Math.abs(outcome.at! - at) < tolerance, `at ${outcome.at}, not ${at}`);
}

const dryFriction = hybrid({
  ...question,
  name: "block on a belt",
  parameters: { mu: 2, v0: 1 },
  states: { v: "v0" },
  rates: { v: "-mu*sign(v)" },
});

for (const method of ["tsit5", "rodas5p"] as const) {
  test(`${method}: stick after slip has no derivative by our formula: the outcome names the condition and the time`, () => {
    endsAt(withDerivatives(dryFriction, { method }).outcome, 0.5, { kind: "chatter", event: "sign(v)", count: 1 });
  });

  test(`${method}: values alone go on along a condition by short steps, and the reason says so`, () => {
    const { outcome, end, reason } = run({ ...dryFriction, span: [0, 0.501] }, { method, rtol: 1e-4, atol: 1e-5 });
    assert.equal(outcome.kind, "success");
    assert.ok(Math.abs(end.x[0]!) < 1e-4, `${end.x[0]}`);
    assert.match(reason, /slides along "sign\(v\)" from t = 0\.5/);
  });
}

test("a solution that comes to rest on a condition is no slide", () => {
  // Two tanks level out in finite time: the flow has the sign of the difference and vanishes with its root.
  const tanks = hybrid({
    name: "levelling out",
    parameters: { k: 0.8, a0: 1, b0: 0.5 },
    states: { a: "a0", b: "b0" },
    algebraic: { flow: "k*sign(a - b)*sqrt(abs(a - b) + 1e-18)" },
    rates: { a: "-flow", b: "flow" },
    span: [0, 3],
    samples: [0.5, 3],
  });
  for (const method of ["tsit5", "rodas5p"] as const) {
    const { outcome, end, reason } = run(tanks, { method });
    assert.equal(outcome.kind, "success", JSON.stringify(outcome));
    assert.ok(Math.abs(end.x[0]! - 0.75) < 1e-5 && Math.abs(end.x[1]! - 0.75) < 1e-5, `${end.x}, ${reason}`);
  }
});

test("a valve that chatters ends the run where it begins to", () => {
  const valve = hybrid({
    name: "valve without hysteresis",
    parameters: { q: 1, k: 3 },
    states: { p: 0.5, open: 0 },
    rates: { p: "q - open*k", open: "0" },
    happenings: {
      opens: { when: "p - 1", direction: "rising", then: { open: "1" } },
      closes: { when: "p - 1", direction: "falling", then: { open: "0" } },
    },
    ...question,
  });
  const { outcome, end } = run(valve);
  assert.ok(outcome.kind === "chatter" && ["opens", "closes"].includes(outcome.event));
  assert.ok(Math.abs(end.time - 0.5) < 1e-8 && Math.abs(end.x[0]! - 1) < 1e-8);
});

test("bounces that pile up are chatter with derivatives as well", () => {
  const ball = hybrid({
    name: "ball",
    parameters: { g: 9.81, e: 0.5 },
    states: { h: 1, v: 0 },
    rates: { h: "v", v: "-g" },
    happenings: { bounce: { when: "h", direction: "falling", then: { h: "0", v: "-e*v" } } },
    ...question,
  });
  endsAt(withDerivatives(ball).outcome, 3 * Math.sqrt(2 / 9.81), { kind: "chatter", event: "bounce", count: 50 }, 1e-5);
});

test("an event function that jumps across zero has no rate: values go on, derivatives are refused where it happens", () => {
  const jumping = hybrid({
    name: "jumping",
    parameters: { k: 1, t1: 0.7 },
    states: { x: 0 },
    rates: { x: "k" },
    happenings: { late: { when: "if(t > t1, 1, -1)", direction: "rising", then: { x: "0" } } },
    ...question,
  });
  const plain = run(jumping);
  assert.equal(plain.outcome.kind, "success");
  assert.ok(Math.abs(plain.end.x[0]! - 1.3) < 1e-9);
  endsAt(withDerivatives(jumping).outcome, 0.7, { kind: "non-finite", state: "x" });
});

const parabola = (depth: number) =>
  written({
    states: ["x", "crossings"],
    parameters: { depth },
    initial: () => [1, 0],
    rhs: (t) => [t.minus(1).times(2), 0],
    events: [
      {
        name: "below",
        when: (_t, [x], _u, [d]) => x!.plus(d!),
        direction: 0,
        then: (t, [x, n]) => [x!, n!.plus(t)],
      },
    ],
  });

test("a graze is found down to a depth of 1e-9 of the function's size, however long the step; one that does not touch is none", () => {
  // x = (t − 1)², steps of any length are exact.
  fc.assert(
    fc.property(fc.double({ min: -9, max: -1, noNaN: true }), fc.double({ min: 0.3, max: 3, noNaN: true }), (power, firstStep) => {
      const depth = 10 ** power;
      const options = { firstStep, rtol: 1e-3 };
      const { events } = solve(parabola(-depth), { span: [0, 4] }, options);
      assert.equal(events.length, 2);
      for (const [i, sign] of [-1, 1].entries()) {
        const error = events[i]!.time - (1 + sign * Math.sqrt(depth));
        assert.ok(Math.abs(error) * Math.sqrt(depth) < 1e-13, `${error}`);
      }
      assert.equal(solve(parabola(depth), { span: [0, 4] }, options).events.length, 0);
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("derivatives of a graze grow as its depth goes: they are those of the crossings that are there", () => {
  const depth = 1e-4;
  const { events, end } = solve(parabola(-depth), { span: [0, 4], directions: { count: 1, dp: Float64Array.of(1) } }, { rtol: 1e-9 });
  // t = 1 ∓ √−d: dt/dd = ±1/(2√−d), and the sum of both times does not change.
  for (const [i, sign] of [1, -1].entries()) assert.ok(Math.abs(events[i]!.tangents![0]! / (sign * 50) - 1) < 1e-6);
  assert.ok(Math.abs(end.tangents![1]!) < 1e-6 && Math.abs(end.x[1]! - 2) < 1e-9);
});

test("a jump that moves its own event function far from zero does not hide the next crossing", () => {
  // Found by a model whose controller samples every quarter of a second: at rest, the next sample lies in the first part of a long step.
  const clock = hybrid({
    name: "clock",
    parameters: { every: 0.01 },
    states: { next: "every", n: 0 },
    rates: { next: "0", n: "0" },
    happenings: { tick: { when: "t - next", direction: "rising", then: { next: "next + every", n: "n + 1" } } },
    span: [0, 0.995],
    samples: [0.5],
  });
  const { events, end } = run(clock);
  assert.equal(events.length, 99);
  assert.equal(end.x[1], 99);
});

test("a condition at the very end, at the very start and beside a stop of an input is passed once", () => {
  const steps = hybrid({
    name: "steps",
    parameters: { a: 1, b: 3, at: 1 },
    inputNames: ["u"],
    states: { x: 0, y: 0 },
    rates: { x: "if(t > at, b, a)*u", y: "if(x > 0, 1, 2)" },
    span: [0, 2],
    samples: [2],
    inputs: [signal([0, 1, 2], [1, 2, 2])],
  });
  const { outcome, end, statistics } = run(steps);
  assert.equal(outcome.kind, "success");
  assert.ok(Math.abs(end.x[0]! - 7) < 1e-9 && Math.abs(end.x[1]! - 2) < 1e-9, `${end.x}`);
  assert.ok(statistics.steps < 40, `${statistics.steps} steps`);
});

test("an event whose jump leaves an algebraic equation without solution is inconsistent, with equation, residual and time", () => {
  const broken = hybrid({
    name: "broken",
    parameters: { k: 1 },
    states: { x: 0.5 },
    algebraic: { y: { guess: 1, zero: "y^2 - x" } },
    rates: { x: "k" },
    happenings: { drop: { when: "x - 1", direction: "rising", then: { x: "-1" } } },
    ...question,
  });
  const { outcome } = run(broken);
  assert.ok(outcome.kind === "inconsistent" && outcome.equation === "y" && outcome.residual >= 1 && Math.abs(outcome.at - 0.5) < 1e-8);
});

test("an event whose jump gives no number ends the run there, with the state", () => {
  const broken = hybrid({
    name: "broken",
    parameters: { k: 1 },
    states: { x: 0.5, y: 1 },
    rates: { x: "k", y: "-y" },
    happenings: { drop: { when: "x - 1", direction: "rising", then: { y: "sqrt(-y)" } } },
    ...question,
  });
  endsAt(run(broken).outcome, 0.5, { kind: "non-finite", state: "y" });
});
