/**
 * Kinetics with published optima beyond the data folder: COPS, the Handbook of Test Problems, and the covariances of parmest's reactor.
 *
 * @see E. D. Dolan, J. J. Moré, T. S. Munson, "Benchmarking optimization software with COPS 3.0", Argonne ANL/MCS-TM-273, 2004.
 * @see C. A. Floudas et al., *Handbook of Test Problems in Local and Global Optimization*, Kluwer 1999, chapter 15.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Calibrated, calibrate, type Question } from "../../src/calibration/index.ts";
import type { ModelDefinition } from "../../src/core/index.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { modelFromDefinition } from "../../src/models/index.ts";

type Parts = Pick<ModelDefinition, "parameters" | "states" | "derivatives"> & Partial<ModelDefinition>;
const nothing = { time: "1", inputs: {}, algebraic: {}, events: {}, outputs: {} } as const;
const one = (value: number, low: number, high: number) => ({ value, unit: "1", bounds: [low, high] as const });
const state = (initial: number, nominal = 1) => ({ unit: "1", initial, nominal });

/** All parameters estimated, one σ for all: least squares. */
function asked(name: string, parts: Parts, time: readonly number[], measured: Readonly<Record<string, readonly number[]>>): Question {
  const model = modelFromDefinition({ ...nothing, name, ...parts });
  const windows = [windowFromTable(model, { time, measured })];
  return { model, windows, estimate: Object.keys(parts.parameters), noise: "common", starts: 3, seed: 1, solver: { rtol: 1e-9 } };
}

const sumOf = ({ tags }: Calibrated): number => Object.values(tags).reduce((sum, { rmse, points }) => sum + rmse * rmse * points, 0);

function near(actual: number | undefined, expected: number, relative: number, what: string): void {
  assert.ok(actual !== undefined && Math.abs(actual / expected - 1) <= relative, `${what}: ${actual} is not ${expected}`);
}

test("methanol to hydrocarbons: the published sum of squares of COPS", async () => {
  const rate = one(1, 0, 100);
  const question = asked(
    "methanol",
    {
      parameters: { t1: rate, t2: rate, t3: rate, t4: rate, t5: rate },
      states: { a: state(1), b: state(0), c: state(0) },
      algebraic: { w: { unit: "1", is: "(t2 + t5)*a + b" } },
      derivatives: { a: "-(2*t2 - t1*b/w + t3 + t4)*a", b: "t1*a*(t2*a - b)/w + t3*a", c: "t1*a*(b + t5*a)/w + t4*a" },
    },
    [0, 0.05, 0.065, 0.08, 0.123, 0.233, 0.273, 0.354, 0.397, 0.418, 0.502, 0.553, 0.681, 0.75, 0.916, 0.937, 1.122],
    {
      a: [
        1, 0.7085, 0.5971, 0.5537, 0.3684, 0.1712, 0.1198, 0.0747, 0.0529, 0.0415, 0.0261, 0.0208, 0.0085, 0.0053, 0.0019, 0.0018, 0.0006,
      ],
      b: [
        0, 0.1621, 0.1855, 0.1989, 0.2845, 0.3491, 0.3098, 0.3576, 0.3347, 0.3388, 0.3557, 0.3483, 0.3836, 0.3611, 0.3609, 0.3485, 0.3698,
      ],
      c: [0, 0.0811, 0.0965, 0.1198, 0.1535, 0.2097, 0.2628, 0.2467, 0.2884, 0.2757, 0.3167, 0.2954, 0.295, 0.2937, 0.2831, 0.2846, 0.2899],
    },
  );
  const fit = await calibrate(question);
  near(sumOf(fit), 9.02229e-3, 1e-6, "sum of squares");
  assert.equal(fit.parameters["t5"]!.atBound, "lower");
});

