/** Fits to what a historian kept: what compression does to them, and what simulating the historian does about it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { linesThrough } from "../../src/calibration/archive/regression.ts";
import { type Bootstrap, bootstrap, type Calibrated, calibrate, type Question } from "../../src/calibration/index.ts";
import { betweenLimits } from "../../src/calibration/likelihood/density.ts";
import { threads } from "../../src/compute/index.ts";
import { archivedPlaces, isGreyboxError, normalCdf, random, reportedPlaces, signal } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { checkGradient } from "./gradient.ts";
import { measured, window } from "./windows.ts";

const near = (actual: number, expected: number, by: number, what = ""): void =>
  assert.ok(Math.abs(actual - expected) <= by, `${what} ${actual} is not ${expected} ± ${by}`);

const lag = defineModel({
  name: "lag",
  time: "s",
  parameters: { tau: { value: 90, unit: "s", bounds: [1, 2000], scale: "log" }, K: { value: 1.5, unit: "1", bounds: [0.1, 20] } },
  inputs: { u: "1" },
  states: { y: { unit: "1", initial: 0 } },
  derivatives: { y: "(K*u - y)/tau" },
});

const sigma = 0.04;
const truth = { tau: 120, K: 2 } as const;

/** One hour at 2 s, four steps, as kept by a door as Bristol wrote it. */
function question(seed: number, deviation: number, more: { readonly sigma?: number; readonly said?: number } = {}): Question {
  const draw = random(seed);
  const u = signal(
    Float64Array.from({ length: 5 }, (_, i) => 900 * i),
    Float64Array.from({ length: 5 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (0.4 + 0.6 * draw.uniform())),
    "hold",
  );
  const time = Float64Array.from({ length: 1801 }, (_, i) => 2 * i);
  let state = 0;
  const value = time.map((t) => {
    const now = state + sigma * draw.normal();
    const target = truth.K * u.values[Math.min(Math.floor(t / 900), 4)]!;
    state = target + (state - target) * Math.exp(-2 / truth.tau);
    return now;
  });
  const points = { time, value };
  const kept = archivedPlaces(points, reportedPlaces(points, (deviation * sigma) / 2), { deviation: deviation * sigma, door: "parallel" });
  const column = measured(
    kept.map((i) => time[i]!),
    kept.map((i) => value[i]!),
    { compression: deviation * sigma * (more.said ?? 1), sigma: more.sigma },
  );
  return {
    model: lag,
    windows: [window("w", "s", { y: column }, { u })],
    estimate: ["tau", "K"],
    archive: { y: { every: 2, door: "parallel" } },
    solver: { rtol: 1e-6 },
  } as unknown as Question;
}

test("doors: Bristol's keeps fewer points, each way says how close the dropped ones are", () => {
  const draw = random(1);
  const time = Float64Array.from({ length: 3000 }, (_, i) => i);
  const value = time.map((t) => Math.sin(t / 200) + 0.05 * draw.normal());
  const all = Array.from(time.keys());
  const [tight, loose] = [0.1, 0.1].map((deviation, i) =>
    archivedPlaces({ time, value }, all, { deviation, door: i === 0 ? "aperture" : "parallel" }),
  );
  assert.ok(loose!.length < 0.5 * tight!.length, `${loose!.length} and ${tight!.length} points`);
  // Of a segment kept by parallel doors there is a line through its first point that passes all but the last within the deviation.
  for (let k = 1; k < loose!.length; k++) {
    const [from, to] = [loose![k - 1]!, loose![k]!];
    let [steepest, flattest] = [Infinity, -Infinity];
    for (let i = from + 1; i <= to; i++) {
      steepest = Math.min(steepest, (value[i]! - value[from]! + 0.1) / (i - from));
      flattest = Math.max(flattest, (value[i]! - value[from]! - 0.1) / (i - from));
    }
    assert.ok(flattest <= steepest + 1e-12, `segment ${from} … ${to}`);
  }
});

test("regression separates what depends on a regressor from what does not", () => {
  const draw = random(2);
  const sign = Float64Array.from({ length: 400 }, () => (draw.uniform() < 0.5 ? -1 : 1));
  const column = sign.map((one) => 3 + 0.5 * one + 0.1 * draw.normal());
  const { means, slopes, left } = linesThrough([column], [sign]);
  assert.ok(Math.abs(means[0]! - 3) < 0.02 && Math.abs(slopes[0]![0]! - 0.5) < 0.02, `${means[0]} and ${slopes[0]}`);
  assert.ok(Math.abs(left[0]!.reduce((sum, one) => sum + one, 0)) < 1e-9, "what is left has a mean");
});

test("a record compressed by four σ is fitted with a bias that simulating the historian takes off, without knowing σ", async () => {
  const [raw, cured] = [[] as number[], [] as number[]];
  let inside = 0;
  const seeds = 5;
  for (let seed = 1; seed <= seeds; seed++) {
    const asked = question(seed, 4);
    const fit = (await calibrate(asked)) as Calibrated;
    const { quantities, archived, failed } = await bootstrap(asked, fit, { kind: "archive", draws: 30, seed });
    const { unbiased, interval } = quantities["tau"]!;
    raw.push(fit.parameters["tau"]!.value / truth.tau - 1);
    cured.push(unbiased / truth.tau - 1);
    if (interval && interval[0] <= truth.tau && truth.tau <= interval[1]) inside++;
    assert.ok(Math.abs(archived["y"]!.sigma / sigma - 1) < 0.25, `σ is found as ${archived["y"]!.sigma}`);
    assert.ok(archived["y"]!.ratio > 40, `only ${archived["y"]!.ratio} values a point were left out`);
    assert.equal(failed, 0);
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  assert.ok(mean(raw) < -0.012, `raw bias ${mean(raw)}`);
  assert.ok(Math.abs(mean(cured)) < 0.5 * Math.abs(mean(raw)), `bias ${mean(cured)} of ${mean(raw)} is left`);
  assert.ok(inside >= seeds - 1, `${inside} of ${seeds} intervals hold the truth`);
});

test("histories are the same on any number of workers", async () => {
  const asked = question(3, 2);
  const fit = (await calibrate(asked)) as Calibrated;
  const options = { kind: "archive", draws: 12, rounds: 2, seed: 4 } as const;
  const one = await bootstrap(asked, fit, options);
  await using pool = threads({ workers: 2 });
  const two: Bootstrap = await bootstrap({ ...asked, compute: pool }, fit, options);
  assert.deepEqual(one, two);
});

test("a historian that does not explain the record is refused by name", async () => {
  const asked = question(5, 4, { sigma, said: 0.5 });
  const { quantities, verdict } = await bootstrap(asked, (await calibrate(asked)) as Calibrated, { kind: "archive", draws: 20, rounds: 3 });
  assert.ok(
    verdict.some((one) => /^y does not look like what this historian would keep/.test(one)),
    verdict.join(" "),
  );
  assert.equal(quantities["tau"]?.interval, undefined);
});

test("what cannot be simulated is refused before work is spent", async () => {
  const asked = question(6, 2);
  const fit = (await calibrate(asked)) as Calibrated;
  const { archive: _, ...without } = asked;
  const bare = {
    ...without,
    windows: asked.windows.map((one) => ({ ...one, measured: { y: { ...one.measured["y"]!, compression: 0 } } })),
  };
  const refusals: [Question, RegExp][] = [
    [bare as Question, /no tag is known to be compressed/],
    [{ ...asked, archive: { y: { points: "interpolated" } } } as unknown as Question, /at the source cannot be seen/],
    [{ ...asked, archive: { y: { points: "interpolated", every: 0.1 } } } as unknown as Question, /do not say how large its errors are/],
    [{ ...asked, archive: { y: { every: 1e-6 } } } as unknown as Question, /values at the source/],
    [{ ...asked, likelihood: { y: { sigma: 0.1, proportional: 0.1 } } } as unknown as Question, /no single size/],
  ];
  for (const [wrong, why] of refusals) {
    await assert.rejects(bootstrap(wrong, fit, { kind: "archive", draws: 12 }), (error) => {
      assert.ok(isGreyboxError(error, "calibration/bootstrap"), String(error));
      assert.match(error.message, why);
      return true;
    });
  }
});

test("the probability between two limits, its slopes and its information", () => {
  for (const [z, half] of [
    [0, 1],
    [0.7, 2],
    [-3, 2.5],
    [9, 4],
    [-60, 3],
  ] as const) {
    const { loss, score, information, scale } = betweenLimits(z, half);
    if (Math.abs(z) < 5) near(loss, -Math.log(normalCdf(half - z) - normalCdf(-half - z)), 1e-9, `loss at ${z}`);
    const h = 1e-4;
    near(
      score,
      (betweenLimits(z + h, half).loss - betweenLimits(z - h, half).loss) / (2 * h),
      1e-5 * (1 + Math.abs(score)),
      `score at ${z}`,
    );
    near(information, (betweenLimits(z + h, half).score - betweenLimits(z - h, half).score) / (2 * h), 1e-4, `information at ${z}`);
    // σ grows by exp(h): both distances shrink.
    const [more, less] = [Math.exp(-h), Math.exp(h)].map((factor) => betweenLimits(z * factor, half * factor).loss);
    near(scale + 0, (more! - less!) / (2 * h), 1e-4 * (1 + Math.abs(scale)), `scale at ${z}`);
  }
});

test("the gradient is exact with what was dropped between archived points", () => {
  for (const more of [{}, { sigma }]) {
    const asked = question(7, 3, more);
    checkGradient(
      { ...asked, archive: { y: { every: 2, door: "parallel", between: true } }, solver: { rtol: 1e-10 } } as unknown as Question,
      1e-4,
    );
  }
});

test("a model that leaves the lines between archived points is brought back by what was dropped", async () => {
  const asked = question(8, 2);
  const using = { ...asked, archive: { y: { every: 2, door: "parallel", between: true } } } as unknown as Question;
  const [without, withDropped] = [(await calibrate(asked)) as Calibrated, (await calibrate(using)) as Calibrated];
  for (const name of ["tau", "K"] as const) near(withDropped.parameters[name]!.value, truth[name], 0.02 * truth[name], name);
  assert.deepEqual(Object.keys(withDropped.tags), ["y"]);
  assert.equal(withDropped.tags["y"]!.points, without.tags["y"]!.points);
  const { quantities, verdict } = await bootstrap(using, withDropped, { kind: "archive", draws: 16, rounds: 3 });
  assert.deepEqual(verdict, []);
  near(quantities["tau"]!.unbiased, truth.tau, 4 * quantities["tau"]!.standardDeviation);
  await assert.rejects(bootstrap(using, withDropped), (error) => isGreyboxError(error, "calibration/bootstrap"));
});

test("the verdict of a fit says when compression matters", async () => {
  for (const [deviation, spoken] of [
    [1, false],
    [4, true],
  ] as const) {
    const { verdict } = (await calibrate(question(9, deviation))) as Calibrated;
    assert.equal(
      verdict.some((one) => /^y was compressed by/.test(one)),
      spoken,
      `${deviation} σ: ${verdict.join(" ")}`,
    );
  }
});
