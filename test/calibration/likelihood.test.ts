/** Errors that are not simply Gaussian, priors, ties, populations: exact gradients, closed forms, and what they are for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, type Likelihood, type Question } from "../../src/calibration/index.ts";
import { censoredInformation, censoredLoss, censoredScore, densityOf } from "../../src/calibration/likelihood/density.ts";
import { isGreyboxError, normalCdf, random, reason, signal } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { simulate } from "../../src/solvers/index.ts";
import { checkGradient } from "./gradient.ts";
import { measured, window } from "./windows.ts";

const near = (actual: number | undefined, expected: number, relative: number, what = ""): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= relative * Math.abs(expected), `${what} ${actual} is not ${expected}`);

/** c falls from c0 with the rate k, and is read as it is. */
const decay = defineModel({
  name: "decay",
  time: "h",
  parameters: {
    k: { value: 0.5, unit: "1/h", bounds: [0.01, 10], scale: "log" },
    c0: { value: 4, unit: "mol/L", bounds: [0.1, 100] },
    m: { value: 1, unit: "1/h" },
  },
  states: { c: { unit: "mol/L", initial: "c0", nominal: 1 } },
  derivatives: { c: "-k*c + 0*m*c" },
});

const times = Float64Array.from({ length: 30 }, (_, i) => 0.1 + 0.2 * i);
const truth = (t: number): number => 5 * Math.exp(-0.4 * t);
const noisy = (seed: number, error: (draw: () => number, t: number) => number): Float64Array => {
  const draw = random(seed);
  return times.map((t) => truth(t) + error(() => draw.normal(), t));
};

test("densities integrate to one, and scores and information are what they are called", () => {
  for (const [kind, shape] of [
    ["gaussian", 0],
    ["student", 4],
    ["student", 1.5],
    ["huber", 1.345],
    ["laplace", 0],
  ] as const) {
    const { loss, score, location, scale } = densityOf(kind, shape);
    // z = sinh(s) spreads the heavy tails.
    let [mass, onLocation, onScale] = [0, 0, 0];
    const h = 1e-3;
    for (let s = -30; s <= 30; s += h) {
      const z = Math.sinh(s);
      const weight = Math.exp(-loss(z)) * Math.cosh(s) * h;
      mass += weight;
      onLocation += weight * score(z) ** 2;
      onScale += weight * (z * score(z) - 1) ** 2;
      if (Math.abs(z) < 100) assert.ok(Math.abs(score(z) - (loss(z + 1e-5) - loss(z - 1e-5)) / 2e-5) < 2e-3, `${kind} at ${z}`);
    }
    // The corner of the Laplace density is rounded.
    const tolerance = kind === "laplace" ? 0.03 : 1e-6;
    near(mass, 1, tolerance, kind);
    near(onLocation, location, tolerance, `${kind} location`);
    near(onScale, scale, tolerance, `${kind} scale`);
  }
});

test("a limit costs the logarithm of the probability to lie beyond it, far out too", () => {
  for (const z of [-40, -8, -1, 0, 0.5, 6, 45]) {
    if (Math.abs(z) < 10) near(censoredLoss(z, -1), -Math.log(normalCdf(-z)), 1e-12);
    near(censoredLoss(z, 1), censoredLoss(-z, -1), 1e-15);
    const h = 1e-4;
    const slope = (censoredLoss(z + h, -1) - censoredLoss(z - h, -1)) / (2 * h);
    assert.ok(Math.abs(censoredScore(z, -1) - slope) <= 1e-6 * (1 + Math.abs(slope)), `${z}: ${censoredScore(z, -1)} is not ${slope}`);
    const bend = (censoredScore(z + h, -1) - censoredScore(z - h, -1)) / (2 * h);
    assert.ok(Math.abs(censoredInformation(z, -1) - bend) <= 1e-5, `${z}: ${censoredInformation(z, -1)} is not ${bend}`);
  }
});

const choices: Readonly<Record<string, Likelihood>> = {
  "Student's t": { kind: "student" },
  "Student's t with its own freedom and a given scale": { kind: "student", freedom: 7, sigma: 0.2 },
  Huber: { kind: "huber", sigma: { estimate: true, value: 0.05 } },
  Laplace: { kind: "laplace", sigma: 0.3 },
  "log-normal": { scale: "log" },
  "log10-normal": { scale: "log10", sigma: { estimate: true, value: 0.03 } },
  "proportional errors": { sigma: { estimate: true }, proportional: { estimate: true } },
  "proportional errors of Student's t": { kind: "student", sigma: 0.02, proportional: 0.1 },
  "correlated errors": { correlationTime: { estimate: true } },
  "correlated proportional errors on a log scale": { scale: "log", proportional: 0.1, correlationTime: { estimate: true, value: 0.3 } },
  "a dead band": { kind: "gaussian", sigma: 0.05, deadBand: 0.1 },
};

