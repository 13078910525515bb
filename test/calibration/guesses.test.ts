/** Starts that the caller names. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate } from "../../src/calibration/index.ts";
import { isGreyboxError } from "../../src/core/index.ts";
import { windowFromTable } from "../../src/historian/index.ts";
import { defineModel } from "../../src/models/index.ts";

// Two minima, at a = −1 (cost 0) and near a = 1.
const valley = defineModel({
  name: "valley",
  time: "1",
  states: {},
  derivatives: {},
  parameters: { a: { value: 0.9, unit: "1", bounds: [-3, 3] }, b: { value: 1, unit: "1", bounds: [0.1, 10], scale: "log" } },
  inputs: { u: "1" },
  outputs: { y: { unit: "1", is: "b*u + (a^2 - 1)^2 + 0.2*(a + 1)^2" } },
});
const window = windowFromTable(valley, {
  time: [0, 1, 2, 3],
  inputs: { u: [1, 2, 3, 4] },
  measured: { y: [2, 4, 6, 8] },
  sigma: { y: 0.1 },
});
const question = { model: valley, windows: [window], estimate: ["a", "b"] } as const;

test("searches start from guesses, after the model's own values and before what is drawn", async () => {
  const alone = await calibrate(question);
  assert.ok(alone.parameters.a.value > 0.5, String(alone.parameters.a.value));
  const fit = await calibrate({ ...question, guesses: [{ a: -1.2 }, { b: 5 }] });
  assert.equal(fit.starts.length, 3);
  assert.equal(fit.starts[0]!.start, 1, "the guess is best");
  assert.ok(Math.abs(fit.parameters.a.value + 1) < 1e-3, String(fit.parameters.a.value));
  const more = await calibrate({ ...question, guesses: [{ a: -1.2 }], starts: 4 });
  assert.deepEqual(more.starts.map(({ start }) => start).sort(), [0, 1, 2, 3]);
  assert.notEqual(more.provenance.question, fit.provenance.question);
});

for (const [what, code, change] of [
  ["a name that is not estimated", "calibration/unknown-name", { guesses: [{ c: 1 }] }],
  ["a value outside its bounds", "calibration/start-outside-bounds", { guesses: [{ a: 1 }, { b: 11 }] }],
  ["a value that is no number", "calibration/start-outside-bounds", { guesses: [{ a: Number.NaN }] }],
  ["more guesses than starts", "calibration/option", { guesses: [{ a: 1 }, { a: 2 }], starts: 2 }],
] as const) {
  test(`refused by name: ${what}`, async () => {
    await assert.rejects(calibrate({ ...question, ...change }), (error) => isGreyboxError(error) && error.code === code);
  });
}
