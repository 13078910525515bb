/** Intervals where sizes of errors are unknowns: degrees of freedom, kinds of errors that are not as believed, errors that stay alike. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, type Likelihood } from "../../src/calibration/index.ts";
import { densityOf } from "../../src/calibration/likelihood/density.ts";
import { random } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const line = defineModel({
  name: "line",
  time: "h",
  parameters: { a: { value: 1, unit: "1" }, b: { value: 2, unit: "1/h" } },
  states: { y: { unit: "1", initial: "a" } },
  derivatives: { y: "b" },
});
const times = Float64Array.from({ length: 14 }, (_, i) => 0.5 * i);

async function fitOf(value: Float64Array, likelihood: Likelihood | undefined) {
  const windows = [window("w", "h", { y: measured(times, value) })];
  const fit = await calibrate({
    model: line,
    windows,
    estimate: ["a", "b"],
    level: 0.9,
    ...(likelihood ? { likelihood: { y: likelihood } } : {}),
  });
  return fit.parameters;
}

test("σ as an unknown gives the intervals that σ in closed form gives: those of the textbook", async () => {
  const draw = random(1);
  const value = times.map((t) => 1 + 2 * t + 0.3 * draw.normal());
  const [closed, searched] = [await fitOf(value, undefined), await fitOf(value, { sigma: { estimate: true } })];
  for (const name of ["a", "b"] as const) {
    const [one, other] = [closed[name], searched[name]];
    assert.ok(Math.abs(one.standardError! / other.standardError! - 1) < 1e-6, `${name}: ${one.standardError} and ${other.standardError}`);
    for (const end of [0, 1] as const) assert.ok(Math.abs(one.interval![end] - other.interval![end]) < 1e-6, `${name}: end ${end}`);
  }
});

test("slopes of scores are their derivatives", () => {
  for (const [kind, shape] of [
    ["gaussian", 0],
    ["student", 4],
    ["huber", 1.345],
  ] as const) {
    const { score, bend } = densityOf(kind, shape);
    for (const z of [-3, -1, 0, 0.4, 1.2, 5]) {
      const slope = (score(z + 1e-6) - score(z - 1e-6)) / 2e-6;
      assert.ok(Math.abs(bend(z) - slope) < 1e-8, `${kind} at ${z}: ${bend(z)} is not ${slope}`);
    }
  }
});

test("Student's t keeps the coverage of its intervals where errors are Gaussian", async () => {
  const seeds = 150;
  let inside = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const draw = random(seed);
    const { b } = await fitOf(
      times.map((t) => 1 + 2 * t + 0.3 * draw.normal()),
      { kind: "student" },
    );
    if (b.interval![0] <= 2 && 2 <= b.interval![1]) inside++;
  }
  // 135 are expected, with a standard deviation of 3.7; expected information alone gives 114.
  assert.ok(inside >= 123 && inside <= 147, `${inside} of ${seeds} intervals hold the truth`);
});
