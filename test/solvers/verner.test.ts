/** Verner's 7(6): what the theory says of its coefficients, and what its steps promise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { solve } from "greybox/solvers";
import { explicitStepper } from "../../src/solvers/explicit-runge-kutta.ts";
import { vern7 } from "../../src/solvers/methods/vern7.ts";
import { evaluatePolynomial } from "../../src/solvers/stepper.ts";
import { iterateAt } from "./conformance.ts";
import { written } from "./hyperdual.ts";

const a = [...vern7.a, ...vern7.extra!.a];
const c = [...vern7.c, ...vern7.extra!.c];
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
/** A·v over the stages. */
const applied = (v: readonly number[]): number[] => a.map((row) => total(row.map((weight, j) => weight * v[j]!)));
const powers = (q: number): number[] => c.map((node) => node ** q);
const product = (...vectors: readonly (readonly number[])[]): number[] =>
  c.map((_, i) => vectors.reduce((value, vector) => value * vector[i]!, 1));
const near = (actual: number, expected: number, what: string, tolerance = 1e-13): void =>
  assert.ok(Math.abs(actual - expected) < tolerance, `${what}: ${actual}, expected ${expected}`);

/**
 * Elementary weights of trees with their densities: bushy trees, tall trees and mixtures of both up to order 7.
 *
 * @see J. C. Butcher, *Numerical Methods for Ordinary Differential Equations*, 3rd ed., Wiley 2016, §313 (order conditions).
 */
const trees: readonly { order: number; density: number; phi: number[]; name: string }[] = [
  ...[1, 2, 3, 4, 5, 6, 7].map((order) => ({ order, density: order, phi: powers(order - 1), name: `c^${order - 1}` })),
  ...[2, 3, 4, 5, 6].map((q) => ({ order: q + 1, density: (q + 1) * q, phi: applied(powers(q - 1)), name: `A c^${q - 1}` })),
  { order: 4, density: 8, phi: product(powers(1), applied(powers(1))), name: "c·A c" },
  { order: 5, density: 10, phi: product(powers(2), applied(powers(1))), name: "c²·A c" },
  { order: 5, density: 20, phi: product(applied(powers(1)), applied(powers(1))), name: "(A c)²" },
  { order: 6, density: 12, phi: product(powers(3), applied(powers(1))), name: "c³·A c" },
  { order: 6, density: 24, phi: product(powers(1), applied(powers(1)), applied(powers(1))), name: "c·(A c)²" },
  { order: 7, density: 14, phi: product(powers(4), applied(powers(1))), name: "c⁴·A c" },
  { order: 7, density: 56, phi: product(applied(powers(1)), applied(powers(1)), applied(powers(1))), name: "(A c)³" },
  { order: 7, density: 63, phi: product(applied(powers(2)), applied(powers(2))), name: "(A c²)²" },
  { order: 4, density: 24, phi: applied(applied(powers(1))), name: "A A c" },
  { order: 5, density: 120, phi: applied(applied(applied(powers(1)))), name: "A A A c" },
  { order: 6, density: 720, phi: applied(applied(applied(applied(powers(1))))), name: "A⁴ c" },
  { order: 7, density: 5040, phi: applied(applied(applied(applied(applied(powers(1)))))), name: "A⁵ c" },
  { order: 7, density: 84, phi: product(powers(2), applied(applied(powers(2)))), name: "c²·A A c²" },
  { order: 7, density: 840, phi: applied(applied(applied(powers(3)))), name: "A A A c³" },
];

test("rows sum to their nodes, and the stage that ends the step is the solution", () => {
  for (const [i, row] of a.entries()) near(total(row), c[i]!, `row ${i}`);
  assert.deepEqual(vern7.a.at(-1), vern7.b.slice(0, -1));
});

test("weights meet the conditions of all these trees: of order 7 the solution, of order 6 the embedded one", () => {
  for (const { order, density, phi, name } of trees) {
    near(total(vern7.b.map((b, i) => b * phi[i]!)), 1 / density, name);
    if (order < 7) near(total(vern7.bError.map((b, i) => b * phi[i]!)), 0, `embedded, ${name}`);
  }
});

