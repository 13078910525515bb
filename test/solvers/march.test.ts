/** The walk: tolerances, samples, stops, limits, values that are not numbers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Signal, signal } from "greybox/core";
import { createSolver, type MethodName, odeSystem, simulate, solve } from "greybox/solvers";
import { written } from "./hyperdual.ts";

const methods: readonly MethodName[] = ["tsit5", "rodas5p", "odex"];

/** dx/dt = u − x. */
const lag = written({ states: ["x"], inputs: ["u"], initial: () => [0], rhs: (_t, [x], [u]) => [u!.minus(x!)] });

/** Exact response of {@link lag} to an input that is a straight line on each segment between points. */
function response({ times, values, interpolation }: Signal, t: number): number {
  let x = 0;
  for (let i = 0; i + 1 < times.length && times[i]! < t; i++) {
    const [from, to] = [times[i]!, Math.min(times[i + 1]!, t)];
    const slope = interpolation === "hold" ? 0 : (values[i + 1]! - values[i]!) / (times[i + 1]! - times[i]!);
    const d = to - from;
    x += (x - values[i]!) * Math.expm1(-d) + slope * (d + Math.expm1(-d));
  }
  return x;
}

for (const method of methods) {
  test(`${method}: follows held and linear inputs through their stops`, () => {
    const [times, values] = [
      [0, 0.7, 0.71, 2, 3.5, 4],
      [1, 3, -2, 0.5, 0.5, 2],
    ];
    for (const interpolation of ["hold", "linear"] as const) {
      const input = signal(times, values, interpolation);
      const samples = Float64Array.of(0, 0.35, 0.7, 0.705, 1.9, 2, 3.9, 4);
      const { states, inputs } = solve(lag, { span: [0, 4], inputs: [input], samples }, { method, rtol: 1e-10 });
      for (const [i, t] of samples.entries()) {
        assert.ok(Math.abs(states[i]! - response(input, t)) < 2e-9, `${interpolation} at ${t}: ${states[i]} for ${response(input, t)}`);
      }
      assert.equal(inputs[2], interpolation === "hold" ? 1 : 3, "at a stop the input is the one before it");
    }
  });

  test(`${method}: values between steps are as good as the steps`, () => {
    const wave = written({ states: ["x", "v"], initial: () => [0, 1], rhs: (_t, [x, v]) => [v!, x!.times(-1)] });
    const samples = Float64Array.from({ length: 200 }, (_, i) => (i * 10) / 199);
    const { states } = solve(wave, { span: [0, 10], samples }, { method, rtol: 1e-9, atol: 1e-9 });
    const worst = Math.max(...Array.from(samples, (t, i) => Math.abs(states[2 * i]! - Math.sin(t))));
    assert.ok(worst < 3e-8, `largest error ${worst.toExponential(2)}`);
  });

  test(`${method}: a right-hand side that turns to NaN ends the run where it does, by name`, () => {
    const falling = odeSystem({
      name: "root",
      states: ["ok", "x"],
      initial: { ok: 1, x: 1 },
      rhs: (_t, x, _u, _p, out) => out.set([0, -Math.sqrt(x[1]!)]),
    });
    const { outcome } = simulate(falling, { span: [0, 4], method });
    assert.equal(outcome.kind, "non-finite");
    assert.ok(outcome.kind === "non-finite" && outcome.state === "x" && Math.abs(outcome.at - 2) < 1e-3, JSON.stringify(outcome));
  });

  test(`${method}: a right-hand side that is NaN from the start is found at once`, () => {
    const nowhere = odeSystem({ name: "nan", states: ["x"], initial: { x: 1 }, rhs: (_t, _x, _u, _p, out) => out.fill(Number.NaN) });
    const { outcome, statistics } = simulate(nowhere, { span: [0, 1], method });
    assert.deepEqual(outcome, { kind: "non-finite", at: 0, state: "x" });
    assert.ok(statistics.rejected < 50);
  });

  test(`${method}: a solution that escapes to infinity ends there, not in a loop`, () => {
    const growing = odeSystem({ name: "escape", states: ["x"], initial: { x: 1 }, rhs: (_t, x, _u, _p, out) => out.set([x[0]! ** 2]) });
    const { outcome } = simulate(growing, { span: [0, 4], method });
    assert.ok(outcome.kind === "step-too-small" || outcome.kind === "non-finite", outcome.kind);
    assert.ok(Math.abs(outcome.at - 1) < 1e-4);
  });

  test(`${method}: stops after maxSteps, when cancelled, and when its time is up, with what it has`, () => {
    const wave = odeSystem({
      name: "wave",
      states: ["x", "v"],
      initial: { x: 0, v: 1 },
      rhs: (_t, x, _u, _p, out) => out.set([x[1]!, -x[0]!]),
    });
    const short = simulate(wave, { span: [0, 1e4], method, maxSteps: 20 });
    assert.equal(short.outcome.kind, "max-steps");
    assert.equal(short.time.at(-1), short.outcome.kind === "max-steps" ? short.outcome.at : 0);
    const cancelled = simulate(wave, { span: [0, 1e4], method, signal: AbortSignal.abort() });
    assert.equal(cancelled.outcome.kind, "cancelled");
    assert.equal(simulate(wave, { span: [0, 1e6], method, maxSeconds: 1e-9 }).outcome.kind, "max-time");
  });
}

