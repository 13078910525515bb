/** Disturbances of the process: corrections by measured values, alone and in a closed loop. */
import { test } from "node:test";

import { random, signal } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { checkGradient } from "./gradient.ts";
import { measured, window } from "./windows.ts";

const pair = defineModel({
  name: "pair",
  time: "min",
  parameters: { k: { value: 0.4, unit: "1/min", bounds: [0.01, 5], scale: "log" }, h: { value: 1.2, unit: "1", bounds: [0.1, 5] } },
  inputs: { u: "K" },
  states: { a: { unit: "K", initial: 1 }, b: { unit: "K", initial: "h*0.5 K" } },
  derivatives: { a: "k*(h*u - a)", b: "k*(a - b)" },
  outputs: { sum: { unit: "K", is: "a + h*b" } },
});

test("the gradient is exact through corrections, also of states that are not measured, and with sample times of two tags", () => {
  const times = [0, 0.5, 1, 1.5, 2, 3];
  const draw = random(3).fork("innovations");
  const a = measured(
    times,
    times.map((t) => 2 - t * Math.exp(-t) + 0.2 * draw.normal()),
    { sigma: 0.1 },
  );
  const sum = measured([0.7, 1.5, 2.5], [2.2, 3.1, 2.9]);
  const windows = [window("w", "min", { a, sum }, { u: signal([0, 1, 3], [1, 2, 1.5]) })];
  const innovations = { a: { a: true, b: true }, sum: { b: 0.2, a: { value: 0.1 } } } as const;
  checkGradient(
    { model: pair, windows, estimate: ["k", "h"], innovations, initial: { a: { estimate: true } }, solver: { rtol: 1e-11 } },
    2e-5,
  );
});
