/**
 * Published regressions beyond NIST's: data that Bates and Watts or R's `datasets` print, and data fits among the test functions of Moré, Garbow
 * and Hillstrom, which MINPACK-2 took over. Estimates, standard errors and sums of squares were computed with 40 digits (Gauss–Newton in mpmath);
 * the sums of the test functions are the published ones (8.21487e-3, 3.07505e-4, 5.46489e-5, 4.01377e-2).
 *
 * @see D. M. Bates, D. G. Watts, *Nonlinear Regression Analysis and Its Applications*, Wiley 1988, appendix 1.
 * @see J. J. Moré, B. S. Garbow, K. E. Hillstrom, "Testing unconstrained optimization software", ACM Trans. Math. Softw. 7 (1981) 17–41.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { calibrate, type Question } from "../../src/calibration/index.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { type Model, modelFromDefinition } from "../../src/models/index.ts";

const folder = join(process.env["GREYBOX_DATA"] ?? "../shared/data", "bates_watts");

interface Columns {
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly y: readonly number[];
}

/** Columns of a file, or why there are none. */
type Data = () => Columns | string;

function bw(file: string, inputs: Readonly<Record<string, string>>, y: string, only: Readonly<Record<string, string>> = {}): Data {
  return () => {
    const path = join(folder, `${file}.csv`);
    if (!existsSync(path)) return `${path} is absent`;
    const [head = "", ...lines] = readFileSync(path, "utf8").replaceAll('"', "").trim().split(/\r?\n/);
    const names = head.split(",");
    const rows = lines
      .map((line) => line.split(","))
      .filter((cells) => Object.entries(only).every(([name, value]) => cells[names.indexOf(name)] === value));
    const column = (name: string): number[] => rows.map((cells) => Number(cells[names.indexOf(name)]));
    return { inputs: Object.fromEntries(Object.entries(inputs).map(([input, name]) => [input, column(name)])), y: column(y) };
  };
}

const range = (count: number, of: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => of(i));

// hydrogen, n-pentane, isopentane
const isomerization: Data = () => ({
  inputs: {
    x: [
      205.8, 404.8, 209.7, 401.6, 224.9, 402.6, 212.7, 406.2, 133.3, 470.9, 300, 301.6, 297.3, 314, 305.7, 300.1, 305.4, 305.2, 300.1,
      106.6, 417.2, 251, 250.3, 145.1,
    ],
    u: [
      90.9, 92.9, 174.9, 187.2, 92.7, 102.2, 186.9, 192.6, 140.8, 144.2, 68.3, 214.6, 142.2, 146.7, 142, 143.7, 141.1, 141.5, 83, 209.6,
      83.9, 294.4, 148, 291,
    ],
    v: [
      37.1, 36.3, 49.4, 44.9, 116.3, 128.9, 134.4, 134.9, 87.6, 86.9, 81.7, 101.7, 10.5, 157.1, 86, 90.2, 87.4, 87, 66.4, 33, 32.9, 41.5,
      14.7, 50.2,
    ],
  },
  y: [
    3.541, 2.397, 6.694, 4.722, 0.593, 0.268, 2.797, 2.451, 3.196, 2.021, 0.896, 5.084, 5.686, 1.193, 2.648, 3.303, 3.054, 3.302, 1.271,
    11.648, 2.002, 9.604, 7.754, 11.59,
  ],
});
const bard: Data = () => ({
  inputs: { x: range(15, (i) => i + 1), u: range(15, (i) => 15 - i), v: range(15, (i) => Math.min(i + 1, 15 - i)) },
  y: [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39],
});
const kowalik: Data = () => ({
  inputs: { x: [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625] },
  y: [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246],
});
const osborne1: Data = () => ({
  inputs: { x: range(33, (i) => 10 * i) },
  y: [
    0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.85, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658, 0.628, 0.603, 0.58, 0.558, 0.538,
    0.522, 0.506, 0.49, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431, 0.424, 0.42, 0.414, 0.411, 0.406,
  ],
});
const osborne2: Data = () => ({
  inputs: { x: range(65, (i) => i / 10) },
  y: [
    1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655, 0.616, 0.606, 0.602, 0.626, 0.651,
    0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.5, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405,
    0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739, 0.71, 0.729,
    0.72, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
  ],
});

