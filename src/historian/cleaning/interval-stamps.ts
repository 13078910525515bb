/** Averages over an interval: when they stand for the process, by what their stamps mean. */
import type { Averaged } from "../series.ts";
import type { Layer, View } from "./layers.ts";

/**
 * Moves the stamps of averages to the middle of their interval, which is when a point that changes steadily had the average value. Done
 * once, from what is declared; without a declaration nothing is moved.
 */
export function intervalStampLayer(view: View, averaged: Averaged | undefined): Layer {
  const shift = averaged === undefined ? 0 : averaged.interval * { start: 0.5, middle: 0, end: -0.5 }[averaged.stamp];
  const places = shift === 0 ? new Int32Array(0) : Int32Array.from(view.time.keys());
  return {
    method: "interval-stamps",
    reason: "timeCoarse",
    places,
    status: 0,
    omit: false,
    times: Float64Array.from(places, (place) => view.time[place]! + shift),
  };
}
