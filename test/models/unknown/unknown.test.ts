/** Unknown relations: what is declared of them holds for any weights, and what fills them is part of the model. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate } from "../../../src/calibration/index.ts";
import { isGreyboxError, random } from "../../../src/core/index.ts";
import { windowFromTable } from "../../../src/historian/index.ts";
import {
  defineModel,
  defineOpenModel,
  type Model,
  mlp,
  openModelFromDefinition,
  type Problem,
  stoichiometry,
  substitute,
  type UnknownDefinition,
  weightsOf,
} from "../../../src/models/index.ts";
import { simulate } from "../../../src/solvers/index.ts";

const open = defineOpenModel({
  name: "stirred tank",
  time: "min",
  parameters: { k: { value: 0.1, unit: "1/min" }, E: { value: 4000, unit: "K" } },
  inputs: { q: "1/min", cIn: "mol/L" },
  states: { c: { unit: "mol/L", initial: 1, min: 0, max: 2 }, T: { unit: "K", initial: 350, min: 300, max: 400 } },
  unknown: {
    r: { unit: "mol/L/min", of: ["c", "T"], sign: "positive", nominal: 0.1 },
    loss: { unit: "K/min", of: ["T"], monotone: { T: "increasing" } },
  },
  derivatives: { c: "q*(cIn - c) - r", T: "-loss" },
  outputs: { rate: { unit: "mol/L/min", is: "r" } },
});

function problemsOf(make: () => unknown): string[] {
  try {
    make();
    return [];
  } catch (error) {
    assert.ok(isGreyboxError(error, "model/invalid"), String(error));
    return (error.details.problems as readonly Problem[]).map(({ where, code }) => `${where} ${code}`);
  }
}

test("a model with unknown relations refuses to run and names them", () => {
  assert.throws(
    () => open.system(),
    (error: unknown) => isGreyboxError(error, "model/unfilled") && /"r" and "loss" are unknown.*substitute\(model/.test(error.message),
  );
});

test("filling one after the other, or both at once, gives the same model", () => {
  const fills = { r: "k*c*exp(-E/T)", loss: { is: "h*(T - 300 K)", parameters: { h: { value: 0.01, unit: "1/min" } } } } as const;
  const both = substitute(open, fills);
  const some = substitute(open, { r: fills.r });
  assert.deepEqual(some.unknown, ["loss"]);
  const later = substitute(some, { loss: fills.loss });
  assert.equal(later.hash, both.hash);
  assert.deepEqual(both.system().parameters, ["k", "E", "h"]);
  const run = simulate(both, { span: [0, 10], inputs: { q: 0.1, cIn: 1 } });
  assert.equal(run.outcome.kind, "success");
  assert.ok(Math.abs(run.at(10).T - (300 + 50 * Math.exp(-0.1))) < 1e-3);
  assert.equal(run.at(10).rate, run.at(10).r);
});

test("an open model is plain data", () => {
  const again = openModelFromDefinition(JSON.parse(JSON.stringify(open.definition)));
  assert.deepEqual(again.definition, open.definition);
});

test("mistakes in declarations and fillings are told at once, by name", () => {
  const bad = openModelFromDefinition;
  const { definition } = open;
  assert.deepEqual(
    problemsOf(() => bad({ ...definition, unknown: { r: { unit: "mol/L/min", of: ["cc"] }, loss: { unit: "zz", of: ["T"] } } })),
    ["unknown.loss model/unit"],
  );
  assert.deepEqual(
    problemsOf(() => bad({ ...definition, unknown: { r: { unit: "mol/L/min", of: ["cc"] }, loss: { unit: "K/min", of: [] } } })),
    ["unknown.loss.of model/shape", "unknown.r.of model/undeclared"],
  );
  assert.deepEqual(
    problemsOf(() =>
      bad({
        ...definition,
        unknown: {
          r: { unit: "mol/L/min", of: ["c"], sign: "up", bounds: [2, 1], monoton: {} },
          loss: { unit: "K/min", of: ["T"], monotone: { c: "increasing" }, sign: "positive", bounds: [-1, 1], nominal: 0 },
        },
      }),
    ).sort(),
    [
      "unknown.loss.bounds model/shape",
      "unknown.loss.monotone model/shape",
      "unknown.loss.nominal model/shape",
      "unknown.r model/unknown-field",
      "unknown.r.bounds model/shape",
      "unknown.r.sign model/shape",
    ],
  );
  assert.deepEqual(
    problemsOf(() => bad({ ...definition, unknown: { r: { unit: "K", of: ["c"] }, loss: { unit: "K/min", of: ["T"] } } })),
    ["derivatives.c model/unit-mismatch", "outputs.rate model/unit-result"],
  );
  const fill = substitute as (model: typeof open, fills: Record<string, unknown>) => unknown;
  assert.deepEqual(
    problemsOf(() => fill(open, { rr: "k*c" })),
    ["substitute.rr model/not-unknown"],
  );
  assert.deepEqual(
    problemsOf(() => fill(open, { loss: "k*c*T/(1 mol/L)" })),
    ["substitute.loss model/not-argument"],
  );
  assert.deepEqual(
    problemsOf(() => fill(open, { r: "k*c", loss: "k*TT" })),
    ["algebraic.loss model/undeclared"],
  );
  assert.deepEqual(
    problemsOf(() => fill(open, { r: "k*T", loss: "k*T" })),
    ["algebraic.r model/unit-result"],
  );
  assert.deepEqual(
    problemsOf(() => fill(open, { r: mlp([]) })),
    ["substitute.r model/filling"],
  );
});

test("a network says which range it needs, where nothing gives it", () => {
  const blind = defineOpenModel({
    name: "blind",
    time: "min",
    inputs: { u: "K" },
    states: { c: { unit: "1", initial: 1 } },
    unknown: { r: { unit: "1/min", of: ["u"] } },
    derivatives: { c: "r" },
  });
  assert.deepEqual(
    problemsOf(() => substitute(blind, { r: mlp([2]) })),
    ["substitute.r model/filling"],
  );
});

/** The relation as a function of its arguments, with weights drawn at random. */
function relation(unknown: Partial<UnknownDefinition>, seed: number) {
  const model = openModelFromDefinition({
    name: "relation",
    time: "min",
    inputs: { a: "K", b: "mol/L" },
    states: { x: { unit: "L/min", initial: 0 } },
    unknown: { r: { unit: "L/min", of: ["a", "b"], ranges: { a: [300, 400], b: [0, 2] }, ...unknown } },
    derivatives: { x: "(r - x)/(1 min)" },
  });
  const filled = substitute(model, { r: mlp([5, 4], { seed }) }) as Model;
  const system = filled.system();
  const p = system.p.slice();
  const rng = random(seed);
  for (const name of weightsOf(filled, "r")) p[system.parameters.indexOf(name)] = 4 * rng.normal();
  const y = new Float64Array(system.observables.length);
  const place = system.observables.indexOf("r");
  return (a: number, b: number): number => {
    system.observe.evaluate(0, Float64Array.of(0), Float64Array.of(a, b), p, y);
    return y[place]!;
  };
}

