/** Structural identifiability against published answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, identifiability, identifiabilityOf } from "../../src/calibration/index.ts";
import { GreyboxError } from "../../src/core/index.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { defineModel, type Model, modelFromDefinition } from "../../src/models/index.ts";

type Equations = Readonly<Record<string, string>>;

/** A model without units; parameters and inputs by name. */
function dimensionless(
  derivatives: Equations,
  outputs: Equations,
  parameters: string,
  inputs = "",
  initial: Record<string, number | string> = {},
): Model {
  const words = (text: string): string[] => text.split(" ").filter((word) => word !== "");
  return modelFromDefinition({
    name: "published",
    time: "1",
    parameters: Object.fromEntries(words(parameters).map((name, i) => [name, { value: 1 + i / 10, unit: "1" }])),
    inputs: Object.fromEntries(words(inputs).map((name) => [name, "1"])),
    states: Object.fromEntries(Object.keys(derivatives).map((name) => [name, { unit: "1", initial: initial[name] ?? 1 }])),
    derivatives,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, is]) => [name, { unit: "1", is }])),
  });
}

interface Published {
  readonly source: string;
  readonly model: Model;
  /** Parameters that are fixed. */
  readonly fixed: readonly string[];
  /** Combinations of others that are. */
  readonly combinations?: readonly string[];
}

const twoCompartments = { x1: "-(k1 + k2)*x1 + k3*x2 + u", x2: "k2*x1 - (k3 + k4)*x2" };
const virus = { T: "lambda - rho*T - eta*T*V", I: "eta*T*V - delta*I", V: "N*delta*I - c*V" };

const published: readonly Published[] = [
  {
    source: "Bellman & Åström, Math. Biosci. 7 (1970) 329, example 2: two compartments",
    model: dimensionless(twoCompartments, { y: "x1" }, "k1 k2 k3 k4", "u"),
    fixed: [],
    combinations: ["k1 + k2", "k2*k3", "k3 + k4"],
  },
  {
    source: "the same without outflow from the second compartment",
    model: dimensionless({ x1: "-(k1 + k2)*x1 + k3*x2 + u", x2: "k2*x1 - k3*x2" }, { y: "x1" }, "k1 k2 k3", "u"),
    fixed: ["k1", "k2", "k3"],
  },
  {
    source: "Bellman & Åström 1970, example 3: three compartments in a row, fed at the far end",
    model: dimensionless(
      { x1: "-a1*x1 + b1*x2", x2: "-(a2 + b1)*x2 + a1*x1 + b2*x3", x3: "-b2*x3 + a2*x2 + u" },
      { y: "x1" },
      "a1 a2 b1 b2",
      "u",
    ),
    fixed: [],
    combinations: ["b1*b2", "a1 + a2 + b1 + b2", "a1*a2 + a1*b2"],
  },
  {
    source: "Ljung & Glad, Automatica 30 (1994) 265, example 4: Michaelis–Menten with a sensor of unknown gain",
    model: dimensionless({ x: "-Vm*x/(km + x) + k01*x" }, { y: "c*x" }, "Vm km k01 c"),
    fixed: ["k01"],
    combinations: ["Vm/km", "Vm*c"],
  },
  {
    source: "Walter & Pronzato, Math. Comput. Simul. 42 (1996) 125, example 3",
    model: dimensionless({ x1: "p1*x1^2 + p2*x1*x2", x2: "p3*x1^2 + p4*x1*x2" }, { y: "x1" }, "p1 p2 p3 p4"),
    fixed: [],
    combinations: ["p1 + p4", "p1*p4 - p2*p3"],
  },
  {
    source: "predator and prey, only prey counted: test of StructuralIdentifiability.jl",
    model: dimensionless({ x0: "a*x0 - b*x0*x1 + u", x1: "c*x1 + d*x0*x1" }, { y: "x0" }, "a b c d", "u"),
    fixed: ["a", "c", "d"],
  },
  {
    source: "Goodwin's oscillator: Hong et al., SIAN, Bioinformatics 35 (2019) 2873",
    model: dimensionless(
      { x1: "-b*x1 + 1/(c + x4)", x2: "alpha*x1 - beta*x2", x3: "gamma*x2 - delta*x3", x4: "sigma*x4*(gamma*x2 - delta*x3)/x3" },
      { y: "x1" },
      "b c alpha beta gamma delta sigma",
    ),
    fixed: ["b", "c", "beta", "delta", "sigma"],
  },
  {
    source: "cholera (SIWR), after Eisenberg et al., J. Theor. Biol. 324 (2013) 84",
    model: dimensionless(
      { S: "mu - bi*S*I - bw*S*W - mu*S + a*R", I: "bw*S*W + bi*S*I - (gam + mu)*I", W: "xi*(I - W)", R: "gam*I - (mu + a)*R" },
      { y: "k*I" },
      "mu bi bw a xi gam k",
    ),
    fixed: ["mu", "bi", "bw", "a", "xi", "gam", "k"],
  },
  {
    source: "HIV, virus and all cells counted: Miao et al., SIAM Rev. 53 (2011) 3",
    model: dimensionless(virus, { y1: "V", y2: "T + I" }, "lambda rho eta delta N c"),
    fixed: ["lambda", "rho", "eta", "delta", "N", "c"],
  },
  {
    source: "HIV, only virus counted: cells may be counted in any unit",
    model: dimensionless(virus, { y: "V" }, "lambda rho eta delta N c"),
    fixed: ["rho", "eta", "delta", "c"],
    combinations: ["lambda*N"],
  },
  {
    source: "JAK–STAT, relative intensities measured: Raue et al., Bioinformatics 25 (2009) 1923",
    model: dimensionless(
      { x1: "-k1*x1*u", x2: "k1*x1*u - 2*k2*x2^2", x3: "k2*x2^2 - k3*x3", x4: "k3*x3" },
      { y1: "s1*(x2 + 2*x3)", y2: "s2*(x1 + x2 + 2*x3)" },
      "k1 k2 k3 s1 s2",
      "u",
    ),
    fixed: ["k1", "k3"],
    combinations: ["k2/s1", "k2/s2"],
  },
];

