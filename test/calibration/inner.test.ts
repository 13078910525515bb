/** What has a closed form is solved, not searched: the same optimum, the same verdict, in fewer steps. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, type Question } from "../../src/calibration/index.ts";
import { reducedOf } from "../../src/calibration/inner/reduced.ts";
import { searchReduced } from "../../src/calibration/inner/search-reduced.ts";
import { givenStart, objectiveOf } from "../../src/calibration/objective/objective.ts";
import { asked } from "../../src/calibration/question/asked.ts";
import { type LeastSquares, merit as meritOfGroups } from "../../src/calibration/search/problem.ts";
import { type SearchResult, search } from "../../src/calibration/search/trust-region.ts";
import { random } from "../../src/core/index.ts";
import { model, only, questions, rates } from "./inner-questions.ts";

const meritOf = ({ groups, sums }: LeastSquares): number => meritOfGroups(groups, sums);

/** To its end, from the given start. */
function end(steps: Generator<SearchResult, SearchResult, void>): SearchResult {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

for (const [name, question] of Object.entries(questions)) {
  test(`${name}: the optimum is that of the whole problem, with its merit, in fewer steps`, () => {
    const { plan, system } = asked(question);
    const [whole, solved] = [objectiveOf(plan, system), objectiveOf(plan, system)];
    assert.ok(reducedOf(solved).problem.size < whole.size, "something is solved");
    const expected = end(search(whole, givenStart(plan), plan.search));
    const found = end(searchReduced(solved, givenStart(plan), plan.search));
    assert.ok(expected.termination.ok && found.termination.ok, `${expected.termination.kind}, ${found.termination.kind}`);
    for (const [j, { name: unknown }] of plan.unknowns.entries())
      assert.ok(Math.abs(found.x[j]! - expected.x[j]!) < 1e-5, `${unknown}: ${found.x[j]} is not ${expected.x[j]}`);
    assert.ok(Math.abs(found.merit! - expected.merit!) < 1e-8, `${found.merit} is not ${expected.merit}`);
    let [wholeAll, solvedAll] = [expected.iterations, found.iterations];
    const draw = random(3);
    for (let i = 0; i < 9; i++) {
      const start = givenStart(plan).map((value) => value + 0.5 * draw.normal());
      wholeAll += end(search(whole, start, plan.search)).iterations;
      solvedAll += end(searchReduced(solved, start, plan.search)).iterations;
    }
    assert.ok(solvedAll < wholeAll, `${solvedAll} steps from ten starts instead of ${wholeAll}`);
  });

  test(`${name}: the merit of the reduced problem is that of the whole at its best, everywhere`, () => {
    const { plan, system } = asked(question);
    const objective = objectiveOf(plan, system);
    const { problem, shrink, expand, more } = reducedOf(objective);
    const draw = random(7);
    for (let i = 0; i < 5; i++) {
      const x = shrink(givenStart(plan).map((value) => value + 0.5 * draw.normal()));
      assert.ok(problem.evaluate(x, true), "it can be evaluated");
      const merit = meritOf(problem);
      const point = expand(x, merit);
      assert.ok(objective.evaluate(point.x, true), "so can the whole");
      assert.ok(Math.abs(point.merit! - meritOf(objective)) < 1e-9 * Math.abs(point.merit!), `${point.merit} is not ${meritOf(objective)}`);
      assert.equal(point.merit, merit + more);
    }
  });
}

test("a size that ends beyond its bounds is held there, and the rest is searched with it", async () => {
  const question: Question = {
    model,
    windows: [only("a", "b")],
    estimate: rates,
    noise: "common",
    likelihood: { a: { sigma: { estimate: true, name: "sd a", value: 0.5, bounds: [0.3, 1] } }, b: { sigma: { estimate: true } } },
  };
  const fit = await calibrate(question);
  assert.ok(fit.termination.ok, fit.termination.kind);
  const { k1, "sd a": size } = fit.parameters as unknown as Record<string, { value: number; atBound: string | undefined }>;
  assert.deepEqual([size!.value, size!.atBound], [0.3, "lower"]);
  const given = await calibrate({ ...question, likelihood: { ...question.likelihood, a: { sigma: 0.3 } } });
  assert.ok(Math.abs(k1!.value / given.parameters["k1"]!.value - 1) < 1e-6, `${k1!.value} is not ${given.parameters["k1"]!.value}`);
});

test("what has a prior, limits, correlation or another use is searched", () => {
  const base = questions["one size for two tags, as a parameter that an output names"]!;
  const own: Question = { ...base, estimate: rates, likelihood: { b: { sigma: { estimate: true } }, a: { sigma: 0.1 } } };
  const whole: readonly Question[] = [
    { ...base, priors: { sd: { logNormal: [0.1, 1] } } },
    { ...base, ties: { k2: { to: "sd" } }, estimate: ["k1", "sd"] },
    { ...base, likelihood: { ...base.likelihood, b: { kind: "student", sigma: { observable: "noise" } } } },
    { ...base, likelihood: { ...base.likelihood, b: { sigma: { observable: "noise" }, proportional: 0.1 } } },
    { ...own, likelihood: { ...own.likelihood, b: { sigma: { estimate: true }, correlationTime: 1 } } },
  ];
  for (const [i, question] of whole.entries()) {
    const { plan, system } = asked(question);
    const objective = objectiveOf(plan, system);
    assert.equal(reducedOf(objective).problem, objective, `question ${i}`);
  }
});

test("an instrument's gain and bias are solved as those of any reading", async () => {
  const question: Question = { model, windows: [only("a", "b")], estimate: rates, instruments: { b: { gain: true, bias: true } } };
  const { plan, system } = asked(question);
  const objective = objectiveOf(plan, system);
  assert.deepEqual([objective.size, reducedOf(objective).problem.size], [4, 2]);
  const known: Question = { ...question, instruments: { b: { gain: true, bias: 0.1 } } };
  const again = asked(known);
  assert.equal(reducedOf(objectiveOf(again.plan, again.system)).problem.size, 2);
  const fit = await calibrate(question);
  const whole = end(search(objective, givenStart(plan), plan.search));
  assert.ok(Math.abs((fit.starts[0]!.cost ?? 0) - fit.cost) < 1e-9, "the cost is that of the answer");
  for (const [j, { name, nominal, scale }] of plan.unknowns.entries()) {
    const expected = scale === "log" ? Math.exp(whole.x[j]!) : whole.x[j]! * nominal;
    const { value } = (fit.parameters as Record<string, { value: number }>)[name]!;
    assert.ok(Math.abs(value - expected) < 1e-5 * Math.abs(expected) + 1e-7, `${name}: ${value} is not ${expected}`);
  }
});
