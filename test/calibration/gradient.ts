/** The exact gradient of a calibration's cost against differences. */
import assert from "node:assert/strict";
import { objectiveOf } from "../../src/calibration/objective/objective.ts";
import { activeNames } from "../../src/calibration/question/parameters.ts";
import { planOf } from "../../src/calibration/question/plan.ts";
import type { Question } from "../../src/calibration/question/question.ts";
import { toSearch } from "../../src/calibration/question/unknown.ts";
import { halfChiSquare } from "../../src/calibration/search/problem.ts";

/** Compares at a point beside the start with central differences of fourth order. Unknown σ of Gaussian errors count as 1. */
export function checkGradient(question: Question, relative: number): void {
  const system = question.model.system({ active: activeNames(question) });
  const objective = objectiveOf(planOf(question, system), system);
  const q = objective.size;
  const x = Float64Array.from(
    objective.plan.unknowns,
    (unknown) => toSearch(unknown, unknown.start) + (unknown.scale === "log" ? 0.05 : 0.003),
  );
  const sigma = new Float64Array(objective.groups.length).fill(1);
  const cost = (at: Float64Array): number => {
    assert.ok(objective.evaluate(at, false));
    return halfChiSquare(objective.sums, sigma);
  };
  assert.ok(objective.evaluate(x, true));
  const triangles = objective.triangles.map((r) => r.slice());
  const squares = [...objective.squares!];
  for (const [g, r] of triangles.entries()) {
    let sum = 0;
    for (let i = 0; i <= q; i++) sum += r[i * (q + 1) + q]! ** 2;
    near(sum, squares[g]!, 1e-9, "the squared length of the right-hand sides");
  }
  for (let j = 0; j < q; j++) {
    let exact = 0;
    for (const r of triangles) for (let i = 0; i <= j; i++) exact += r[i * (q + 1) + j]! * r[i * (q + 1) + q]!;
    const moved = (by: number): Float64Array => x.map((value, k) => (k === j ? value + by : value));
    const h = 1e-4;
    const difference = (8 * (cost(moved(h)) - cost(moved(-h))) - (cost(moved(2 * h)) - cost(moved(-2 * h)))) / (12 * h);
    near(exact, difference, relative, objective.plan.unknowns[j]!.name);
  }
}

function near(actual: number, expected: number, relative: number, what: string): void {
  const size = Math.max(Math.abs(expected), 1e-9);
  assert.ok(Math.abs(actual - expected) <= relative * size, `${what}: ${actual} is not ${expected}`);
}