for (const { source, model, fixed, combinations = [] } of published) {
  test(`${source}: the same parameters are fixed`, () => {
    const estimate = Object.keys(model.definition.parameters);
    const answer = identifiability(model, { estimate, measured: Object.keys(model.definition.outputs), initial: "unknown" });
    assert.deepEqual(
      answer.identifiable.filter((name) => estimate.includes(name)),
      fixed,
    );
    const found = answer.confounded.flatMap((one) => one.fixed);
    for (const combination of combinations) assert.ok(found.includes(combination), `${combination} is not among ${found.join(", ")}`);
  });
}

test("a state whose start is known fixes what it was confounded with", () => {
  const model = dimensionless({ x0: "a*x0 - b*x0*x1", x1: "-c*x1 + d*x0*x1" }, { y: "x0" }, "a b c d");
  const estimate = ["a", "b", "c", "d"];
  const open = identifiability(model, { estimate, measured: ["y"], initial: "unknown" });
  const known = identifiability(model, { estimate, measured: ["y"], initial: { x0: "unknown", x1: "known" } });
  assert.deepEqual(open.unidentifiable, ["b", "x1(0)"]);
  assert.deepEqual(open.confounded[0]!.fixed, ["b*x1(0)"]);
  assert.deepEqual(open.measuring, ["x1"]);
  assert.deepEqual(known.unidentifiable, []);
});

const arrhenius = defineModel({
  name: "arrhenius",
  time: "h",
  parameters: { k0: { value: 1e7, unit: "1/h", scale: "log" }, E: { value: 6000, unit: "K" }, c0: { value: 2, unit: "mol/L" } },
  inputs: { T: "K" },
  states: { c: { unit: "mol/L", initial: "c0" } },
  derivatives: { c: "-k0*exp(-E/T)*c" },
});

