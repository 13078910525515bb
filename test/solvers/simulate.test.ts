/** Simulation by name: values, sensitivities, and mistakes answered with code, value and remedy. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type GreyboxError, type SystemSource, signal } from "greybox/core";
import { createSolver, odeSystem, type Problem, type SolveOptions, simulate, solve, steadyState } from "greybox/solvers";
import { type Written, written } from "./hyperdual.ts";

/** A source from a system written for tests, with the names that the compiler is to know. */
const source = <P extends string, I extends string, S extends string, O extends string>(
  definition: Written & { readonly states: readonly S[]; readonly inputs?: readonly I[]; readonly parameters: Readonly<Record<P, number>> },
  _outputs?: readonly O[],
): SystemSource<P, I, S, never, O> => ({
  name: "tank",
  definition: { name: "tank", time: "s", parameters: {}, inputs: {}, states: {}, algebraic: {}, derivatives: {}, events: {}, outputs: {} },
  system: ({ active = [] } = {}) => written({ ...definition, active }),
});

const tank = source(
  {
    name: "tank",
    states: ["level", "volume"],
    inputs: ["feed"],
    parameters: { area: 2, k: 0.5 },
    initial: (_t, _x, _u, [area]) => [area!.times(0.5), 0],
    rhs: (_t, [level], [feed], [area, k]) => [feed!.minus(k!.times(level!)).over(area!), feed!],
    outputs: { names: ["outflow"], of: (_t, [level], [feed], [, k]) => [k!.times(level!).plus(feed!.times(0))] },
  },
  ["outflow"],
);

/** Level for constant feed 1. */
const level = (t: number, area = 2, k = 0.5): number => 1 / k + (area / 2 - 1 / k) * Math.exp((-k * t) / area);

test("states, outputs and times are read by name, at the samples and between", () => {
  const run = simulate(tank, { span: [0, 10], inputs: { feed: 1 }, at: [0, 2, 10], rtol: 1e-10 });
  assert.deepEqual([...run.time], [0, 2, 10]);
  assert.ok(Math.abs(run.column("level")[1]! - level(2)) < 1e-9);
  assert.ok(Math.abs(run.at(7.3).outflow - 0.5 * level(7.3)) < 1e-9);
  assert.deepEqual(Object.keys(run.at(1)), ["level", "volume", "outflow"]);
  assert.equal(run.outcome.kind, "success");
  assert.equal(run.orThrow(), run);
});

test("without dense output only the samples can be read", () => {
  const run = simulate(tank, { span: [0, 10], inputs: { feed: 1 }, at: [2], dense: false });
  assert.equal(run.column("level").length, 1);
  assert.throws(() => run.at(2), { code: "solver/no-dense-output" });
});

test("parameters and initial values can be given by name; what depends on the parameters follows", () => {
  const run = simulate(tank, { span: [0, 1], inputs: { feed: 1 }, parameters: { area: 6 }, at: [0], rtol: 1e-10 });
  assert.equal(run.column("level")[0], 3);
  const given = simulate(tank, { span: [0, 1], inputs: { feed: 1 }, initial: { level: 0.25 }, at: [0] });
  assert.deepEqual([given.column("level")[0], given.column("volume")[0]], [0.25, 0]);
});

test("sensitivities by parameter, also through the initial value, and by initial value", () => {
  const run = simulate(tank, { span: [0, 4], inputs: { feed: 1 }, sensitivities: ["area", "k", "level(0)"], at: [4], rtol: 1e-11 });
  const h = 1e-5;
  const byArea = (level(4, 2 + h) - level(4, 2 - h)) / (2 * h);
  const byK = (0.5 + h) * level(4, 2, 0.5 + h) - (0.5 - h) * level(4, 2, 0.5 - h);
  assert.ok(Math.abs(run.sensitivity("level", "area")[0]! - byArea) < 1e-8);
  assert.ok(Math.abs(run.sensitivity("outflow", "k")[0]! - byK / (2 * h)) < 1e-8);
  assert.ok(Math.abs(run.sensitivity("level", "level(0)")[0]! - Math.exp(-1)) < 1e-9);
  const given = simulate(tank, { span: [0, 4], inputs: { feed: 1 }, initial: { level: 1 }, sensitivities: ["area"], at: [0] });
  assert.equal(given.sensitivity("level", "area")[0], 0, "an initial value that is given does not move with a parameter");
});

test("at a step of an input the value is the one before it", () => {
  const feed = signal([0, 5, 10], [1, 3, 3]);
  const run = simulate(tank, { span: [0, 10], inputs: { feed }, at: [5], rtol: 1e-10 });
  assert.ok(Math.abs(run.column("level")[0]! - level(5)) < 1e-9);
  assert.ok(Math.abs(run.at(5).level - level(5)) < 1e-9);
  assert.ok(run.at(5 + 1e-9).volume > run.at(5).volume);
});

