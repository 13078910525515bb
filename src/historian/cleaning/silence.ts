/** Silences that are longer than the reporting rule of a tag allows. */
import type { Layer, View } from "./layers.ts";

/** A heartbeat may be late by this share of the longest interval before its absence means something. */
const patience = 1.5;

/** What is known of how a tag reports. */
export interface Reporting {
  /** Longest silence that the rule allows [s]. */
  readonly maxInterval: number | undefined;
  /** True where only changes are reported. */
  readonly byException: boolean;
  /** Longest silence that is usual for the tag [s]. */
  readonly usual: number;
}

/** Longest silence that says nothing [s]: by the rule, else without limit where only changes are reported, else what is usual. */
export function allowedSilence({ maxInterval, byException, usual }: Reporting): number {
  if (maxInterval !== undefined) return patience * maxInterval;
  return byException ? Infinity : usual;
}

/**
 * Notes the first point after each silence that is too long; what lies before such a point is unknown, and is never bridged in windows.
 *
 * @param order  usable places by time, shape (k)
 * @param allowed  longest silence that says nothing [s]
 */
export function silenceLayer(view: View, order: Int32Array, allowed: number): Layer {
  const places: number[] = [];
  if (allowed > 0 && allowed < Infinity) {
    for (let k = 1; k < order.length; k++) if (view.time[order[k]!]! - view.time[order[k - 1]!]! > allowed) places.push(order[k]!);
  }
  return { method: "silence", reason: "gap", places: Int32Array.from(places).sort(), status: 0, omit: false };
}
