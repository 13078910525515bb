/** Quantities along an axis: orders of convergence, conservation, and solutions that are known in closed form. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnySource, isGreyboxError, random, signal } from "../../../src/core/index.ts";
import {
  type DistributedDefinition,
  defineDistributedModel,
  distributedModel,
  modelFromDefinition,
  type Problem,
  type Scheme,
} from "../../../src/models/index.ts";
import { simulate, solveSteady } from "../../../src/solvers/index.ts";
import { exchanger, packedColumn, tubularReactor } from "./worked.ts";

type Values = Readonly<Record<string, number>>;

/** Observables of a model at its steady state. */
function steady(model: AnySource, inputs: Values = {}, parameters: Values = {}): (name: string) => number {
  const system = model.system();
  const u = Float64Array.from(system.inputs, (name) => inputs[name]!);
  const p = Float64Array.from(system.parameters, (name, i) => parameters[name] ?? system.p[i]!);
  const { x, outcome } = solveSteady(system, { u, p });
  assert.equal(outcome.kind, "success", JSON.stringify(outcome));
  const y = new Float64Array(system.observables.length);
  system.observe.evaluate(0, x, u, p, y);
  return (name) => y[system.observables.indexOf(name)]!;
}

/** Advection, dispersion and reaction with a source that makes c = sin(3z) + 2 the steady state, on 0 … 1. */
function manufactured(cells: number, scheme: Scheme, D: number, flow: string): DistributedDefinition {
  const backward = flow === "backward";
  const v = backward ? "-1" : "1";
  const given = `${backward ? "-" : ""}3*cos(3*z) + ${D}*9*sin(3*z) + (sin(3*z) + 2)^2`;
  return {
    name: "manufactured",
    time: "1",
    axes: { z: { unit: "1", to: 1, cells, scheme } },
    states: { c: { unit: "1", initial: 2, along: "z", flow } },
    algebraic: { source: { unit: "1", is: given, along: "z" } },
    derivatives: { c: `-ddz((${v})*c${D === 0 ? "" : ` - ${D}*ddz(c)`}) - c^2 + source` },
    boundaries: {
      c:
        D === 0
          ? backward
            ? { end: "c = sin(3) + 2" }
            : { start: "c = 2" }
          : { start: "c + 0.5*ddz(c) = 2 + 1.5", end: "ddz(c) = 3*cos(3)" },
    },
  };
}

const cases: readonly (readonly [scheme: Scheme, D: number, flow: string, order: number])[] = [
  ["upwind-1", 0, "forward", 1],
  ["upwind-2", 0, "forward", 2],
  ["upwind-2", 0, "backward", 2],
  ["upwind-2", 0.2, "forward", 2],
  ["central", 0.2, "none", 2],
];
for (const [scheme, D, flow, order] of cases) {
  test(`${scheme}, flow ${flow}, dispersion ${D}: halving the cells divides the error by 2^${order}`, () => {
    const error = (cells: number): number => {
      const at = steady(distributedModel(manufactured(cells, scheme, D, flow)));
      let sum = 0;
      for (let i = 1; i <= cells; i++) sum += Math.abs(at(`c[${i}]`) - Math.sin((3 * (i - 0.5)) / cells) - 2) / cells;
      return sum;
    };
    const [coarse, middle, fine] = [error(40), error(80), error(160)];
    const observed = [Math.log2(coarse / middle), Math.log2(middle / fine)];
    assert.ok(Math.abs(observed[1]! - order) < 0.15, `observed orders ${observed.join(", ")}, errors ${[coarse, middle, fine].join(", ")}`);
  });
}

test("a second derivative with values given at both ends reproduces a parabola to second order and a line exactly", () => {
  const rod = (cells: number, source: string) =>
    distributedModel({
      name: "rod",
      time: "1",
      axes: { z: { unit: "1", from: -1, to: 1, cells } },
      states: { T: { unit: "1", initial: 0, along: "z" } },
      derivatives: { T: `d2dz2(T) + ${source}` },
      boundaries: { T: { start: "T = 1", end: "T = 3" } },
    });
  const line = steady(rod(8, "0"));
  for (let i = 1; i <= 8; i++) assert.ok(Math.abs(line(`T[${i}]`) - (2 + (-1 + (i - 0.5) / 4))) < 1e-12);
  const error = (cells: number): number => Math.abs(steady(rod(cells, "2"))(`T[${cells / 2}]`) - (2 - 1 / cells + 1 - (1 / cells) ** 2));
  assert.ok(Math.abs(Math.log2(error(20) / error(40)) - 2) < 0.05, `${error(20)} ${error(40)}`);
});

