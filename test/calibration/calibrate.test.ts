/** calibrate() where the answer is known in closed form, or where it must say that there is none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, evaluate } from "../../src/calibration/index.ts";
import { isGreyboxError, random, signal } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { checkGradient } from "./gradient.ts";
import { vanDeVusse, vanDeVusseWindow } from "./van-de-vusse.ts";
import { measured, window } from "./windows.ts";

const near = (actual: number | undefined, expected: number, relative: number, what = ""): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= relative * Math.abs(expected), `${what} ${actual} is not ${expected}`);

/** x = a + b·t, exactly, for every method. */
const line = defineModel({
  name: "line",
  time: "h",
  parameters: { a: { value: 1, unit: "K" }, b: { value: 1, unit: "K/h" } },
  states: { x: { unit: "K", initial: "a", nominal: 1 } },
  derivatives: { x: "b" },
});
const lineTimes = [0.5, 1, 2, 3, 5, 8];
const lineValues = [2.1, 2.9, 5.2, 6.8, 11.3, 16.9];

/** Ordinary least squares of a straight line. */
function straightLine(t: readonly number[], y: readonly number[]) {
  const n = t.length;
  const mean = (v: readonly number[]) => v.reduce((s, x) => s + x, 0) / n;
  const [tm, ym] = [mean(t), mean(y)];
  const stt = t.reduce((s, x) => s + (x - tm) ** 2, 0);
  const b = t.reduce((s, x, i) => s + (x - tm) * (y[i]! - ym), 0) / stt;
  const a = ym - b * tm;
  const sse = t.reduce((s, x, i) => s + (y[i]! - a - b * x) ** 2, 0);
  return { a, b, sse, varA: 1 / n + tm ** 2 / stt, varB: 1 / stt, covariance: -tm / stt };
}

test("a straight line: estimates, covariance and t intervals are those of the closed form", async () => {
  const fit = await calibrate({ model: line, windows: [window("w", "h", { x: measured(lineTimes, lineValues) })], estimate: ["a", "b"] });
  const exact = straightLine(lineTimes, lineValues);
  const variance = exact.sse / 4;
  near(fit.parameters.a.value, exact.a, 1e-9);
  near(fit.parameters.b.value, exact.b, 1e-9);
  near(fit.covariance[0], variance * exact.varA, 1e-8);
  near(fit.covariance[1], variance * exact.covariance, 1e-8);
  near(fit.parameters.b.standardError, Math.sqrt(variance * exact.varB), 1e-8);
  near(fit.parameters.b.interval?.[1], exact.b + 2.7764451051977987 * Math.sqrt(variance * exact.varB), 1e-8);
  near(fit.tags["x"]?.sigma, Math.sqrt(variance), 1e-8);
  assert.deepEqual(fit.verdict, []);
  assert.ok(fit.tags["x"]?.sigmaEstimated && fit.termination.ok);
});

test("a given noise level gives the covariance without the data's scatter, and normal intervals", async () => {
  const windows = [window("w", "h", { x: measured(lineTimes, lineValues, { sigma: 0.25 }) })];
  const fit = await calibrate({ model: line, windows, estimate: ["a", "b"], level: 0.9 });
  const exact = straightLine(lineTimes, lineValues);
  near(fit.parameters.a.standardError, 0.25 * Math.sqrt(exact.varA), 1e-9);
  near(fit.parameters.a.interval?.[0], exact.a - 1.6448536269514722 * 0.25 * Math.sqrt(exact.varA), 1e-8);
  near(fit.cost, exact.sse / 2 / 0.25 ** 2, 1e-9);
});