test("a rate at one temperature fixes neither factor; at several, or in several experiments, both", () => {
  const ask = (course: "free" | "constant", experiments: number) =>
    identifiability(arrhenius, { estimate: ["k0", "E"], measured: ["c"], inputs: { T: course }, experiments });
  assert.deepEqual(ask("constant", 1).unidentifiable, ["k0", "E"]);
  assert.deepEqual(ask("constant", 1).moving, ["T"]);
  assert.deepEqual(ask("constant", 2).unidentifiable, []);
  assert.deepEqual(ask("free", 1).unidentifiable, []);
});

test("values that are special count: a reaction whose product is not there yet, and a start at 0", () => {
  const chain = dimensionless({ a: "-k1*a", b: "k1*a - k2*b" }, { y: "s*b" }, "k1 k2 s", "", { a: 3, b: 0 });
  assert.deepEqual(identifiability(chain, { estimate: ["k1", "k2", "s"], measured: ["y"] }).unidentifiable, []);
  assert.deepEqual(identifiability(chain, { estimate: ["k1", "k2", "s"], measured: ["y"], initial: { a: 0 } }).rank, 0);
});

test("functions of the language: identities leave nothing to be known, and what is no identity does", () => {
  const constant = [
    "sin(x)^2 + cos(x)^2",
    "exp(x)*exp(-x)",
    "cosh(x)^2 - sinh(x)^2",
    "tanh(x) - sinh(x)/cosh(x)",
    "log(1 + x) - log10(1 + x)*log(10)",
    "sqrt(1 + x)*sqrt(1 + x) - x",
    "(1 + x)^2.5/(1 + x)^0.5 - (1 + x)^2",
    "tan(atan(x)) - x",
    "asin(x) + acos(x)",
    "atan2(x, 1) - atan(x)",
    "max(x, -1) - x",
    "abs(1 + x) - x",
    "if(x > 5, x^2, 3)",
  ];
  for (const is of [...constant, "exp(x)", "sin(x)", "x^2.5 + sqrt(1 + x)", "max(x, -1)"]) {
    const start = is.startsWith("x^2.5") ? 1 : 0;
    const model = dimensionless({ x: "a" }, { y: is }, "a", "", { x: start });
    const { identifiable } = identifiability(model, { estimate: ["a"], measured: ["y"] });
    assert.deepEqual(identifiable, constant.includes(is) ? [] : ["a"], is);
  }
});

test("parameters of an experiment of its own, and ties", () => {
  const leak = dimensionless({ x: "-k*x + q" }, { y: "g*x" }, "k q g");
  const each = identifiability(leak, { estimate: ["k"], perExperiment: ["q"], measured: ["y"], experiments: 2 });
  assert.deepEqual(each.unknowns, ["k", "q in experiment 1", "q in experiment 2"]);
  assert.deepEqual(each.unidentifiable, []);
  const free = identifiability(leak, { estimate: ["k", "q", "g"], measured: ["y"], initial: "unknown" });
  assert.deepEqual(free.confounded[0]!.names, ["q", "g", "x(0)"]);
  const tied = identifiability(leak, {
    estimate: ["k", "q"],
    ties: { g: { to: "q", factor: -2 } },
    measured: ["y"],
    initial: { x: "known" },
  });
  assert.deepEqual(tied.unidentifiable, []);
});

test("what nothing measured depends on is said, and what to measure", () => {
  const { meaning, order } = identifiability(dimensionless({ x: "-a*x", z: "-b*z" }, {}, "a b"), { estimate: ["a", "b"], measured: ["x"] });
  assert.deepEqual(meaning, ["Nothing measured depends on b in a way that would fix it.", "To measure z as well would fix all."]);
  assert.ok(order >= 3, "derivatives were looked at for long enough");
});

test("equations that are singular at the start are looked at beside it, and that is said", () => {
  const root = dimensionless({ x: "a*x^0.5 + b" }, {}, "a b", "", { x: 0 });
  const { unidentifiable, assumed } = identifiability(root, { estimate: ["a", "b"], measured: ["x"] });
  assert.deepEqual(unidentifiable, []);
  assert.match(assumed[0]!, /singular/);
});