test("heat spreads as the series of Fourier says", () => {
  const rod = distributedModel({
    name: "rod",
    time: "s",
    axes: { z: { unit: "m", to: "L", cells: 100 } },
    parameters: { L: { value: 0.5, unit: "m" }, a: { value: 1e-4, unit: "m^2/s" } },
    states: { T: { unit: "K", initial: 400, along: "z" } },
    derivatives: { T: "ddz(a*ddz(T))" },
    boundaries: { T: { start: "T = 300 K", end: "ddz(T) = 0 K/m" } },
    outputs: { middle: { unit: "K", is: "at(T, 0.4)" }, tip: { unit: "K", is: "at(T, end)" } },
  });
  const run = simulate(rod, { span: [0, 800], at: [200, 800], rtol: 1e-8, inputs: {} });
  // Carslaw & Jaeger, Conduction of Heat in Solids, §3.3 (8): a slab of half thickness L.
  const exact = (share: number, time: number): number => {
    let sum = 0;
    for (let n = 0; n < 50; n++) {
      const w = ((2 * n + 1) * Math.PI) / 2;
      sum += (2 / w) * Math.sin(w * share) * Math.exp((-(w ** 2) * 1e-4 * time) / 0.25);
    }
    return 300 + 100 * sum;
  };
  for (const [i, time] of [200, 800].entries()) {
    for (const [name, share] of [
      ["middle", 0.4],
      ["tip", 1],
    ] as const) {
      const found = run.column(name)[i]!;
      assert.ok(Math.abs(found - exact(share, time)) < 0.005, `${name} at ${time}: ${found} against ${exact(share, time)}`);
    }
  }
});

test("what enters less what leaves is what is held, to the last digits, in any state", () => {
  const model = distributedModel({
    name: "conserved",
    time: "s",
    axes: { z: { unit: "m", to: 2, cells: 130, flow: "forward" } },
    parameters: { D: { value: 0.3, unit: "m^2/s" } },
    inputs: { v: "m/s", cIn: "mol/L" },
    states: { c: { unit: "mol/L", initial: 0, along: "z" } },
    algebraic: {
      w: { unit: "m/s", is: "v*(1 + c/(2 mol/L))", along: "z" },
      held: { unit: "mol*m/L", is: "integral(c)" },
      entering: { unit: "mol*m/L/s", is: "at(w*c - D*ddz(c), start)" },
      leaving: { unit: "mol*m/L/s", is: "at(w*c - D*ddz(c), end)" },
    },
    derivatives: { c: "-ddz(w*c - D*ddz(c))" },
    boundaries: { c: { start: "v*c - D*ddz(c) = v*cIn", end: "ddz(c) = 0" } },
  });
  const system = model.system();
  const rng = random(5);
  const x = Float64Array.from(system.states, () => 1 + rng.uniform());
  const u = Float64Array.of(0.7, 3);
  const [f, y] = [new Float64Array(x.length), new Float64Array(system.observables.length)];
  system.rhs.evaluate(0, x, u, system.p, f);
  system.observe.evaluate(0, x, u, system.p, y);
  const of = (name: string): number => y[system.observables.indexOf(name)]!;
  const rate = f.reduce((sum, value) => sum + value, 0) * of("z.step");
  assert.ok(Math.abs(of("held") - (x.reduce((sum, value) => sum + value, 0) * 2) / 130) < 1e-12);
  assert.ok(Math.abs(rate - (of("entering") - of("leaving"))) < 1e-11, `${rate} against ${of("entering") - of("leaving")}`);
});

test("plug flow with a first-order reaction leaves exp(-k L/v)", () => {
  const pipe = (cells: number) =>
    distributedModel({
      name: "plug flow",
      time: "min",
      axes: { z: { unit: "m", to: "L", cells, flow: "forward" } },
      parameters: { L: { value: 10, unit: "m" }, v: { value: 2, unit: "m/min" }, k: { value: 0.3, unit: "1/min" } },
      inputs: { cIn: "mol/L" },
      states: { c: { unit: "mol/L", initial: 0, along: "z" } },
      derivatives: { c: "-v*ddz(c) - k*c" },
      boundaries: { c: { start: "c = cIn" } },
    });
  const at = steady(pipe(200), { cIn: 2 });
  assert.ok(Math.abs(at("c.end") / (2 * Math.exp(-1.5)) - 1) < 1e-4, String(at("c.end")));
});