test("a point of weight 0 counts as little as one that is not there; a weight of 2 as two points", async () => {
  const fitOf = async (t: readonly number[], y: readonly number[], weight: readonly number[]) => {
    const column = measured(t, y, { sigma: 0.3, weight: Float64Array.from(weight) });
    return calibrate({ model: line, windows: [window("w", "h", { x: column })], estimate: ["a", "b"] });
  };
  const zero = await fitOf([...lineTimes, 9], [...lineValues, 1000], [1, 1, 1, 1, 1, 1, 0]);
  const without = await fitOf(lineTimes, lineValues, [1, 1, 1, 1, 1, 1]);
  assert.deepEqual(zero.covariance, without.covariance);
  assert.equal(zero.parameters.b.value, without.parameters.b.value);
  const double = await fitOf(lineTimes, lineValues, [2, 2, 2, 2, 2, 2]);
  near(double.parameters.a.standardError, without.parameters.a.standardError! / Math.SQRT2, 1e-9);
});

test("noise levels of two tags are estimated apart, with the degrees of freedom each has given", async () => {
  const two = defineModel({
    name: "two-lines",
    time: "h",
    parameters: { a: { value: 1, unit: "K" }, b: { value: 1, unit: "K/h" }, c: { value: 1, unit: "mol/h" } },
    states: { x: { unit: "K", initial: "a", nominal: 1 }, y: { unit: "mol", initial: 0, nominal: 1 } },
    derivatives: { x: "b", y: "c" },
  });
  const values = lineTimes.map((t, i) => 3 * t + [0.1, -0.2, 0.1, 0.3, -0.1, 0.05][i]!);
  const windows = [window("w", "h", { x: measured(lineTimes, lineValues), y: measured(lineTimes, values) })];
  const fit = await calibrate({ model: two, windows, estimate: ["a", "b", "c"] });
  const exact = straightLine(lineTimes, lineValues);
  near(fit.tags["x"]?.sigma, Math.sqrt(exact.sse / 4), 1e-6, "x has given two");
  const slope = lineTimes.reduce((s, t, i) => s + t * values[i]!, 0) / lineTimes.reduce((s, t) => s + t * t, 0);
  const sse = lineTimes.reduce((s, t, i) => s + (values[i]! - slope * t) ** 2, 0);
  near(fit.tags["y"]?.sigma, Math.sqrt(sse / 5), 1e-6, "y has given one");
  near(fit.parameters.c.value, slope, 1e-8);
});

test("common noise weighs all tags alike", async () => {
  const mean = defineModel({
    name: "one-level",
    time: "h",
    parameters: { a: { value: 3.5, unit: "K" } },
    states: { x: { unit: "K", initial: "a", nominal: 1 } },
    derivatives: { x: "0 K/h" },
    outputs: { z: { unit: "K", is: "x" } },
  });
  const windows = [window("w", "h", { x: measured([1, 2], [0, 2]), z: measured([1, 2, 3], [5, 5, 5.1]) })];
  const common = await calibrate({ model: mean, windows, estimate: ["a"], noise: "common" });
  near(common.parameters.a.value, 17.1 / 5, 1e-9);
  const apart = await calibrate({ model: mean, windows, estimate: ["a"] });
  assert.ok(apart.parameters.a.value > 4.9, `the precise tag decides: ${apart.parameters.a.value}`);
});

test("the gradient of the cost is exact: against central differences on a stiff reactor", () => {
  const windows = [vanDeVusseWindow(3)];
  checkGradient({ model: vanDeVusse, windows, estimate: ["k10", "k30", "E1", "E3", "kw"], solver: { rtol: 1e-10 } }, 1e-6);
});

