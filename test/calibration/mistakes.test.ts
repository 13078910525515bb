/** What a caller can get wrong with a calibration: each named, before work is spent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, evaluate, type Question } from "../../src/calibration/index.ts";
import { threads } from "../../src/compute/index.ts";
import { type AnySource, type FailureCode, isGreyboxError, signal, status } from "../../src/core/index.ts";
import { defineModel, type Model, modelFromDefinition } from "../../src/models/index.ts";
import { odeSystem } from "../../src/solvers/index.ts";
import { measured, window } from "./windows.ts";

// Names are widened, so that the run-time checks are reached that the compiler would make unnecessary.
const tank: Model = modelFromDefinition(
  defineModel({
    name: "tank",
    time: "h",
    parameters: { k: { value: 0.5, unit: "1/h", bounds: [0.1, 2] }, gain: { value: 1, unit: "1", scale: "log" } },
    inputs: { feed: "m/h" },
    states: { level: { unit: "m", initial: 1, min: 0 } },
    derivatives: { level: "gain*feed - k*level" },
  }).definition,
);
const feed = signal([0, 10], [1, 1]);
const points = measured([1, 2, 3], [1.2, 1.4, 1.5]);
const good = window("monday", "h", { level: points }, { feed });

const mistakes: readonly (readonly [FailureCode, RegExp, Partial<Question>])[] = [
  ["calibration/unknown-name", /no parameter "gian"\. Did you mean gain\?/, { estimate: ["gian"] }],
  ["calibration/unknown-name", /no state "levl"\. Did you mean level\?/, { initial: { levl: 1 } }],
  ["calibration/unknown-name", /no observable "temp"/, { windows: [window("w", "h", { level: points, temp: points }, { feed })] }],
  ["calibration/repeated", /parameter "k" is given twice/, { estimate: ["k", "k"] }],
  ["calibration/repeated", /window "monday" is given twice/, { windows: [good, good] }],
  ["calibration/nothing-to-estimate", /Nothing is to be estimated/, { estimate: [] }],
  ["calibration/no-windows", /no window of data/, { windows: [] }],
  ["calibration/no-measurements", /"empty" has no measured point/, { windows: [window("empty", "h", {}, { feed })] }],
  [
    "calibration/no-measurements",
    /"dark" has no measured point/,
    { windows: [window("dark", "h", { level: measured([1, 2], [1, 1], { weight: new Float64Array(2) }) }, { feed })] },
  ],
  ["calibration/missing-input", /does not say what the inputs feed did/, { windows: [window("w", "h", { level: points })] }],
  [
    "calibration/input-span",
    /input "feed" is known from 0 to 2.5, but measurements go from 0 to 3/,
    { windows: [window("w", "h", { level: points }, { feed: signal([0, 2.5], [1, 1]) })] },
  ],
  ["calibration/time-unit", /counts time in "min", the model in "h"/, { windows: [window("w", "min", { level: points }, { feed })] }],
  ["calibration/time-order", /entry 1 is 1/, { windows: [window("w", "h", { level: measured([1, 1, 2], [1, 1, 1]) }, { feed })] }],
  [
    "calibration/measured-columns",
    /value 1 is NaN/,
    { windows: [window("w", "h", { level: measured([1, 2, 3], [1, Number.NaN, 1]) }, { feed })] },
  ],
  [
    "calibration/measured-columns",
    /σ is 0/,
    { windows: [window("w", "h", { level: measured([1, 2, 3], [1, 1, 1], { sigma: 0 }) }, { feed })] },
  ],
  [
    "calibration/measured-columns",
    /3 times, 2 values/,
    { windows: [window("w", "h", { level: { ...points, value: Float64Array.of(1, 2) } }, { feed })] },
  ],
  [
    "calibration/too-few-points",
    /1 measured value cannot fix 2 unknowns/,
    { estimate: ["k", "gain"], windows: [window("w", "h", { level: measured([1], [1]) }, { feed })] },
  ],
  [
    "calibration/start-outside-bounds",
    /The start of "level\(0\)" is 5 m, outside its bounds \[0, 3\]/,
    { initial: { level: { estimate: true, value: 5, bounds: [0, 3] } } },
  ],
  [
    "calibration/measured-initial",
    /no good value of "level" to start from/,
    {
      initial: { level: "measured" },
      windows: [window("w", "h", { level: { ...points, status: new Uint32Array(3).fill(status.uncertain) } }, { feed })],
    },
  ],
  ["calibration/option", /`starts` is 0/, { starts: 0 }],
  ["calibration/option", /`level` is 95/, { level: 95 }],
  ["calibration/option", /`spread` is NaN/, { spread: Number.NaN }],
];

for (const [code, message, change] of mistakes) {
  test(`${code}: ${message.source.slice(0, 60)}`, async () => {
    const question: Question = { model: tank, windows: [good], estimate: ["k"], ...change };
    await assert.rejects(calibrate(question), (error: unknown) => {
      assert.ok(isGreyboxError(error, code), String(error));
      assert.match(error.message, message);
      return true;
    });
  });
}

test("a log-scaled parameter that is not positive is refused, however it came to be", async () => {
  const { definition } = tank;
  const parameters = { ...definition.parameters, gain: { ...definition.parameters["gain"]!, value: -1 } };
  const broken: AnySource = { ...tank, definition: { ...definition, parameters } };
  await assert.rejects(calibrate({ model: broken, windows: [good], estimate: ["gain"] }), { code: "calibration/start-outside-bounds" });
});

test("an algebraic state has no initial value to give or to estimate", async () => {
  const flash = defineModel({
    name: "flash",
    time: "h",
    parameters: { k: { value: 0.5, unit: "1/h" } },
    states: { n: { unit: "mol", initial: 1 } },
    algebraic: { z: { unit: "1", guess: 1, zero: "z^2 - n/1 mol" } },
    derivatives: { n: "-k*n" },
  });
  const windows = [window("w", "h", { n: measured([1, 2], [0.6, 0.4]) })];
  const question: Question = { model: flash, windows, estimate: ["k"], initial: { z: 2 } };
  await assert.rejects(calibrate(question), { code: "calibration/algebraic-initial" });
});

test("a model without derivatives, and one made of functions on threads, are refused by name", async () => {
  const byHand = odeSystem({
    name: "by-hand",
    states: ["x"],
    initial: { x: 1 },
    parameters: { k: 1 },
    rhs: (_t, x, _u, p, out) => {
      out[0] = -p[0]! * x[0]!;
    },
  });
  const windows = [window("w", "s", { x: measured([1, 2], [0.4, 0.1]) })];
  await assert.rejects(calibrate({ model: byHand, windows, estimate: ["k"] }), { code: "calibration/not-differentiable" });
  const functions: AnySource = { ...tank, definition: { ...tank.definition, derivatives: {} } };
  await using pool = threads({ workers: 1 });
  await assert.rejects(calibrate({ model: functions, windows: [good], estimate: ["k"], compute: pool }), {
    code: "calibration/cannot-travel",
  });
  const fit = await calibrate({ model: functions, windows: [good], estimate: ["k"] });
  assert.ok(fit.termination.ok);
});

test("evaluate names what its window lacks", () => {
  assert.throws(() => evaluate(tank, window("w", "h", { level: points })), { code: "calibration/missing-input" });
  assert.throws(() => evaluate(tank, window("w", "s", { level: points }, { feed })), { code: "calibration/time-unit" });
  assert.throws(() => evaluate(tank, window("w", "h", {}, { feed })), { code: "calibration/option" });
  assert.throws(() => evaluate(tank, good, { initial: { levels: 1 } as never }), { code: "calibration/unknown-name" });
});