test("a reactor of 200 cells with dispersion agrees with Danckwerts' solution", () => {
  const { L, v, D, k } = Object.fromEntries(
    Object.entries(tubularReactor.definition.parameters).map(([name, { value }]) => [name, value]),
  ) as Record<"L" | "v" | "D" | "k", number>;
  const [Pe, Da] = [(v * L) / D, (k * L) / v];
  const a = Math.sqrt(1 + (4 * Da) / Pe);
  const exact = (4 * a * Math.exp(Pe / 2)) / ((1 + a) ** 2 * Math.exp((a * Pe) / 2) - (1 - a) ** 2 * Math.exp((-a * Pe) / 2));
  const at = steady(tubularReactor, { cIn: 1 });
  assert.ok(Math.abs(at("outlet") / exact - 1) < 5e-5, `${at("outlet")} against ${exact}`);
  // Balance: what enters, reacts or leaves.
  assert.ok(Math.abs(v * 1 - v * at("outlet") - k * at("holdup")) < 1e-12 * v);
});

test("a counter-current exchanger transfers what effectiveness and number of transfer units say", () => {
  for (const [hotFlow, coldFlow] of [
    [2000, 3000],
    [3000, 2000],
    [2500, 2500],
  ] as const) {
    const at = steady(exchanger, { hotFlow, coldFlow, ThotIn: 400, TcoldIn: 300 });
    // Incropera & DeWitt, Fundamentals of Heat and Mass Transfer, table 11.4.
    const [least, most] = [Math.min(hotFlow, coldFlow), Math.max(hotFlow, coldFlow)];
    const [ntu, ratio] = [(900 * 6) / least, least / most];
    const grown = Math.exp(-ntu * (1 - ratio));
    const effectiveness = ratio === 1 ? ntu / (1 + ntu) : (1 - grown) / (1 - ratio * grown);
    assert.ok(Math.abs(at("duty") / (least * 100) - effectiveness) < 2e-4, `${at("duty") / (least * 100)} against ${effectiveness}`);
    assert.ok(Math.abs(at("duty") - coldFlow * (at("TcoldOut") - 300)) < 1e-6);
  }
});

test("a packed column absorbs what Colburn's equation says", () => {
  const [G, Lq, yIn, xIn] = [20, 25, 0.02, 0.001];
  const at = steady(packedColumn, { G, Lq, yIn, xIn });
  const [m, ntu] = [0.8, (60 * 4) / G];
  const A = Lq / (m * G);
  // A. P. Colburn, Trans. AIChE 35 (1939) 211: N = ln[(1 - 1/A)(yIn - m xIn)/(yOut - m xIn) + 1/A]/(1 - 1/A).
  const yOut = at("yOut");
  const units = Math.log((1 - 1 / A) * ((yIn - m * xIn) / (yOut - m * xIn)) + 1 / A) / (1 - 1 / A);
  assert.ok(Math.abs(units / ntu - 1) < 2e-3, `${units} against ${ntu}`);
  assert.ok(Math.abs(at("absorbed") - G * (yIn - yOut)) < 1e-12 * G);
  assert.ok(Math.abs(G * (yIn - yOut) - Lq * (at("xOut") - xIn)) < 1e-10);
});

test("a velocity that turns its sign carries the other way, as a mirror does", () => {
  const pipe = (start: string, end: string) =>
    distributedModel({
      name: "to and fro",
      time: "s",
      axes: { z: { unit: "m", to: 1, cells: 30, flow: "v" } },
      inputs: { v: "m/s" },
      states: { c: { unit: "1", initial: 0, along: "z" } },
      derivatives: { c: "-v*ddz(c)" },
      boundaries: { c: { start: `c = ${start}`, end: `c = ${end}` } },
    });
  const along = simulate(pipe("1", "5"), { span: [0, 0.5], inputs: { v: 1 }, rtol: 1e-9 }).at(0.5);
  const against = simulate(pipe("5", "1"), { span: [0, 0.5], inputs: { v: -1 }, rtol: 1e-9 }).at(0.5);
  for (let i = 1; i <= 30; i++) assert.ok(Math.abs(along[`c[${i}]`]! - against[`c[${31 - i}]`]!) < 1e-8);
  const turned = simulate(pipe("1", "5"), { span: [0, 3], inputs: { v: signal([0, 0.5, 3], [1, -1, -1], "hold") } });
  assert.equal(turned.outcome.kind, "success");
  assert.ok(Math.abs(turned.at(3)["c[15]"]! - 5) < 1e-2);
});

