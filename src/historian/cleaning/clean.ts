/** All rules over one series, in order: what a point is, where it stands in time, whether it can be, whether it is likely. */
import { reason } from "../../core/index.ts";
import { misprintLayer } from "../laboratory/misprints.ts";
import { gathered, type Series } from "../series.ts";
import { byHandLayer } from "./by-hand.ts";
import { coarseTimeLayers } from "./coarse-times.ts";
import { counterLayers } from "./counter.ts";
import { floatResolutionLayer } from "./float-resolution.ts";
import { frozenLayers } from "./frozen.ts";
import { betweenStatesLayer, interpolatedLayer } from "./interpolated.ts";
import { intervalStampLayer } from "./interval-stamps.ts";
import { bareView, inOrder, type View, withLayer } from "./layers.ts";
import { namurLayer } from "./namur.ts";
import { type Grain, grainOf } from "./noise.ts";
import { noisyLayer } from "./noisy.ts";
import { disorderLayers, futureLayer } from "./order.ts";
import { overDenseLayer, withoutRepeats, withRepeats } from "./over-dense.ts";
import type { Rules } from "./rules.ts";
import { sameTimeLayers } from "./same-time.ts";
import { saturationLayers } from "./saturated.ts";
import { allowedSilence, type Reporting, silenceLayer } from "./silence.ts";
import { speedLayer } from "./speed.ts";
import { spikeLayer } from "./spikes.ts";
import { repairLayers } from "./timestamp-repair.ts";
import { rangeLayer, sentinelLayers } from "./values.ts";

/** What is known of the tag beyond its points. In the unit of the tag. */
export interface Habit {
  readonly range?: readonly [number, number] | undefined;
  /** Steps and long rests are its nature: set-points, valves, modes. Spikes and flat lines are not looked for. */
  readonly stepped?: boolean | undefined;
  readonly sigma?: number | undefined;
  /** Laboratory results: a later value for the same time corrects the earlier one. */
  readonly versions?: boolean | undefined;
}

export interface Cleaned {
  readonly view: View;
  /** Places that are not left out, by strictly increasing time. */
  readonly order: Int32Array;
  /** Of the usable points. */
  readonly grain: Grain;
}

/** Cleans one series. The raw series is not touched. */
export function clean(raw: Series, rules: Rules, habit: Habit = {}): Cleaned {
  let view = bareView(raw);
  for (const layer of sentinelLayers(view, rules)) view = withLayer(view, layer);
  view = withLayer(view, byHandLayer(view));
  view = withLayer(view, intervalStampLayer(view, raw.info.averaged));
  for (const layer of disorderLayers(view, rules)) view = withLayer(view, layer);
  view = withLayer(view, futureLayer(view, rules));
  const range = habit.range ?? raw.info.range;
  view = withLayer(view, namurLayer(view, rules.failureCurrent ? raw.info.range : undefined));
  view = withLayer(view, rangeLayer(view, rules.range ? range : undefined));
  if (!habit.versions) for (const layer of coarseTimeLayers(view, rules.coarseTimes, habit.sigma)) view = withLayer(view, layer);
  for (const layer of sameTimeLayers(view, rules, habit.versions)) view = withLayer(view, layer);
  for (const layer of repairLayers(view, rules.repairTimes)) view = withLayer(view, layer);

  const order = inOrder(view);
  for (const layer of counterLayers(view, goodOf(view, order), rules.counter)) view = withLayer(view, layer);
  const good = goodOf(view, order);
  let grain = grainOf(gathered(view.time, good), gathered(view.value, good));
  view = withLayer(view, silenceLayer(view, good, allowedSilence(reportingOf(raw, habit, grain))));
  if (rules.interpolated) view = withLayer(view, habit.stepped ? betweenStatesLayer(view, good) : interpolatedLayer(view, good, grain));
  if (habit.versions) view = withLayer(view, misprintLayer(view, good, { sigma: habit.sigma }));
  if (!habit.stepped) {
    view = withLayer(view, floatResolutionLayer(view, good, habit.sigma));
    if (rules.overDense) view = withLayer(view, overDenseLayer(view, good));
    const repeated = view.layers.some(
      ({ method, places }) => (method === "over-dense" || method === "straight-lines") && places.length > 0,
    );
    // Repeats, and lines between points, tell nothing of the noise and hide it: readings are looked at without them, and doubted with them.
    const readings = (places: Int32Array): Int32Array => (repeated ? withoutRepeats(view, places) : places);
    const own = readings(good);
    if (repeated)
      grain = { ...grain, ...grainOf(gathered(view.time, own), gathered(view.value, own)), step: grain.step, silence: grain.silence };
    for (const layer of saturationLayers(view, good, range, rules.saturation, grain)) view = withLayer(view, layer);
    const spiked = spikeLayer(view, own, rules.spikes, grain, habit.sigma);
    view = withLayer(view, repeated ? withRepeats(view, good, spiked) : spiked);
    for (const layer of frozenLayers(view, readings(goodOf(view, order)), rules.frozen, grain))
      view = withLayer(view, repeated ? withRepeats(view, good, layer) : layer);
    view = withLayer(view, noisyLayer(view, goodOf(view, order), rules.noise, grain));
    view = withLayer(view, speedLayer(view, goodOf(view, order), rules.speed));
  }
  return { view, order, grain };
}

/** A declared longest interval holds; without one, a tag that steps or is compressed reports changes only. */
function reportingOf({ info }: Series, { stepped }: Habit, grain: Grain): Reporting {
  const byException = stepped === true || (info.exception ?? 0) > 0 || (info.compression ?? 0) > 0;
  return { maxInterval: info.maxInterval, byException, usual: grain.silence };
}

/** Those of some places that hold a value that nothing has made Bad or Uncertain yet. */
export function goodOf(view: View, order: Int32Array): Int32Array {
  const good = new Int32Array(order.length);
  let count = 0;
  for (const place of order) {
    if (view.status[place]! >>> 30 === 0 && (view.reasons[place]! & reason.notANumber) === 0) good[count++] = place;
  }
  return good.subarray(0, count);
}
