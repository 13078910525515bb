/**
 * Two tanks in free run: mechanisms are calibrated and corrections learned on the first 70 % of the record, and judged on the last 30 %.
 *
 * Free run means that no model sees a measured level after the first one; every prediction is a simulation from the pump voltage alone.
 */
import { join } from "node:path";
import {
  calibrate,
  fuse,
  openHistorian,
  prepare,
  residual,
  ridge,
  sliceWindow,
  threads,
  validate,
  validationTable,
  type Window,
} from "greybox";
import { type Figures, runExample } from "../example.ts";
import { file, overflowingTags, plainTags } from "./binding.ts";
import { overflowing, plain } from "./model.ts";

const share = 0.7;

await runExample({
  name: "cascaded-tanks",
  needs: { folder: "cascaded_tanks", file: "estimation.csv" },
  async run({ data, out }): Promise<Figures> {
    await using pool = threads();
    const rig = await openHistorian(data, file);
    // The sensor ends at 10 V and stays there while the tank is full: that is what the models say, too, and no frozen instrument.
    const rules = { spikes: false, frozen: false } as const;
    const {
      windows: [wholePlain],
    } = await prepare(rig, plainTags, { rules });
    const {
      windows: [whole],
    } = await prepare(rig, overflowingTags, { rules });
    if (!wholePlain || !whole) throw new Error("The record has no window.");
    const split = share * whole.duration;

    // The upper level is not measured, so both levels at the start are estimated; the free run of the held-out part begins there, too.
    const initial = {
      x1: { estimate: true, bounds: [0.5, 30], share: "all" },
      x2: { estimate: true, bounds: [0.5, 10], share: "all" },
    } as const;
    const search = { initial, starts: 8, seed: 1, compute: pool } as const;
    const trainPlain = sliceWindow(wholePlain, 0, split);
    const train = sliceWindow(whole, 0, split);
    const simple = await calibrate({ model: plain, windows: [trainPlain], estimate: ["pump", "out1", "out2"], ...search });
    const full = await calibrate({
      model: overflowing,
      windows: [train],
      estimate: ["pump", "out1", "out2", "ratio", "n2", "caught"],
      ...search,
    });

    const learner = ridge();
    const lags = { u: [20, 40, 80, 160], y: [20, 40, 80, 160] } as const;
    const hybrid = await fuse(full, residual({ on: "y", from: ["u", "x1", "y"], lags, learner }), { windows: [train], seed: 1 });
    const scored = validate(hybrid, [judgedAfter(whole, split)]);
    console.log(simple.parameters, full.parameters, simple.verdict, full.verdict);
    console.log(validationTable(hybrid.validation), scored);
    return {};
  },
});

/** The whole window with the measured levels before a time out of the reckoning: the run begins at 0, the judgement later. */
function judgedAfter(window: Window, time: number): Window {
  const measured = Object.entries(window.measured).map(([name, tag]) => [
    name,
    { ...tag, weight: tag.weight.map((w, i) => (tag.time[i]! < time ? 0 : w)) },
  ]);
  return { ...window, measured: Object.fromEntries(measured) };
}