const counts = [
  [20000, 17000, 10000, 15000, 12000, 9000, 7000, 3000],
  [12445, 15411, 13040, 13338, 13484, 8426, 6615, 4022],
  [7705, 13074, 14623, 11976, 12453, 9272, 6891, 5020],
  [4664, 8579, 12434, 12603, 11738, 9710, 6821, 5722],
  [2977, 7053, 11219, 11340, 13665, 8534, 6242, 5695],
  [1769, 5054, 10065, 11232, 12112, 9600, 6647, 7034],
  [943, 3907, 9473, 10334, 11115, 8826, 6842, 7348],
  [581, 2624, 7421, 10297, 12427, 8747, 7199, 7684],
  [355, 1744, 5369, 7748, 10057, 8698, 6542, 7410],
  [223, 1272, 4713, 6869, 9564, 8766, 6810, 6961],
  [137, 821, 3451, 6050, 8671, 8291, 6827, 7525],
  [87, 577, 2649, 5454, 8430, 7411, 6423, 8388],
  [49, 337, 2058, 4115, 7435, 7627, 6268, 7189],
  [32, 228, 1440, 3790, 6474, 6658, 5859, 7467],
  [17, 168, 1178, 3087, 6524, 5880, 5562, 7144],
  [11, 99, 919, 2596, 5360, 5762, 4480, 7256],
  [7, 65, 647, 1873, 4556, 5058, 4944, 7538],
  [4, 44, 509, 1571, 4009, 4527, 4233, 6649],
  [2, 27, 345, 1227, 3677, 4229, 3805, 6378],
  [1, 20, 231, 934, 3197, 3695, 3159, 6454],
  [1, 12, 198, 707, 2562, 3163, 3232, 5566],
];

test("marine populations, 15 rates and 8 initial values: the published sum of squares of COPS", async () => {
  const stages = [1, 2, 3, 4, 5, 6, 7, 8];
  const named = <T>(letter: string, of: readonly number[], value: (j: number) => T): Record<string, T> =>
    Object.fromEntries(of.map((j) => [`${letter}${j}`, value(j)]));
  const question = asked(
    "marine",
    {
      parameters: { ...named("m", stages, () => one(0.3, 0, 20)), ...named("g", stages.slice(0, 7), () => one(0.5, 0, 20)) },
      states: named("y", stages, (j) => state(counts[0]![j - 1]!, 10_000)),
      derivatives: named("y", stages, (j) => `${j > 1 ? `g${j - 1}*y${j - 1} - ` : "-"}(m${j}${j < 8 ? ` + g${j}` : ""})*y${j}`),
    },
    counts.map((_, i) => i / 2),
    named("y", stages, (j) => counts.map((row) => row[j - 1]!)),
  );
  const initial = named("y", stages, () => ({ estimate: true as const, bounds: [0, 1e5] as const }));
  const fit = await calibrate({ ...question, starts: 1, initial: initial as Question["initial"] });
  near(sumOf(fit), 1.97465e7, 1e-5, "sum of squares");
});

test("A → B → C: the optimum of the handbook", async () => {
  const question = asked(
    "chain",
    {
      parameters: { k1: one(2, 0, 10), k2: one(2, 0, 10) },
      states: { a: state(1), b: state(0) },
      derivatives: { a: "-k1*a", b: "k1*a - k2*b" },
    },
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
    {
      a: [0.606, 0.368, 0.223, 0.135, 0.082, 0.05, 0.03, 0.018, 0.011, 0.007],
      b: [0.373, 0.564, 0.647, 0.669, 0.656, 0.624, 0.583, 0.539, 0.494, 0.451],
    },
  );
  const fit = await calibrate(question);
  near(sumOf(fit), 1.18584e-6, 1e-5, "sum of squares");
  near(fit.parameters["k1"]!.value, 5.0035, 1e-5, "k1");
  near(fit.parameters["k2"]!.value, 1, 1e-5, "k2");
});

test("Lotka and Volterra: the optimum of the handbook", async () => {
  const question = asked(
    "lotka-volterra",
    {
      parameters: { k1: one(3, 0, 10), k2: one(1, 0, 10) },
      states: { x: state(1.2), y: state(1.1) },
      derivatives: { x: "k1*x*(1 - y)", y: "k2*y*(x - 1)" },
    },
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    {
      x: [0.799, 0.8731, 1.2487, 1.0362, 0.7483, 1.0024, 1.2816, 0.8944, 0.7852, 1.1527],
      y: [1.0758, 0.8711, 0.9393, 1.1468, 1.0027, 0.8577, 1.0274, 1.1369, 0.9325, 0.9074],
    },
  );
  const fit = await calibrate({ ...question, starts: 1 });
  near(sumOf(fit), 1.24924e-3, 1e-5, "sum of squares");
  near(fit.parameters["k1"]!.value, 3.2434, 1e-5, "k1");
  near(fit.parameters["k2"]!.value, 0.9209, 1e-5, "k2");
});

