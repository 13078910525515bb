/** Many steps in one call of generated code, against steps taken one by one: the same bits from JavaScript, the same but for rounding from WebAssembly. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Signal, type System, signal } from "greybox/core";
import { defineModel } from "greybox/models";
import { createSolver, type Form, type Problem, type Solution, type SolveOptions } from "greybox/solvers";
import { gallery } from "../../bench/problems/gallery/index.ts";

/** A reactor with time, inputs, a lower limit, and an algebraic state. */
const reactor = defineModel({
  name: "reactor",
  time: "min",
  parameters: {
    k0: { value: 7.2e10, unit: "1/min" },
    EoverR: { value: 8750, unit: "K" },
    UA: { value: 5e4, unit: "J/min/K" },
    V: { value: 100, unit: "L" },
    rhoCp: { value: 239, unit: "J/L/K" },
    dH: { value: -5e4, unit: "J/mol" },
    K: { value: 0.3, unit: "mol/L" },
    period: { value: 3, unit: "min" },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: 0.5, min: 0 }, T: { unit: "K", initial: 350 } },
  algebraic: {
    k: { unit: "1/min", is: "k0*exp(-EoverR/T)" },
    free: { unit: "mol/L", guess: 0.4, zero: "free + free^2/K - cA" },
  },
  derivatives: {
    cA: "q/V*(cF*(1 + 0.1*sin(t/period)) - cA) - k*free",
    T: "q/V*(TF - T) - dH/rhoCp*k*free + UA/(V*rhoCp)*(Tc - T)",
  },
});

const predators = defineModel({
  name: "predators",
  time: "1",
  parameters: { a: { value: 1.5, unit: "1" }, b: { value: 1, unit: "1" }, c: { value: 3, unit: "1" }, d: { value: 1, unit: "1" } },
  states: { x: { unit: "1", initial: "a - 0.5" }, y: { unit: "1", initial: 1 } },
  derivatives: { x: "a*x - b*x*y", y: "-c*y + d*x*y" },
});

interface Case {
  readonly name: string;
  readonly system: System;
  readonly span: readonly [number, number];
  readonly inputs: readonly Signal[];
  readonly algebraic?: boolean;
}

const constant = (end: number) => (value: number) => signal([0, end], [value, value]);
const reactorCase = (name: string, Tc: Signal): Case => ({
  name,
  system: reactor.system({ active: ["k0", "UA", "K"] }),
  span: [0, 5],
  inputs: [...[100, 1, 350].map(constant(5)), Tc],
  algebraic: true,
});
const published = (name: string, active: readonly string[]): Case => {
  const { model, inputs, end } = gallery[name]!;
  const system = model.system({ active });
  return { name, system, span: [0, end], inputs: system.inputs.map((input) => constant(end)(inputs[input]!)) };
};

const cases: readonly Case[] = [
  { name: "predators", system: predators.system({ active: ["a", "d"] }), span: [0, 8], inputs: [] },
  published("rober", ["k1", "k2"]),
  published("hires", []),
  published("orego", ["s"]),
  published("pollu", []),
  reactorCase("reactor, held input", signal([0, 2, 5], [300, 302, 302], "hold")),
  reactorCase("reactor, moving input", signal([0, 2, 5], [300, 304, 299], "linear")),
];

const samplesOf = ([from, to]: readonly [number, number], count = 37): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

const along = ({ active, p }: System) => {
  const a = active.length;
  return { count: a, dp: Float64Array.from({ length: a * a }, (_, i) => (i % (a + 1) === 0 ? p[active[i % a]!]! : 0)) };
};

function problemsOf({ system, span, inputs }: Case): readonly Problem[] {
  const base = { span, inputs };
  const samples = samplesOf(span);
  const plain: Problem[] = [{ ...base, samples }, base, { ...base, samples: samplesOf(span, 1500) }];
  return system.active.length > 0
    ? [...plain, { ...base, samples, directions: along(system) }, { ...base, directions: along(system) }]
    : plain;
}

const run = (system: System, problem: Problem, form: Form, options: SolveOptions): Solution =>
  createSolver(system, { ...options, form }).solve(problem);

for (const one of cases) {
  for (const method of one.algebraic ? (["rodas5p"] as const) : (["rodas5p", "tsit5"] as const)) {
    if (method === "tsit5" && !["predators"].includes(one.name)) continue;
    test(`${one.name}, ${method}: JavaScript has the bits of steps taken one by one, and counts them alike`, () => {
      for (const problem of problemsOf(one)) {
        for (const derivativeSlack of problem.directions ? [30, Infinity] : [30]) {
          const options = { method, rtol: 1e-6, derivativeSlack };
          const written = run(one.system, problem, "written", options);
          assert.equal(written.outcome.kind, "success");
          assert.deepEqual(run(one.system, problem, "javascript", options), written);
        }
      }
    });

    test(`${one.name}, ${method}: WebAssembly agrees to a tenth of the tolerance, because its own exp and log move the steps`, () => {
      for (const problem of problemsOf(one)) {
        if (!problem.samples) continue;
        const [written, made] = [run(one.system, problem, "written", { method }), run(one.system, problem, "webassembly", { method })];
        assert.deepEqual(made.outcome, written.outcome);
        assert.ok(Math.abs(made.statistics.steps - written.statistics.steps) <= 1, `${made.statistics.steps} steps`);
        const n = one.system.states.length;
        assert.ok(worst(made.states, written.states, n) < 1e-7, `states ${worst(made.states, written.states, n)}`);
        if (written.tangents)
          assert.ok(worst(made.tangents!, written.tangents, n) < 1e-6, `derivatives ${worst(made.tangents!, written.tangents, n)}`);
      }
    });
  }
}

