/**
 * Stiff problems with published end points.
 *
 * @see F. Mazzia, C. Magherini, "Test Set for Initial Value Problem Solvers", release 2.4, Univ. Bari 2008 (end points; here confirmed by
 *   a Radau method at rtol 1e-10).
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { System } from "greybox/core";
import { solve } from "greybox/solvers";
import { written } from "./hyperdual.ts";
import { hires, orego, pollution, rober, roberAlgebraic, vanDerPol } from "./problems.ts";

interface Published {
  readonly system: System;
  readonly end: number;
  readonly atol: number;
  readonly y: readonly number[];
}

const robertson = [2.083340149701255e-8, 8.333360770334713e-14, 0.999999979166505];
const problems: readonly Published[] = [
  { system: rober(), end: 1e11, atol: 1e-24, y: robertson },
  { system: roberAlgebraic(), end: 1e11, atol: 1e-24, y: robertson },
  {
    system: hires(),
    end: 321.8122,
    atol: 1e-15,
    y: [
      0.0007371312573325668, 0.0001442485726316185, 5.888729740967575e-5, 0.001175651343283149, 0.002386356198831331, 0.006238968252742796,
      0.002849998395185769, 0.002850001604814231,
    ],
  },
  { system: orego(), end: 360, atol: 1e-12, y: [1.000814870318523, 1228.178521549917, 132.0554942846706] },
  { system: vanDerPol(), end: 2000, atol: 1e-12, y: [1.706167732170469, -0.0008928097010248125] },
  {
    system: pollution(),
    end: 60,
    atol: 1e-22,
    y: [
      0.05646255480022769, 0.1342484130422339, 4.139734331099427e-9, 0.005523140207484359, 2.018977262302196e-7, 1.464541863493966e-7,
      0.07784249118997964, 0.3245075353396018, 0.007494013383880406, 1.622293157301561e-8, 1.135863833257075e-8, 0.002230505975721359,
      0.000208716288279863, 1.396921016840158e-5, 0.008964884856898295, 4.352846369330103e-18, 0.006899219696263405, 0.0001007803037365946,
      1.772146513969984e-6, 5.682943292316392e-5,
    ],
  },
];

/** Largest relative error at the end. */
function errorAtEnd({ system, end, atol, y }: Published, rtol: number, method: "rodas5p" | "auto" = "rodas5p"): number {
  const { outcome, states } = solve(system, { span: [0, end], samples: Float64Array.of(end) }, { method, rtol, atol });
  assert.equal(outcome.kind, "success");
  return Math.max(...y.map((value, i) => Math.abs(states[i]! / value - 1)));
}

for (const problem of problems) {
  const { name } = problem.system;
  test(`${name}: every state of the published end point is met to 8 digits`, () => {
    const error = errorAtEnd(problem, 5e-11);
    assert.ok(error < 1e-8, `largest relative error ${error.toExponential(2)}`);
  });
}

test("the error follows the tolerance over five decades", () => {
  const tolerances = [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
  for (const problem of [problems[2]!, problems[3]!, problems[4]!]) {
    const errors = tolerances.map((rtol) => Math.log10(errorAtEnd(problem, rtol)));
    const slope = (errors[0]! - errors.at(-1)!) / 5;
    assert.ok(slope > 0.75 && slope < 1.35, `${problem.system.name}: ${slope.toFixed(2)} decades of error for one of tolerance`);
  }
});

test("stiff problems are recognised, and finish by the stiff method", () => {
  for (const problem of [problems[0]!, problems[4]!]) {
    const { system, end } = problem;
    const { outcome, method, reason, statistics } = solve(system, { span: [0, end], samples: Float64Array.of(end) });
    assert.equal(outcome.kind, "success");
    assert.equal(method, "rodas5p");
    assert.match(reason, /^stiff from the start: a state relaxes some .* times within the span$/);
    assert.ok(statistics.steps < 1500, `${system.name}: ${statistics.steps} steps`);
  }
});

test("stiffness that comes later is found on the way", () => {
  const system = written({
    states: ["x"],
    parameters: { k: 1e5 },
    initial: () => [2],
    rhs: (t, [x], _u, [k]) => [x!.plus(-1).times(t).times(k!).times(-1)],
  });
  const { outcome, method, reason, end } = solve(system, { span: [0, 10] });
  assert.equal(outcome.kind, "success");
  assert.equal(method, "rodas5p");
  assert.match(reason, /^stiff from t = .* found by tsit5$/);
  assert.ok(Math.abs(end.x[0]! - 1) < 1e-6);
});
