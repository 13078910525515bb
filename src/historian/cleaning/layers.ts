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
}

/** The untouched series as a view without layers. */
export function bareView(raw: Series): View {
  return { raw, layers: [], status: raw.status, reasons: raw.reasons, omitted: new Uint8Array(raw.time.length) };
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
  return { raw: view.raw, layers: [...view.layers, layer], status, reasons, omitted };
}

/** The view without the layers of a method: what it doubted is as it was. */
export function withoutMethod(view: View, method: string): View {
  return view.layers.filter((layer) => layer.method !== method).reduce(withLayer, bareView(view.raw));
}

/** Places of the points that are not left out, by time; equal times in order of arrival. */
export function inOrder(view: View): Int32Array {
  const { time } = view.raw;
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
