/** Algebraic states: consistent at the start and after every jump, or refused with the equation that cannot be met. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeOutcome, signal } from "greybox/core";
import { odeSystem, simulate, solve } from "greybox/solvers";
import { written } from "./hyperdual.ts";
import { roberAlgebraic } from "./problems.ts";

test("a poor guess is made consistent before the first step, and reported so", () => {
  const system = written({
    states: ["x", "y"],
    mass: [1, 0],
    initial: () => [2, 40],
    rhs: (_t, [x, y]) => [x!.times(-1), y!.times(y!).times(y!).minus(x!.times(4))],
  });
  const { outcome, states } = solve(system, { span: [0, 1], samples: Float64Array.of(0, 1) }, { rtol: 1e-9 });
  assert.equal(outcome.kind, "success");
  assert.ok(Math.abs(states[1]! - 2) < 1e-12);
  assert.ok(Math.abs(states[3]! - Math.cbrt(8 * Math.exp(-1))) < 1e-8);
});

test("an equation without a solution is named, with by how much it is missed", () => {
  const system = written({
    states: ["x", "good", "bad"],
    mass: [1, 0, 0],
    initial: () => [1, 0.5, 0.3],
    rhs: (_t, [x, good, bad]) => [x!.times(-1), good!.minus(x!), bad!.times(bad!).plus(x!)],
  });
  const { outcome, times } = solve(system, { span: [0, 1] });
  assert.ok(outcome.kind === "inconsistent" && outcome.equation === "bad" && outcome.at === 0, JSON.stringify(outcome));
  assert.ok(outcome.residual >= 1 && outcome.residual < 2);
  assert.equal(times.length, 0);
  assert.match(describeOutcome(outcome), /"bad" is missed by 1/);
});

test("a singular algebraic equation is named", () => {
  const system = written({
    states: ["x", "free"],
    mass: [1, 0],
    initial: () => [1, 1],
    rhs: (_t, [x, free]) => [x!.times(-1), x!.minus(2).plus(free!.times(0))],
  });
  const { outcome } = solve(system, { span: [0, 1] });
  assert.ok(outcome.kind === "inconsistent" && outcome.equation === "free");
});

test("a step of an input moves algebraic states at once and leaves differential ones", () => {
  const system = written({
    states: ["x", "y"],
    inputs: ["u"],
    mass: [1, 0],
    initial: () => [1, 0],
    rhs: (_t, [x, y], [u]) => [y!.minus(x!), y!.minus(u!.times(2)).minus(x!.times(0.5))],
  });
  const inputs = [signal([0, 1, 2], [1, 3, 3])];
  const { times, states } = solve(system, { span: [0, 2], inputs }, { rtol: 1e-9 });
  const i = times.indexOf(1);
  assert.equal(times[i + 1], 1);
  const [x, before, after] = [states[2 * i]!, states[2 * i + 1]!, states[2 * i + 3]!];
  assert.ok(Math.abs(before - (2 + x / 2)) < 1e-9 && Math.abs(after - (6 + x / 2)) < 1e-12 && states[2 * i + 2] === x);
});

test("an algebraic equation is met all along the way", () => {
  const { states } = solve(roberAlgebraic(), { span: [0, 1e4] }, { rtol: 1e-8 });
  for (let i = 0; i < states.length; i += 3) assert.ok(Math.abs(states[i]! + states[i + 1]! + states[i + 2]! - 1) < 1e-12);
});

test("a hand-written residual can be solved without any derivative", () => {
  const pendulumTension = odeSystem({
    name: "tension",
    states: ["angle", "rate", "tension"],
    parameters: { g: 9.81 },
    initial: { angle: 1, rate: 0, tension: 1 },
    mass: { tension: 0 },
    rhs: (_t, x, _u, p, out) => {
      out[0] = x[1]!;
      out[1] = -p[0]! * Math.sin(x[0]!);
      out[2] = x[2]! - (x[1]! ** 2 + p[0]! * Math.cos(x[0]!));
    },
  });
  const run = simulate(pendulumTension, { span: [0, 3], rtol: 1e-9, at: [0, 3] });
  assert.equal(run.method, "rodas5p");
  assert.equal(run.reason, "the system has algebraic states");
  const energy = (i: number): number => run.column("rate")[i]! ** 2 / 2 - 9.81 * Math.cos(run.column("angle")[i]!);
  assert.ok(Math.abs(energy(1) - energy(0)) < 1e-6);
  assert.ok(Math.abs(run.column("tension")[0]! - 9.81 * Math.cos(1)) < 1e-9);
});
