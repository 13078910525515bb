/** Initial values that Newton's method does not reach from the guesses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defineModel } from "greybox";
import { simulate } from "greybox/solvers";

test("algebraic states behind a fold are reached from the guess, and the run goes on from there", () => {
  const model = defineModel({
    name: "valley",
    time: "1",
    states: { x: { unit: "1", initial: 5 } },
    algebraic: { y: { unit: "1", guess: -1, zero: "y^3 - 2*y - x" } },
    derivatives: { x: "-y" },
  });
  const run = simulate(model, { span: [0, 0.5], rtol: 1e-9 });
  assert.equal(run.outcome.kind, "success");
  assert.ok(Math.abs(run.at(0).y - 2.0945514815423265) < 1e-12);
  const { x, y } = run.at(0.5);
  assert.ok(Math.abs(y ** 3 - 2 * y - x) < 1e-7);
});

test("several together, the differential states held", () => {
  const model = defineModel({
    name: "pair",
    time: "1",
    states: { x: { unit: "1", initial: 5 } },
    algebraic: {
      y: { unit: "1", guess: -1, zero: "y^3 - 2*y - x + 0.1*(z - y)" },
      z: { unit: "1", guess: 0, zero: "z - y" },
    },
    derivatives: { x: "-z" },
  });
  const start = simulate(model, { span: [0, 0.1] }).at(0);
  assert.deepEqual([start.x, Math.abs(start.z - 2.0945514815423265) < 1e-10], [5, true]);
});