test("a steady state by name, with its derivative", () => {
  const drain = source(
    {
      name: "drain",
      states: ["level"],
      inputs: ["feed"],
      parameters: { k: 0.5 },
      initial: () => [1],
      rhs: (_t, [x], [feed], [k]) => [feed!.minus(k!.times(x!.sqrt()))],
    },
    [] as never[],
  );
  const rest = steadyState(drain, { inputs: { feed: 1 }, sensitivities: ["k"] }).orThrow();
  assert.ok(Math.abs(rest.values.level - 4) < 1e-10 && Math.abs(rest.sensitivity("level", "k") + 16) < 1e-8);
  // @ts-expect-error an input is missing
  assert.throws(() => steadyState(drain, {}), { code: "solver/missing-input" });
  // @ts-expect-error a state that is not there
  assert.throws(() => steadyState(drain, { inputs: { feed: 1 }, near: { levle: 1 } }), { code: "solver/unknown-name" });
  assert.throws(() => steadyState(tank, { inputs: { feed: 1 } }).orThrow(), { code: "solver/not-reached" });
});

test("the compiler knows the names", () => {
  const run = simulate(tank, { span: [0, 1], inputs: { feed: 1 }, sensitivities: ["k"] });
  // @ts-expect-error an observable that is not there
  assert.throws(() => run.column("levle"), { code: "solver/unknown-name" });
  // @ts-expect-error a parameter that was not asked for
  assert.throws(() => run.sensitivity("level", "area"), { code: "solver/unknown-name" });
  // @ts-expect-error a parameter that is not there
  assert.throws(() => simulate(tank, { span: [0, 1], inputs: { feed: 1 }, parameters: { aera: 1 } }), { code: "solver/unknown-name" });
  // @ts-expect-error an input is missing
  assert.throws(() => simulate(tank, { span: [0, 1] }), { code: "solver/missing-input" });
});

const decay = odeSystem({
  name: "decay",
  states: ["x", "y"],
  parameters: { k: 2 },
  inputs: ["u"],
  initial: { x: 1, y: 0 },
  rhs: (_t, x, u, p, out) => out.set([u[0]! - p[0]! * x[0]!, x[0]!]),
});

