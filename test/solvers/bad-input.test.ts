/** What callers get wrong is answered with code, value and remedy before work is spent; what the numbers did is an outcome. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defineModel, isGreyboxError, signal } from "greybox";
import { createSolver, odeSystem, simulate } from "greybox/solvers";

const tank = defineModel({
  name: "tank",
  time: "s",
  parameters: { k: { value: 0.5, unit: "1/s" } },
  inputs: { feed: "m/s" },
  states: { h: { unit: "m", initial: 1 } },
  derivatives: { h: "feed - k*h" },
});
const inputs = { feed: 1 };
const constant = [signal([0, 1], [1, 1])];

/** The code, and every one of these texts in the message. */
function refuses(call: () => unknown, code: string, ...texts: readonly RegExp[]): void {
  assert.throws(call, (error: unknown) => {
    assert.ok(isGreyboxError(error), String(error));
    assert.equal(error.code, code);
    for (const text of texts) assert.match(error.message, text);
    return true;
  });
}

test("tolerances that are zero, negative or no numbers are refused with their value", () => {
  for (const rtol of [0, -1e-6, Number.NaN, Number.POSITIVE_INFINITY]) {
    refuses(() => simulate(tank, { span: [0, 1], inputs, rtol }), "solver/tolerance", /rtol/, new RegExp(String(rtol)));
    refuses(() => createSolver(tank.system(), { rtol }), "solver/tolerance", /rtol/);
  }
  refuses(() => simulate(tank, { span: [0, 1], inputs, atol: { h: 0 } }), "solver/tolerance", /atol of h/);
  refuses(() => createSolver(tank.system(), { atol: Float64Array.of(1e-8, 1e-8) }), "solver/shape", /atol/);
});

test("spans that run backwards, are empty or not finite are refused with both ends", () => {
  for (const span of [
    [1, 0],
    [1, 1],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
  ] as const) {
    refuses(() => simulate(tank, { span, inputs }), "solver/span", new RegExp(`from ${span[0]} to ${span[1]}`));
    refuses(() => createSolver(tank.system()).solve({ span, inputs: constant }), "solver/span");
  }
});

test("an input that ends before the span is named, with the times it is known", () => {
  const short = signal([0, 4], [1, 1]);
  refuses(() => simulate(tank, { span: [0, 5], inputs: { feed: short } }), "solver/input-span", /"feed" is known from 0 to 4/, /0 to 5/);
  refuses(() => createSolver(tank.system()).solve({ span: [0, 5], inputs: [short] }), "solver/input-span", /feed/);
  refuses(() => simulate(tank, { span: [0, 1], inputs: { feed: Number.NaN } }), "solver/non-finite", /feed/);
});

test("parameters and initial values that are no numbers are named", () => {
  refuses(() => simulate(tank, { span: [0, 1], inputs, parameters: { k: Number.NaN } }), "solver/non-finite", /NaN for "k"/);
  refuses(() => simulate(tank, { span: [0, 1], inputs, initial: { h: Number.NaN } }), "solver/non-finite", /NaN for "h"/);
});

test("a right-hand side that returns NaN ends the run with state and time, and what was reached is kept", () => {
  const dies = odeSystem({
    name: "dies",
    states: ["calm", "dies"],
    initial: { calm: 1, dies: 1 },
    rhs: (t, [calm], _u, _p, out) => {
      out[0] = -calm!;
      out[1] = t > 0.5 ? Number.NaN : 1;
    },
  });
  for (const method of ["tsit5", "rodas5p"] as const) {
    const run = simulate(dies, { span: [0, 1], method });
    const { outcome } = run;
    assert.ok(outcome.kind === "non-finite", `${method}: ${outcome.kind}`);
    assert.equal(outcome.state, "dies");
    assert.ok(Math.abs(outcome.at - 0.5) < 1e-6, `${outcome.at}`);
    assert.ok(run.column("calm").every(Number.isFinite));
  }
  const stillborn = odeSystem({ name: "stillborn", states: ["x"], initial: { x: 1 }, rhs: (_t, _x, _u, _p, out) => out.fill(Number.NaN) });
  const { outcome } = simulate(stillborn, { span: [0, 1] });
  assert.ok(outcome.kind === "non-finite" && outcome.state === "x" && outcome.at === 0);
});

test("initial values that no algebraic value is consistent with end the run at its start, with equation and residual", () => {
  const impossible = defineModel({
    name: "impossible",
    time: "1",
    states: { x: { unit: "1", initial: -4 } },
    algebraic: { y: { unit: "1", guess: 1, zero: "y^2 + 1 - x" } },
    derivatives: { x: "-y" },
  });
  const { outcome } = simulate(impossible, { span: [0, 1] });
  assert.ok(outcome.kind === "inconsistent", outcome.kind);
  assert.equal(outcome.equation, "y");
  assert.equal(outcome.at, 0);
  assert.ok(Math.abs(outcome.residual) >= 5);
});

test("a mass matrix of the wrong shape, or with other entries than 0 and 1, is refused", () => {
  const base = {
    name: "m",
    states: ["x", "y"] as const,
    initial: { x: 1, y: 1 },
    rhs: (_t: number, x: Float64Array, _u: Float64Array, _p: Float64Array, out: Float64Array) => out.set(x),
  };
  refuses(() => odeSystem({ ...base, mass: { x: 1, y: 2 } as never }), "solver/mass", /"y"/, /2/);
  refuses(() => odeSystem({ ...base, mass: { z: 0 } as never }), "solver/unknown-name", /"z"/);
  const full = [
    [1, 0],
    [0, 1],
  ];
  refuses(() => odeSystem({ ...base, mass: full as never }), "solver/mass", /matrix/);
  const system = odeSystem(base).system();
  refuses(() => createSolver({ ...system, mass: Uint8Array.of(1) }), "solver/shape", /mass/, /2/);
});
