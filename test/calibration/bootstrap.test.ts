/** Draws of data and the fits to them, against what is known in closed form. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { blockLength, resampled } from "../../src/calibration/bootstrap/blocks.ts";
import { drawnErrors, valuesWith } from "../../src/calibration/bootstrap/errors.ts";
import { endsOf } from "../../src/calibration/bootstrap/intervals.ts";
import { bootstrap, calibrate, type Likelihood } from "../../src/calibration/index.ts";
import { densityOf } from "../../src/calibration/likelihood/density.ts";
import type { NoisePlan } from "../../src/calibration/question/noise.ts";
import { threads } from "../../src/compute/index.ts";
import { isGreyboxError, random, reason, studentQuantile } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const close = (actual: number | undefined, expected: number, by: number, what = ""): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= by, `${what} ${actual} is not ${expected} ± ${by}`);

const noise: NoisePlan = {
  tag: "y",
  kind: "gaussian",
  scale: "linear",
  shape: 4,
  deadBand: 0,
  within: false,
  sigma: 1,
  sigmaFrom: undefined,
  proportional: undefined,
  correlationTime: undefined,
};

test("errors are drawn from the densities that the likelihoods have", () => {
  for (const [kind, shape] of [
    ["gaussian", 0],
    ["student", 4],
    ["student", 1.5],
    ["huber", 1.345],
    ["laplace", 0],
  ] as const) {
    const errors = drawnErrors({ ...noise, kind, shape }, 20_000, random(`${kind} ${shape}`)).sort();
    // Distribution function by quadrature, against the share of draws below: Kolmogorov–Smirnov.
    const { loss } = densityOf(kind, shape);
    const [low, high, cells] = [-200, 200, 400_000];
    const h = (high - low) / cells;
    let [mass, next, worst] = [0, 0, 0];
    const edge = kind === "student" && shape < 2 ? 5e-3 : 0;
    for (let cell = 0; cell < cells; cell++) {
      const z = low + cell * h;
      mass += Math.exp(-loss(z + h / 2)) * h;
      while (next < errors.length && errors[next]! < z + h) next++;
      worst = Math.max(worst, Math.abs(mass - next / errors.length));
    }
    assert.ok(worst < 0.0136 + edge, `${kind}: distribution functions differ by ${worst}`);
  }
});

test("drawn values have the memory, the band, the scale and the limits of their tag", () => {
  const count = 20_000;
  const base = {
    computed: new Float64Array(count).fill(10),
    sizes: new Float64Array(count).fill(0.5),
    times: Float64Array.from({ length: count }, (_, i) => i),
    memory: 5,
  };
  const tag = { side: undefined } as Parameters<typeof valuesWith>[0];
  const { value } = valuesWith(tag, noise, base, drawnErrors(noise, count, random(1)), random(2));
  let [products, squares] = [0, 0];
  for (let i = 1; i < count; i++) {
    products += (value[i]! - 10) * (value[i - 1]! - 10);
    squares += (value[i]! - 10) ** 2;
  }
  close(products / squares, Math.exp(-1 / 5), 0.02, "correlation of neighbours");
  close(squares / count, 0.25, 0.02, "variance");

  const loose = { ...base, memory: 0 };
  const banded = valuesWith(tag, { ...noise, deadBand: 2 }, loose, drawnErrors(noise, count, random(3)), random(4)).value;
  // Uniform within ±2, with the density of the tails at their top: mass 4/(0.5·√2π) against 1.
  const flat = 4 / (0.5 * Math.sqrt(2 * Math.PI));
  close(banded.filter((one) => Math.abs(one - 10) <= 2).length / count, flat / (1 + flat), 0.015, "share within the band");

  const logarithms = valuesWith(tag, { ...noise, scale: "log10" }, loose, drawnErrors(noise, count, random(5)), random(6)).value;
  close(logarithms.reduce((sum, one) => sum + Math.log10(one), 0) / count, 1, 0.02, "mean of the logarithms");

  const limits = { value: Float64Array.of(10, 9.5, 10.4), side: Int8Array.of(0, -1, 0) } as Parameters<typeof valuesWith>[0];
  const three = { computed: Float64Array.of(10, 10, 10), sizes: new Float64Array(3).fill(1), times: Float64Array.of(0, 1, 2), memory: 0 };
  const below = valuesWith(limits, noise, three, Float64Array.of(-3, -3, 1), random(7));
  assert.deepEqual(
    [Array.from(below.value), Array.from(below.side!)],
    [
      [9.5, 9.5, 11],
      [-1, -1, 0],
    ],
  );
  const above = valuesWith(limits, noise, three, Float64Array.of(0, 2, -0.1), random(8));
  assert.deepEqual(
    [Array.from(above.value), Array.from(above.side!)],
    [
      [10, 12, 9.9],
      [0, 0, 0],
    ],
  );
});

/** y = a + b·t: everything is known of it. */
const line = defineModel({
  name: "line",
  time: "h",
  parameters: { a: { value: 1, unit: "1" }, b: { value: 2, unit: "1/h" } },
  states: { y: { unit: "1", initial: "a" } },
  derivatives: { y: "b" },
});
const times = Array.from({ length: 12 }, (_, i) => i / 2);
const about = (times.reduce((sum, t) => sum + t, 0) / times.length) as number;
const spread = times.reduce((sum, t) => sum + (t - about) ** 2, 0);

