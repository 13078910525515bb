/** A calibration that takes its time, as a process of its own that can be killed: `slow-fit.ts CHECKPOINT one|many`; prints a hash of its fit. */
import { calibrate, type Question } from "../../src/calibration/index.ts";
import { threads } from "../../src/compute/index.ts";
import { contentHash } from "../../src/core/index.ts";
import { defineModel } from "../../src/models/index.ts";
import { measured, window } from "./windows.ts";

const predation = defineModel({
  name: "predation",
  time: "h",
  parameters: {
    // From here a search takes some hundred steps.
    a: { value: 4.341237503176163, unit: "1/h", bounds: [0.1, 5] },
    b: { value: 0.8821185328257976, unit: "1/h", bounds: [0.01, 2] },
    c: { value: 1.6029684997464846, unit: "1/h", bounds: [0.01, 2] },
    d: { value: 4.277259667551739, unit: "1/h", bounds: [0.1, 5] },
  },
  states: { x: { unit: "1", initial: 1, nominal: 1 }, y: { unit: "1", initial: 1, nominal: 1 } },
  derivatives: { x: "a*x - b*x*y", y: "c*x*y - d*y" },
});
const [checkpoint, kind] = process.argv.slice(2);
const time = Array.from({ length: kind === "one" ? 600 : 200 }, (_, i) => 0.5 * (i + 1));
// Not of this model: the search crawls, and every bit of its way matters.
const wave = (shift: number): number[] => time.map((t) => 1.5 + Math.sin(0.9 * t + shift) * Math.exp(-t / 300));
const data = window("lynx", "h", { x: measured(time, wave(0)), y: measured(time, wave(-1)) });

await using pool = threads({ workers: 2 });
const question: Question = {
  model: predation,
  windows: [data],
  estimate: ["a", "b", "c", "d"],
  seed: 3,
  giveUp: false,
  checkpoint: checkpoint === "none" ? undefined : checkpoint,
  ...(kind === "one" ? { starts: 1, solver: { rtol: 1e-12, maxSteps: 1e8 } } : { starts: 120, compute: pool, solver: { rtol: 1e-9 } }),
};
const { model, report: _, ...rest } = await calibrate(question);
console.log(contentHash(JSON.parse(JSON.stringify({ ...rest, model: model.definition }))));
