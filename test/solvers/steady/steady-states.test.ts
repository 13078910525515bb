/** Steady states by name: all of them, their stability, models at rest with conserved totals, delays and limits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defineModel } from "greybox";
import type { SystemSource } from "greybox/core";
import { odeSystem, simulate, solveSteady, steadyState, steadyStates } from "greybox/solvers";
import { atRest } from "../../../src/solvers/steady/at-rest.ts";
import { written } from "../hyperdual.ts";

const reactor = defineModel({
  name: "cstr",
  time: "min",
  parameters: {
    k0: { value: 7.2e10, unit: "1/min" },
    EoverR: { value: 8750, unit: "K" },
    V: { value: 100, unit: "L" },
    dH: { value: -5e4, unit: "J/mol" },
    rhoCp: { value: 239, unit: "J/L/K" },
    UA: { value: 5e4, unit: "J/min/K" },
  },
  inputs: { q: "L/min", cF: "mol/L", TF: "K", Tc: "K" },
  states: { cA: { unit: "mol/L", initial: 0.5, min: 0 }, T: { unit: "K", initial: 350 } },
  algebraic: { k: { unit: "1/min", is: "k0 * exp(-EoverR/T)" } },
  derivatives: { cA: "q/V*(cF - cA) - k*cA", T: "q/V*(TF - T) - dH/rhoCp*k*cA + UA/(V*rhoCp)*(Tc - T)" },
});

/** Steady temperatures of the reactor, by bisection of the heat balance. */
function temperatures(Tc: number): number[] {
  const heat = (T: number): number => {
    const k = 7.2e10 * Math.exp(-8750 / T);
    return 350 - T + (5e4 / 239) * (k / (1 + k)) + (5e4 / 23900) * (Tc - T);
  };
  const roots: number[] = [];
  for (let T = 250; T < 500; T += 0.25) {
    let [low, high] = [T, T + 0.25];
    if (heat(low) * heat(high) > 0) continue;
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (heat(low) * heat(middle) <= 0) high = middle;
      else low = middle;
    }
    roots.push(low);
  }
  return roots;
}

test("all steady states of a reactor are found, one or three, with their stability", () => {
  for (const Tc of [290, 299, 302, 303.2, 306]) {
    const expected = temperatures(Tc);
    const found = steadyStates(reactor, { inputs: { q: 100, cF: 1, TF: 350, Tc } });
    const T = found.map(({ values }) => values.T).sort((one, other) => one - other);
    assert.equal(T.length, expected.length, `at ${Tc}`);
    for (const [i, value] of expected.entries()) assert.ok(Math.abs(T[i]! - value) < 1e-7, `${T[i]} for ${value}`);
    // The middle one of three is a saddle.
    if (expected.length === 3) {
      const middle = found.find(({ values }) => Math.abs(values.T - expected[1]!) < 1e-3);
      const real = middle!.eigenvalues!.real;
      assert.ok(real[0]! > 0 && real[1]! < 0 && middle?.stable === false);
    }
  }
});

test("sensitivities of each of them are those of the equation", () => {
  const at = (UA: number) =>
    steadyStates(reactor, { inputs: { q: 100, cF: 1, TF: 350, Tc: 302 }, parameters: { UA }, sensitivities: ["UA"] });
  const [here, less, more] = [at(5e4), at(5e4 - 5), at(5e4 + 5)];
  assert.equal(here.length, 3);
  for (const [i, state] of here.entries()) {
    const difference = (more[i]!.values.T - less[i]!.values.T) / 10;
    assert.ok(Math.abs(state.sensitivity("T", "UA") / difference - 1) < 1e-5);
  }
});

test("the verdict on stability is what a simulation does from nearby", () => {
  for (const { values, stable } of steadyStates(reactor, { inputs: { q: 100, cF: 1, TF: 350, Tc: 299 } })) {
    const run = simulate(reactor, {
      span: [0, 20],
      inputs: { q: 100, cF: 1, TF: 350, Tc: 299 },
      initial: { cA: values.cA, T: values.T + 0.01 },
      rtol: 1e-9,
    });
    assert.equal(Math.abs(run.at(20).T - values.T) < 0.01, stable);
  }
});

const batch = defineModel({
  name: "batch",
  time: "s",
  parameters: { k: { value: 1, unit: "1/s" }, kBack: { value: 0.5, unit: "1/s" } },
  states: { A: { unit: "mol", initial: 1, min: 0 }, B: { unit: "mol", initial: 0, min: 0 } },
  derivatives: { A: "kBack*B - k*A", B: "k*A - kBack*B" },
});

