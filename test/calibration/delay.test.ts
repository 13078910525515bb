/** The dead time of a measurement or of a pipe is a parameter like any other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate, evaluate } from "../../src/calibration/index.ts";
import { signal } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const late = defineModel({
  name: "late",
  time: "min",
  parameters: {
    dead: { value: 2, unit: "min", bounds: [0.2, 6] },
    seen: { value: 1, unit: "min", bounds: [0.1, 4] },
    k: { value: 0.6, unit: "1/min", bounds: [0.05, 5] },
  },
  inputs: { u: "K" },
  states: { T: { unit: "K", initial: 300 } },
  derivatives: { T: "k*(delay(u, dead) - T)" },
  outputs: { shown: { unit: "K", is: "delay(T, seen)" } },
});

for (const hold of ["hold", "linear"] as const) {
  test(`dead times of an input (${hold}) and of a measurement are found beside a rate, from a start on the grid of the data`, async () => {
    const truth = { dead: 2.7, seen: 0.85, k: 0.43 };
    const times = Array.from({ length: 31 }, (_, i) => i);
    const inputs = {
      u: signal(
        times,
        times.map((t) => 300 + (t < 4 ? 0 : t < 11 ? 20 : t < 18 ? 5 : 12)),
        hold,
      ),
    };
    const empty = window("plant", "min", {}, inputs);
    const at = Float64Array.from({ length: 59 }, (_, i) => 0.5 * (i + 1));
    const { columns } = evaluate(late.with({ parameters: truth }), { ...empty, duration: 30 }, { at });
    const plant = window(
      "plant",
      "min",
      { T: measured(at, columns.T, { sigma: 0.1 }), shown: measured(at, columns.shown, { sigma: 0.1 }) },
      inputs,
    );
    const fit = await calibrate({ model: late, windows: [plant], estimate: ["dead", "seen", "k"] });
    for (const name of ["dead", "seen", "k"] as const) {
      const { value } = fit.parameters[name];
      assert.ok(Math.abs(value - truth[name]) < 1e-3 * truth[name], `${name}: ${value}`);
    }
  });
}
