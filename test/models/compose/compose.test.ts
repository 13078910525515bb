/** Composition: a flat model that says and does what its parts and connections do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isGreyboxError } from "../../../src/core/index.ts";
import { array, compose, defineModel, type Problem } from "../../../src/models/index.ts";
import { simulate } from "../../../src/solvers/index.ts";
import { reactor, tank, transmitter } from "./parts.ts";

const plant = compose("plant", {
  parts: { r1: reactor, tt: transmitter, row: array(3, tank) },
  parameters: { V: { value: 5, unit: "L" } },
  inputs: { feed: "L/min" },
  connect: {
    "tt.process": "r1.T",
    "r1.q": "feed",
    "row[i].q": "feed",
    "row[i].cIn": "row[i-1].c",
    "row[1].cIn": "r1.cA",
    "row[i].V": "V",
    "row[2].V": "2*V",
  },
  outputs: { lagging: { unit: "K", is: "2*tt.lag" } },
});
const surroundings = { feed: 100, "r1.cF": 1, "r1.TF": 350, "r1.Tc": 300 };

/** What is wrong with a composition, as code, place and sentence. */
function problemsOf(compose: () => unknown): readonly (readonly [code: string, where: string, text: string])[] {
  try {
    compose();
  } catch (error) {
    if (isGreyboxError(error, "model/invalid")) {
      return (error.details.problems as readonly Problem[]).map(({ code, where, problem, remedy }) => [
        code,
        where,
        `${problem} ${remedy}`,
      ]);
    }
    throw error;
  }
  return [];
}

test("the flat model is readable: names of parts stand in front, equations stay as they were written", () => {
  const { states, parameters, inputs, algebraic, derivatives, events, outputs } = plant.definition;
  assert.deepEqual(Object.keys(states), ["r1.cA", "r1.T", "tt.reading", "row[1].c", "row[2].c", "row[3].c"]);
  assert.deepEqual(Object.keys(parameters), ["r1.k0", "r1.EoverR", "r1.V", "r1.dH", "r1.rhoCp", "r1.UA", "tt.tau", "V"]);
  assert.deepEqual(inputs, { "r1.cF": "mol/L", "r1.TF": "K", "r1.Tc": "K", feed: "L/min" });
  assert.equal(derivatives["row[2].c"], "row[2].q/row[2].V*(row[2].cIn - row[2].c)");
  assert.deepEqual(algebraic["row[2].cIn"], { unit: "mol/L", is: "row[1].c" });
  assert.deepEqual(algebraic["row[2].V"], { unit: "L", is: "2*V" });
  assert.deepEqual(algebraic["row[3].V"], { unit: "L", is: "V" });
  assert.deepEqual(events["r1.trip"], { when: "r1.T - 420 K", direction: "rising", then: { "r1.T": "r1.T - 5 K" } });
  // An output that something depends on is an algebraic quantity; one that nothing depends on stays an output.
  assert.deepEqual(Object.keys(outputs), ["r1.conversion", "lagging"]);
  assert.deepEqual(algebraic["tt.lag"], { unit: "K", is: "tt.process - tt.reading" });
});

test("a part that stands alone behaves as the model it is", () => {
  const alone = compose("alone", { parts: { r: reactor } });
  const options = { span: [0, 20] as const, at: [5, 10, 20], rtol: 1e-8 };
  const inputs = { q: 100, cF: 1, TF: 350, Tc: 305 };
  const expected = simulate(reactor, { ...options, inputs });
  const found = simulate(alone, { ...options, inputs: { "r.q": 100, "r.cF": 1, "r.TF": 350, "r.Tc": 305 } });
  assert.deepEqual(found.column("r.T"), expected.column("T"));
  assert.deepEqual(found.column("r.conversion"), expected.column("conversion"));
});

test("tanks in a row give the distribution of residence times of tanks in a row", () => {
  const n = 5;
  const row = compose("row", {
    parts: { tanks: array(n, tank) },
    inputs: { q: "L/min" },
    connect: { "tanks[i].q": "q", "tanks[i].cIn": "tanks[i-1].c" },
  });
  assert.deepEqual(row.system().inputs, ["tanks[1].cIn", "q"]);
  const run = simulate(row, { span: [0, 4], at: [1, 2, 4], rtol: 1e-10, inputs: { q: 2, "tanks[1].cIn": 1 } });
  // Levenspiel, Chemical Reaction Engineering, ch. 14: F = 1 - exp(-θ) Σ θᵏ/k!, θ the time over that of one tank, here 1 min.
  const last = run.column("tanks[5].c");
  for (const [i, time] of [1, 2, 4].entries()) {
    let sum = 0;
    for (let k = 0, term = 1; k < n; term *= time / ++k) sum += term;
    assert.ok(Math.abs(last[i]! - (1 - Math.exp(-time) * sum)) < 1e-9, `at ${time}: ${last[i]}`);
  }
});