test("of a straight line the standard deviation and the studentised interval are those of the textbook", async () => {
  const draw = random(5);
  const value = times.map((t) => 1 + 2 * t + 0.3 * draw.normal());
  const question = { model: line, windows: [window("w", "h", { y: measured(times, value) })], estimate: ["a", "b"] } as const;
  const fit = await calibrate(question);
  const sigma = fit.tags["y"]!.sigma;
  for (const kind of ["parametric", "residual"] as const) {
    const { quantities, failed, verdict } = await bootstrap(question, fit, { kind, draws: 800, seed: 3, level: 0.9 });
    const b = quantities["b"]!;
    const interval = b.interval!;
    close(b.standardDeviation, sigma / Math.sqrt(spread), (0.08 * sigma) / Math.sqrt(spread), kind);
    close(b.bias, 0, (0.12 * sigma) / Math.sqrt(spread), `bias, ${kind}`);
    const reach = (studentQuantile(0.95, 10) * sigma) / Math.sqrt(spread);
    close(interval[0], b.estimate - reach, 0.2 * reach, `lower end, ${kind}`);
    close(interval[1], b.estimate + reach, 0.2 * reach, `upper end, ${kind}`);
    assert.ok(b.percentile[1] - b.percentile[0] < interval[1] - interval[0], "percentiles know nothing of degrees of freedom");
    assert.deepEqual([failed, verdict], [0, []]);
  }
});

test("bias-corrected percentiles find the interval that a monotone transformation makes symmetric", () => {
  // The estimate is exp(z) with z drawn about ln 2 + 0.1 (biased) and σ = 0.5.
  const draw = random(6);
  const draws = Float64Array.from({ length: 40_000 }, () => Math.exp(Math.log(2) + 0.1 + 0.5 * draw.normal()));
  const { corrected } = endsOf(
    draws,
    draws.map(() => Number.NaN),
    2,
    Number.NaN,
    0.9,
  );
  const end = (z: number): number => Math.exp(Math.log(2) + 0.1 - 0.2 + 0.5 * z);
  close(corrected[0], end(-1.6449), 0.02);
  close(corrected[1], end(1.6449), 0.08);
});

test("blocks keep what neighbours have in common", async () => {
  const draw = random(8);
  const count = 120;
  const long = Array.from({ length: count }, (_, i) => i / 20);
  const errors = new Float64Array(count);
  for (let i = 0; i < count; i++) errors[i] = (i > 0 ? 0.8 * errors[i - 1]! : 0) + 0.2 * draw.normal();
  assert.ok(blockLength(errors) >= 6, `blocks of ${blockLength(errors)}`);
  assert.equal(blockLength(Float64Array.from({ length: count }, () => draw.normal())), 1);
  assert.deepEqual(new Set(resampled(errors, 7, random(1))).size <= count, true);

  const value = long.map((t, i) => 1 + 2 * t + errors[i]!);
  const question = { model: line, windows: [window("w", "h", { y: measured(long, value) })], estimate: ["a", "b"] } as const;
  const fit = await calibrate(question);
  const { b } = (await bootstrap(question, fit, { kind: "residual", draws: 300, seed: 1 })).quantities;
  const ratio = b!.standardDeviation / fit.parameters.b.standardError!;
  // Nine times the variance of a mean: √((1 + 0.8)/(1 − 0.8)) = 3, of which blocks of this length see a good part.
  assert.ok(ratio > 1.6 && ratio < 3.2, `standard deviation is ${ratio} standard errors`);
});