test("the interpolant's weights meet the conditions at every θ, and end at b", () => {
  const b = [...vern7.b, ...vern7.extra!.c.map(() => 0)];
  for (const [i, row] of vern7.dense.entries()) near(total(row), b[i]!, `weight ${i} at θ = 1`, 2e-12);
  for (const theta of [0.15, 0.5, 0.85]) {
    const weights = vern7.dense.map((row) => total(row.map((r, m) => r * theta ** (m + 1))));
    for (let q = 0; q < 7; q++)
      near(total(weights.map((w, i) => w * c[i]! ** q)), theta ** (q + 1) / (q + 1), `θ = ${theta}, c^${q}`, 2e-12);
    near(total(weights.map((w, i) => w * applied(powers(1))[i]!)), theta ** 3 / 6, "A c", 2e-12);
    near(total(weights.map((w, i) => w * applied(powers(4))[i]!)), theta ** 6 / 30, "A c^4", 2e-12);
  }
});

/** dx/dt = −k(1 + t)x², x = 1/(1 + k(t + t²/2)). */
const smooth = written({
  states: ["x"],
  parameters: { k: 1 },
  initial: () => [1],
  rhs: (t, [x], _u, [k]) => [k!.times(t.plus(1)).times(x!).times(x!).times(-1)],
});
const exact = (time: number): number => 1 / (1 + time + time ** 2 / 2);
const slope = (time: number): number => -(time + time ** 2 / 2) * exact(time) ** 2;

/** Errors at 1 of state and derivative, and the worst between steps, for equal steps. */
function errors(steps: number): { x: number; s: number; between: number } {
  const iterate = iterateAt(smooth, [1]);
  const stepper = explicitStepper(vern7, iterate);
  stepper.resize();
  stepper.restart();
  const h = 1 / steps;
  const [polynomial, value] = [new Float64Array(8), new Float64Array(1)];
  let between = 0;
  for (let i = 0; i < steps; i++) {
    stepper.attempt(i * h, h);
    stepper.differentiate(i * h, h);
    stepper.polynomial(h, polynomial);
    for (const theta of [0.2, 0.4, 0.6, 0.8]) {
      evaluatePolynomial(polynomial, 0, 1, theta, value, 0);
      between = Math.max(between, Math.abs(value[0]! - exact((i + theta) * h)));
    }
    stepper.tangentPolynomial(h, polynomial);
    evaluatePolynomial(polynomial, 0, 1, 1, value, 0);
    assert.ok(Math.abs(value[0]! - iterate.sNext[0]!) < 1e-12, `the interpolant ends at ${value[0]}, the step at ${iterate.sNext[0]}`);
    stepper.advance();
  }
  return { x: Math.abs(iterate.x[0]! - exact(1)), s: Math.abs(iterate.s[0]! - slope(1)), between };
}

test("halving the step divides the errors of state, derivative and interpolant by 2^7", () => {
  const [coarse, fine] = [errors(2), errors(4)];
  for (const what of ["x", "s", "between"] as const) {
    const order = Math.log2(coarse[what] / fine[what]);
    assert.ok(order > 6.4, `${what}: observed order ${order.toFixed(2)} (${coarse[what]} → ${fine[what]})`);
  }
});

test("at rtol 1e-11 it takes less than six tenths of the evaluations of tsit5, and meets events where tsit5 does", () => {
  const swinging = written({
    states: ["x", "v"],
    parameters: { w: 2 },
    initial: () => [1, 0],
    rhs: (_t, [x, v], _u, [w]) => [v!, x!.times(w!).times(w!).times(-1)],
    events: [{ name: "kick", when: (_t, [x]) => x!, direction: -1, then: (_t, [x, v]) => [x!, v!.times(1.1)] }],
  });
  const directions = { count: 1, dp: Float64Array.of(1) };
  const [one, other] = (["vern7", "tsit5"] as const).map((method) =>
    solve(swinging, { span: [0, 10], samples: Float64Array.of(3, 7.7, 10), directions }, { method, rtol: 1e-11, atol: 1e-13 }),
  );
  assert.equal(one!.events.length, other!.events.length);
  assert.ok(one!.events.length > 2);
  for (const [i, value] of one!.states.entries()) assert.ok(Math.abs(value - other!.states[i]!) < 1e-9);
  for (const [i, value] of one!.tangents!.entries()) assert.ok(Math.abs(value - other!.tangents![i]!) < 1e-7);
  assert.ok(one!.statistics.rhs < 0.6 * other!.statistics.rhs, `${one!.statistics.rhs} against ${other!.statistics.rhs}`);
});