test("a rule leaves out members whose neighbour does not exist, and a connection of its own comes first", () => {
  const backwards = compose("backwards", {
    parts: { row: array(3, tank) },
    connect: { "row[i].cIn": "row[4-i].c", "row[2].cIn": "row[1].c + row[i].c".replace("[i]", "[3]") },
  });
  const { algebraic } = backwards.definition;
  assert.deepEqual(
    ["row[1].cIn", "row[2].cIn", "row[3].cIn"].map((name) => algebraic[name]),
    ["row[3].c", "row[1].c + row[3].c", "row[1].c"].map((is) => ({ unit: "mol/L", is })),
  );
});

test("a measurement that starts at its input starts where the quantity it measures starts", () => {
  assert.equal(plant.definition.states["tt.reading"]?.initial, 350);
  const shifted = compose("shifted", { parts: { r1: reactor, tt: transmitter }, connect: { "tt.process": "r1.T + 2 K" } });
  assert.equal(shifted.definition.states["tt.reading"]?.initial, "(350 K) + 2 K");
  const { system } = shifted;
  const s = system();
  const x = new Float64Array(3);
  s.initial.evaluate(0, x, new Float64Array(4), s.p, x);
  assert.deepEqual([...x], [0.5, 350, 352]);
});

test("a parameter shared by parts has the sensitivity of the sum of its effects", () => {
  const options = { span: [0, 0.2] as const, rtol: 1e-9, inputs: surroundings };
  const { system } = plant;
  assert.ok(system({ active: ["V"] }).differentiable);
  const run = simulate(plant, { ...options, sensitivities: ["V"] });
  const at = (V: number): number => simulate(plant, { ...options, parameters: { V } }).at(0.2)["row[3].c"]!;
  const difference = (at(5.001) - at(4.999)) / 0.002;
  const exact = run.sensitivity("row[3].c", "V").at(-1)!;
  assert.ok(Math.abs(exact - difference) < 1e-5 * Math.abs(exact), `${exact} against ${difference}`);
});

test("parts of composed plants can be composed again", () => {
  const site = compose("site", { parts: { a: plant, b: plant }, connect: { "b.r1.cF": "a.row[3].c", "b.feed": "a.r1.q" } });
  assert.ok(site.system().states.includes("b.row[2].c"));
  assert.equal(site.definition.derivatives["b.row[2].c"], "b.row[2].q/b.row[2].V*(b.row[2].cIn - b.row[2].c)");
  const inputs = { "a.feed": 100, "a.r1.cF": 1, "a.r1.TF": 350, "a.r1.Tc": 300, "b.r1.TF": 350, "b.r1.Tc": 300 };
  const run = simulate(site, { span: [0, 1], inputs });
  assert.equal(run.outcome.kind, "success");
});

test("the flat definition survives JSON with its hash", async () => {
  const { modelFromDefinition } = await import("../../../src/models/index.ts");
  assert.equal(modelFromDefinition(JSON.parse(JSON.stringify(plant.definition))).hash, plant.hash);
});

test("connections that go round in a circle within one instant are named, and can be solved for", () => {
  const gain = defineModel({
    name: "gain",
    time: "min",
    inputs: { u: "1" },
    states: { x: { unit: "1", initial: 0 } },
    algebraic: { y: { unit: "1", is: "0.5*u + 1" } },
    derivatives: { x: "(y - x)/(1 min)" },
  });
  const problems = problemsOf(() => compose("ring", { parts: { a: gain, b: gain }, connect: { "a.u": "b.y", "b.u": "a.y" } }));
  assert.deepEqual([problems.length, problems[0]?.[0]], [1, "model/cycle"]);
  assert.match(problems[0]![2], /"a\.y", "a\.u", "b\.y" and "b\.u" depend on each other/);
  const torn = compose("ring", { parts: { a: gain, b: gain }, connect: { "a.u": { is: "b.y", guess: 0 }, "b.u": "a.y" } });
  const run = simulate(torn, { span: [0, 1] });
  assert.ok(Math.abs(run.at(1)["a.u"] - 2) < 1e-9, String(run.at(1)["a.u"]));
});