for (const [name, likelihood] of Object.entries(choices)) {
  test(`the gradient is exact: ${name}`, () => {
    const windows = [
      window("w", "h", {
        c: measured(
          times,
          noisy(2, (draw) => 0.04 * draw()),
        ),
      }),
    ];
    checkGradient({ model: decay, windows, estimate: ["k", "c0"], likelihood: { c: likelihood }, solver: { rtol: 1e-11 } }, 2e-5);
  });
}

test("the gradient is exact with limits, priors, ties, local parameters and a population", () => {
  const value = noisy(3, (draw) => 0.1 * draw());
  const reasons = Uint32Array.from(times, (_, i) => (i > 20 ? reason.censored : 0));
  const one = measured(
    times,
    value.map((v, i) => (i > 20 ? 0.6 : v)),
    { reasons, sigma: 0.1 },
  );
  const two = measured(
    times,
    noisy(4, (draw) => 0.1 * draw()),
    { sigma: 0.2 },
  );
  const question: Question = {
    model: decay,
    windows: [window("a", "h", { c: one }), window("b", "h", { c: two })],
    estimate: ["c0"],
    ties: { m: { to: "k", factor: 2 } },
    perWindow: { k: { pool: { sd: { estimate: true, value: 0.2 } } } },
    priors: { c0: { normal: [4, 2] }, "spread of k": { logNormal: [0.2, 0.5] }, k: { laplace: [0.5, 0.1] } },
    solver: { rtol: 1e-11 },
  };
  checkGradient(question as Question, 2e-5);
});

test("gross errors move a Gaussian fit and hardly one with Student's t", async () => {
  const wrong = { gaussian: 0, student: 0 };
  const seeds = 40;
  for (let seed = 0; seed < seeds; seed++) {
    const draw = random(seed);
    const value = times.map((t) => truth(t) + 0.05 * draw.normal() + (draw.uniform() < 0.1 ? 1 + draw.uniform() : 0));
    for (const kind of ["gaussian", "student"] as const) {
      const windows = [window("w", "h", { c: measured(times, value) })];
      const fit = await calibrate({ model: decay, windows, estimate: ["k", "c0"], likelihood: { c: { kind } } });
      wrong[kind] += (fit.parameters.k.value / 0.4 - 1) / seeds;
    }
  }
  assert.ok(wrong.gaussian < -0.03, `a Gaussian fit is off by ${wrong.gaussian}`);
  assert.ok(Math.abs(wrong.student) < 0.01, `Student's t is off by ${wrong.student}`);
});

test("limits are used as limits: leaving them out or taking them for values is biased", async () => {
  const errors = { limits: 0, values: 0 };
  const seeds = 30;
  for (let seed = 0; seed < seeds; seed++) {
    const value = noisy(seed, (draw) => 0.15 * draw());
    const reasons = Uint32Array.from(value, (v) => (v < 0.8 ? reason.censored : 0));
    const cut = value.map((v) => Math.max(v, 0.8));
    const weight = Float64Array.from(value, (v) => (v < 0.8 ? 0 : 1));
    const limited = [window("w", "h", { c: measured(times, cut, { reasons, weight, sigma: 0.15 }) })];
    const taken = [window("w", "h", { c: measured(times, cut, { sigma: 0.15 }) })];
    const estimate = ["k", "c0"] as const;
    errors.limits += ((await calibrate({ model: decay, windows: limited, estimate })).parameters.k.value / 0.4 - 1) / seeds;
    errors.values += ((await calibrate({ model: decay, windows: taken, estimate })).parameters.k.value / 0.4 - 1) / seeds;
  }
  assert.ok(Math.abs(errors.limits) < 0.015, `with limits: ${errors.limits}`);
  assert.ok(errors.values < -0.03, `limits as values: ${errors.values}`);
});

test("intervals keep their coverage where errors stay alike for long, and lose it where that is not said", async () => {
  const hits = { said: 0, unsaid: 0 };
  const seeds = 60;
  for (let seed = 0; seed < seeds; seed++) {
    const draw = random(seed);
    const dense = Float64Array.from({ length: 200 }, (_, i) => 0.03 * (i + 1));
    let error = 0.1 * draw.normal();
    const kept = Math.exp(-0.03 / 0.3);
    const value = dense.map((t) => {
      error = kept * error + Math.sqrt(1 - kept * kept) * 0.1 * draw.normal();
      return truth(t) + error;
    });
    const windows = [window("w", "h", { c: measured(dense, value) })];
    for (const [how, likelihood] of [
      ["said", { correlationTime: { estimate: true } }],
      ["unsaid", {}],
    ] as const) {
      const fit = await calibrate({ model: decay, windows, estimate: ["k", "c0"], likelihood: { c: likelihood }, level: 0.9 });
      const interval = fit.parameters.k.interval!;
      if (interval[0] <= 0.4 && 0.4 <= interval[1]) hits[how]++;
    }
  }
  assert.ok(hits.said >= 0.8 * seeds && hits.said <= 0.98 * seeds, `${hits.said} of ${seeds}`);
  assert.ok(hits.unsaid < 0.6 * seeds, `${hits.unsaid} of ${seeds}`);
});

