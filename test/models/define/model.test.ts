/** Models: what `defineModel` gives, how it travels as data, and every mistake that a definition can hold. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isGreyboxError } from "../../../src/core/index.ts";
import { checkDefinition, defineModel, describeProblem, modelFromDefinition, type Problem } from "../../../src/models/index.ts";

const reactor = defineModel({
  name: "cstr",
  time: "min",
  parameters: {
    k0: { value: 7.2e10, unit: "1/min", bounds: [1e9, 1e13], scale: "log", source: "Seborg 2010, table 2.3" },
    EoverR: { value: 8750, unit: "K", bounds: [6000, 12000] },
    V: { value: 100, unit: "L" },
    dH: { value: -5e4, unit: "J/mol" },
    rhoCp: { value: 239, unit: "J/L/K", description: "density times heat capacity", physical: [100, 10000] },
    UA: { value: 5e4, unit: "J/min/K", bounds: [1e4, 2e5] },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: 0.5, min: 0 }, T: { unit: "K", initial: "TF" } },
  algebraic: { k: { unit: "1/min", is: "k0 * exp(-EoverR/T)" } },
  derivatives: { cA: "q/V*(cF - cA) - k*cA", T: "q/V*(TF - T) - dH/rhoCp*k*cA + UA/(V*rhoCp)*(Tc - T)" },
  events: { trip: { when: "T - 420 K", direction: "rising", then: { T: "T - 5 K" } } },
  outputs: { conversion: { unit: "1", is: "1 - cA/cF" } },
});

/** The definition of the reactor, to be changed. Of a type that allows any change. */
// biome-ignore lint/suspicious/noExplicitAny: the point is to write what the types forbid
type Loose = any;
const changed = (change: (definition: Loose) => void): Loose => {
  const definition = structuredClone(reactor.definition);
  change(definition);
  return definition;
};
const problemsOf = (change: (definition: Loose) => void): readonly Problem[] => checkDefinition(changed(change)).problems;
const told = (change: (definition: Loose) => void): string[] => problemsOf(change).map(({ where, code }) => `${where} ${code}`);

test("the reactor of the design computes what the book's equations give", () => {
  const system = reactor.system();
  assert.deepEqual(
    [system.states, system.inputs, system.observables],
    [
      ["cA", "T"],
      ["q", "cF", "TF", "Tc"],
      ["cA", "T", "k", "conversion"],
    ],
  );
  const [cA, T, q, cF, TF, Tc] = [0.4, 351, 95, 1.1, 349, 301];
  const out = new Float64Array(2);
  system.rhs.evaluate(0, Float64Array.of(cA, T), Float64Array.of(q, cF, TF, Tc), system.p, out);
  const k = 7.2e10 * Math.exp(-8750 / T);
  const expected = [(q / 100) * (cF - cA) - k * cA, (q / 100) * (TF - T) + (5e4 / 239) * k * cA + (5e4 / (100 * 239)) * (Tc - T)];
  for (const [i, value] of expected.entries()) assert.ok(Math.abs(out[i]! - value) < 1e-12 * Math.abs(value), `${out[i]} ${value}`);
  system.initial.evaluate(0, Float64Array.of(0, 0), Float64Array.of(q, cF, TF, Tc), system.p, out);
  assert.deepEqual([...out], [0.5, 349]);
});

test("a model is data: it survives JSON, keeps its hash, and the order of keys does not matter", () => {
  const travelled = modelFromDefinition(JSON.parse(JSON.stringify(reactor.definition)));
  assert.deepEqual(travelled.definition, reactor.definition);
  assert.equal(travelled.hash, reactor.hash);
  const { states, ...others } = structuredClone(reactor.definition);
  const turned = {
    states: Object.fromEntries(Object.entries(states).map(([name, { initial, ...rest }]) => [name, { ...rest, initial }])),
    ...others,
  };
  assert.equal(modelFromDefinition(turned).hash, reactor.hash);
  assert.notEqual(modelFromDefinition(changed((d) => (d.parameters.V.value = 101))).hash, reactor.hash);
  assert.match(reactor.hash, /^[0-9a-f]{64}$/);
});

test("the definition is complete and frozen, and the modeler's own object is neither changed nor frozen", () => {
  const own = {
    name: "m",
    time: "1",
    parameters: { a: { value: 1, unit: "1", bounds: [0, 2] } },
    states: { x: { unit: "1", initial: 1 } },
    derivatives: { x: "-a*x" },
  };
  const { definition } = modelFromDefinition(own);
  assert.deepEqual([definition.inputs, definition.algebraic, definition.events, definition.outputs], [{}, {}, {}, {}]);
  assert.throws(() => Object.assign(definition.parameters, { b: 1 }), TypeError);
  assert.throws(() => Object.assign(definition.parameters["a"]!.bounds!, [5]), TypeError);
  own.parameters.a.bounds[0] = -1;
  assert.deepEqual(definition.parameters["a"]?.bounds, [0, 2]);
});

