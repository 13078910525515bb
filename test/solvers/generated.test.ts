/** Steps generated for a model against the written ones: the same bits from JavaScript, the same but for rounding from WebAssembly. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GreyboxError, type System, signal } from "greybox/core";
import { defineModel } from "greybox/models";
import { createSolver, type Form, type Problem, type Solution, type SolveOptions } from "greybox/solvers";

const reactor = defineModel({
  name: "reactor",
  time: "min",
  parameters: {
    k0: { value: 7.2e10, unit: "1/min" },
    EoverR: { value: 8750, unit: "K" },
    dH: { value: -5e4, unit: "J/mol" },
    UA: { value: 5e4, unit: "J/min/K" },
    V: { value: 100, unit: "L" },
    rhoCp: { value: 239, unit: "J/L/K" },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: 0.5 }, T: { unit: "K", initial: 350 } },
  algebraic: { k: { unit: "1/min", is: "k0*exp(-EoverR/T)" } },
  derivatives: { cA: "q/V*(cF - cA) - k*cA", T: "q/V*(TF - T) - dH/rhoCp*k*cA + UA/(V*rhoCp)*(Tc - T)" },
  events: { trip: { when: "T - 385 K", direction: "rising", then: { T: "T - 5 K" } } },
});

/** Right-hand sides with time, powers, selections, and rows that are constant or empty. */
const wave = defineModel({
  name: "wave",
  time: "1",
  parameters: { a: { value: 1.3, unit: "1" }, b: { value: 0.4, unit: "1" }, c: { value: 2, unit: "1" } },
  inputs: { u: "1" },
  states: {
    x: { unit: "1", initial: "a" },
    v: { unit: "1", initial: 0 },
    w: { unit: "1", initial: 1, min: 0.2 },
    rest: { unit: "1", initial: 3 },
  },
  derivatives: {
    x: "v",
    v: "-a*x - b*v + c*sin(t) + u",
    w: "if(x > 0, -w*sqrt(w + x^2), 0.3*exp(-w)) + u*tanh(x)",
    rest: "0",
  },
});

/** Arithmetic only: every form has the same bits. */
const predators = defineModel({
  name: "predators",
  time: "1",
  parameters: { a: { value: 1.5, unit: "1" }, b: { value: 1, unit: "1" }, c: { value: 3, unit: "1" }, d: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: 1 }, y: { unit: "1", initial: 1 } },
  derivatives: { x: "a*x - b*x*y", y: "-c*y + d*x*y" },
});

const reactorInputs = (Tc: readonly number[]) => [
  ...[100, 1, 350].map((value) => signal([0, 5], [value, value])),
  signal([0, 2, 5], Tc, Tc[0] === Tc[1] ? "hold" : "linear"),
];

interface Case {
  readonly name: string;
  readonly system: System;
  readonly problem: Problem;
  readonly exact?: boolean;
}

const samples = Float64Array.from({ length: 41 }, (_, i) => i / 8);
const along = (system: System, dx0?: Float64Array) => {
  const a = system.active.length;
  const dp = Float64Array.from({ length: a * a }, (_, i) => (i % (a + 1) === 0 ? system.p[system.active[i % a]!]! : 0));
  return { count: a, dp, dx0 };
};

function cases(): Case[] {
  const one = reactor.system({ active: ["k0", "EoverR", "UA"] });
  const two = wave.system({ active: ["a", "b"] });
  const three = predators.system({ active: ["a", "d"] });
  const sine = signal([0, 1, 2.5, 5], [0, 1, -1, 0.5], "linear");
  return [
    { name: "reactor, held inputs", system: one, problem: { span: [0, 5], inputs: reactorInputs([300, 300, 290]), samples } },
    { name: "reactor, moving input", system: one, problem: { span: [0, 5], inputs: reactorInputs([300, 310, 290]), samples } },
    { name: "reactor, own steps, events", system: one, problem: { span: [0, 5], inputs: reactorInputs([315, 325, 310]) } },
    {
      name: "reactor, derivatives",
      system: one,
      problem: { span: [0, 5], inputs: reactorInputs([300, 310, 290]), samples, directions: along(one) },
    },
    {
      name: "reactor, derivatives through events",
      system: one,
      problem: { span: [0, 5], inputs: reactorInputs([315, 315, 310]), samples, directions: along(one) },
    },
    { name: "wave", system: two, problem: { span: [0, 5], inputs: [sine], samples } },
    {
      name: "wave, derivatives by parameters and initial values",
      system: two,
      problem: { span: [0, 5], inputs: [sine], samples, directions: along(two, Float64Array.of(0, 0, 1, 0, 0, 1, 0, 2)) },
    },
    { name: "predators", system: three, problem: { span: [0, 5], inputs: [], samples }, exact: true },
    {
      name: "predators, derivatives",
      system: three,
      problem: { span: [0, 5], inputs: [], samples, directions: along(three) },
      exact: true,
    },
  ];
}

const run = ({ system, problem }: Case, form: Form, options: SolveOptions = {}): Solution =>
  createSolver(system, { method: "tsit5", rtol: 1e-7, dense: true, ...options, form }).solve(problem);

/** What a solution says, without the functions of its dense output. */
const said = ({ dense: _, ...rest }: Solution) => rest;

