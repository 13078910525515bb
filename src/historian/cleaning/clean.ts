/** All rules over one series, in order: what a point is, where it stands in time, whether it can be, whether it is likely. */
import { reason } from "../../core/index.ts";
import { gathered, type Series } from "../series.ts";
import { frozenLayers } from "./frozen.ts";
import { bareView, inOrder, type View, withLayer } from "./layers.ts";
import { type Grain, grainOf } from "./noise.ts";
import { disorderLayers, futureLayer } from "./order.ts";
import type { Rules } from "./rules.ts";
import { sameTimeLayers } from "./same-time.ts";
import { spikeLayer } from "./spikes.ts";
import { rangeLayer, sentinelLayers } from "./values.ts";

/** What is known of the tag beyond its points. In the unit of the tag. */
export interface Habit {
  readonly range?: readonly [number, number] | undefined;
  /** Steps and long rests are its nature: set-points, valves, modes. Spikes and flat lines are not looked for. */
  readonly stepped?: boolean | undefined;
  readonly sigma?: number | undefined;
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
  for (const layer of disorderLayers(view, rules)) view = withLayer(view, layer);
  view = withLayer(view, futureLayer(view, rules));
  view = withLayer(view, rangeLayer(view, rules.range ? (habit.range ?? raw.info.range) : undefined));
  for (const layer of sameTimeLayers(view, rules)) view = withLayer(view, layer);

  const order = inOrder(view);
  const good = goodOf(view, order);
  const grain = grainOf(gathered(raw.time, good), gathered(raw.value, good));
  if (!habit.stepped) {
    view = withLayer(view, spikeLayer(view, good, rules.spikes, grain, habit.sigma));
    for (const layer of frozenLayers(view, goodOf(view, order), rules.frozen, grain)) view = withLayer(view, layer);
  }
  return { view, order, grain };
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
