/** Searches to choose from, on functions with known answers and on calibrations that have several minima. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate } from "../../src/calibration/index.ts";
import { adjointRefusal, adjointSmooth } from "../../src/calibration/objective/adjoint-gradient.ts";
import { objectiveOf } from "../../src/calibration/objective/objective.ts";
import { asked } from "../../src/calibration/question/asked.ts";
import { landscapeOf } from "../../src/calibration/search/global/box.ts";
import { cmaEs } from "../../src/calibration/search/global/cma-es.ts";
import { type GlobalState, globalSearch } from "../../src/calibration/search/global/global.ts";
import { lbfgs } from "../../src/calibration/search/lbfgs.ts";
import { strongWolfe } from "../../src/calibration/search/line-search.ts";
import type { LeastSquares } from "../../src/calibration/search/problem.ts";
import { smoothOf } from "../../src/calibration/search/smooth.ts";
import { type SearchOptions, type SearchResult, searchDefaults } from "../../src/calibration/search/trust-region.ts";
import { placesFrom } from "../../src/calibration/starts/look-again.ts";
import { drawStarts } from "../../src/calibration/starts/multistart.ts";
import { sobol, sobolDimensions } from "../../src/calibration/starts/sobol.ts";
import { threads } from "../../src/compute/index.ts";
import { random } from "../../src/core/index.ts";
import { defineModel, defineOpenModel, mlp, substitute } from "../../src/models/index.ts";
import { simulate } from "../../src/solvers/index.ts";
import { regression } from "./regression.ts";
import { vanDeVusse, vanDeVusseWindow } from "./van-de-vusse.ts";
import { measured, window } from "./windows.ts";

function ended<T>(steps: Generator<T, T, void>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const near = (actual: number, expected: number, relative: number): void =>
  assert.ok(Math.abs(actual - expected) <= relative * Math.max(1, Math.abs(expected)), `${actual} is not ${expected} ± ${relative}`);

/** Ten coordinates in five valleys. */
const rosenbrock = (options: { readonly upper?: readonly number[] } = {}) =>
  regression(
    10,
    (x) => ({
      r: [0, 2, 4, 6, 8].flatMap((j) => [10 * (x[j + 1]! - x[j]! ** 2), 1 - x[j]!]),
      rows: [0, 2, 4, 6, 8].flatMap((j) => [
        Array.from({ length: 10 }, (_, k) => (k === j ? -20 * x[j]! : k === j + 1 ? 10 : 0)),
        Array.from({ length: 10 }, (_, k) => (k === j ? -1 : 0)),
      ]),
    }),
    options,
  );
const byGradients = (problem: LeastSquares, start: readonly number[], options: Partial<SearchOptions> = {}): SearchResult =>
  ended(lbfgs(smoothOf(problem), Float64Array.from(start), { ...searchDefaults, cost: 1e-20, resolution: 1e-16, ...options }));
const far = Array.from({ length: 10 }, (_, j) => (j % 2 === 0 ? -1.2 : 1));

test("gradients alone follow five valleys to their ends", () => {
  const { x, termination } = byGradients(rosenbrock(), far);
  for (const value of x) near(value, 1, 1e-7);
  assert.ok(termination.ok, termination.kind);
});

test("bounds that are active at the solution are reached exactly by gradients alone", () => {
  const { x, termination } = byGradients(rosenbrock({ upper: [0.5, ...new Array<number>(9).fill(Infinity)] }), far);
  assert.equal(x[0], 0.5);
  near(x[1]!, 0.25, 1e-7);
  near(x[2]!, 1, 1e-7);
  assert.ok(termination.ok, termination.kind);
});