const cases: readonly { readonly what: string; readonly code: string; readonly names: RegExp; readonly call: () => unknown }[] = [
  ...(
    [
      ["a span that runs backwards", "solver/span", /from 3 to 1/, { span: [3, 1] }],
      ["an empty span", "solver/span", /from 1 to 1/, { span: [1, 1] }],
      ["a span without end", "solver/span", /Infinity/, { span: [0, Infinity] }],
      ["initial states of the wrong length", "solver/shape", /`x0` has length 3; expected 2/, { x0: new Float64Array(3) }],
      ["an initial state that is not a number", "solver/non-finite", /`x0` holds NaN for "y"/, { x0: Float64Array.of(1, Number.NaN) }],
      ["parameters of the wrong length", "solver/shape", /`p` has length 2; expected 1/, { p: new Float64Array(2) }],
      ["a parameter that is not a number", "solver/non-finite", /`p` holds Infinity for "k"/, { p: Float64Array.of(Infinity) }],
      ["too few signals", "solver/shape", /`inputs` has length 0; expected 1/, { inputs: [] }],
      ["an input that ends early", "solver/input-span", /"u" is known from 0 to 0.5/, { inputs: [signal([0, 0.5], [1, 1])] }],
      ["an input that starts late", "solver/input-span", /from 0.5 to 2/, { inputs: [signal([0.5, 2], [1, 1])] }],
      ["samples out of order", "solver/samples", /Sample 1 is at 0.2/, { samples: Float64Array.of(0.5, 0.2) }],
      ["a sample outside", "solver/samples", /Sample 0 is at 2/, { samples: Float64Array.of(2) }],
      ["a sample that is not a number", "solver/samples", /NaN/, { samples: Float64Array.of(Number.NaN) }],
      ["directions of a function", "solver/not-differentiable", /"decay"/, { directions: { count: 1, dp: new Float64Array(0) } }],
      [
        "directions of the wrong shape",
        "solver/shape",
        /`directions.dp` has length 5/,
        { directions: { count: 1, dp: new Float64Array(5) } },
      ],
    ] as const satisfies readonly (readonly [string, string, RegExp, Partial<Problem>])[]
  ).map(([what, code, names, problem]) => ({
    what,
    code,
    names,
    call: () => solve(decay.system(), { span: [0, 1], inputs: [signal([0, 1], [1, 1])], ...problem }),
  })),
  ...(
    [
      ["a method that is not there", "solver/method", /"euler".*tsit5/, { method: "euler" as "tsit5" }],
      ["a relative tolerance of 0", "solver/tolerance", /`rtol` is 0/, { rtol: 0 }],
      ["a relative tolerance that is not a number", "solver/tolerance", /NaN/, { rtol: Number.NaN }],
      ["a relative tolerance of 1", "solver/option", /`rtol` is 1/, { rtol: 1 }],
      ["a negative absolute tolerance", "solver/tolerance", /`atol` is -1/, { atol: -1 }],
      ["an absolute tolerance of 0 for one state", "solver/tolerance", /`atol of y` is 0/, { atol: Float64Array.of(1, 0) }],
      ["too few absolute tolerances", "solver/shape", /`atol` has length 1; expected 2/, { atol: Float64Array.of(1) }],
      ["no steps", "solver/option", /`maxSteps` is 0/, { maxSteps: 0 }],
      ["a first step of 0", "solver/option", /`firstStep` is 0/, { firstStep: 0 }],
      ["a negative step limit", "solver/option", /`maxStep` is -1/, { maxStep: -1 }],
    ] as const satisfies readonly (readonly [string, string, RegExp, SolveOptions])[]
  ).map(([what, code, names, options]) => ({ what, code, names, call: () => createSolver(decay.system(), options) })),
  {
    what: "an input that is not there",
    code: "solver/unknown-name",
    names: /"v" is not an input of "decay"\. Did you mean u\?/,
    call: () => simulate(decay, { span: [0, 1], inputs: { u: 1, v: 1 } as { u: 1 } }),
  },
  {
    what: "an input that is not a number",
    code: "solver/non-finite",
    names: /"u"/,
    call: () => simulate(decay, { span: [0, 1], inputs: { u: Number.NaN } }),
  },
  {
    what: "a time before the start",
    code: "solver/outside",
    names: /runs from 0 to 1; there is no value at -0.1/,
    call: () => simulate(decay, { span: [0, 1], inputs: { u: 1 } }).at(-0.1),
  },
  {
    what: "a run that did not reach its end, for a script",
    code: "solver/not-reached",
    names: /"decay" did not reach its end\. Stopped at/,
    call: () => simulate(decay, { span: [0, 1], inputs: { u: 1 }, maxSteps: 1, maxStep: 0.1 }).orThrow(),
  },
  {
    what: "a hand-written system without states",
    code: "solver/shape",
    names: /`states`/,
    call: () => odeSystem({ name: "none", states: [], initial: {}, rhs: () => undefined }),
  },
  {
    what: "a hand-written system without an initial value",
    code: "solver/non-finite",
    names: /"x"/,
    call: () => odeSystem({ name: "none", states: ["x"], initial: {} as { x: number }, rhs: () => undefined }),
  },
];

for (const { what, code, names, call } of cases) {
  test(`${what} is answered with ${code}`, () => {
    assert.throws(call, (error: GreyboxError) => error.code === code && names.test(error.message));
  });
}

test("what a method cannot do is refused before the first step", () => {
  const algebraic = written({ states: ["x", "y"], mass: [1, 0], initial: () => [1, 1], rhs: (_t, [x, y]) => [x!.times(-1), y!.minus(x!)] });
  const eventful = written({
    states: ["x"],
    initial: () => [1],
    rhs: (_t, [x]) => [x!],
    events: [{ name: "e", when: (_t, [x]) => x!.minus(2) }],
  });
  const plain = written({ states: ["x"], parameters: { k: 1 }, initial: () => [1], rhs: (_t, [x], _u, [k]) => [k!.times(x!)] });
  const directions = { count: 1, dp: Float64Array.of(1) };
  const { jacobian, ...without } = plain;
  assert.ok(jacobian);
  const refusals: [() => unknown, RegExp][] = [
    [() => solve(algebraic, { span: [0, 1] }, { method: "tsit5" }), /"tsit5" cannot do systems with algebraic states/],
    [() => solve(eventful, { span: [0, 1] }, { method: "odex" }), /"odex" cannot do events/],
    [() => solve(plain, { span: [0, 1], directions }, { method: "odex" }), /"odex" cannot do sensitivities/],
    [() => solve(without, { span: [0, 1], directions }, { method: "rodas5p" }), /without an exact Jacobian/],
  ];
  for (const [call, message] of refusals) {
    assert.throws(call, (error: GreyboxError) => error.code === "solver/unsupported" && message.test(error.message));
  }
  assert.equal(solve(without, { span: [0, 1], directions }).outcome.kind, "success", "auto stays with the method that can");
});