test("JavaScript generated for a model makes the steps of the written form, bit for bit, and counts them alike", () => {
  for (const one of cases()) {
    for (const derivativeSlack of [30, Infinity]) {
      const [written, generated] = [run(one, "written", { derivativeSlack }), run(one, "javascript", { derivativeSlack })];
      assert.ok(written.statistics.steps > 20, one.name);
      assert.deepEqual(said(generated), said(written), one.name);
      const [x, y] = [new Float64Array(one.system.states.length), new Float64Array(one.system.states.length)];
      written.dense!.state(2.2, x);
      generated.dense!.state(2.2, y);
      assert.deepEqual(y, x, one.name);
    }
  }
});

test("WebAssembly generated for a model has the same bits where there is arithmetic only, and agrees to rounding elsewhere", () => {
  for (const one of cases()) {
    const [written, generated] = [run(one, "written"), run(one, "webassembly")];
    if (one.exact) assert.deepEqual(said(generated), said(written), one.name);
    assert.equal(generated.statistics.steps, written.statistics.steps, one.name);
    assert.equal(generated.events.length, written.events.length);
    const scale = (values: Float64Array): number => Math.max(...values.map(Math.abs));
    for (const [mine, other] of [
      [generated.states, written.states],
      [generated.tangents, written.tangents],
    ]) {
      if (!mine || !other) continue;
      const worst = Math.max(...mine.map((value, i) => Math.abs(value - other[i]!))) / scale(other);
      // Without samples, the times of the steps move with the rounding too.
      assert.ok(worst < (one.problem.samples ? 1e-11 : 1e-8), `${one.name}: ${worst.toExponential(1)}`);
    }
  }
});

test("events happen in the generated runs", () => {
  const [, , own] = cases();
  assert.ok(run(own!, "webassembly").events.length > 0);
});

/** Random right-hand sides of two states, an input and two parameters. */
const expression = fc.letrec((tie) => ({
  leaf: fc.constantFrom("x", "y", "u", "a", "b", "0.5", "t", "2"),
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.tuple(tie("node"), fc.constantFrom("+", "-", "*"), tie("node")).map(([l, op, r]) => `(${l} ${op} ${r})`),
    tie("node").map((of) => `tanh(${of})`),
    tie("node").map((of) => `exp(-abs(${of}))`),
    fc.tuple(tie("node"), tie("node")).map(([l, r]) => `(${l})/(1 + (${r})^2)`),
    fc.tuple(tie("node"), tie("node"), tie("node")).map(([p, l, r]) => `if(${p} > 0.3, ${l}, ${r})`),
  ),
})).node;

test("random models: JavaScript has the bits of the written form, with derivatives, whatever the inputs do", () => {
  fc.assert(
    fc.property(expression, expression, fc.double({ min: -1, max: 1, noNaN: true }), (f, g, end) => {
      const model = defineModel({
        name: "random",
        time: "1",
        parameters: { a: { value: 0.7, unit: "1" }, b: { value: -1.1, unit: "1" } },
        inputs: { u: "1" },
        states: { x: { unit: "1", initial: 0.4 }, y: { unit: "1", initial: "b" } },
        // The compiler cannot check text that it does not know.
        derivatives: { x: `tanh(${f}) - x` as "x", y: `tanh(${g}) - y` as "y" },
      });
      const system = model.system({ active: ["a", "b"] });
      const inputs = [signal([0, 0.3, 1], [0, 0.5, end], "linear")];
      const problem: Problem = { span: [0, 1], inputs, samples: Float64Array.of(0.25, 0.3, 0.9, 1), directions: along(system) };
      const one: Case = { name: "random", system, problem };
      const options = { rtol: 1e-5, maxSteps: 300, dense: false };
      assert.deepEqual(said(run(one, "javascript", options)), said(run(one, "written", options)));
    }),
    { numRuns: 60, seed: 20260822 },
  );
});

test("solvers of one model do not disturb one another, and going to and fro between runs changes nothing", () => {
  const [held, moving, , derivatives] = cases();
  const [first, second] = [0, 1].map(() => createSolver(held!.system, { method: "tsit5", rtol: 1e-7 }));
  const alone = [held!, moving!, derivatives!].map((one) =>
    said(createSolver(one.system, { method: "tsit5", rtol: 1e-7 }).solve(one.problem)),
  );
  for (const solver of [first!, second!, first!]) {
    for (const [i, one] of [held!, moving!, derivatives!, held!].entries()) assert.deepEqual(said(solver.solve(one.problem)), alone[i % 3]);
  }
});

test("values that are not numbers end a generated run as they end a written one", () => {
  const falling = defineModel({
    name: "falling",
    time: "1",
    parameters: { a: { value: 1, unit: "1" } },
    states: { x: { unit: "1", initial: 1 } },
    derivatives: { x: "-a*sqrt(x)*log(x + 1.2)/log(x + 1.2)" },
  });
  const system = falling.system({ active: ["a"] });
  for (const directions of [undefined, along(system)]) {
    const problem: Problem = { span: [0, 4], inputs: [], directions };
    const [written, generated] = [run({ name: "", system, problem }, "written"), run({ name: "", system, problem }, "webassembly")];
    assert.equal(generated.outcome.kind, "non-finite");
    assert.equal(written.outcome.kind, "non-finite");
  }
});

test("an unknown form is refused by name", () => {
  const [one] = cases();
  assert.throws(
    () => run(one!, "fortran" as Form),
    (error) => error instanceof GreyboxError && error.code === "solver/option",
  );
});