test("the gradient is exact through an event, an implicit equation, an input, and estimated initial values", () => {
  const siphon = defineModel({
    name: "siphon",
    time: "h",
    parameters: {
      k: { value: 0.4, unit: "1/h", scale: "log" },
      limit: { value: 2, unit: "m" },
      rest: { value: 0.3, unit: "m" },
      head: { value: 1.5, unit: "m" },
    },
    inputs: { feed: "m/h" },
    states: { level: { unit: "m", initial: "head/3" }, salt: { unit: "1", initial: 0.5 } },
    algebraic: { root: { unit: "1", guess: 1, zero: "root^2 + 0.1*root - level/1 m" } },
    derivatives: { level: "feed - k*level", salt: "-k*salt*root" },
    events: { tip: { when: "level - limit", direction: "rising", then: { level: "rest", salt: "salt + 0.2*root" } } },
  });
  const times = [0.3, 0.9, 1.7, 2.4, 3.1, 4.2, 5];
  const course = measured(times, [1, 1.5, 1, 1.2, 0.8, 1.1, 1.6], { sigma: 0.1 });
  const columns = { level: course, root: course, salt: measured(times, [0.4, 0.3, 0.4, 0.3, 0.5, 0.2, 0.3]) };
  const windows = [window("w", "h", columns, { feed: signal([0, 2, 5], [1.5, 2.5, 2], "linear") })];
  const estimate = ["k", "limit", "rest", "head"] as const;
  checkGradient({ model: siphon, windows, estimate, initial: { salt: { estimate: true } }, solver: { rtol: 1e-10 } }, 1e-6);
});

const product = defineModel({
  name: "product",
  time: "h",
  parameters: { a: { value: 2, unit: "1", scale: "log" }, b: { value: 2, unit: "1", scale: "log" }, c: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: 0, nominal: 1 } },
  derivatives: { x: "a*b*c/1 h" },
});

test("of a product of two parameters only the product is fixed, and the answer says so", async () => {
  const windows = [window("w", "h", { x: measured([1, 2, 3, 4], [6, 12.1, 17.9, 24], { sigma: 0.1 }) })];
  const fit = await calibrate({ model: product, windows, estimate: ["a", "b"] });
  near(fit.parameters.a.value * fit.parameters.b.value, 6, 0.01);
  assert.ok(fit.termination.ok);
  assert.equal(fit.parameters.a.identifiable, false);
  assert.equal(fit.parameters.a.standardError, undefined);
  assert.equal(fit.parameters.b.interval, undefined);
  assert.equal(fit.loose.length, 1);
  assert.equal(fit.loose[0]?.meaning, "a rises while b falls: only their product is fixed");
  assert.deepEqual(fit.verdict, [
    "Not fixed by the data: a rises while b falls: only their product is fixed. No data of this kind can: know one of them.",
  ]);
  assert.ok(fit.covariance.every(Number.isFinite) && fit.correlation.every(Number.isFinite));
});

test("a parameter without influence is named before the search", async () => {
  const idle = defineModel({
    name: "idle",
    time: "h",
    parameters: { k: { value: 1, unit: "1/h" }, unused: { value: 3, unit: "1" } },
    states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 0, nominal: 1 } },
    derivatives: { x: "-k*x", y: "unused*x/1 h" },
  });
  const windows = [window("w", "h", { x: measured([1, 2, 3], [0.4, 0.15, 0.05]) })];
  await assert.rejects(calibrate({ model: idle, windows, estimate: ["k", "unused"] }), {
    code: "calibration/no-influence",
    message: /Nothing measured depends on unused\..*Measured: x\./,
  });
});

test("a bound that stops the search is reported; the others get their intervals with it fixed", async () => {
  const bounded = defineModel({
    name: "bounded-line",
    time: "h",
    parameters: { a: { value: 0, unit: "K", bounds: [-5, 0.5] }, b: { value: 1, unit: "K/h", bounds: [0, 10] } },
    states: { x: { unit: "K", initial: "a", nominal: 1 } },
    derivatives: { x: "b" },
  });
  const windows = [window("w", "h", { x: measured(lineTimes, lineValues, { sigma: 1 }) })];
  const fit = await calibrate({ model: bounded, windows, estimate: ["a", "b"] });
  assert.equal(fit.parameters.a.value, 0.5);
  assert.equal(fit.parameters.a.atBound, "upper");
  assert.equal(fit.parameters.a.standardError, undefined);
  const squares = lineTimes.reduce((s, t) => s + t * t, 0);
  near(fit.parameters.b.value, lineTimes.reduce((s, t, i) => s + t * (lineValues[i]! - 0.5), 0) / squares, 1e-8);
  near(fit.parameters.b.standardError, 1 / Math.sqrt(squares), 1e-8);
  assert.match(fit.verdict.join(" "), /a is at its upper bound, 0\.5 K/);
});

