/** What a compiled system promises besides its numbers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Directions, isGreyboxError, type ModelDefinition } from "../../../src/core/index.ts";
import { emitJavaScript, instantiate } from "../../../src/kernel/index.ts";
import { buildEquations } from "../../../src/models/compile/equations.ts";
import { evaluateKernel } from "../../../src/models/compile/evaluate.ts";
import { compileSystem, modelKernels } from "../../../src/models/compile/index.ts";
import { partials, tangentKernel } from "../../../src/models/compile/tangent.ts";
import type { ParsedEquations } from "../../../src/models/language/equations.ts";
import type { Expression } from "../../../src/models/language/expression.ts";
import { equationsOf, everything, pollu, reactor, roberDae, sketch, tubular } from "../fixtures.ts";

const systemOf = (definition: ModelDefinition, active: readonly string[] = []) =>
  compileSystem(definition, equationsOf(definition))({ active });

test("states are the differential ones as declared, then the implicit algebraic ones, and mass tells them apart", () => {
  const system = systemOf(everything);
  assert.deepEqual(system.states, ["x", "y", "z", "q"]);
  assert.deepEqual(system.mass, Uint8Array.of(1, 1, 1, 0));
  assert.equal(systemOf(reactor).mass, undefined);
  const dae = systemOf(roberDae);
  const out = new Float64Array(3);
  dae.rhs.evaluate(0, Float64Array.of(0.5, 0.25, 0.75), new Float64Array(0), dae.p, out);
  assert.equal(out[2], 0.5);
});

test("observables are states, implicit, explicit and outputs, each by name once", () => {
  assert.deepEqual(systemOf(everything).observables, ["x", "y", "z", "q", "f1", "f2", "f3", "f4", "f5", "total", "ratio"]);
});

test("typical sizes are declared, else the initial value, else 1; limits are declared or absent", () => {
  const system = systemOf({
    ...sketch("sizes", {
      states: { a: 0, b: -3, c: "2*3", d: 4 },
      implicit: { e: [-7, "e - 1"] },
      derivatives: { a: "1", b: "1", c: "1", d: "1" },
    }),
    states: {
      a: { unit: "1", initial: 0, min: 0 },
      b: { unit: "1", initial: -3 },
      c: { unit: "1", initial: "2*3" },
      d: { unit: "1", initial: 4, nominal: 0.5 },
    },
  });
  assert.deepEqual([...system.nominal], [1, 3, 1, 0.5, 7]);
  assert.deepEqual([...system.lower], [0, -Infinity, -Infinity, -Infinity, -Infinity]);
});

test("a system says whether its right-hand side depends on time itself", () => {
  assert.equal(systemOf(reactor).autonomous, true);
  assert.equal(systemOf(everything).autonomous, false);
});

test("events keep declared order, direction and what ends the run", () => {
  const { events } = systemOf(everything);
  assert.deepEqual(events?.names, ["low", "any"]);
  assert.deepEqual(events?.directions, Int8Array.of(-1, 0));
  assert.deepEqual(events?.terminal, Uint8Array.of(1, 0));
  assert.equal(events?.then.length, 2);
  assert.equal(systemOf(pollu).events, undefined);
});

test("a parameter that the model does not have cannot be active, and the nearest is named", () => {
  assert.throws(
    () => systemOf(reactor, ["EoverT"]),
    (error) => isGreyboxError(error, "model/unknown-parameter") && error.message.includes('Did you mean "EoverR"'),
  );
});

test("systems of one model share generated functions, not arrays", () => {
  const make = compileSystem(reactor, equationsOf(reactor));
  const [first, second] = [make({ active: ["UA"] }), make({ active: ["UA", "k0"] })];
  assert.equal(first.rhs.evaluate, second.rhs.evaluate);
  first.p[0] = -1;
  first.nominal[0] = -1;
  assert.equal(second.p[0], 7.2e10);
  assert.equal(make({ active: ["UA"] }).p[0], 7.2e10);
  assert.equal(make().nominal[0], 0.5);
  assert.deepEqual(second.active, Int32Array.of(5, 0));
});

test("a copy with other parameter values shares generated functions; one with another guess does not share its start", () => {
  const equations = equationsOf(roberDae);
  const first = compileSystem(roberDae, equations)();
  const faster = { ...roberDae, parameters: { ...roberDae.parameters, k1: { value: 0.08, unit: "1" } } };
  const second = compileSystem(faster, equations)();
  assert.equal(second.rhs.evaluate, first.rhs.evaluate);
  assert.equal(second.p[0], 0.08);
  const guessed = { ...roberDae, algebraic: { y3: { unit: "1", guess: 0.5, zero: "y1 + y2 + y3 - 1" } } };
  const out = new Float64Array(3);
  compileSystem(guessed, equations)().initial.evaluate(0, new Float64Array(3), new Float64Array(0), first.p, out);
  assert.equal(out[2], 0.5);
});

const still = (n: number, r: number, a: number): Directions => ({
  count: 1,
  dt: new Float64Array(1),
  dx: new Float64Array(n),
  du: new Float64Array(r),
  dp: new Float64Array(a),
});

test("directions that move neither states nor parameters cost and contribute nothing, also where a derivative is infinite", () => {
  const system = systemOf(
    sketch("root", { parameters: { k: 1 }, inputs: ["u"], states: { x: 0 }, derivatives: { x: "k*sqrt(x) + t*u" } }),
    ["k"],
  );
  const out = new Float64Array(1);
  const at = [2, Float64Array.of(0), Float64Array.of(3), system.p] as const;
  const along = still(1, 1, 1);
  system.rhs.tangent(...at, along, out);
  assert.equal(out[0], 0);
  along.dt[0] = 1;
  along.du[0] = 10;
  system.rhs.tangent(...at, along, out);
  assert.equal(out[0], 3 + 2 * 10);
  along.dx[0] = 1;
  system.rhs.tangent(...at, along, out);
  assert.equal(out[0], Infinity);
});

test("a right-hand side without any dependence has tangent zero", () => {
  const system = systemOf(sketch("constant", { states: { x: 1, y: 2 }, derivatives: { x: "3", y: "floor(y)" } }));
  const out = Float64Array.of(9, 9);
  system.rhs.tangent(0, Float64Array.of(1, 2), new Float64Array(0), system.p, { ...still(2, 0, 0), dx: Float64Array.of(1, 1) }, out);
  assert.deepEqual(out, Float64Array.of(0, 0));
  assert.equal(system.jacobian?.size, 0);
});

test("initial states follow parameters and inputs, with their derivatives", () => {
  const system = systemOf(everything, ["a"]);
  const out = new Float64Array(4);
  const at = [0, new Float64Array(4), Float64Array.of(5, 0), system.p] as const;
  system.initial.evaluate(...at, out);
  assert.deepEqual(out, Float64Array.of(0.4, 0.7 * 1.3 + 5, 1.2, 0.5));
  system.initial.tangent(...at, { ...still(4, 2, 1), dp: Float64Array.of(1) }, out);
  assert.deepEqual(out, Float64Array.of(0, 1.3, 0, 0));
});

test("a model of 400 states is generated as functions that stay below 20 kB", () => {
  const definition = tubular(200);
  const equations = buildEquations(definition, equationsOf(definition));
  const p = [...equations.p];
  const jacobian = partials(equations, equations.f, "dx", equations.x);
  const terms = [...jacobian, ...partials(equations, equations.f, "dp", p)].toSorted((a, b) => a.row - b.row);
  const strides = { dt: 1, dx: 400, du: 0, dp: p.length, out: 400 };
  const sources = [
    emitJavaScript(evaluateKernel("rhs", equations, equations.f, (i) => equations.texts[i]!)),
    emitJavaScript(tangentKernel("tangent", equations, terms, { strides, adding: false })),
  ];
  for (const source of sources) {
    const functions = source.split(/^(?:const \w+ =|return) \(function /m).slice(1);
    assert.ok(functions.length >= 1);
    for (const one of functions) assert.ok(one.replace(/ \/\/.*$/gm, "").length < 20_000, `${one.length} characters`);
  }
  // Every interior cell has the same equations, so a linear profile has the same slopes in all of them.
  const system = systemOf(definition, Object.keys(definition.parameters));
  const x = Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : 330));
  const out = new Float64Array(400);
  system.rhs.evaluate(0, x, new Float64Array(0), system.p, out);
  for (let i = 4; i < 398; i++) assert.equal(out[i], out[i - 2]);
  const values = new Float64Array(system.jacobian!.size);
  system.jacobian!.evaluate(0, x, new Float64Array(0), system.p, values);
  const directions = { ...still(400, 0, p.length), dx: Float64Array.from({ length: 400 }, (_, i) => Math.sin(i)) };
  system.rhs.tangent(0, x, new Float64Array(0), system.p, directions, out);
  const product = new Float64Array(400);
  const { rows, columns } = system.jacobian!.sparsity;
  for (const [k, value] of values.entries()) product[rows[k]!]! += value * directions.dx[columns[k]!]!;
  for (const [i, value] of product.entries()) assert.ok(Math.abs(value - out[i]!) < 1e-9 * (1 + Math.abs(value)));
});

test("states with the same right-hand side weigh twice in the adjoint", () => {
  const definition = sketch("twins", { parameters: { k: 2 }, states: { a: 1, b: 3 }, derivatives: { a: "k*a", b: "k*a" } });
  const adjoint = instantiate(modelKernels({ definition, equations: equationsOf(definition) }).adjoint());
  const out = new Float64Array(3);
  adjoint(0, Float64Array.of(5, 7), new Float64Array(0), Float64Array.of(2), Float64Array.of(10, 100), out);
  assert.deepEqual(out, Float64Array.of(220, 0, 550));
});

test("names and texts that people without good intentions give a model stay names and texts", () => {
  const hostile = [
    "__proto__",
    "constructor",
    "toString",
    "return",
    "x*/globalThis.reached=1/*",
    "a.b",
    "\nglobalThis.reached=1//",
    "\u2028",
    "x",
    "out",
    "Math",
  ];
  const name = (text: string): Expression => ({ op: "name", name: text });
  const entries = hostile.map((text) => [text, { op: "mul", left: name(`p${text}`), right: name(text) }] as const);
  const equations: ParsedEquations = {
    algebraic: new Map(hostile.map((text) => [`a${text}`, { op: "call", name: "exp", of: [name(text)] } as const])),
    implicit: new Map(),
    derivatives: new Map(entries),
    outputs: new Map(),
    initial: new Map(hostile.map((text, i) => [text, { op: "number", value: i }])),
    events: new Map(),
  };
  const record = <T>(make: (text: string) => readonly [string, T]): Record<string, T> => Object.fromEntries(hostile.map(make));
  const definition: ModelDefinition = {
    name: "*/ globalThis.reached = 1 /*",
    time: "1",
    parameters: record((text) => [`p${text}`, { value: 2, unit: "1" }]),
    inputs: {},
    states: record((text) => [text, { unit: "1", initial: 1 }]),
    algebraic: record((text) => [`a${text}`, { unit: "1", is: `exp(${text})\n globalThis.reached = 1` }]),
    derivatives: record((text) => [text, `\n globalThis.reached = 1 // ${text}`]),
    events: {},
    outputs: {},
  };
  const system = compileSystem(definition, equations)({ active: [`p${hostile[0]}`] });
  assert.deepEqual(system.states, hostile);
  const out = new Float64Array(hostile.length);
  const x = Float64Array.from(hostile, (_, i) => i);
  system.rhs.evaluate(0, x, new Float64Array(0), system.p, out);
  assert.deepEqual(
    out,
    x.map((value) => 2 * value),
  );
  const observed = new Float64Array(system.observables.length);
  system.observe.evaluate(0, x, new Float64Array(0), system.p, observed);
  assert.deepEqual(observed.slice(hostile.length), x.map(Math.exp));
  assert.equal(Reflect.get(globalThis, "reached"), undefined);
});