interface Regression {
  readonly name: string;
  readonly data: Data;
  readonly formula: string;
  readonly start: readonly number[];
  readonly values: readonly number[];
  readonly errors: readonly number[];
  readonly sum: number;
}

const regressions: readonly Regression[] = [
  {
    name: "Puromycin, treated",
    data: bw("Puromycin", { x: "conc" }, "rate", { state: "treated" }),
    formula: "b1*x/(b2+x)",
    start: [200, 0.05],
    values: [212.6837431425, 0.06412128168157],
    errors: [6.94715516, 0.0082809494985],
    sum: 1195.448814439,
  },
  {
    name: "Puromycin, untreated",
    data: bw("Puromycin", { x: "conc" }, "rate", { state: "untreated" }),
    formula: "b1*x/(b2+x)",
    start: [200, 0.05],
    values: [160.2800461827, 0.04770818450595],
    errors: [6.4802455049, 0.0077818752421],
    sum: 859.6042937794,
  },
  {
    name: "biochemical oxygen demand",
    data: bw("BOD", { x: "Time" }, "demand"),
    formula: "b1*(1-exp(-b2*x))",
    start: [20, 0.5],
    values: [19.14257528462, 0.5310913769652],
    errors: [2.4959173322, 0.20308210043],
    sum: 25.99026728194,
  },
  {
    name: "biochemical oxygen demand, second set",
    data: bw("BOD2", { x: "Time" }, "demand"),
    formula: "b1*(1-exp(-b2*x))",
    start: [2, 0.2],
    values: [2.497921437294, 0.2024561526547],
    errors: [0.10756864428, 0.017984228442],
    sum: 0.02624367307988,
  },
  {
    name: "Count Rumford's cooling",
    data: bw("Rumford", { x: "time" }, "temp"),
    formula: "60+70*exp(-b1*x)",
    start: [0.01],
    values: [0.009415496284045],
    errors: [0.00042008566372],
    sum: 44.1557948341,
  },
  {
    name: "chloride in blood cells",
    data: bw("Chloride", { x: "Time" }, "conc"),
    formula: "b1*(1-b2*exp(-b3*x))",
    start: [50, 0.6, 0.25],
    values: [39.09489779834, 0.8284365750943, 0.1585223862232],
    errors: [0.974430761, 0.0083011578147, 0.01044396884],
    sum: 1.879323817992,
  },
  {
    name: "tetracycline",
    data: bw("Tetra", { x: "time" }, "conc"),
    formula: "b1*(exp(-b2*(x-b4))-exp(-b3*(x-b4)))",
    start: [2.65, 0.15, 0.72, 0.41],
    values: [2.649646451453, 0.1488008869584, 0.715751072792, 0.4122363393478],
    errors: [0.36446538827, 0.014409419617, 0.12605353693, 0.094946041971],
    sum: 0.01004531420248,
  },
  {
    name: "sulfisoxazole",
    data: bw("Sulfi", { x: "time" }, "conc"),
    formula: "b1*exp(-b2*x)+b3*exp(-b4*x)",
    start: [80, 1, 160, 0.16],
    values: [81.2440388231, 1.305988920586, 162.5944116745, 0.1617856405875],
    errors: [6.1073143255, 0.19754133648, 6.9429874443, 0.00877976368],
    sum: 34.37647098064,
  },
  {
    name: "lipoproteins",
    data: bw("Lipo", { x: "time" }, "conc"),
    formula: "b1*exp(-b2*x)+b3*exp(-b4*x)",
    start: [70, 1.3, 22, 0.2],
    values: [70.72842793051, 1.732823413813, 19.38826878412, 0.3477751724143],
    errors: [1.6791164688, 0.096656166411, 1.8325747024, 0.021854100878],
    sum: 0.5931919343192,
  },
  {
    name: "nitrite utilization, day 1",
    data: bw("Nitrite", { x: "light" }, "utilization", { day: "1" }),
    formula: "b1*x/(b2+x+b3*x^2)",
    start: [70000, 100, 0.001],
    values: [89797.95518046, 186.6187066181, 0.01625243213949],
    errors: [37280.460339, 89.361492228, 0.0091435637624],
    sum: 15789509.27492,
  },
  {
    name: "growth of leaves",
    data: bw("Leaves", { x: "Time" }, "Length"),
    formula: "b1/(1+exp(b2-b3*x))",
    start: [21, 4, 0.6],
    values: [21.50890121237, 3.95732206841, 0.6221857353254],
    errors: [0.41536074863, 0.26187674265, 0.044602154172],
    sum: 6.210243274806,
  },
  {
    name: "viscosity of lubricants",
    data: bw("Lubricant", { x: "tempC", u: "pressure" }, "viscos"),
    formula: "b1/(b2+x)+b3*u/1000+b4*(u/1000)^2+b5*(u/1000)^3+(b6+b7*(u/1000)^2)*u/1000*exp(-x/(b8+b9*(u/1000)^2))",
    start: [983, 192, 1.35, -0.22, 0.0135, 0.4, 0.035, 57.4, -0.47],
    values: [
      1054.540804627, 206.5458386086, 1.460314227949, -0.259654739793, 0.02257370149866, 0.40138493986, 0.03528402388283, 57.40466559811,
      -0.4767214834844,
    ],
    errors: [
      24.632841541, 5.2880272754, 0.038116501137, 0.014300287324, 0.001755103707, 0.033552431815, 0.0013884896168, 2.3676227374,
      0.071653374325,
    ],
    sum: 0.08702405079499,
  },
  {
    name: "assay of DNase, run 1",
    data: bw("DNase", { x: "conc" }, "density", { Run: "1" }),
    formula: "b1/(1+exp((b2-log(x))/b3))",
    start: [2.3, 1.5, 1],
    values: [2.34517929726, 1.483089318846, 1.041454694084],
    errors: [0.078153841899, 0.081353126208, 0.032270786998],
    sum: 0.004789568969949,
  },
  {
    name: "indomethacin, subject 1",
    data: bw("Indometh", { x: "time" }, "conc", { Subject: "1" }),
    formula: "b1*exp(-b2*x)+b3*exp(-b4*x)",
    start: [2, 1.8, 0.2, 0.17],
    values: [2.029278015644, 1.784948864661, 0.1915479594249, 0.1673306792953],
    errors: [0.10990284004, 0.22249991712, 0.11062645858, 0.13171022033],
    sum: 0.01178201393551,
  },
  {
    name: "Loblolly pine, seed 301",
    data: bw("Loblolly", { x: "age" }, "height", { Seed: "301" }),
    formula: "b1+(b2-b1)*exp(-exp(b3)*x)",
    start: [94, -8, -3.2],
    values: [95.66696500134, -9.078227681016, -3.116382505681],
    errors: [5.7957374678, 1.0505405602, 0.098464996632],
    sum: 1.181183492102,
  },
  {
    name: "theophylline, subject 1",
    data: bw("Theoph", { x: "Time" }, "conc", { Subject: "1" }),
    formula: "4.02*exp(b1+b2-b3)*(exp(-exp(b1)*x)-exp(-exp(b2)*x))/(exp(b2)-exp(b1))",
    start: [-2.9, 0.57, -3.9],
    values: [-2.919613309793, 0.5751593561084, -3.915856086232],
    errors: [0.17088779518, 0.17281554556, 0.12726964982],
    sum: 4.286009024299,
  },
  {
    name: "isomerization of n-pentane (Carr 1960)",
    data: isomerization,
    formula: "b1*b3*(u - v/1.632)/(1+b2*x+b3*u+b4*v)",
    start: [35, 0.07, 0.038, 0.17],
    values: [35.92022305898, 0.07084331355079, 0.0377299645598, 0.1671347444319],
    errors: [8.2123374613, 0.17868238999, 0.10006050586, 0.4159700306],
    sum: 3.234482275391,
  },
  {
    name: "Bard (Moré, Garbow and Hillstrom 8)",
    data: bard,
    formula: "b1+x/(b2*u+b3*v)",
    start: [1, 1, 1],
    values: [0.08241055974979, 1.13303609203, 2.343695178643],
    errors: [0.012374163009, 0.30789994958, 0.29627790183],
    sum: 0.008214877306579,
  },
  {
    name: "Kowalik and Osborne (15): enzyme reaction of MINPACK-2",
    data: kowalik,
    formula: "b1*(x^2+x*b2)/(x^2+x*b3+b4)",
    start: [0.25, 0.39, 0.415, 0.39],
    values: [0.192806934579, 0.1912823287344, 0.1230565069263, 0.1360623306838],
    errors: [0.011435312227, 0.19633220911, 0.080842031232, 0.090025542308],
    sum: 0.0003075056038492,
  },
  {
    name: "Osborne 1 (17): exponential data of MINPACK-2",
    data: osborne1,
    formula: "b1+b2*exp(-b4*x)+b3*exp(-b5*x)",
    start: [0.5, 1.5, -1, 0.01, 0.02],
    values: [0.375410052107, 1.935846912712, -1.464687136613, 0.01286753464006, 0.02212269966167],
    errors: [0.0020723153551, 0.22031669222, 0.22175707739, 0.00044861358114, 0.00089471996575],
    sum: 5.464894697483e-5,
  },
  {
    name: "Osborne 2 (19): Gaussian data of MINPACK-2",
    data: osborne2,
    formula: "b1*exp(-b5*x)+b2*exp(-b6*(x-b9)^2)+b3*exp(-b7*(x-b10)^2)+b4*exp(-b8*(x-b11)^2)",
    start: [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5],
    values: [
      1.309977154627, 0.431553794603, 0.6336616989607, 0.5994305347859, 0.754183226328, 0.9042885798596, 1.365811835237, 4.823698817227,
      2.398684866132, 4.568874597668, 5.675341470581,
    ],
    errors: [
      0.018414761836, 0.023473401675, 0.013120480936, 0.035592152371, 0.051523171113, 0.13677168972, 0.18327623325, 0.47094880097,
      0.031328134499, 0.028887974512, 0.016349956758,
    ],
    sum: 0.04013773629355,
  },
];