test("a value outside what physics allows is called unphysical, with its error", async () => {
  const physical = defineModel({
    name: "physical-line",
    time: "h",
    parameters: { a: { value: 1, unit: "K" }, b: { value: 1, unit: "K/h", physical: [0, 1e6] } },
    states: { x: { unit: "K", initial: "a", nominal: 1 } },
    derivatives: { x: "b" },
  });
  const windows = [
    window("w", "h", {
      x: measured(
        lineTimes,
        lineValues.map((y) => -y),
        { sigma: 1 },
      ),
    }),
  ];
  const fit = await calibrate({ model: physical, windows, estimate: ["a", "b"] });
  assert.equal(fit.parameters.b.physical, false);
  assert.match(fit.verdict.join(" "), /b is unphysical: -1\.995 ± 0\.1584 K\/h/);
});

const decay = defineModel({
  name: "decay",
  time: "h",
  parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" } },
  inputs: { feed: "mol/L/h" },
  states: { c: { unit: "mol/L", initial: 1, min: 0 } },
  derivatives: { c: "feed - k*c" },
});

/** c' = feed − k·c with constant feed, without noise. */
const decayCourse = (c0: number, feed: number, k: number, t: number): number => feed / k + (c0 - feed / k) * Math.exp(-k * t);
const decayWindow = (name: string, c0: number, feed: number, k: number) => {
  const times = [0, 0.5, 1, 2, 4];
  return window(
    name,
    "h",
    {
      c: measured(
        times,
        times.map((t) => decayCourse(c0, feed, k, t)),
        { sigma: 0.01 },
      ),
    },
    { feed: signal([0, 4], [feed, feed]) },
  );
};

test("initial values are estimated by window, for all, measured or given; windows share parameters", async () => {
  const windows = [decayWindow("monday", 2, 0.3, 0.8), decayWindow("tuesday", 0.5, 0.1, 0.8)];
  const byWindow = await calibrate({ model: decay, windows, estimate: ["k"], initial: { c: { estimate: true } } });
  near(byWindow.parameters.k.value, 0.8, 1e-6);
  near(byWindow.initial["monday"]?.["c"], 2, 1e-6);
  near(byWindow.initial["tuesday"]?.["c"], 0.5, 1e-6);
  assert.deepEqual(byWindow.names, ["k", "c(0) in monday", "c(0) in tuesday"]);
  assert.deepEqual(byWindow.start, { c: "measured" });

  const fromMeasured = await calibrate({ model: decay, windows, estimate: ["k"], initial: { c: "measured" } });
  near(fromMeasured.parameters.k.value, 0.8, 1e-6);
  assert.equal(fromMeasured.initial["monday"]?.["c"], 2);

  const same = [decayWindow("a", 2, 0.3, 0.8), decayWindow("b", 2, 0.1, 0.8)];
  const shared = await calibrate({
    model: decay,
    windows: same,
    estimate: ["k"],
    initial: { c: { estimate: true, share: "all", value: 1 } },
  });
  near(shared.initial["b"]?.["c"], 2, 1e-6);
  assert.deepEqual(shared.names, ["k", "c(0)"]);
  const given = await calibrate({ model: decay, windows: same, estimate: ["k"], initial: { c: 2 } });
  near(given.parameters.k.value, 0.8, 1e-6);
  assert.deepEqual(given.start, { c: 2 });
});