const folder = join(process.env["GREYBOX_DATA"] ?? "../shared/data", "parmest", "reactor_design");
const skip = existsSync(folder) ? false : `${folder} is absent`;

/** Points of the reactor of parmest: each a steady state. */
function design(file: string, outputs: Readonly<Record<string, string>>, sigma: Readonly<Record<string, number>>): Question {
  const [head = "", ...lines] = readFileSync(join(folder, file), "utf8").trim().split(/\r?\n/);
  const names = head.split(",");
  const column = (name: string): number[] => lines.map((line) => Number(line.split(",")[names.indexOf(name)]));
  const rate = (value: number) => ({ value, unit: "1", bounds: [value / 1000, value * 100] as const, scale: "log" as const });
  const model = modelFromDefinition({
    ...nothing,
    name: "reactor-design",
    parameters: { k1: rate(1), k2: rate(1), k3: rate(1e-3) },
    inputs: { sv: "1", caf: "1" },
    states: { a: state(5000, 1000), b: state(2000, 1000), c: state(2000, 1000), d: state(1000, 1000) },
    derivatives: { a: "sv*caf - sv*a - k1*a - 2*k3*a^2", b: "-sv*b + k1*a - k2*b", c: "-sv*c + k2*b", d: "-sv*d + k3*a^2" },
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, is]) => [name, { unit: "1", is }])),
  });
  const measured = Object.fromEntries(Object.keys(outputs).map((name) => [name, column(name)]));
  const inputs = { sv: column("sv"), caf: column("caf") };
  const windows = [windowFromTable(model, { time: lines.map((_, i) => i), inputs, measured, sigma })];
  return { model, windows, estimate: ["k1", "k2", "k3"], steady: true, noise: "common" };
}

// Estimates, objectives and covariances: 40 digits on the closed form of the steady state.
test("parmest, reactor design: estimates, objective and covariance", { skip }, async () => {
  const fit = await calibrate(design("reactor_data.csv", { ca: "a", cb: "b", cc: "c", cd: "d" }, {}));
  near(sumOf(fit), 1373232.8518192, 1e-10, "objective");
  for (const [i, value] of [0.8606691136622, 1.627204970865, 1.680582551476e-4].entries())
    near(fit.parameters[`k${i + 1}`]!.value, value, 1e-8, `k${i + 1}`);
  const expected = [
    2.7318275983e-4, -5.0659569395e-5, 1.0739397831e-8, -5.0659569395e-5, 3.8924409021e-3, 2.7058484171e-9, 1.0739397831e-8,
    2.7058484171e-9, 1.3900625761e-11,
  ];
  for (const [i, value] of expected.entries()) near(fit.covariance[i], value, 1e-6, `covariance ${i}`);
});

test("parmest, several sensors of one quantity: each counts by its share", { skip }, async () => {
  const [third, half] = [Math.sqrt(3), Math.sqrt(2)];
  const outputs = { ca1: "a", ca2: "a", ca3: "a", cb: "b", cc1: "c", cc2: "c", cd: "d" };
  const fit = await calibrate(
    design("reactor_data_multisensor.csv", outputs, { ca1: third, ca2: third, ca3: third, cb: 1, cc1: half, cc2: half, cd: 1 }),
  );
  near(2 * fit.cost, 1292572.5393696, 1e-10, "objective");
  for (const [i, value] of [0.8472284768696, 1.607166748008, 1.652366751533e-4].entries())
    near(fit.parameters[`k${i + 1}`]!.value, value, 1e-8, `k${i + 1}`);
  for (const [i, value] of [1.42124331e-8, -2.4057300738e-9, 5.3011218518e-13].entries())
    near(fit.covariance[i], value, 1e-6, `covariance ${i}`);
});