test("where nothing can be computed a step along the gradient is shortened, and never accepted", () => {
  const logarithm = regression(1, (x) => ({ r: [Math.log(x[0]!) - 2], rows: [[1 / x[0]!]] }));
  const { x } = byGradients(logarithm, [60]);
  near(x[0]!, Math.exp(2), 1e-6);
  assert.equal(
    byGradients(
      regression(1, () => ({ r: [Number.NaN], rows: [[1]] })),
      [1],
    ).merit,
    undefined,
  );
});

test("a search by gradients that pauses at each step and goes on elsewhere takes the same way, to the last bit", () => {
  const options = { ...searchDefaults, cost: 1e-20, resolution: 1e-16 };
  const whole = byGradients(rosenbrock(), far);
  let part: SearchResult = { ...whole, x: Float64Array.from(far) };
  for (let pauses = 0; pauses < 300; pauses++) {
    const { x, resume } = structuredClone({ ...part });
    const steps = lbfgs(smoothOf(rosenbrock()), x, options, resume?.method === "lbfgs" ? resume : undefined);
    steps.next();
    const { done, value } = steps.next();
    part = value;
    if (done) break;
  }
  assert.deepEqual([part.x, part.merit, part.iterations], [whole.x, whole.merit, whole.iterations]);
});

test("a step satisfies the strong Wolfe conditions, and closes in where the function ends", () => {
  const quartic = (t: number) => ({ value: (t - 3) ** 4, slope: 4 * (t - 3) ** 3 });
  const step = strongWolfe(quartic, 81, -108, 1, 100);
  assert.ok(quartic(step).value <= 81 - 1e-4 * 108 * step && Math.abs(quartic(step).slope) <= 0.9 * 108, String(step));
  const wall = (t: number) => (t < 0.01 ? { value: -t, slope: -1 } : undefined);
  const before = strongWolfe(wall, 0, -1, 1, 100);
  assert.ok(before > 1e-4 && before < 0.01, String(before));
});

test("an evolution strategy finds the lowest of a hundred minima, from wherever it begins", () => {
  const rastrigin = regression(2, (x) => ({
    r: Array.from(x, (one) => Math.sqrt(Math.max(2 * (one * one + 10 - 10 * Math.cos(2 * Math.PI * one)), 0))),
    rows: [
      [0, 0],
      [0, 0],
    ],
  }));
  const box = { low: new Float64Array(2).fill(-5.12), high: new Float64Array(2).fill(5.12) };
  for (const seed of [1, 2, 3]) {
    const draw = random("rastrigin").fork(seed);
    const landscape = landscapeOf(rastrigin, box);
    const best = ended(cmaEs(landscape, Float64Array.of(draw.uniform(), draw.uniform()), { evaluations: 8000 }, draw));
    assert.ok(best.value < 0.05, `${best.value} with seed ${seed}`);
  }
});

const circling = { a: 1.5, b: 1, c: 3, d: 1 };
const rate = (value: number) => ({ value, unit: "1", bounds: [0.1, 10] as const, scale: "log" as const });
const lotkaVolterra = defineModel({
  name: "lotka-volterra",
  time: "1",
  parameters: { a: rate(circling.a), b: rate(circling.b), c: rate(circling.c), d: rate(circling.d) },
  states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 1 } },
  derivatives: { x: "a*x - b*x*y", y: "d*x*y - c*y" },
});
function courseOf(horizon: number, count: number, sigma: number) {
  const time = Array.from({ length: count }, (_, i) => (horizon * (i + 1)) / count);
  const exact = simulate(lotkaVolterra, { span: [0, horizon], at: time, rtol: 1e-9 });
  const draw = random("course");
  const noisy = (name: "x" | "y") =>
    measured(
      time,
      Array.from(exact.column(name), (value) => value + sigma * draw.normal()),
      { sigma },
    );
  return window("round and round", "1", { x: noisy("x"), y: noisy("y") });
}