function modelOf({ name, formula, start }: Regression, inputs: readonly string[]): Model {
  return modelFromDefinition({
    name,
    time: "1",
    parameters: Object.fromEntries(start.map((value, j) => [`b${j + 1}`, { value, unit: "1" }])),
    inputs: Object.fromEntries(inputs.map((input) => [input, "1"])),
    states: {},
    algebraic: {},
    derivatives: {},
    events: {},
    outputs: { y: { unit: "1", is: formula } },
  });
}

for (const regression of regressions) {
  const data = regression.data();
  test(`${regression.name}: estimates, standard errors and sum of squares`, { skip: typeof data === "string" && data }, async () => {
    if (typeof data === "string") return;
    const model = modelOf(regression, Object.keys(data.inputs));
    const window = windowFromTable(model, { time: data.y.map((_, i) => i), inputs: data.inputs, measured: { y: data.y } });
    const question: Question = { model, windows: [window], estimate: regression.values.map((_, j) => `b${j + 1}`) };
    const { parameters, tags, termination } = await calibrate(question);
    assert.ok(termination.ok, termination.kind);
    for (const [j, expected] of regression.values.entries()) {
      const { value, standardError = Number.NaN } = parameters[`b${j + 1}`]!;
      assert.ok(Math.abs(value / expected - 1) < 1e-8, `b${j + 1} = ${value} is not ${expected}`);
      assert.ok(Math.abs(standardError / regression.errors[j]! - 1) < 1e-7, `b${j + 1} ± ${standardError} is not ${regression.errors[j]}`);
    }
    const { rmse, points } = tags["y"]!;
    assert.ok(Math.abs((rmse ** 2 * points) / regression.sum - 1) < 1e-10, `sum of squares ${rmse ** 2 * points}`);
  });
}