test("every mistake is told at once, where the connection was written, and none twice", () => {
  const connect = {
    "r1.Tcc": "tt.reading",
    "r2.T": "tt.reading",
    "r1.q": "row[1].V",
    "tt.process": "r1.TT",
    "row.q": "r1.q",
    "row[4].q": "r1.q",
    "row[i].cIn": "row[i-1].V",
    "r1.T": "tt.reading",
    "row[k].q": "r1.q",
    "r1.TF": "row[i].c",
    "r1.cF": "1 min",
  };
  // The compiler refuses most of it; here is what the running program says, as for a plant that is made by code.
  const bad = compose as (name: string, plan: unknown) => unknown;
  const problems = problemsOf(() => bad("bad", { parts: { r1: reactor, tt: transmitter, row: array(3, tank) }, connect }));
  assert.deepEqual(problems.map(([code, where]) => `${where}: ${code}`).sort(), [
    "connect.r1.T: model/not-connectable",
    "connect.r1.TF: model/part-index",
    "connect.r1.Tcc: model/not-connectable",
    "connect.r1.cF: model/unit-result",
    "connect.r1.q: model/unit-result",
    "connect.r2.T: model/unknown-part",
    "connect.row.q: model/part-index",
    "connect.row[4].q: model/part-index",
    "connect.row[i].cIn: model/unit-result",
    "connect.row[k].q: model/part-index",
    "connect.tt.process: model/undeclared",
  ]);
  const said = (where: string): string => problems.find((one) => one[1] === where)![2];
  assert.match(said("connect.r1.Tcc"), /no input or parameter of part "r1"\. Did you mean "r1\.Tc"\?/);
  assert.match(said("connect.r2.T"), /no part "r2"\. Did you mean "r1"\?/);
  assert.match(said("connect.tt.process"), /"r1\.TT" is not declared\. Did you mean "r1\.T"/);
});

test("a connection between scales proposes the factor", () => {
  const slow = defineModel({ name: "pump", time: "min", states: { q: { unit: "L/h", initial: 60 } }, derivatives: { q: "0 L/h/min" } });
  const problems = problemsOf(() => compose("scales", { parts: { pump: slow, tank }, connect: { "tank.q": "pump.q" } }));
  assert.equal(problems.length, 1);
  assert.match(problems[0]![2], /"tank\.q" is in L\/min .* the equation gives L\/h .*(Multiply|Divide) pump\.q by 60 min\/h/);
  const right = compose("scales", { parts: { pump: slow, tank }, connect: { "tank.q": "pump.q / 60 min/h" } });
  assert.equal(simulate(right, { span: [0, 1], inputs: { "tank.cIn": 1 } }).at(1)["tank.q"], 1);
});

test("parts with different clocks, and what is no part, are refused", () => {
  const seconds = defineModel({ name: "s", time: "s", states: { x: { unit: "1", initial: 0 } }, derivatives: { x: "1/(1 s)" } });
  const codes = (plan: unknown): readonly string[] =>
    problemsOf(() => (compose as (name: string, plan: unknown) => unknown)("m", plan)).map(([code, where]) => `${where}: ${code}`);
  assert.deepEqual(codes({ parts: { a: tank, b: seconds, c: seconds } }), ["parts.b: model/part-time", "parts.c: model/part-time"]);
  assert.deepEqual(codes({ parts: { "a.b": tank } })[0], "parts.a.b: model/part");
  assert.deepEqual(codes({ parts: { a: 5 } })[0], "parts.a: model/part");
  assert.deepEqual(codes({ parts: { a: array(0, tank) } })[0], "parts.a: model/part");
  assert.deepEqual(codes({ parts: {} })[0], "parts: model/part");
});

test("names of parts are bound to tags, simulated and estimated as any other", async () => {
  const { bind, windowFromTable } = await import("../../../src/historian/index.ts");
  const { calibrate } = await import("../../../src/calibration/index.ts");
  const pair = compose("pair", { parts: { r1: reactor, tt: transmitter }, connect: { "tt.process": "r1.T" } });
  const tags = bind(pair, {
    "r1.q": { tag: "FIC101.PV", unit: "m^3/h" },
    "r1.cF": { tag: "AI101.PV", unit: "mol/L" },
    "r1.TF": { tag: "TI100.PV", unit: "degC" },
    "r1.Tc": { tag: "TIC102.PV", unit: "degC" },
    "tt.reading": { tag: "TI101.PV", unit: "degC", sigma: 0.3 },
  });
  assert.ok(JSON.stringify(tags).includes("tt.reading"));
  const time = Array.from({ length: 31 }, (_, i) => i);
  const inputs = { "r1.q": 100, "r1.cF": 1, "r1.TF": 340, "r1.Tc": 290 };
  const truth = simulate(pair, { span: [0, 30], at: time, inputs, parameters: { "r1.UA": 4.6e4 } });
  const measured = { "tt.reading": Float64Array.from(truth.column("tt.reading")) };
  const window = windowFromTable(pair, { name: "run", time, inputs, measured, sigma: { "tt.reading": 0.3 } });
  const fit = await calibrate({ model: pair, windows: [window], estimate: ["r1.UA"] });
  assert.ok(Math.abs(fit.parameters["r1.UA"].value / 4.6e4 - 1) < 1e-4, String(fit.parameters["r1.UA"].value));
});