test("scatter search finds the rates of a long oscillation from a poor start; a trust region does not", async () => {
  const start = lotkaVolterra.with({ parameters: { a: 0.4, b: 3, c: 1, d: 4 } });
  const question = { model: start, windows: [courseOf(25, 60, 0.1)], estimate: ["a", "b", "c", "d"], solver: { rtol: 1e-6 } } as const;
  const local = await calibrate(question);
  const fit = await calibrate({ ...question, search: { method: "scatter", budget: 400 } });
  assert.deepEqual([fit.method?.name, fit.method?.reason], ["scatter", "asked for"]);
  for (const [name, value] of Object.entries(circling)) near(fit.parameters[name as "a"].value, value, 0.02);
  assert.ok(fit.termination.ok && local.cost > 100 * fit.cost, `${local.cost}, ${fit.cost}`);
});

test("a global search that pauses goes on with the same bits and computes nothing twice", () => {
  const problem = rosenbrock();
  const box = { low: new Float64Array(10).fill(-2), high: new Float64Array(10).fill(2) };
  const options = { ...searchDefaults, budget: 60 };
  for (const method of ["cma-es", "scatter"] as const) {
    const whole = ended(globalSearch(method, problem, Float64Array.from(far), box, options, random(1)));
    const steps = globalSearch(method, problem, Float64Array.from(far), box, options, random(1));
    for (let round = 0; round < 3; round++) steps.next();
    const pause = steps.next().value;
    const resume = structuredClone(pause.resume) as GlobalState;
    const before = problem.evaluations;
    const rest = ended(globalSearch(method, problem, Float64Array.from(far), box, options, random(1), resume));
    assert.deepEqual([rest.x, rest.merit, rest.evaluations], [whole.x, whole.merit, whole.evaluations], method);
    assert.ok(problem.evaluations - before <= whole.evaluations - pause.evaluations, method);
  }
});

test("a global search gives the same bits on threads", async () => {
  await using two = threads({ workers: 2 });
  const windows = [vanDeVusseWindow(1)];
  const question = {
    model: vanDeVusse,
    windows,
    estimate: ["k10", "E1", "kw"],
    starts: 3,
    search: { method: "cma-es", budget: 60 },
  } as const;
  const [here, there] = [await calibrate(question), await calibrate({ ...question, compute: two })];
  assert.deepEqual(there.starts, here.starts);
});

const learnt = substitute(
  defineOpenModel({
    name: "learnt interaction",
    time: "1",
    states: { x: { unit: "1", initial: 1, min: 0, max: 10 }, y: { unit: "1", initial: 1, min: 0, max: 10 } },
    unknown: { r: { unit: "1", of: ["x", "y"], sign: "positive", nominal: 1 } },
    derivatives: { x: "1.5*x - r", y: "r - 3*y" },
  }),
  { r: mlp([12, 12], { seed: 3 }) },
);
const weights = learnt.system().parameters.filter((name) => /\.[Wb]\d/.test(name));

test("205 weights: the gradient of the way back is that of forward directions, and weights are searched for by gradients alone", async () => {
  assert.equal(weights.length, 205);
  const priors = Object.fromEntries(weights.map((name) => [name, { normal: [0, 3] as const }]));
  const question = { model: learnt, windows: [courseOf(1, 12, 0.05)], estimate: weights, priors, solver: { rtol: 1e-9 } };
  const { plan, system } = asked(question);
  assert.deepEqual([plan.method.name, plan.method.gradient], ["lbfgs", "adjoint"]);
  assert.equal(adjointRefusal(plan, system), undefined);
  const x = Float64Array.from(plan.unknowns, ({ start, nominal }) => (1.1 * start) / nominal);
  const [back, forward] = [new Float64Array(205), new Float64Array(205)];
  const one = adjointSmooth(plan, system).evaluate(x, back);
  const other = smoothOf(objectiveOf(plan, system)).evaluate(x, forward);
  near(one!, other!, 1e-6);
  const size = Math.max(...forward.map(Math.abs));
  for (const [j, value] of forward.entries()) assert.ok(Math.abs(back[j]! - value) < 1e-5 * size, `${weights[j]}: ${back[j]}, ${value}`);
  const steps = lbfgs(adjointSmooth(plan, system), x, { ...searchDefaults, maxIterations: 30 });
  assert.ok(ended(steps).merit! < 0.2 * one!, "thirty steps bring most of the fall");
});