/** A constant, measured. */
const level = defineModel({
  name: "level",
  time: "h",
  parameters: { a: { value: 1, unit: "K" }, b: { value: 1, unit: "K" } },
  states: { x: { unit: "K", initial: "a + 0*b", nominal: 1 } },
  derivatives: { x: "0 K/h" },
});

test("a normal prior is worth as many measurements as its precision says", async () => {
  const windows = [window("w", "h", { x: measured([1, 2, 3, 4], [3, 5, 4, 4], { sigma: 2 }) })];
  const fit = await calibrate({ model: level, windows, estimate: ["a"], priors: { a: { normal: [1, 0.5] } } });
  // Precisions: 4/4 from the data, 4 from the prior.
  near(fit.parameters.a.value, (1 * 4 + 4 * 1) / 5, 1e-9);
  near(fit.parameters.a.standardError, 1 / Math.sqrt(5), 1e-9);
  near(
    fit.logLikelihood,
    -4 * Math.log(2) - 2 * Math.log(2 * Math.PI) - 0.5 * [3, 5, 4, 4].reduce((s, y) => s + ((y - 1.6) / 2) ** 2, 0),
    1e-9,
  );
});

test("members of a population are drawn to its mean as much as their own data leaves room", async () => {
  const values = [1, 2, 6];
  const windows = values.map((value, i) => window(`w${i}`, "h", { x: measured([1], [value], { sigma: 1 }) }));
  const alone = await calibrate({ model: level, windows, estimate: [], perWindow: { a: true } });
  for (const [i, value] of values.entries()) near(alone.local[`w${i}`]!.a, value, 1e-9);
  const pooled = await calibrate({ model: level, windows, estimate: [], perWindow: { a: { pool: { sd: 2 } } } });
  // The best linear unbiased predictor: shrunk by τ²/(τ² + σ²) = 0.8 about the mean 3.
  for (const [i, value] of values.entries()) near(pooled.local[`w${i}`]!.a, 3 + 0.8 * (value - 3), 1e-9);
  const { a } = pooled.parameters as Record<string, { value: number; standardError: number | undefined }>;
  near(a!.value, 3, 1e-9);
  near(a!.standardError, Math.sqrt(5 / 3), 1e-9);
  near(pooled.model.definition.parameters.a!.value, 3, 1e-9);
});

test("windows of one asset share its value", async () => {
  const windows = [1, 3, 10].map((value, i) => window(`w${i}`, "h", { x: measured([1], [value], { sigma: 1 }) }));
  const assets = { w0: "pump 1", w1: "pump 1", w2: "pump 2" };
  const fit = await calibrate({ model: level, windows, estimate: [], perWindow: { a: { by: "asset" } }, assets });
  assert.deepEqual(fit.names, ["a in pump 1", "a in pump 2"]);
  near(fit.local.w1!.a, 2, 1e-9);
  near(fit.local.w2!.a, 10, 1e-9);
});

test("a tied parameter follows", async () => {
  const windows = [window("w", "h", { x: measured([1], [4], { sigma: 1 }) })];
  const fit = await calibrate({ model: level, windows, estimate: ["a"], ties: { b: { to: "a", factor: -0.5 } } });
  near(fit.model.definition.parameters.b!.value, -2, 1e-9);
});

