/** Profiles where the answer is known: linear models, bent ones, and parameters that nothing fixes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, profile } from "../../src/calibration/index.ts";
import { threads } from "../../src/compute/index.ts";
import { isGreyboxError, normalQuantile, random } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const near = (actual: number | undefined, expected: number, relative: number, what = ""): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= relative * Math.abs(expected), `${what} ${actual} is not ${expected}`);

const line = defineModel({
  name: "line",
  time: "h",
  parameters: { a: { value: 1, unit: "K" }, b: { value: 1, unit: "K/h" } },
  states: { x: { unit: "K", initial: "a", nominal: 1 } },
  derivatives: { x: "b" },
});
const time = Float64Array.from({ length: 12 }, (_, i) => i + 1);
const draw = random(5);
const value = time.map((t) => 3 + 0.5 * t + 0.4 * draw.normal());

for (const [what, sigma] of [
  ["estimated", undefined],
  ["given", 0.4],
] as const) {
  test(`the profile of a linear model is its textbook interval, with σ ${what}`, async () => {
    const question = { model: line, windows: [window("w", "h", { x: measured(time, value, { sigma }) })], estimate: ["a", "b"] } as const;
    const fit = await calibrate(question);
    for (const { name, interval, ends, best } of await profile(question, fit)) {
      const { interval: expected, value: estimate } = fit.parameters[name as "a" | "b"];
      near(best, estimate, 1e-9);
      assert.deepEqual(ends, ["limit", "limit"]);
      for (const side of [0, 1] as const) near(interval[side]! - estimate, expected![side] - estimate, 2e-3, `${name} ${side}`);
    }
  });
}

test("a bent model has an asymmetric profile, which is that of its only parameter in closed form", async () => {
  const decay = defineModel({
    name: "decay",
    time: "h",
    parameters: { k: { value: 1, unit: "1/h", bounds: [1e-3, 100], scale: "log" } },
    states: { c: { unit: "1", initial: 1 } },
    derivatives: { c: "-k*c" },
  });
  const question = { model: decay, windows: [window("w", "h", { c: measured([1], [0.2], { sigma: 0.1 }) })], estimate: ["k"] } as const;
  const [found] = await profile(question, await calibrate(question), { level: 0.9 });
  const z = normalQuantile(0.95);
  near(found!.interval[0], -Math.log(0.2 + 0.1 * z), 1e-3);
  near(found!.interval[1], -Math.log(0.2 - 0.1 * z), 1e-3);
  const wide = await profile(question, await calibrate(question), { level: 0.99 });
  assert.equal(wide[0]!.interval[1], undefined, "at 99 % the concentration may be zero, and no rate is too large");
  assert.match(wide[0]!.meaning, /above/);
});

test("what only a product fixes has no limits, and the profile says so; any number of workers gives the same bits", async () => {
  const product = defineModel({
    name: "product",
    time: "h",
    parameters: { a: { value: 2, unit: "1", scale: "log" }, b: { value: 3, unit: "1/h", scale: "log" } },
    states: { x: { unit: "1", initial: 0, nominal: 1 } },
    derivatives: { x: "a*b" },
  });
  const question = {
    model: product,
    windows: [window("w", "h", { x: measured([1, 2, 3], [5.9, 12.2, 18.1], { sigma: 0.1 }) })],
    estimate: ["a", "b"],
  } as const;
  const fit = await calibrate(question);
  const profiles = await profile(question, fit);
  for (const { interval, ends, meaning, name } of profiles) {
    assert.deepEqual(interval, [undefined, undefined], name);
    assert.deepEqual(ends, ["open", "open"]);
    assert.match(meaning, /by nothing/);
  }
  await using compute = threads({ workers: 2 });
  assert.deepEqual(await profile({ ...question, compute }, fit), profiles);
});

test("a name that was not estimated is refused with the nearest", async () => {
  const question = { model: line, windows: [window("w", "h", { x: measured(time, value) })], estimate: ["a", "b"] } as const;
  const fit = await calibrate(question);
  await assert.rejects(
    profile(question, fit, { of: ["c"] }),
    (error) => isGreyboxError(error) && error.code === "calibration/unknown-name",
  );
});