test("a likelihood that the way back does not know is searched with forward directions, and the answer says why", async () => {
  const fit = await calibrate({
    model: lotkaVolterra,
    windows: [courseOf(3, 10, 0.05)],
    estimate: ["a", "b"],
    likelihood: { x: { kind: "student" } },
    search: { method: "lbfgs" },
  });
  assert.deepEqual(fit.method, {
    name: "lbfgs",
    reason: "asked for; gradients by forward directions, because of the likelihood of x",
    gradient: "forward",
  });
  near(fit.parameters.a.value, circling.a, 0.05);
});

test("a second look finds a minimum that differs in one unknown", async () => {
  // Two periods explain few samples alike; the wrong one is a minimum of its own.
  const wave = defineModel({
    name: "wave",
    time: "s",
    parameters: { w: { value: 6, unit: "1/s", bounds: [0.5, 20], scale: "log" } },
    states: { s: { unit: "1", initial: 0 }, c: { unit: "1", initial: 1 } },
    derivatives: { s: "w*c", c: "-w*s" },
  });
  const time = Array.from({ length: 15 }, (_, i) => 0.3 * (i + 1));
  const data = window("w", "s", {
    s: measured(
      time,
      time.map((t) => Math.sin(2 * t)),
      { sigma: 0.05 },
    ),
  });
  const question = { model: wave, windows: [data], estimate: ["w"] } as const;
  const [once, twice] = [await calibrate(question), await calibrate({ ...question, search: { again: "every" } })];
  assert.ok(once.cost > 10 && Math.abs(twice.parameters.w.value - 2) < 1e-3, `${once.cost}, ${twice.parameters.w.value}`);
  assert.ok((twice.starts[0]?.looks ?? 0) >= 1);
  const { plan } = asked(question);
  assert.equal(placesFrom(plan, Float64Array.of(Math.log(0.5))).length, 2);
});

test("a Sobol sequence is the published one in 64 dimensions, and fills every dyadic interval once", () => {
  // From SciPy's qmc.Sobol(scramble=False).
  const first = [0, 0.5, 0.75, 0.25, 0.375, 0.875];
  assert.deepEqual(
    Array.from(sobol(1, 6)),
    first.map((_, i) => [0, 0.5, 0.25, 0.75, 0.375, 0.875][i]),
  );
  assert.deepEqual(Array.from(sobol(0, 6)), first);
  assert.deepEqual(
    Array.from({ length: 9 }, (_, k) => sobol(55 + k, 9)[8]),
    [0.4375, 0.4375, 0.5625, 0.0625, 0.3125, 0.5625, 0.0625, 0.4375, 0.6875],
  );
  for (let d = 0; d < sobolDimensions; d++) {
    const cells = new Set(Array.from(sobol(d, 64, 12345 * (d + 1)), (value) => Math.floor(value * 64)));
    assert.equal(cells.size, 64, `dimension ${d}`);
  }
});

test("methods and designs are checked by name", async () => {
  const question = { model: lotkaVolterra, windows: [courseOf(3, 10, 0.05)], estimate: ["a"] } as const;
  await assert.rejects(calibrate({ ...question, search: { method: "newton" as "lbfgs" } }), { code: "calibration/option" });
  await assert.rejects(calibrate({ ...question, startDesign: "grid" as "sobol" }), { code: "calibration/option" });
  const { plan } = asked({ ...question, estimate: ["a", "b"], startDesign: "sobol" });
  assert.deepEqual(drawStarts(plan, 9).slice(0, 4), drawStarts(plan, 5), "more starts only add to those there are");
});