test("other parameter values make another model and leave the first as it is", () => {
  const other = reactor.with({ parameters: { UA: 2e4, V: undefined as unknown as number } });
  assert.equal(other.definition.parameters["UA"]?.value, 2e4);
  assert.equal(reactor.definition.parameters["UA"]?.value, 5e4);
  assert.deepEqual(
    [...other.system().p].filter((value, i) => value !== reactor.system().p[i]),
    [2e4],
  );
  assert.equal(other.hash, modelFromDefinition(other.definition).hash);
  // A value that went through a logarithm and came back a bit outside is still at its bound.
  const edge = Math.exp(Math.log(2e5)) * (1 + 4e-16);
  assert.doesNotThrow(() => reactor.with({ parameters: { UA: edge } }).with({}));
  const wrong = { UA: 1, kk: 1, dH: Number.NaN } as Record<string, number>;
  assert.throws(
    () => reactor.with({ parameters: wrong }),
    (error) =>
      isGreyboxError(error, "model/invalid") &&
      assert.deepEqual(
        error.details.problems.map(({ where, code }) => `${where} ${code}`),
        ["parameters.UA model/bounds", "parameters.kk model/undeclared", "parameters.dH model/value"],
      ) === undefined,
  );
});

test("a single mistake reads as a single sentence", () => {
  assert.throws(() => modelFromDefinition(changed((d) => (d.derivatives.cA = "q/V*(cF - cAA) - k*cA"))), {
    code: "model/invalid",
    message: 'Model "cstr": derivatives.cA = "q/V*(cF - cAA) - k*cA", column 11: "cAA" is not declared. Did you mean "cA"? [model/invalid]',
  });
  assert.throws(() => modelFromDefinition(changed((d) => (d.events.trip.when = "T - 420"))), {
    message:
      'Model "cstr": events.trip.when = "T - 420": It subtracts the bare number 420 and a quantity in K. Write "420 K" if that is its unit, or give it a name and a unit under `parameters`. [model/invalid]',
  });
  assert.throws(() => modelFromDefinition(changed((d) => (d.derivatives.cA = "q*(cF - cA) - k*cA"))), {
    message:
      'Model "cstr": derivatives.cA = "q*(cF - cA) - k*cA": It subtracts (q*(cF - cA)) in mol/min [s^-1 mol] and (k*cA) in mol/min/L [m^-3 s^-1 mol]. One side lacks a factor in L. [model/invalid]',
  });
});

test("all mistakes of a model are told at once", () => {
  const change = (d: Loose) => {
    d.derivatives.cA = "q/V*(cF - cAA) - kk*cA";
    delete d.derivatives.T;
    d.derivatives.w = "1";
    d.parameters.V.value = Number.NaN;
    d.parameters.UA.value = 1;
    d.inputs.cF = "mol/Liter";
    d.outputs.q = { unit: "1", is: "(1" };
    d.derivativs = {};
  };
  assert.deepEqual(told(change), [
    "model model/unknown-field",
    "parameters.V.value model/shape",
    "outputs.q model/duplicate",
    "inputs.cF model/unit",
    "parameters.UA model/bounds",
    "derivatives.T model/missing-derivative",
    "derivatives.w model/not-a-state",
    "derivatives.cA model/undeclared",
    "derivatives.cA model/undeclared",
    "outputs.q model/syntax",
  ]);
  assert.throws(
    () => modelFromDefinition(changed(change)),
    (error) => {
      assert.ok(isGreyboxError(error, "model/invalid"));
      assert.match(
        error.message,
        /^Model "cstr" has 10 mistakes:\n {2}1\. model: "derivativs" is not a field of it\. Did you mean "derivatives"\? \[model\/unknown-field\]\n/,
      );
      assert.equal(error.message.split("\n").length, 12);
      return true;
    },
  );
});