test("inputs that change within rounding of each other are still followed", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 }), fc.boolean(), (gaps, hold) => {
      const times = gaps.reduce<number[]>((sum, gap) => sum.concat(sum.at(-1)! + gap), [0]);
      const input = signal(
        times,
        times.map((_, i) => (i * 7) % 5),
        hold ? "hold" : "linear",
      );
      const end = times.at(-1)!;
      const { outcome, states } = solve(lag, { span: [0, end], inputs: [input], samples: Float64Array.of(end) }, { rtol: 1e-9 });
      assert.equal(outcome.kind, "success");
      assert.ok(Math.abs(states[0]! - response(input, end)) < 1e-7);
    }),
    { seed: 20260822, numRuns: 60 },
  );
});

test("a solver answers the same bits whatever it solved before", () => {
  const system = written({
    states: ["x", "y"],
    parameters: { a: 1, b: 50 },
    inputs: ["u"],
    initial: (_t, _x, _u, [a]) => [a!, 1],
    rhs: (_t, [x, y], [u], [a, b]) => [u!.minus(a!.times(x!).times(y!)), b!.times(x!.minus(y!))],
  });
  const problem = {
    span: [0, 3] as const,
    inputs: [signal([0, 1, 3], [1, 2, 2])],
    samples: Float64Array.of(0.5, 1, 3),
    directions: { count: 2, dp: Float64Array.of(1, 0, 0, 1) },
  };
  for (const method of ["auto", "tsit5", "rodas5p"] as const) {
    const [fresh, used] = [createSolver(system, { method }), createSolver(system, { method })];
    used.solve({ span: [0, 1], inputs: [signal([0, 1], [5, 5])], p: Float64Array.of(3, 4) });
    used.solve({ ...problem, directions: { count: 1, dp: Float64Array.of(0, 1) } });
    const [one, other, again] = [fresh.solve(problem), used.solve(problem), used.solve(problem)];
    assert.deepEqual(other, one);
    assert.deepEqual(again, one);
  }
});

test("tolerances follow the sizes of the states, so units do not matter", () => {
  const decay = (scale: number) => written({ states: ["x"], nominal: [scale], initial: () => [scale], rhs: (_t, [x]) => [x!.times(-1)] });
  const [small, large] = [2 ** -40, 2 ** 40].map((scale) => solve(decay(scale), { span: [0, 30], samples: Float64Array.of(30) }));
  assert.equal(small!.statistics.steps, large!.statistics.steps);
  assert.equal(small!.states[0]! * 2 ** 80, large!.states[0]);
});

test("time may have any unit: the steps are the same in seconds and in years", () => {
  const run = (unit: number) => {
    const system = written({ states: ["x", "y"], initial: () => [1, 0], rhs: (_t, [x, y]) => [y!.times(unit), x!.times(-unit)] });
    return solve(system, { span: [0, 7 / unit] }).statistics.steps;
  };
  assert.equal(run(1), run(2 ** 25));
  assert.equal(run(1), run(2 ** -25));
});

test("every step is at most maxStep, and the first is the one asked for", () => {
  const { times } = solve(lag, { span: [0, 3], inputs: [signal([0, 3], [1, 1])] }, { maxStep: 0.25, firstStep: 0.01 });
  assert.equal(times[1], 0.01);
  for (let i = 1; i < times.length; i++) assert.ok(times[i]! - times[i - 1]! <= 0.25 + 1e-12);
});

test("a state that error alone takes below its limit is kept above it by shorter steps", () => {
  // One long step of a stiff method at a loose tolerance overshoots zero.
  const decay = (lower: number) => written({ states: ["x"], lower: [lower], initial: () => [1], rhs: (_t, [x]) => [x!.times(-20)] });
  const run = (lower: number) => solve(decay(lower), { span: [0, 10] }, { method: "rodas5p", rtol: 0.3, atol: 1e-3, firstStep: 1 });
  assert.ok(Math.min(...run(-Infinity).states) < -0.05);
  const kept = run(0);
  assert.ok(Math.min(...kept.states) >= -1e-3 && kept.statistics.rejected > 0);
  assert.deepEqual(kept.below, []);
});

test("a state that the equations take below its limit goes there, is not clipped, and is reported", () => {
  const drain = written({ states: ["level"], lower: [0], initial: () => [1], rhs: () => [-1] });
  const { outcome, end, below } = solve(drain, { span: [0, 3], samples: Float64Array.of(3) });
  assert.equal(outcome.kind, "success");
  assert.ok(Math.abs(end.x[0]! + 2) < 1e-9);
  assert.deepEqual(below, [{ state: 0, time: 3, value: end.x[0] }]);
});

test("a long record of steps does not use up the steps that are for accuracy", () => {
  const times = Float64Array.from({ length: 301 }, (_, i) => i);
  const input = signal(
    times,
    times.map((t) => t % 2),
  );
  const run = (maxSteps: number) =>
    solve(lag, { span: [0, 300], inputs: [input], samples: Float64Array.of(300) }, { maxSteps }).outcome.kind;
  assert.equal(run(2000), "success");
  assert.equal(run(5), "max-steps");
});