test("an expression of the place gives profiles, at the start and in equations", () => {
  const model = distributedModel({
    name: "profile",
    time: "s",
    axes: { z: { unit: "m", from: "a", to: "a + 2 m", cells: 4 } },
    parameters: { a: { value: 1, unit: "m" }, g: { value: 10, unit: "K/m" } },
    states: { T: { unit: "K", initial: "300 K + g*z", along: "z" }, lump: { unit: "K", initial: 0 } },
    algebraic: { heat: { unit: "K/s", is: "g*z/(1 s)", along: "z" } },
    derivatives: { T: "heat", lump: "(mean(T) - lump)/(1 s)" },
    events: { reset: { when: "at(T, 0.5) - 400 K", direction: "rising", then: { T: "T - g*z", lump: "0 K" } } },
  });
  const run = simulate(model, { span: [0, 1], inputs: {} });
  assert.deepEqual(
    [1, 2, 3, 4].map((i) => run.at(0)[`T[${i}]`]),
    [312.5, 317.5, 322.5, 327.5],
  );
  assert.ok(Math.abs(run.at(1)["T[4]"]! - 355) < 1e-9);
  assert.deepEqual(Object.keys(model.definition.events["reset"]!.then!), ["T[1]", "T[2]", "T[3]", "T[4]", "lump"]);
});

test("the Jacobian is banded: cells follow each other with all their quantities", () => {
  for (const [model, width] of [
    [tubularReactor, 2],
    [exchanger, 4],
    [packedColumn, 4],
  ] as const) {
    const { rows, columns } = model.system().jacobian!.sparsity;
    const reach = rows.reduce((most, row, i) => Math.max(most, Math.abs(row - columns[i]!)), 0);
    assert.ok(reach <= width, `${model.name}: ${reach}`);
  }
});

test("the flat definition is plain, readable and comes back from JSON with its hash", () => {
  const { definition } = tubularReactor;
  assert.equal(
    definition.algebraic["c.start"] && "is" in definition.algebraic["c.start"] ? definition.algebraic["c.start"].is : "",
    "(2*D*c[1] + v*cIn*z.step)/(2*D + v*z.step)",
  );
  assert.deepEqual(definition.outputs["outlet"], { unit: "mol/L", is: "c.end" });
  assert.equal(modelFromDefinition(JSON.parse(JSON.stringify(definition))).hash, tubularReactor.hash);
});

test("sensitivities of a distributed model agree with differences", () => {
  const options = { span: [0, 5] as const, rtol: 1e-9, inputs: { cIn: 1 } };
  const exact = simulate(tubularReactor, { ...options, sensitivities: ["v", "k"] });
  for (const name of ["v", "k"] as const) {
    const { value } = tubularReactor.definition.parameters[name]!;
    const at = (p: number): number => simulate(tubularReactor, { ...options, parameters: { [name]: p } }).at(5)["c[150]"]!;
    const difference = (at(value * 1.001) - at(value * 0.999)) / (0.002 * value);
    const found = exact.sensitivity("c[150]", name).at(-1)!;
    assert.ok(Math.abs(found / difference - 1) < 1e-4, `${name}: ${found} against ${difference}`);
  }
});