/** A vessel that drains, and a slow gauge in mm. */
const lagging = defineModel({
  name: "lagging",
  time: "min",
  parameters: { k: { value: 0.15, unit: "1/min", bounds: [0.01, 1] } },
  states: { L: { unit: "m", initial: 1 }, S: { unit: "m", initial: 1 } },
  derivatives: { L: "-k*L", S: "(L - S)/(2 min)" },
  outputs: { shown: { unit: "mm", is: "S*(1000 mm/m)" } },
});

test("a state starts from what another observable shows first, in its own unit; new windows start the same way", async () => {
  const time = Array.from({ length: 20 }, (_, i) => i);
  const lags = window("lags", "min", { shown: measured(time, time) });
  const truth = lagging.with({ parameters: { k: 0.1 } });
  const { columns } = evaluate(truth, lags, { initial: { L: 3, S: 3 }, solver: { rtol: 1e-10 } });
  assert.ok(Math.abs((columns.shown[0] ?? 0) - 3000) < 1e-9);
  const shown = measured(time, columns.shown, { sigma: 0.1 });
  const initial = { L: { measured: "shown" }, S: { measured: "shown" } } as const;
  const fit = await calibrate({ model: lagging, windows: [window("w", "min", { shown })], estimate: ["k"], initial });
  near(fit.parameters.k.value, 0.1, 1e-6);
  near(fit.initial["w"]?.["L"], 3, 1e-12);
  assert.deepEqual(fit.start, initial);
  const later = window("later", "min", { shown: measured([0, 5], [4000, 3000]) });
  near(evaluate(fit.model, later, { initial: fit.start }).columns.L[1], 4 * Math.exp(-0.5), 1e-5);
  const wrong = { model: lagging, windows: [window("w", "min", { shown })], estimate: ["k"] as const };
  await assert.rejects(
    // @ts-expect-error the model has no such observable
    calibrate({ ...wrong, initial: { L: { measured: "shwon" } } }),
    (error) => isGreyboxError(error, "calibration/unknown-name") && /shown/.test(error.message + String(error.details.nearest)),
  );
  await assert.rejects(calibrate({ ...wrong, initial: { L: { measured: "S" } } }), { code: "calibration/measured-initial" });
});

test("evaluate repeats the computed values of a fit, and computes every observable at asked times", async () => {
  const windows = [decayWindow("monday", 2, 0.3, 0.8)];
  const fit = await calibrate({ model: decay, windows, estimate: ["k"], initial: { c: { estimate: true } } });
  const again = evaluate(fit.model, windows[0]!, { initial: fit.initial["monday"] ?? {} });
  for (const [i, value] of again.columns.c.entries()) near(value, fit.residuals[0]!.computed[i]!, 1e-6);
  const asked = evaluate(fit.model, windows[0]!, { initial: fit.start, at: Float64Array.of(0.25, 3) });
  assert.deepEqual(asked.time, Float64Array.of(0.25, 3));
  near(asked.columns.c[1], decayCourse(2, 0.3, 0.8, 3), 1e-6);
  assert.deepEqual(asked.outcome, { kind: "success" });
});

test("an interval on a logarithmic scale is symmetric in the logarithm and stays positive", async () => {
  const windows = [window("w", "h", { c: measured([0.5, 1, 2], [0.95, 0.8, 0.9], { sigma: 0.2 }) }, { feed: signal([0, 2], [0, 0]) })];
  const { parameters } = await calibrate({ model: decay, windows, estimate: ["k"] });
  const [low, high] = parameters.k.interval!;
  assert.ok(low > 0);
  near(low * high, parameters.k.value ** 2, 1e-9);
});