test("starts that were measured are drawn again, limits stay limits, and workers do not matter", async () => {
  const decay = defineModel({
    name: "decay",
    time: "h",
    parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" } },
    states: { c: { unit: "mol/L", initial: 4, nominal: 1 } },
    derivatives: { c: "-k*c" },
  });
  const t = Array.from({ length: 16 }, (_, i) => 0.4 * i);
  const draw = random(9);
  const value = t.map((at) => Math.max(5 * Math.exp(-0.4 * at) + 0.1 * draw.normal(), 0.8));
  const reasons = Uint32Array.from(value, (one) => (one === 0.8 ? reason.censored : 0));
  const windows = [window("w", "h", { c: measured(t, value, { reasons, sigma: 0.1 }) })];
  const question = { model: decay, windows, estimate: ["k"], initial: { c: "measured" } } as const;
  const fit = await calibrate(question);
  const one = await bootstrap(question, fit, { draws: 60, seed: 2 });
  await using pool = threads({ workers: 2 });
  const two = await bootstrap({ ...question, compute: pool }, fit, { draws: 60, seed: 2 });
  assert.deepEqual(one, two);
  // The start is off by 2 % and k with it: the linearised standard error does not see it.
  assert.ok(one.quantities["k"]!.standardDeviation > 1.2 * fit.parameters.k.standardError!, `${one.quantities["k"]!.standardDeviation}`);
  await assert.rejects(bootstrap(question, fit, { kind: "residual" }), (error) => isGreyboxError(error, "calibration/bootstrap"));
  await assert.rejects(bootstrap(question, fit, { draws: 3 }), (error) => isGreyboxError(error, "calibration/option"));
});

test("every likelihood can be drawn from and fitted again", async () => {
  const draw = random(11);
  const value = times.map((t) => 3 + 2 * t + 0.2 * draw.normal());
  const likelihoods: Likelihood[] = [
    { kind: "student" },
    { kind: "huber" },
    { kind: "laplace", sigma: 0.2 },
    { scale: "log" },
    { sigma: { estimate: true }, proportional: { estimate: true } },
    { correlationTime: { estimate: true } },
    { sigma: 0.1, deadBand: 0.2 },
  ];
  for (const y of likelihoods) {
    const question = {
      model: line,
      windows: [window("w", "h", { y: measured(times, value) })],
      estimate: ["a", "b"],
      likelihood: { y },
    } as const;
    const fit = await calibrate(question);
    const { quantities, failed } = await bootstrap(question, fit, { draws: 40, seed: 1 });
    const { b } = quantities;
    assert.ok(failed <= 4, `${JSON.stringify(y)}: ${failed} failed`);
    close(b!.standardDeviation, fit.parameters.b.standardError!, 0.6 * fit.parameters.b.standardError!, JSON.stringify(y));
  }
});

test("where measured values correct the states, what is drawn is followed by what comes after", async () => {
  const wandering = defineModel({
    name: "wandering",
    time: "h",
    parameters: { level: { value: 1, unit: "1" }, k: { value: 0.5, unit: "1/h", bounds: [0.01, 5], scale: "log" } },
    states: { y: { unit: "1", initial: "level" } },
    derivatives: { y: "k*(level - y)" },
  });
  const draw = random(12);
  const t = Array.from({ length: 80 }, (_, i) => 0.5 * i);
  let y = 2;
  const value = t.map(() => {
    y = 2 + (y - 2) * Math.exp(-0.3 * 0.5) + 0.2 * draw.normal();
    return y;
  });
  const windows = [window("w", "h", { y: measured(t, value) })];
  // A gain of 1: the model is an autoregression, of which everything is known.
  const question = { model: wandering, windows, estimate: ["level", "k"], innovations: { y: { y: 1 } } } as const;
  const fit = await calibrate(question);
  const { quantities, failed } = await bootstrap(question, fit, { draws: 120, seed: 1 });
  assert.ok(failed <= 6, `${failed} failed`);
  const { level, k } = quantities;
  close(level!.standardDeviation, fit.parameters.level.standardError!, 0.5 * fit.parameters.level.standardError!, "level");
  // The coefficient of an autoregression comes out small by about (1 + 3φ)/n: rates come out large.
  assert.ok(k!.bias > 0 && k!.bias < 1.5 * k!.standardDeviation, `bias ${k!.bias}, sd ${k!.standardDeviation}`);
});
