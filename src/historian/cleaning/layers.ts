/**
 * Cleaning as layers over a series that itself is never touched: each says by which method it doubts which points and why, and can be
 * taken off again.
 */
import { type Reason, reason } from "../../core/index.ts";
import type { Series } from "../series.ts";

export interface Layer {
  readonly method: string;
  readonly reason: Reason;
  /** Places in the raw series, increasing. */
  readonly places: Int32Array;
  /** The status becomes at least this bad; 0: only the reason is noted. */
  readonly status: number;
  /** True: the points are left out, because another one stands for them (duplicates). */
  readonly omit: boolean;
  /** A repair: what stands at these places from here on, in the unit of the tag. */
  readonly values?: Float64Array | undefined;
  /** A repair of the clock: when the points were measured [s]. */
  readonly times?: Float64Array | undefined;
  /** How much the points count in a fit, as a factor on the weight of their status (noisy, or not observations of their own). */
  readonly weights?: Float64Array | undefined;
}

/** A series seen through its layers. */
export interface View {
  readonly raw: Series;
  readonly layers: readonly Layer[];
  /** Status and reasons of each raw place, through all layers. */
  readonly status: Uint32Array;
  readonly reasons: Uint32Array;
  /** 1 where the point is left out. */
  readonly omitted: Uint8Array;
  /** Time and value through all repairs; those of the raw series where there is none. */
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** Factors on the weight; undefined: all 1. */
  readonly weight: Float64Array | undefined;
}

/** The untouched series as a view without layers. */
export function bareView(raw: Series): View {
  const { time, value, status, reasons } = raw;
  return { raw, layers: [], status, reasons, omitted: new Uint8Array(time.length), time, value, weight: undefined };
}

/** The view with one layer more. An empty layer changes nothing but is kept, so that its count of 0 can be told. */
export function withLayer(view: View, layer: Layer): View {
  if (layer.places.length === 0) return { ...view, layers: [...view.layers, layer] };
  const [status, reasons, omitted] = [view.status.slice(), view.reasons.slice(), view.omitted.slice()];
  const bit = reason[layer.reason];
  for (const place of layer.places) {
    reasons[place]! |= bit;
    if (layer.status >>> 30 > status[place]! >>> 30) status[place] = layer.status;
    if (layer.omit) omitted[place] = 1;
  }
  const time = layer.times ? replaced(view.time, layer.places, layer.times) : view.time;
  const value = layer.values ? replaced(view.value, layer.places, layer.values) : view.value;
  const weight = layer.weights ? weighed(view, layer.places, layer.weights) : view.weight;
  return { raw: view.raw, layers: [...view.layers, layer], status, reasons, omitted, time, value, weight };
}

/** A copy of a column with other entries at some places. */
function replaced(column: Float64Array, places: Int32Array, entries: Float64Array): Float64Array {
  const copy = column.slice();
  for (let k = 0; k < places.length; k++) copy[places[k]!] = entries[k]!;
  return copy;
}

function weighed(view: View, places: Int32Array, factors: Float64Array): Float64Array {
  const weight = view.weight?.slice() ?? new Float64Array(view.raw.time.length).fill(1);
  for (let k = 0; k < places.length; k++) weight[places[k]!]! *= factors[k]!;
  return weight;
}

/** The view without the layers of a method: what it doubted is as it was. */
export function withoutMethod(view: View, method: string): View {
  return view.layers.filter((layer) => layer.method !== method).reduce(withLayer, bareView(view.raw));
}

/** Places of the points that are not left out, by time; equal times in order of arrival. */
export function inOrder(view: View): Int32Array {
  const { time } = view;
  let count = 0;
  let sorted = true;
  let previous = -Infinity;
  const places = new Int32Array(time.length);
  for (let i = 0; i < time.length; i++) {
    if (view.omitted[i] === 1) continue;
    if (time[i]! < previous) sorted = false;
    previous = time[i]!;
    places[count++] = i;
  }
  const kept = places.subarray(0, count);
  return sorted ? kept : kept.sort((a, b) => time[a]! - time[b]! || a - b);
}