for (const [what, change, code] of [
  ["a prior without width", { priors: { a: { normal: [1, 0] } } }, "calibration/prior"],
  ["a prior of nothing", { priors: { q: { normal: [1, 1] } } }, "calibration/unknown-name"],
  ["a tie to what is not estimated", { ties: { b: { to: "b" } } }, "calibration/tie"],
  [
    "a population of unknown spread without a prior",
    { estimate: [], perWindow: { a: { pool: { sd: { estimate: true, value: 1 } } } } },
    "calibration/pool-needs-prior",
  ],
  ["an asset that nobody named", { estimate: [], perWindow: { a: { by: "asset" } } }, "calibration/no-asset"],
  ["logarithms of negative values", { likelihood: { x: { scale: "log" } } }, "calibration/likelihood"],
  ["a likelihood for what is not observed", { likelihood: { y: {} } }, "calibration/unknown-name"],
  ["a scale of errors below 0", { likelihood: { x: { kind: "laplace", sigma: -1 } } }, "calibration/likelihood"],
  ["limits with heavy tails", { likelihood: { x: { kind: "student" } } }, "calibration/likelihood"],
] as const) {
  test(`refused by name: ${what}`, async () => {
    const reasons = what === "limits with heavy tails" ? Uint32Array.of(reason.censored) : new Uint32Array(1);
    const windows = [window("w", "h", { x: measured([1], [-4], { reasons }) })];
    const question = { model: level, windows, estimate: ["a"], ...change } as unknown as Question;
    await assert.rejects(calibrate(question), (error) => isGreyboxError(error) && error.code === code);
  });
}

/** A tank that warms up after a step of its heater. */
const tank = defineModel({
  name: "tank",
  time: "min",
  parameters: { tau: { value: 8, unit: "min", bounds: [0.5, 100], scale: "log" }, lift: { value: 1.5, unit: "K" } },
  inputs: { heat: "1" },
  states: { T: { unit: "K", initial: 300 } },
  derivatives: { T: "(300 K + lift*heat - T)/tau" },
});

test("bias, gain and lag of an instrument are parameters like any other", async () => {
  const time = Float64Array.from({ length: 120 }, (_, i) => 0.5 * i);
  const heat = signal([0, 5, 30, 70], [0, 20, 5, 5], "hold");
  const run = simulate(tank.with({ parameters: { tau: 10, lift: 2 } }), { span: [0, 60], inputs: { heat }, at: time });
  const process = run.column("T");
  // The lagged reading in closed form would be long; a model of it is not the code under test.
  const lagging = defineModel({
    name: "lagging",
    time: "min",
    parameters: { tau: { value: 10, unit: "min" }, lift: { value: 2, unit: "K" } },
    inputs: { heat: "1" },
    states: { T: { unit: "K", initial: 300 }, L: { unit: "K", initial: 300 } },
    derivatives: { T: "(300 K + lift*heat - T)/tau", L: "(T - L)/(2 min)" },
  });
  const slow = simulate(lagging, { span: [0, 60], inputs: { heat }, at: time }).column("L");
  const windows = [
    window(
      "a",
      "min",
      {
        T: measured(
          time,
          process.map((T) => 0.9 * T + 33),
          { sigma: 0.1 },
        ),
      },
      { heat },
    ),
    window(
      "b",
      "min",
      {
        T: measured(
          time,
          process.map((T) => 0.9 * T + 33),
          { sigma: 0.1 },
        ),
      },
      { heat },
    ),
  ];
  const fit = await calibrate({
    model: tank,
    windows,
    estimate: ["tau", "lift"],
    instruments: { T: { gain: 0.9, bias: true } },
    solver: { rtol: 1e-10 },
  });
  const found = fit.parameters as Record<string, { readonly value: number } | undefined>;
  near(found["T.instrument.bias"]?.value, 33, 1e-2);
  assert.deepEqual(Object.keys(fit.model.definition.parameters), ["tau", "lift"]);
  const lagged = [window("a", "min", { T: measured(time, slow, { sigma: 0.1 }) }, { heat })];
  const other = await calibrate({
    model: tank,
    windows: lagged,
    estimate: ["tau", "lift"],
    instruments: { T: { lag: true } },
    solver: { rtol: 1e-10 },
  });
  near((other.parameters as Record<string, { readonly value: number } | undefined>)["T.instrument.lag"]?.value, 2, 1e-5);
  near(other.parameters.tau.value, 10, 1e-5);
});

test("the dead time of an instrument is found, and is not part of the process", async () => {
  const time = Float64Array.from({ length: 120 }, (_, i) => 0.5 * i);
  const heat = signal([0, 5, 30, 70], [0, 20, 5, 5], "hold");
  const run = simulate(tank.with({ parameters: { tau: 10, lift: 2 } }), {
    span: [0, 60],
    inputs: { heat },
    at: Float64Array.from(time, (t) => Math.max(t - 1.7, 0)),
  });
  const late = [window("a", "min", { T: measured(time, run.column("T"), { sigma: 0.1 }) }, { heat })];
  const fit = await calibrate({
    model: tank,
    windows: late,
    estimate: ["tau", "lift"],
    instruments: { T: { delay: { value: 1 } } },
    solver: { rtol: 1e-9 },
  });
  near((fit.parameters as Record<string, { readonly value: number } | undefined>)["T.instrument.delay"]?.value, 1.7, 1e-3);
  near(fit.parameters.tau.value, 10, 1e-3);
});