const mistakes: readonly (readonly [what: string, change: (definition: Loose) => void, told: readonly string[], says?: RegExp])[] = [
  ["no name", (d) => delete d.name, ["model model/missing-field"]],
  ["an empty name", (d) => (d.name = " "), ["model.name model/name"]],
  ["no states", (d) => delete d.states, ["model model/missing-field"], /such as \{ cA/],
  ["a time that is a length", (d) => (d.time = "m"), ["model.time model/unit"], /units such as s, min or h/],
  ["a parameter that is a number", (d) => (d.parameters.V = 100), ["parameters.V model/shape"], /Expected an object, got 100/],
  ["a parameter without unit", (d) => delete d.parameters.V.unit, ["parameters.V model/missing-field"]],
  ["a misspelt field", (d) => (d.parameters.V.bound = [1, 2]), ["parameters.V model/unknown-field"], /Did you mean "bounds"/],
  ["text for a number", (d) => (d.parameters.V.value = "100"), ["parameters.V.value model/shape"], /got "100"/],
  ["an infinite value", (d) => (d.parameters.V.value = Infinity), ["parameters.V.value model/shape"]],
  ["bounds the wrong way round", (d) => (d.parameters.V.bounds = [5, 1]), ["parameters.V.bounds model/shape"], /the lower first/],
  ["an infinite bound", (d) => (d.parameters.V.bounds = [0, Infinity]), ["parameters.V.bounds model/shape"]],
  ["a value outside its bounds", (d) => (d.parameters.V.bounds = [1, 5]), ["parameters.V model/bounds"]],
  ["a logarithm of a negative value", (d) => (d.parameters.dH.scale = "log"), ["parameters.dH model/value"]],
  ["a bound of 0 on a logarithmic scale", (d) => (d.parameters.k0.bounds = [0, 1e13]), ["parameters.k0 model/value"]],
  ["an unknown scale", (d) => (d.parameters.V.scale = "ln"), ["parameters.V.scale model/shape"]],
  ["a unit that is none", (d) => (d.states.T.unit = "Kelvins"), ["states.T.unit model/unit"]],
  ["an initial value below the minimum", (d) => (d.states.cA.initial = -1), ["states.cA model/bounds"]],
  ["a minimum above the maximum", (d) => (d.states.cA.max = -1), ["states.cA model/value"]],
  ["a nominal of 0", (d) => (d.states.cA.nominal = 0), ["states.cA.nominal model/value"]],
  [
    "an initial value made of states",
    (d) => (d.states.cA.initial = "cF - cA"),
    ["states.cA.initial model/not-here"],
    /made of parameters, inputs/,
  ],
  ["an initial value of another unit", (d) => (d.states.cA.initial = "TF"), ["states.cA.initial model/unit-result"]],
  ["an output used in an equation", (d) => (d.derivatives.cA = "-k*cA*conversion"), ["derivatives.cA model/not-here"], /it is an output/],
  ["an equation that is a number", (d) => (d.derivatives.cA = 0), ["derivatives.cA model/shape"], /equation as text/],
  ["an output without equation", (d) => delete d.outputs.conversion.is, ["outputs.conversion model/missing-field"]],
  ["an implicit quantity without guess", (d) => (d.algebraic.w = { unit: "1", zero: "w - 1" }), ["algebraic.w model/missing-field"]],
  [
    "a quantity that is explicit and implicit",
    (d) => Object.assign(d.algebraic.k, { zero: "k", guess: 1 }),
    ["algebraic.k model/unknown-field"],
  ],
  ["a quantity that depends on itself", (d) => (d.algebraic.k.is = "k"), ["algebraic.k model/cycle"], /"k" depends on itself\./],
  [
    "quantities that depend on each other",
    (d) => Object.assign(d.algebraic, { a: { unit: "1", is: "b + 1" }, b: { unit: "1", is: "c" }, c: { unit: "1", is: "a*2" } }),
    ["algebraic.a model/cycle"],
    /a → b → c → a/,
  ],
  [
    "an event that is a comparison",
    (d) => (d.events.trip.when = "T > 420 K"),
    ["events.trip.when model/condition"],
    /difference such as T - Tmax/,
  ],
  ["an event that sets an input", (d) => (d.events.trip.then = { q: "q" }), ["events.trip.then.q model/not-a-state"]],
  [
    "an event that sets a misspelt state",
    (d) => (d.events.trip.then = { TT: "T" }),
    ["events.trip.then.TT model/not-a-state"],
    /Did you mean "T"/,
  ],
  ["an event that sets another unit", (d) => (d.events.trip.then = { T: "cA" }), ["events.trip.then.T model/unit-result"]],
  ["an unknown direction", (d) => (d.events.trip.direction = "up"), ["events.trip.direction model/shape"]],
  ["a reserved name", (d) => (d.inputs.exp = "1"), ["inputs.exp model/name"], /word of the language/],
  ["a name that is time", (d) => (d.inputs.t = "min"), ["inputs.t model/name"]],
  ["a name with a blank", (d) => (d.inputs["T c"] = "1"), ["inputs.T c model/name"], /letters A to Z/],
  ["a name every object has", (d) => (d.inputs.constructor = "1"), ["inputs.constructor model/name"], /every JavaScript object/],
  ["a name twice", (d) => (d.algebraic.q = { unit: "1", is: "1" }), ["algebraic.q model/duplicate"], /already under `inputs`/],
  ["an event with a name that is none", (d) => (d.events["1"] = { when: "T - 3 K" }), ["events.1 model/name"]],
];

for (const [what, change, expected, says] of mistakes) {
  test(`${what} is told, and nothing else`, () => {
    assert.deepEqual(told(change), expected);
    if (says) assert.match(describeProblem(problemsOf(change)[0]!), says);
  });
}

test("`__proto__` from JSON is a name that is refused, not a prototype", () => {
  const json = JSON.stringify(reactor.definition).replace('"inputs":{', '"inputs":{"__proto__":"1",');
  const { problems } = checkDefinition(JSON.parse(json));
  assert.deepEqual(
    problems.map(({ where, code }) => `${where} ${code}`),
    ["inputs.__proto__ model/name"],
  );
});

test("explicit quantities are ordered by what they depend on, however they are declared and however long the chain", () => {
  const length = 3000;
  const algebraic = Object.fromEntries(
    Array.from({ length }, (_, i) => [`a${i}`, { unit: "1", is: i === length - 1 ? "x" : `a${i + 1}` }]),
  );
  const model = modelFromDefinition({
    name: "chain",
    time: "1",
    states: { x: { unit: "1", initial: 1 } },
    algebraic,
    derivatives: { x: "a0" },
  });
  const order = [...model.equations.algebraic.keys()];
  assert.deepEqual([order.length, order[0], order.at(-1)], [length, `a${length - 1}`, "a0"]);
});

test("dotted names are names", () => {
  const model = modelFromDefinition({
    name: "m",
    time: "1",
    inputs: { "r1.q": "1" },
    states: { "r1.x": { unit: "1", initial: 2 } },
    derivatives: { "r1.x": "-r1.q*r1.x" },
  });
  const system = model.system();
  const out = new Float64Array(1);
  system.rhs.evaluate(0, Float64Array.of(2), Float64Array.of(3), system.p, out);
  assert.equal(out[0], -6);
});

test("the check of a right model counts what it has, and never throws on anything else", () => {
  const { problems, summary } = checkDefinition(reactor.definition);
  assert.deepEqual(problems, []);
  assert.equal(summary.text, "cstr: 2 states, 6 parameters, 4 inputs, 1 explicit quantity, 1 event, 1 output; time in min");
  assert.equal(summary.hash, reactor.hash);
  for (const raw of [undefined, null, 5, "x", [], {}, { name: 1 }, new Date(), new Float64Array(2), () => 1]) {
    assert.ok(checkDefinition(raw).problems.length > 0);
  }
});

test("whatever is put into a definition, the check ends in problems with a place, a sentence and a remedy", () => {
  const paths: (readonly string[])[] = [];
  const collect = (value: unknown, path: readonly string[]): void => {
    paths.push(path);
    if (typeof value === "object" && value !== null) for (const [key, part] of Object.entries(value)) collect(part, [...path, key]);
  };
  collect(reactor.definition, []);
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom("q", "K", "T - 420", "cA*", "L/min", "__proto__", "1e999", "(", "degC", "if(T > 3 K, 1, q)"),
  );
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), text, fc.double(), fc.constant(undefined));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...paths), fc.option(text), value), { minLength: 1, maxLength: 3 }), (edits) => {
      let definition: Loose = structuredClone(reactor.definition);
      for (const [path, key, replacement] of edits) {
        const whole = key === null ? path : [...path, key];
        if (whole.length === 0) definition = replacement;
        let place = definition;
        for (const step of whole.slice(0, -1)) place = typeof place === "object" && place !== null ? place[step] : undefined;
        const last = whole.at(-1);
        if (typeof place === "object" && place !== null && last !== undefined && last !== "__proto__") place[last] = replacement;
      }
      const { problems } = checkDefinition(definition);
      for (const { where, problem, remedy, code } of problems) {
        assert.ok(where.length > 0 && problem.length > 5 && remedy.length > 5 && code.startsWith("model/"));
        assert.ok(!/undefined|\[object/.test(`${problem} ${remedy}`.replace(/"[^"]*"/g, "")), `${problem} ${remedy}`);
      }
      if (problems.length === 0) assert.doesNotThrow(() => modelFromDefinition(definition).system());
    }),
    { seed: 41, numRuns: 1500 },
  );
});
