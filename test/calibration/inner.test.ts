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
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const chain = defineModel({
  name: "chain",
  time: "h",
  parameters: {
    k1: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    k2: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    sd: { value: 1, unit: "mol/L", bounds: [1e-4, 1e4], scale: "log" },
    gain: { value: 1, unit: "1" },
    zero: { value: 0, unit: "mol/L" },
    factor: { value: 1, unit: "1", scale: "log" },
  },
  states: { a: { unit: "mol/L", initial: 4 }, b: { unit: "mol/L", initial: 0.1, nominal: 1 } },
  derivatives: { a: "-k1*a", b: "k1*a - k2*b" },
  outputs: {
    noise: { unit: "mol/L", is: "sd" },
    reading: { unit: "mol/L", is: "gain*b + zero" },
    relative: { unit: "mol/L", is: "factor*a" },
  },
});

const time = Array.from({ length: 24 }, (_, i) => 0.3 * (i + 1));
const a = (t: number): number => 4 * Math.exp(-0.8 * t);
const b = (t: number): number => 0.1 * Math.exp(-0.3 * t) + (4 * 0.8 * (Math.exp(-0.3 * t) - Math.exp(-0.8 * t))) / 0.5;
function points(of: (t: number) => number, sd: number, seed: number, relative = false) {
  const draw = random(seed);
  return measured(
    time,
    time.map((t) => (relative ? of(t) * Math.exp(sd * draw.normal()) : of(t) + sd * draw.normal())),
    { weight: Float64Array.from(time, (_, i) => (i % 3 === 0 ? 0.5 : 1)) },
  );
}
const data = window("run", "h", {
  a: points(a, 0.1, 1, true),
  b: points(b, 0.05, 2),
  reading: points((t) => 1.7 * b(t) - 0.4, 0.03, 3),
  relative: points((t) => 2.5 * a(t), 0.05, 4, true),
});
const only = (...tags: string[]) => ({ ...data, measured: Object.fromEntries(tags.map((tag) => [tag, data.measured[tag]!])) });
const model = chain as unknown as Question["model"];
const rates = ["k1", "k2"];

const questions: Readonly<Record<string, Question>> = {
  "sizes of errors, linear and on a log scale": {
    model,
    windows: [only("a", "b")],
    estimate: rates,
    likelihood: { a: { scale: "log", sigma: { estimate: true } }, b: { sigma: { estimate: true, value: 2 } } },
  },
  "one size for two tags, as a parameter that an output names": {
    model,
    windows: [only("a", "b")],
    estimate: [...rates, "sd"],
    likelihood: { a: { sigma: { observable: "noise" } }, b: { sigma: { observable: "noise" } } },
  },
};

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
    assert.ok(found.iterations <= expected.iterations, `${found.iterations} steps instead of ${expected.iterations}`);
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
