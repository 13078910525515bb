/**
 * Two tanks in free run: mechanisms are calibrated and corrections learned on the first 70 % of the record, and judged on the last 30 %.
 *
 * Free run means that no model sees a measured level on its way; every prediction is a simulation from the pump voltage alone, begun at
 * levels estimated on the first part.
 */
import { join } from "node:path";
import { calibrate, evaluate, fuse, openHistorian, prepare, residual, ridge, sliceWindow, threads, validate, type Window } from "greybox";
import { gaussianProcess } from "greybox/fusion";
import type { Measured } from "greybox/historian";
import { type Figures, runExample } from "../example.ts";
import { file, overflowingTags, plainTags } from "./binding.ts";
import { overflowing, plain } from "./model.ts";

const share = 0.7;
/** Sixteen values of the pump voltage, back to 240 s: what a data-only model needs in place of a tank. */
const past = Array.from({ length: 15 }, (_, i) => 16 * (i + 1));

await runExample({
  name: "cascaded-tanks",
  needs: { folder: "cascaded_tanks", file: "estimation.csv" },
  async run({ data, out }): Promise<Figures> {
    await using pool = threads();
    const rig = await openHistorian(data, file);
    // At 10 V the sensor stays where it is while the tank is full: the models say so, too, and it is no frozen instrument.
    const rules = { spikes: false, frozen: false } as const;
    const wholePlain = only(await prepare(rig, plainTags, { rules }));
    const whole = only(await prepare(rig, overflowingTags, { rules }));
    const split = share * whole.duration;
    const [trainPlain, train] = [sliceWindow(wholePlain, 0, split), sliceWindow(whole, 0, split)];

    const initial = {
      x1: { estimate: true, bounds: [0.5, 30], share: "all" },
      x2: { estimate: true, bounds: [0.5, 10], share: "all" },
    } as const;
    const search = { initial, starts: 8, seed: 1, compute: pool } as const;
    const simple = await calibrate({ model: plain, windows: [trainPlain], estimate: ["pump", "out1", "out2"], ...search });
    const full = await calibrate({
      model: overflowing,
      windows: [train],
      estimate: ["pump", "out1", "out2", "ratio", "n2", "caught"],
      ...search,
    });
    await full.report(join(out, "overflow.html"));

    const hybrid = await fuse(full, residual({ on: "y", from: ["u", "y"], learner: gaussianProcess() }), {
      windows: [train],
      seed: 1,
      compute: pool,
    });
    // Its rival without a mechanism is the strongest we found: a finite impulse response, by ridge regression.
    const impulse = await fuse(full, residual({ on: "y", from: ["u"], lags: { u: past }, learner: ridge() }), {
      windows: [train],
      seed: 1,
    });

    const judged = judgedFrom(whole, split);
    const scores = validate(hybrid, [judged]);
    const lastKnown = level(train).value.at(-1) ?? Number.NaN;
    const held = {
      plain: rmse(judged, evaluate(simple.model, wholePlain, { initial: simple.start }).columns.y),
      overflow: scores.mechanism.rmse,
      hybrid: scores.hybrid.rmse,
      dataOnly: validate(impulse, [judged]).dataOnly?.rmse ?? Number.NaN,
      persistence: rmse(
        judged,
        level(judged).value.map(() => lastKnown),
      ),
    };
    const { mechanism, hybrid: folds } = hybrid.validation.overall;
    const rows = [
      ["persistence, last trained level", "–", "–", held.persistence],
      ["data only, pump voltage of 240 s", "–", "–", held.dataOnly],
      ["mechanism without overflow", simple.tags["y"]?.rmse, "–", held.plain],
      ["mechanism with overflow", full.tags["y"]?.rmse, mechanism.rmse, held.overflow],
      ["hybrid", "–", folds.rmse, held.hybrid],
    ] as const;
    const show = (cell: string | number | undefined) => (typeof cell === "number" ? cell.toFixed(3) : (cell ?? "–")).padStart(14);
    console.log(`RMSE [V], free run                     ${["trained on", "unseen folds", "held-out 30 %"].map(show).join("")}`);
    for (const [name, ...cells] of rows) console.log(`${name.padEnd(39)}${cells.map(show).join("")}`);
    console.log("Published for the mechanism with overflow and free exponents, trained on the whole record: 0.189 on it.");
    for (const [name, { value, standardError, unit }] of Object.entries(full.parameters)) {
      console.log(
        `  ${name.padEnd(8)}${value.toPrecision(4).padStart(10)} ± ${standardError?.toPrecision(2) ?? "not fixed by the data"} ${unit}`,
      );
    }
    for (const sentence of full.verdict) console.log(`  ! ${sentence}`);
    for (const sentence of hybrid.validation.notes) console.log(`  - ${sentence}`);
    console.log(`Report: ${join(out, "overflow.html")}`);
    return {
      "trained: mechanism with overflow": full.tags["y"]?.rmse ?? Number.NaN,
      ...Object.fromEntries(Object.entries(held).map(([name, value]) => [`held out: ${name}`, value])),
      "held out: hybrid over mechanism": held.hybrid / held.overflow,
    };
  },
});

function only({ windows }: { readonly windows: readonly Window[] }): Window {
  const [window] = windows;
  if (!window || windows.length > 1) throw new Error(`The record should be one window, it is ${windows.length}.`);
  return window;
}

function level(window: Window): Measured {
  const measured = window.measured["y"];
  if (!measured) throw new Error(`Window ${window.name} has no level.`);
  return measured;
}

/** The whole window, with the levels before a time out of the reckoning: the run begins at 0, the judgement later. */
function judgedFrom(window: Window, time: number): Window {
  const y = level(window);
  return { ...window, measured: { y: { ...y, weight: y.weight.map((weight, i) => (y.time[i]! < time ? 0 : weight)) } } };
}

/** Root mean square of measured minus computed over the points that count; `computed` has one entry for each measured level. */
function rmse(window: Window, computed: Float64Array): number {
  const { value, weight } = level(window);
  const squares = Array.from(value, (measured, i) => (measured - computed[i]!) ** 2).filter((_, i) => weight[i]! > 0);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}