/** Largest difference of a column over its largest entry. */
function worst(mine: Float64Array, other: Float64Array, n: number): number {
  let result = 0;
  for (let i = 0; i < n; i++) {
    let [difference, size] = [0, 0];
    for (let at = i; at < mine.length; at += n) {
      difference = Math.max(difference, Math.abs(mine[at]! - other[at]!));
      size = Math.max(size, Math.abs(other[at]!));
    }
    if (size > 0) result = Math.max(result, difference / size);
  }
  return result;
}

test("a distillation column of 84 states: stages in a loop make the steps of those taken one by one", () => {
  const { system, span, inputs } = published("column", []);
  const problem: Problem = { span, inputs, samples: samplesOf(span) };
  const options = { method: "rodas5p" } as const;
  const [written, made] = (["written", "webassembly"] as const).map((form) => run(system, problem, form, options));
  assert.deepEqual(made!.statistics, written!.statistics);
  assert.ok(worst(made!.states, written!.states, system.states.length) < 1e-10);
});

test("a step that fails leaves nothing behind that spoils the next run", () => {
  const names = Array.from({ length: 14 }, (_, i) => `c${i}`);
  const chain = defineModel({
    name: "chain",
    time: "1",
    parameters: { a: { value: 1, unit: "1" } },
    states: Object.fromEntries(names.map((name) => [name, { unit: "1", initial: 1 }])),
    // The compiler cannot check text that it does not know.
    derivatives: Object.fromEntries(names.map((name) => [name, `-a*sqrt(${name})` as "a"])),
  });
  const system = chain.system();
  const solver = createSolver(system, { method: "rodas5p" });
  const good: Problem = { span: [0, 1], inputs: [], samples: Float64Array.of(0.5, 1) };
  const first = solver.solve(good);
  assert.equal(first.outcome.kind, "success");
  assert.notEqual(solver.solve({ span: [0, 5], inputs: [] }).outcome.kind, "success");
  assert.deepEqual(solver.solve(good), first);
});

test("a system that turns out to be stiff is found so at the same step, and no sample is lost there", () => {
  const one = published("vdpol", []);
  const problem: Problem = { span: [0, 30], inputs: [], samples: samplesOf([0, 30], 400) };
  const [written, made] = (["written", "javascript"] as const).map((form) => run(one.system, problem, form, { rtol: 1e-5 }));
  assert.match(written!.reason, /stiff from/);
  assert.equal(made!.reason, written!.reason);
  assert.equal(made!.times.length, 400);
  // The written form goes on to the rates of the step at which it changes methods; the other has them already.
  assert.deepEqual({ ...made!, statistics: undefined }, { ...written!, statistics: undefined });
});

test("budgets, longest steps and lower limits are kept inside as outside", () => {
  const { system, inputs, span } = cases[4]!;
  const low = defineModel({
    name: "low",
    time: "1",
    parameters: { k: { value: 1, unit: "1" } },
    states: { x: { unit: "1", initial: 1, min: 0 } },
    derivatives: { x: "-k*sqrt(abs(x))" },
  }).system();
  for (const method of ["tsit5", "rodas5p"] as const) {
    for (const [what, options] of [
      [system, { maxSteps: 7 }],
      [system, { maxStep: 0.05 }],
      [low, { rtol: 1e-4 }],
    ] as const) {
      if (what === system && method === "tsit5") continue;
      const problem: Problem =
        what === system ? { span, inputs, samples: samplesOf(span) } : { span: [0, 2.5], inputs: [], samples: samplesOf([0, 2.5]) };
      const [written, made] = (["written", "javascript"] as const).map((form) => run(what, problem, form, { ...options, method }));
      const told = ({ outcome, below, times, states, end }: Solution) => ({ outcome, below, times, states, end });
      assert.deepEqual(told(made!), told(written!), `${method} ${JSON.stringify(options)}`);
    }
  }
});

test("a run that is called off ends between stretches", () => {
  const { system, span } = cases[1]!;
  const controller = new AbortController();
  controller.abort();
  assert.equal(run(system, { span, inputs: [] }, "webassembly", { signal: controller.signal }).outcome.kind, "cancelled");
});

test("solvers of one model do not disturb one another", () => {
  const [, rober] = cases;
  const options = { method: "rodas5p" } as const;
  const problems = problemsOf(rober!);
  const alone = problems.map((problem) => run(rober!.system, problem, "webassembly", options));
  const shared = [0, 1].map(() => createSolver(rober!.system, options));
  for (const round of [0, 1]) {
    for (const [i, problem] of problems.entries()) {
      assert.deepEqual(shared[(i + round) % 2]!.solve(problem), alone[i]);
    }
  }
});

/** Random right-hand sides without conditions. */
const expression = fc.letrec((tie) => ({
  leaf: fc.constantFrom("x", "y", "u", "a", "b", "0.5", "t", "2"),
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.tuple(tie("node"), fc.constantFrom("+", "-", "*"), tie("node")).map(([l, op, r]) => `(${l} ${op} ${r})`),
    tie("node").map((of) => `tanh(${of})`),
    tie("node").map((of) => `exp(-(${of})^2)`),
    fc.tuple(tie("node"), tie("node")).map(([l, r]) => `(${l})/(1 + (${r})^2)`),
  ),
})).node;

test("random models: JavaScript has the bits of steps taken one by one, with derivatives, whatever the inputs do", () => {
  fc.assert(
    fc.property(expression, expression, fc.double({ min: -1, max: 1, noNaN: true }), fc.boolean(), (f, g, end, stiff) => {
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
      const options = { rtol: 1e-5, maxSteps: 300, method: stiff ? "rodas5p" : "tsit5" } as const;
      assert.deepEqual(run(system, problem, "javascript", options), run(system, problem, "written", options));
    }),
    { numRuns: 60, seed: 20260822 },
  );
});
