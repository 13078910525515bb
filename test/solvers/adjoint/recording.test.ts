/** What a recorded run keeps, what walking it back costs, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isGreyboxError } from "greybox/core";
import { defineModel, defineOpenModel, mlp, substitute } from "greybox/models";
import { createAdjointSolver, odeSystem } from "greybox/solvers";
import { hybridSystems } from "../hybrid/systems.ts";
import { pulled } from "./pulled.ts";

const oscillator = defineModel({
  name: "oscillator",
  time: "1",
  parameters: { w: { value: 3, unit: "1" }, d: { value: 0.1, unit: "1" } },
  states: { x: { unit: "1", initial: 1 }, v: { unit: "1", initial: 0 } },
  derivatives: { x: "v", v: "-w^2*x - d*v + sin(t)" },
  outputs: { energy: { unit: "1", is: "w^2*x^2 + v^2" } },
});

test("with little memory the states between are computed again, bit for bit", () => {
  const system = oscillator.system({ active: ["w", "d"] });
  for (const method of ["tsit5", "rodas5p"] as const) {
    const problem = { span: [0, 30] as const, samples: Float64Array.from({ length: 30 }, (_, i) => i + 0.5) };
    const gradientWith = (bytes: number) => {
      const run = createAdjointSolver(system, { method, checkpoints: { bytes } }).solve(problem);
      assert.ok(run.statistics.steps > 80);
      return run.gradient({ states: run.states });
    };
    const whole = gradientWith(1e9);
    for (const kept of [2, 7, 40]) assert.deepEqual(gradientWith(kept * 16), whole);
    assert.ok(Number.isFinite(whole!.p[0]));
  }
  for (const each of hybridSystems.slice(0, 20)) {
    const problem = { span: each.span, samples: Float64Array.from(each.samples), inputs: each.inputs ?? [] };
    const tested = each.system.rhs.pullback ? each.system : pulled(each.system);
    const gradientWith = (bytes: number) => {
      const run = createAdjointSolver(tested, { checkpoints: { bytes } }).solve(problem);
      return run.gradient({ states: run.states });
    };
    assert.deepEqual(gradientWith(1), gradientWith(1e9), each.name);
  }
});

test("a run can be asked many times, and after other runs", () => {
  const solver = createAdjointSolver(oscillator.system({ active: ["w", "d"] }));
  const problem = (w: number) => ({ span: [0, 2] as const, samples: Float64Array.of(1, 2), p: Float64Array.of(w, 0.1) });
  const run = solver.solve(problem(3));
  const before = run.gradient({ states: Float64Array.of(1, 0, 0, 1) });
  solver.solve(problem(5)).gradient({ end: Float64Array.of(1, 1) });
  assert.deepEqual(run.gradient({ states: Float64Array.of(1, 0, 0, 1) }), before);
});

test("weights of observables and of the end are weights of states", () => {
  const solver = createAdjointSolver(oscillator.system({ active: ["w", "d"] }), { rtol: 1e-9 });
  const run = solver.solve({ span: [0, 2], samples: Float64Array.of(2) });
  const [x, v] = run.states as unknown as [number, number];
  const states = run.gradient({ states: Float64Array.of(2 * 9 * x, 2 * v) })!;
  const observed = run.gradient({ observables: Float64Array.of(0, 0, 1) })!;
  // The observable has w in it, too.
  assert.ok(Math.abs(observed.p[0]! - (states.p[0]! + 6 * x * x)) < 1e-12 * Math.abs(observed.p[0]!));
  assert.ok(Math.abs(observed.p[1]! - states.p[1]!) < 1e-12 * Math.abs(states.p[1]!));
  const end = run.gradient({ end: Float64Array.of(2 * 9 * x, 2 * v) })!;
  for (const [k, value] of end.p.entries()) assert.ok(Math.abs(value - states.p[k]!) <= 1e-12 * Math.abs(value));
});

test("walking back takes as many evaluations for hundreds of weights as for one", () => {
  const open = defineOpenModel({
    name: "growth",
    time: "h",
    states: { X: { unit: "g/L", initial: 0.5, min: 0, max: 20 }, S: { unit: "g/L", initial: 15, min: 0, max: 20 } },
    unknown: { mu: { unit: "1/h", of: ["X", "S"], sign: "positive", nominal: 0.2 } },
    derivatives: { X: "mu*X*S/(S + 0.1 g/L)", S: "-2*mu*X*S/(S + 0.1 g/L)" },
  });
  const model = substitute(open, { mu: mlp([12, 10], { seed: 3 }) });
  const weights = model.system().parameters.filter((name) => /\.[Wb]\d/.test(name));
  assert.ok(weights.length > 150);
  const cost = (active: readonly string[]) => {
    const solver = createAdjointSolver(model.system({ active }), { method: "tsit5" });
    const run = solver.solve({ span: [0, 10], samples: Float64Array.of(5, 10) });
    const gradient = run.gradient({ states: Float64Array.of(1, 0, 0, 1) })!;
    return { gradient, statistics: { ...run.statistics } };
  };
  const [all, one] = [cost(weights), cost(weights.slice(7, 8))];
  assert.deepEqual(all.statistics, one.statistics);
  assert.ok(all.statistics.tangents <= 7 * all.statistics.steps);
  assert.ok(Math.abs(all.gradient.p[7]! - one.gradient.p[0]!) <= 1e-13 * Math.abs(one.gradient.p[0]!));
});

test("what cannot be walked backwards is refused before the first step", () => {
  const refused = (code: string, make: () => unknown): void =>
    assert.throws(make, (thrown: unknown) => isGreyboxError(thrown) && thrown.code === code);
  const system = oscillator.system({ active: ["w"] });
  refused("solver/unsupported", () => createAdjointSolver(system, { method: "odex" }));
  refused("solver/unsupported", () => createAdjointSolver(hybridSystems.find(({ model }) => !model)!.system));
  const plain = odeSystem({ name: "plain", states: ["x"], initial: { x: 1 }, rhs: (_t, x, _u, _p, out) => out.set(x) });
  refused("solver/not-differentiable", () => createAdjointSolver(plain.system()));
  refused("solver/option", () => createAdjointSolver(system, { checkpoints: { bytes: 0 } }));
  refused("solver/shape", () =>
    createAdjointSolver(system)
      .solve({ span: [0, 1], samples: Float64Array.of(1) })
      .gradient({ states: new Float64Array(3) }),
  );
});
