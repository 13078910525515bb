/** Steady states: found from near and far, several where there are several, differentiated exactly. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { solve, solveSteady } from "greybox/solvers";
import { written } from "../hyperdual.ts";

/** Uppal, Ray & Poore's reactor: dx/dt = −x + Da·(1 − x)·exp(θ), dθ/dt = −θ + B·Da·(1 − x)·exp(θ) − β·θ. */
const reactor = written({
  states: ["x", "theta"],
  parameters: { Da: 0.072, B: 8, beta: 0.3 },
  nominal: [1, 1],
  initial: () => [0, 0],
  rhs: (_t, [x, theta], _u, [Da, B, beta]) => {
    const rate = Da!.times(x!.times(-1).plus(1)).times(theta!.exp());
    return [rate.minus(x!), B!.times(rate).minus(theta!).minus(beta!.times(theta!))];
  },
});

/** Steady conversions solve x = Da·(1 − x)·exp(B·x/(1 + β)). */
function conversions(Da: number, B: number, beta: number): number[] {
  const g = (x: number): number => Da * (1 - x) * Math.exp((B * x) / (1 + beta)) - x;
  const roots: number[] = [];
  for (let i = 0; i < 4000; i++) {
    let [low, high] = [i / 4000, (i + 1) / 4000];
    if (g(low) * g(high) > 0) continue;
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2;
      if (g(low) * g(middle) <= 0) high = middle;
      else low = middle;
    }
    roots.push(low);
  }
  return roots;
}

test("each of the three steady states of a reactor is found from near it, also the unstable one", () => {
  const roots = conversions(0.072, 8, 0.3);
  assert.equal(roots.length, 3);
  for (const root of roots) {
    const x0 = Float64Array.of(root + 0.02, (8 * root) / 1.3);
    const { outcome, x, residual } = solveSteady(reactor, { x0 });
    assert.equal(outcome.kind, "success");
    assert.ok(Math.abs(x[0]! - root) < 1e-10, `${x[0]} for ${root}`);
    assert.ok(Math.max(...residual.map(Math.abs)) < 1e-12);
  }
});

test("its derivative by a parameter is that of the equation", () => {
  const [low] = conversions(0.072, 8, 0.3);
  const { tangents } = solveSteady(reactor, { directions: { count: 3, dp: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) } });
  const h = 1e-6;
  const differences = [
    (conversions(0.072 + h, 8, 0.3)[0]! - conversions(0.072 - h, 8, 0.3)[0]!) / (2 * h),
    (conversions(0.072, 8 + h, 0.3)[0]! - conversions(0.072, 8 - h, 0.3)[0]!) / (2 * h),
    (conversions(0.072, 8, 0.3 + h)[0]! - conversions(0.072, 8, 0.3 - h)[0]!) / (2 * h),
  ];
  assert.ok(low !== undefined);
  for (const [k, difference] of differences.entries()) assert.ok(Math.abs(tangents![2 * k]! / difference - 1) < 1e-6);
});

test("where Newton's method is lost, following time finds the state that a simulation runs into", () => {
  const far = Float64Array.of(0.999, 12);
  const { outcome, x } = solveSteady(reactor, { x0: far });
  const { end } = solve(reactor, { span: [0, 200], x0: far }, { rtol: 1e-10 });
  assert.equal(outcome.kind, "success");
  assert.ok(conversions(0.072, 8, 0.3).some((root) => Math.abs(x[0]! - root) < 1e-9));
  assert.ok(Math.abs(end.x[0]! - conversions(0.072, 8, 0.3)[2]!) < 1e-6);
  // tanh far from its root: a full Newton step goes astray, the course of time does not.
  const flat = written({
    states: ["x"],
    initial: () => [20],
    rhs: (_t, [x]) => {
      const tanh = Math.tanh(x!.a);
      return [x!.map(-tanh, -(1 - tanh * tanh), 2 * tanh * (1 - tanh * tanh))];
    },
  });
  const found = solveSteady(flat);
  assert.deepEqual([found.outcome.kind, found.method], ["success", "pseudo-transient"]);
  assert.ok(Math.abs(found.x[0]!) < 1e-10);
});

test("algebraic states and inputs take part", () => {
  const system = written({
    states: ["x", "y"],
    parameters: { k: 2 },
    inputs: ["u"],
    mass: [1, 0],
    initial: () => [1, 1],
    rhs: (_t, [x, y], [u], [k]) => [u!.minus(y!), y!.minus(k!.times(x!).times(x!))],
  });
  const { x, tangents } = solveSteady(system, { u: Float64Array.of(8), directions: { count: 1, dp: Float64Array.of(1) } });
  assert.ok(Math.abs(x[0]! - 2) < 1e-12 && Math.abs(x[1]! - 8) < 1e-12);
  assert.ok(Math.abs(tangents![0]! + 0.5) < 1e-12 && Math.abs(tangents![1]!) < 1e-12);
});

test("a system without a steady state says which equation does not come to rest", () => {
  const endless = written({ states: ["calm", "endless"], initial: () => [1, 0], rhs: (_t, [calm]) => [calm!.times(-1), 3] });
  const { outcome, tangents } = solveSteady(endless);
  assert.deepEqual(outcome, { kind: "inconsistent", at: 0, equation: "endless", residual: 3 });
  assert.equal(tangents, undefined);
});

test("mistakes are answered with code and value", () => {
  assert.throws(() => solveSteady(reactor, { x0: new Float64Array(3) }), { code: "solver/shape" });
  assert.throws(() => solveSteady(reactor, { p: Float64Array.of(1, Number.NaN, 1) }), { code: "solver/non-finite" });
  assert.throws(() => solveSteady(reactor, { u: Float64Array.of(1) }), { code: "solver/shape" });
  assert.throws(() => solveSteady({ ...reactor, differentiable: false }, { directions: { count: 1, dp: new Float64Array(3) } }), {
    code: "solver/not-differentiable",
  });
});