test("what cannot be decided is refused by name, and so is what is not there", () => {
  const late = dimensionless({ x: "-a*delay(x, 0.5)" }, {}, "a");
  assert.throws(
    () => identifiability(late, { estimate: ["a"], measured: ["x"] }),
    (error) => error instanceof GreyboxError && error.code === "calibration/identifiability",
  );
  assert.throws(
    () => identifiability(late, { estimate: ["b"], measured: ["x"] }),
    (error) => error instanceof GreyboxError && error.code === "calibration/unknown-name",
  );
});

test("the answer depends on the seed for nothing but the point", () => {
  const { model } = published[2]!;
  const ask = (seed: number) => identifiability(model, { estimate: ["a1", "a2", "b1", "b2"], measured: ["y"], initial: "unknown", seed });
  assert.deepEqual(ask(1), ask(1));
  assert.deepEqual(ask(1).confounded, ask(99).confounded);
});

test("of a question: windows are experiments, with the inputs they had, and their own unknown starts", () => {
  const record = (name: string, T: number | number[]) =>
    windowFromTable(arrhenius, { name, time: [1, 2, 3], inputs: { T }, measured: { c: [1.8, 1.7, 1.5] } });
  const ask = (windows: ReturnType<typeof record>[]) =>
    identifiabilityOf({ model: arrhenius, windows, estimate: ["k0", "E"] }).unidentifiable;
  assert.deepEqual(ask([record("cold", 290)]), ["k0", "E"]);
  assert.deepEqual(ask([record("cold", 290), record("again", 290)]), ["k0", "E"]);
  assert.deepEqual(ask([record("cold", 290), record("warm", 310)]), []);
  assert.deepEqual(ask([record("both", [290, 300, 310])]), []);
  const biased = identifiabilityOf({
    model: arrhenius,
    windows: [record("cold", [290, 300, 310])],
    estimate: ["k0", "E"],
    initial: { c: { estimate: true } },
    instruments: { c: { gain: true, bias: true } },
  });
  assert.deepEqual(biased.confounded[0]!.fixed, ["c.instrument.gain*c(0)"]);
});

test("the verdict of a fit says whether other data of the same kind would help", async () => {
  const c = [1, 2, 3].map((t) => 2 * Math.exp(-1e7 * Math.exp(-6000 / 300) * t));
  const window = windowFromTable(arrhenius, { time: [1, 2, 3], inputs: { T: 300 }, measured: { c }, sigma: { c: 0.01 } });
  const one = await calibrate({ model: arrhenius, windows: [window], estimate: ["k0", "E"] });
  assert.match(one.verdict[0]!, /^Not fixed by the data: .* No data of this kind can: know one of them; or move T while measuring\.$/);
});

test("implicit quantities that their equations are linear in are solved for; others are refused by name", () => {
  const model = (zero: string) =>
    modelFromDefinition({
      name: "valve",
      time: "1",
      parameters: { a: { value: 1, unit: "1" }, b: { value: 2, unit: "1" }, c: { value: 3, unit: "1" } },
      states: { x: { unit: "1", initial: 4 } },
      algebraic: { r: { unit: "1", is: "c*w" }, w: { unit: "1", guess: 1, zero } },
      derivatives: { x: "-r" },
    });
  // w = a·x/(a + b): two of the three numbers, and the third only by their ratio.
  const split = identifiability(model("a*(x - w) - b*w"), { estimate: ["a", "b", "c"], measured: ["x", "r"] });
  assert.deepEqual(split.unidentifiable, ["a", "b", "c"]);
  assert.equal(split.confounded[0]!.freedom, 2);
  const seen = identifiability(model("a*(x - w) - b*w"), { estimate: ["a", "b", "c"], measured: ["x", "w"] });
  assert.deepEqual(seen.confounded[0]!.fixed, ["a/b"]);
  assert.throws(
    () => identifiability(model("a*(x - w) - b*w^2"), { estimate: ["a"], measured: ["x"] }),
    (error) => error instanceof GreyboxError && error.code === "calibration/identifiability",
  );
});