for (const [name, unknown, holds] of [
  ["a positive sign", { sign: "positive", nominal: 3 }, (r: number) => r >= 0],
  ["a negative sign", { sign: "negative", nominal: 3 }, (r: number) => r <= 0],
  ["bounds", { bounds: [-2, 5] }, (r: number) => r >= -2 && r <= 5],
] as const) {
  test(`${name} holds for any weights, also outside the range`, () => {
    for (let seed = 0; seed < 20; seed++) {
      const r = relation(unknown, seed);
      for (const a of [200, 300, 340, 400, 600]) for (const b of [-5, 0, 1, 9]) assert.ok(holds(r(a, b)), `${r(a, b)} at ${a}, ${b}`);
    }
  });
}

for (const sign of ["any", "positive", "negative"] as const) {
  test(`monotonicity in one argument holds for any weights, sign ${sign}, while the other stays free`, () => {
    let turns = 0;
    for (let seed = 0; seed < 20; seed++) {
      const rising = relation({ sign, monotone: { a: "increasing" } }, seed);
      const falling = relation({ sign, monotone: { a: "decreasing" } }, seed);
      for (const b of [0, 0.7, 2]) {
        for (let a = 250; a < 450; a += 10) {
          const room = 1e-12 * Math.abs(rising(a, b));
          assert.ok(rising(a + 10, b) >= rising(a, b) - room);
          assert.ok(falling(a + 10, b) <= falling(a, b) + 1e-12 * Math.abs(falling(a, b)));
        }
      }
      turns += Math.sign(rising(350, 0.5) - rising(350, 0)) !== Math.sign(rising(350, 2) - rising(350, 0.5)) ? 1 : 0;
    }
    assert.ok(turns > 0, "the other argument is monotone as well");
  });
}

test("equal seeds give equal networks, and other seeds others", () => {
  const of = (seed: number): string => substitute(open, { r: mlp([4], { seed }), loss: "0*k*T" }).hash;
  assert.equal(of(3), of(3));
  assert.notEqual(of(3), of(4));
});

test("sensitivities of a network's weights agree with differences", () => {
  const model = substitute(open, { r: mlp([3], { seed: 2 }), loss: mlp([2], { seed: 5 }) });
  const options = { span: [0, 2] as const, rtol: 1e-10, inputs: { q: 0.1, cIn: 1 } };
  const names = [...weightsOf(model, "r").slice(0, 3), ...weightsOf(model, "loss").slice(0, 2)];
  const run = simulate(model, { ...options, sensitivities: names });
  for (const name of names) {
    const { value } = model.definition.parameters[name]! as { value: number };
    const at = (p: number): number => {
      const { c, T } = simulate(model, { ...options, parameters: { [name]: p } }).at(2);
      return c + T;
    };
    const difference = (at(value + 1e-4) - at(value - 1e-4)) / 2e-4;
    const found = run.sensitivity("c", name).at(-1)! + run.sensitivity("T", name).at(-1)!;
    assert.ok(Math.abs(found - difference) < 1e-6 + 1e-5 * Math.abs(difference), `${name}: ${found} against ${difference}`);
  }
});