test("a closed system comes to the equilibrium of its own total; what depends on that total is not differentiated", () => {
  for (const total of [1, 3]) {
    const rest = steadyState(batch, { near: { A: total }, sensitivities: ["k"] });
    assert.equal(rest.outcome.kind, "success");
    assert.ok(Math.abs(rest.values.A - total / 3) < 1e-9 * total && Math.abs(rest.values.B - (2 * total) / 3) < 1e-9 * total);
    assert.equal(rest.stable, undefined);
    assert.ok(Math.abs(rest.eigenvalues!.real[0]!) < 1e-15 && Math.abs(rest.eigenvalues!.real[1]! + 1.5) < 1e-14);
    assert.throws(() => rest.sensitivity("A", "k"), { code: "solver/not-differentiable" });
  }
});

test("a steady state below the limit of a state is told, and is none of the process", () => {
  const model = defineModel({
    name: "quadratic",
    time: "1",
    parameters: { a: { value: 4, unit: "1" } },
    states: { x: { unit: "1", initial: 1, min: 0 } },
    derivatives: { x: "a - x^2" },
  });
  assert.deepEqual(steadyState(model, { near: { x: -1 } }).below, ["x"]);
  assert.deepEqual(steadyState(model, { near: { x: 1 } }).below, []);
  assert.deepEqual(
    steadyStates(model, { within: { x: [-5, 5] } }).map(({ values }) => values.x),
    [2],
  );
});

test("a homotopy goes round the fold that stops Newton's method and the course of time", () => {
  // dx/dt > 0 left of the root at 2.1 … the valley near −0.6 catches both; x runs away on the other side of the root.
  const valley = odeSystem({
    name: "valley",
    states: ["x"],
    initial: { x: -1 },
    rhs: (_t, [x], _u, _p, out) => {
      out[0] = x! ** 3 - 2 * x! - 5;
    },
    jacobian: (_t, [x], _u, _p, out) => {
      out[0] = 3 * x! ** 2 - 2;
    },
  });
  const { outcome, x, method } = solveSteady(valley.system());
  assert.equal(outcome.kind, "success");
  assert.equal(method, "homotopy");
  assert.ok(Math.abs(x[0]! - 2.0945514815423265) < 1e-12);
});

test("stability with algebraic states is that of the states that are left when they are eliminated", () => {
  // dx/dt = −x + 3y, 0 = x − 2y: left is dx/dt = x/2.
  const growing = written({
    states: ["x", "y"],
    mass: [1, 0],
    initial: () => [0.1, 0.1],
    rhs: (_t, [x, y]) => [y!.times(3).minus(x!), x!.minus(y!.times(2))],
  });
  const source: SystemSource<never, never, "x" | "y", never, never> = {
    name: "growing",
    definition: batch.definition,
    system: () => growing,
  };
  const rest = steadyState(source, {});
  assert.deepEqual([...rest.eigenvalues!.real], [0.5]);
  assert.equal(rest.stable, false);
});

test("at rest, what was is what is: delayed values are those of the moment, also of one another", () => {
  // dx/dt = u − k·delay(x) + 0·delay(delay(x)): u enters first, the delayed values after it.
  const inner = written({
    states: ["x"],
    parameters: { k: 2 },
    inputs: ["u", "d0", "d1"],
    initial: () => [1],
    rhs: (_t, _x, [u, d0, d1], [k]) => [u!.minus(k!.times(d0!)).minus(d1!.times(d1!))],
  });
  const of = written({
    states: ["x", "y"],
    parameters: { k: 2 },
    inputs: ["u", "d0", "d1"],
    initial: () => [0, 0],
    rhs: (_t, [x], [, d0]) => [x!, d0!],
  }).rhs;
  const delayed = {
    ...inner,
    inputs: ["u"],
    delays: { names: ["delay(x, tau)", "delay(delay(x, tau), tau)"], of: { ...of, size: 2 }, lag: of },
  };
  const { jacobian: _, ...system } = atRest({ ...delayed, jacobian: inner.jacobian! });
  const { outcome, x, tangents } = solveSteady(system, { u: Float64Array.of(8), directions: { count: 1, dp: Float64Array.of(1) } });
  assert.equal(outcome.kind, "success");
  // 8 = 2x + x²: x = 2; dx/dk = −x/(k + 2x).
  assert.ok(Math.abs(x[0]! - 2) < 1e-12 && Math.abs(tangents![0]! + 1 / 3) < 1e-12);
});