test("intervals cover the truth as often as they say", async () => {
  let covered = 0;
  const rounds = 300;
  for (let seed = 0; seed < rounds; seed++) {
    const draw = random(seed);
    const values = lineTimes.map((t) => 1 + 2 * t + 0.3 * draw.normal());
    const fit = await calibrate({
      model: line,
      windows: [window("w", "h", { x: measured(lineTimes, values) })],
      estimate: ["a", "b"],
      level: 0.9,
    });
    const [low, high] = fit.parameters.b.interval!;
    if (low <= 2 && 2 <= high) covered++;
  }
  // Binomial standard deviation 1.7 %.
  assert.ok(Math.abs(covered / rounds - 0.9) < 0.05, `${covered} of ${rounds}`);
});

test("where integration fails the search turns back; where it fails at the start the answer says so", async () => {
  const explosive = defineModel({
    name: "explosive",
    time: "h",
    parameters: { k: { value: 0.2, unit: "1/h", bounds: [0, 3] } },
    states: { x: { unit: "1", initial: 1 } },
    derivatives: { x: "k*x^2" },
  });
  const times = [0.5, 1, 1.5];
  const truth = 0.6;
  const windows = [
    window("w", "h", {
      x: measured(
        times,
        times.map((t) => 1 / (1 - truth * t)),
        { sigma: 0.01 },
      ),
    }),
  ];
  const fit = await calibrate({ model: explosive, windows, estimate: ["k"], search: { firstStep: 100 } });
  near(fit.parameters.k.value, truth, 1e-6);
  const lost = await calibrate({ model: explosive.with({ parameters: { k: 2.5 } }), windows, estimate: ["k"] });
  assert.deepEqual(lost.termination, { kind: "solve-failed", ok: false });
  assert.equal(lost.parameters.k.standardError, undefined);
  assert.match(lost.verdict[0] ?? "", /cannot be integrated.*Window "w"/);
  const found = await calibrate({ model: explosive.with({ parameters: { k: 2.5 } }), windows, estimate: ["k"], starts: 12, seed: 5 });
  near(found.parameters.k.value, truth, 1e-6);
});

test("residuals that the given σ does not explain, and residuals that follow one another, are called out", async () => {
  const many = Array.from({ length: 30 }, (_, i) => i / 4);
  const fit = await calibrate({
    model: line,
    windows: [
      window("w", "h", {
        x: measured(
          many,
          many.map((t) => 1 + 2 * t + 3 * Math.sin(t)),
          { sigma: 0.1 },
        ),
      }),
    ],
    estimate: ["a", "b"],
  });
  assert.match(fit.verdict.join("\n"), /Residuals of x are \d+.* times the given σ/);
  assert.match(fit.verdict.join("\n"), /Neighbouring residuals of x are alike/);
});

test("data without noise is fitted to the integration error, and the answer says that its standard errors mean nothing", async () => {
  const noiseless = [0.5, 1, 2, 4].map((t) => decayCourse(1, 0.2, 0.7, t));
  const windows = [window("w", "h", { c: measured([0.5, 1, 2, 4], noiseless) }, { feed: signal([0, 4], [0.2, 0.2]) })];
  const fit = await calibrate({ model: decay, windows, estimate: ["k"] });
  near(fit.parameters.k.value, 0.7, 1e-6);
  assert.ok(fit.termination.ok);
  assert.match(fit.verdict.join(), /Residuals of c are as small as the integration error/);
});

test("no solve is made but those of the search: the check before it and the answer after it use what is already known", async () => {
  let solves = 0;
  const counted = {
    ...vanDeVusse,
    system(request?: { readonly active?: readonly string[] }) {
      const system = vanDeVusse.system(request);
      const initial = {
        ...system.initial,
        // Every run begins here, once.
        evaluate(...at: Parameters<typeof system.initial.evaluate>) {
          solves++;
          system.initial.evaluate(...at);
        },
      };
      return { ...system, initial };
    },
  };
  const fit = await calibrate({ model: counted, windows: [vanDeVusseWindow(1)], estimate: ["k10", "E1", "kw"] });
  assert.ok(fit.termination.ok && fit.tags["cB"] !== undefined);
  assert.equal(solves, fit.starts[0]?.evaluations);
});