test("a network inside a balance learns a rate that was never measured", async () => {
  const truth = defineModel({
    name: "truth",
    time: "min",
    states: { c: { unit: "mol/L", initial: 2, min: 0 } },
    algebraic: { r: { unit: "mol/L/min", is: "0.5 mol/L/min * c/(0.4 mol/L + c)" } },
    derivatives: { c: "-r" },
  });
  const unknown = defineOpenModel({
    name: "batch",
    time: "min",
    states: { c: { unit: "mol/L", initial: 2, min: 0 } },
    unknown: { r: { unit: "mol/L/min", of: ["c"], ranges: { c: [0, 2] }, sign: "positive", monotone: { c: "increasing" }, nominal: 0.3 } },
    derivatives: { c: "-r" },
  });
  const time = Array.from({ length: 41 }, (_, i) => i / 5);
  const measured = simulate(truth, { span: [0, 8], at: time, rtol: 1e-8 }).column("c");
  const model = substitute(unknown, { r: mlp([3], { seed: 1 }) });
  const window = windowFromTable(model, { name: "batch", time, measured: { c: Float64Array.from(measured) }, sigma: { c: 0.01 } });
  const fit = await calibrate({ model, windows: [window], estimate: weightsOf(model, "r") });
  const p = Object.fromEntries(Object.entries(fit.parameters).map(([name, { value }]) => [name, value]));
  const learned = simulate(model, { span: [0, 8], at: time, parameters: p });
  for (const [i, t] of time.entries()) {
    const c = learned.column("c")[i]!;
    if (c < 0.1) continue;
    const rate = (0.5 * c) / (0.4 + c);
    assert.ok(Math.abs(learned.column("r")[i]! - rate) < 0.03, `at ${t}: ${learned.column("r")[i]} against ${rate}`);
  }
});

test("balances hold by construction: what the matrix conserves is conserved for any weights", () => {
  // 2 A → B, A + B → C: A + 2 B + 3 C is conserved.
  const net = stoichiometry({
    rates: ["r1", "r2"],
    unit: "mol/L/min",
    matrix: { A: [-2, -1], B: [1, -1], C: [0, 1] },
    elements: { A: { C: 1 }, B: { C: 2 }, C: { C: 3 } },
  });
  assert.deepEqual(Object.fromEntries(Object.entries(net).map(([name, { is }]) => [name, is])), {
    "net.A": "-2*r1 - r2",
    "net.B": "r1 - r2",
    "net.C": "r2",
  });
  const unknown = defineOpenModel({
    name: "reactions",
    time: "min",
    states: {
      A: { unit: "mol/L", initial: 1.3, min: 0, max: 2 },
      B: { unit: "mol/L", initial: 0.2, min: 0, max: 2 },
      C: { unit: "mol/L", initial: 0, min: 0, max: 2 },
    },
    algebraic: net,
    unknown: { r1: { unit: "mol/L/min", of: ["A", "B"], nominal: 0.1 }, r2: { unit: "mol/L/min", of: ["A", "B", "C"], nominal: 0.1 } },
    derivatives: { A: "net.A", B: "net.B", C: "net.C" },
  });
  for (let seed = 0; seed < 5; seed++) {
    const model = substitute(unknown, { r1: mlp([4], { seed }), r2: mlp([3, 3], { seed }) });
    const system = model.system();
    const rng = random(seed);
    const p = system.p.map((value) => value * (1 + rng.normal()));
    const parameters = Object.fromEntries(system.parameters.map((name, i) => [name, p[i]!]));
    const run = simulate(model, { span: [0, 5], parameters });
    const end = run.at(5);
    assert.ok(Math.abs(end.A - 1.3) > 1e-6);
    assert.ok(
      Math.abs(end.A + 2 * end.B + 3 * end.C - 1.7) < 1e-12 * (1 + Math.abs(end.A) + Math.abs(end.C)),
      String(end.A + 2 * end.B + 3 * end.C - 1.7),
    );
  }
});

test("reactions that make or destroy atoms are refused by name", () => {
  const says = (matrix: Record<string, number[]>): RegExp | string => {
    try {
      stoichiometry({
        rates: ["burn"],
        unit: "mol/L/s",
        matrix,
        elements: { CH4: { C: 1, H: 4 }, O2: { O: 2 }, CO2: { C: 1, O: 2 }, H2O: { H: 2, O: 1 } },
      });
      return "";
    } catch (error) {
      assert.ok(isGreyboxError(error, "model/stoichiometry"));
      return error.message;
    }
  };
  assert.equal(says({ CH4: [-1], O2: [-2], CO2: [1], H2O: [2] }), "");
  assert.match(says({ CH4: [-1], O2: [-2], CO2: [1], H2O: [1] }) as string, /reaction "burn" destroys 2 H/);
  assert.match(says({ CH4: [-1], O2: [-2, 1] }) as string, /row of "O2" has 2 coefficients for 1 rates/);
});