const sound: DistributedDefinition = {
  name: "pipe",
  time: "s",
  axes: { z: { unit: "m", to: "L", cells: 5, flow: "forward" } },
  parameters: { L: { value: 2, unit: "m" }, v: { value: 1, unit: "m/s" }, D: { value: 1, unit: "m^2/s" } },
  inputs: { cIn: "mol/L" },
  states: { c: { unit: "mol/L", initial: 0, along: "z" }, tank: { unit: "mol/L", initial: 0 } },
  derivatives: { c: "-v*ddz(c)", tank: "at(c, end)/(1 s)" },
  boundaries: { c: { start: "c = cIn" } },
};
function told(change: Partial<DistributedDefinition>): readonly string[] {
  try {
    distributedModel({ ...sound, ...change });
    return [];
  } catch (error) {
    assert.ok(isGreyboxError(error, "model/invalid"), String(error));
    return (error.details.problems as readonly Problem[]).map(
      ({ where, code, column }) => `${where}${column === undefined ? "" : `:${column}`} ${code}`,
    );
  }
}
const mistakes: readonly (readonly [name: string, change: Partial<DistributedDefinition>, expected: readonly string[]])[] = [
  ["nothing", {}, []],
  ["a misspelt name inside a derivative", { derivatives: { ...sound.derivatives, c: "-v*ddz(cc)" } }, ["derivatives.c:8 model/undeclared"]],
  ["a misspelt name behind one", { derivatives: { ...sound.derivatives, c: "-v*ddz(c) - kk*c" } }, ["derivatives.c:13 model/undeclared"]],
  [
    "a quantity of cells in an equation without",
    { derivatives: { ...sound.derivatives, tank: "c/(1 s)" } },
    ["derivatives.tank model/along"],
  ],
  ["a derivative in an equation without", { derivatives: { ...sound.derivatives, tank: "v*ddz(c)" } }, ["derivatives.tank model/along"]],
  ["no equation where the flow enters", { boundaries: {} }, ["boundaries.c model/boundary-missing"]],
  [
    "no equation at an end of what disperses",
    { derivatives: { ...sound.derivatives, c: "D*d2dz2(c) - v*ddz(c)" } },
    ["boundaries.c model/boundary-missing"],
  ],
  ["an equation at the end that is not linear", { boundaries: { c: { start: "c^2 = cIn^2" } } }, ["boundaries.c.start model/boundary"]],
  ["an equation at the end without equals sign", { boundaries: { c: { start: "cIn" } } }, ["boundaries.c.start model/boundary"]],
  ["an equation at the end about something else", { boundaries: { c: { start: "v = 1 m/s" } } }, ["boundaries.c.start model/boundary"]],
  ["units at the end", { boundaries: { c: { start: "c = v" } } }, ["boundaries.c.start model/unit-result"]],
  ["units in every cell, told once", { derivatives: { ...sound.derivatives, c: "-v*ddz(c) - c" } }, ["derivatives.c model/unit-mismatch"]],
  ["boundaries of what has none", { boundaries: { ...sound.boundaries, tank: { start: "tank = cIn" } } }, ["boundaries.tank model/along"]],
  [
    "an axis that does not exist",
    { states: { ...sound.states, c: { unit: "mol/L", initial: 0, along: "x" } } },
    ["states.c.along model/along"],
  ],
  ["no cells", { axes: { z: { unit: "m", to: 1, cells: 0 } } }, ["axes.z model/axis"]],
  ["a place outside", { derivatives: { ...sound.derivatives, tank: "at(c, 1.5)/(1 s)" } }, ["derivatives.tank:4 model/value"]],
  ["no second argument", { derivatives: { ...sound.derivatives, tank: "at(c)/(1 s)" } }, ["derivatives.tank:4 model/arity"]],
  ["an open bracket", { derivatives: { ...sound.derivatives, c: "-v*ddz(c" } }, ["derivatives.c:4 model/unknown-function"]],
];
for (const [name, change, expected] of mistakes) {
  test(`${name} is told once, where it was written`, () => {
    const found = told(change);
    assert.deepEqual(name.includes("does not exist") ? found.slice(0, 1) : found, expected);
  });
}

test("tables, derived parameters and one initial value for all cells reach the cells", () => {
  const model = defineDistributedModel({
    name: "rich",
    time: "s",
    axes: { z: { unit: "m", to: "L", cells: 3, flow: "forward" } },
    parameters: { half: { value: 1, unit: "m" }, L: { unit: "m", is: "2*half" }, v: { value: 1, unit: "m/s" } },
    tables: { loss: { unit: { x: "K", value: "K/s" }, x: [300, 400], values: [0, 10] } },
    inputs: { Tin: "K" },
    states: { T: { unit: "K", initial: { value: 340, bounds: [300, 400] }, along: "z" } },
    derivatives: { T: "-v*ddz(T) - lookup(loss, T)" },
    boundaries: { T: { start: "T = Tin" } },
  });
  assert.deepEqual(model.system().parameters, ["half", "v", "T.initial"]);
  const run = simulate(model, { span: [0, 1], inputs: { Tin: 350 }, parameters: { "T.initial": 330 } });
  assert.equal(run.at(0)["T[2]"], 330);
  const [f, x] = [new Float64Array(3), Float64Array.of(340, 350, 360)];
  const system = model.system();
  system.rhs.evaluate(0, x, Float64Array.of(350), system.p, f);
  assert.ok(Math.abs(f[0]! - (-((2 * 340 - 350 - 350) / (2 / 3)) - 4)) < 1e-12);
});
