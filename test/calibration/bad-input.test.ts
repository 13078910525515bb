/** Questions that cannot be answered are refused with code, value and remedy before any search is begun. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, type Question } from "../../src/calibration/index.ts";
import { type Compute, inline } from "../../src/compute/index.ts";
import { type FailureCode, isGreyboxError, signal } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const reactor = defineModel({
  name: "reactor",
  time: "h",
  parameters: {
    k: { value: 0.5, unit: "1/h", bounds: [0.01, 5], scale: "log" },
    q: { value: 0.1, unit: "1/h", bounds: [0, 1] },
    h: { value: 2, unit: "kJ/mol" },
    shift: { value: 0, unit: "mol/L" },
  },
  inputs: { feed: "mol/L" },
  states: { c: { unit: "mol/L", initial: 4 } },
  derivatives: { c: "q*feed - k*c" },
  outputs: { heat: { unit: "kJ/L", is: "h*c" }, reading: { unit: "mol/L", is: "c - 5 mol/L + shift" } },
});
const model = reactor as unknown as Question["model"];
const explosion = defineModel({
  name: "explosion",
  time: "h",
  parameters: { k: { value: 2, unit: "1/h", bounds: [1.5, 3] } },
  states: { x: { unit: "1", initial: 1 } },
  derivatives: { x: "k*x^2" },
}) as unknown as Question["model"];
const feed = signal([0, 10], [0, 0]);
const c = measured([1, 2, 3, 4], [2.4, 1.5, 0.9, 0.5]);
const good = window("monday", "h", { c }, { feed });
const cases: readonly (readonly [string, FailureCode, RegExp, Partial<Question>])[] = [
  [
    "parameters that act only on what was not measured",
    "calibration/no-influence",
    /Nothing measured depends on h\..*Measured: c\./,
    { estimate: ["k", "h"] },
  ],
  [
    "a parameter whose input stands at 0",
    "calibration/no-influence",
    /Nothing measured depends on q\. Leave it out of the estimate/,
    { estimate: ["k", "q"] },
  ],
  [
    "a start that lies outside its bounds",
    "calibration/start-outside-bounds",
    /The start of "c\(0\)" is 4 mol\/L, outside its bounds \[5, 9\]\. Correct the value or the bounds/,
    { initial: { c: { estimate: true, value: 4, bounds: [5, 9] } } },
  ],
  [
    "a negative value with log-normal errors",
    "calibration/likelihood",
    /The likelihood of "c" does not fit: value 2 is -0\.1, and it has no logarithm\. Leave the point out/,
    { windows: [window("w", "h", { c: measured([1, 2, 3], [2, 1, -0.1]) }, { feed })], likelihood: { c: { scale: "log" } } },
  ],
  [
    "a value of 0 with log-normal errors",
    "calibration/likelihood",
    /value 2 is 0, and it has no logarithm/,
    { windows: [window("w", "h", { c: measured([1, 2, 3], [2, 1, 0]) }, { feed })], likelihood: { c: { scale: "log10" } } },
  ],
  [
    "computed values that log-normal errors exclude, wherever the search could begin",
    "calibration/cannot-integrate",
    /Window "w": The computed value -\d.* of "reading" has no likelihood/,
    { windows: [window("w", "h", { reading: measured([1, 2, 3], [2, 1, 1]) }, { feed })], likelihood: { reading: { scale: "log" } } },
  ],
  [
    "a size of errors that is not above 0",
    "calibration/likelihood",
    /sigma is 0\. Give a number above 0/,
    { likelihood: { c: { sigma: 0 } } },
  ],
  [
    "measurements of another period than the inputs",
    "calibration/no-overlap",
    /"w" nothing was measured while input "feed" is known: it is known from 0 to 10, measurements go from 24 to 26\. .*time zones/,
    { windows: [window("w", "h", { c: measured([24, 25, 26], [2, 1, 1]) }, { feed })] },
  ],
  [
    "inputs that begin after the last measurement",
    "calibration/no-overlap",
    /known from 5 to 9, measurements go from 1 to 4/,
    { windows: [window("w", "h", { c }, { feed: signal([5, 9], [1, 1]) })] },
  ],
  [
    "a model that cannot be integrated anywhere near its start",
    "calibration/cannot-integrate",
    /"explosion" cannot be computed at the start of the search \(k = 2\) nor at any of 41 points .*Window "w": .*until `greybox simulate` runs/,
    { model: explosion, windows: [window("w", "h", { x: measured([1, 2], [1, 1]) })] },
  ],
  [
    "nor from any of its starts",
    "calibration/cannot-integrate",
    /nor at any of 49 points/,
    { model: explosion, windows: [window("w", "h", { x: measured([1, 2], [1, 1]) })], starts: 9 },
  ],
];

for (const [what, code, message, change] of cases) {
  test(`refused before the search: ${what}`, async () => {
    let asked = 0;
    const compute: Compute = {
      ...inline(),
      map() {
        asked++;
        throw new Error("work was begun");
      },
    };
    const question: Question = { model, windows: [good], estimate: ["k"], compute, ...change };
    await assert.rejects(calibrate(question), (error: unknown) => {
      assert.ok(isGreyboxError(error, code), String(error));
      assert.match(error.message, message);
      return true;
    });
    assert.equal(asked, 0);
  });
}
