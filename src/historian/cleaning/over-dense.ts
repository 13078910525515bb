/** A scan faster than its instrument: the same reading archived several times. */
import { reason } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";

/** Fewer readings do not tell a rhythm from chance. */
const fewest = 10;
/** Share of the points in runs of the usual length, from which on there is a rhythm. */
const rhythmic = 0.8;
/** Shortest rhythm that can be told from values that repeat by chance. */
const shortest = 3;

/**
 * Repeats of a reading, where readings last for a fixed number of scans. The first of each counts; the repeats are no observations of
 * their own and weigh nothing, though they are right: inputs use them.
 *
 * A signal that is merely coarse repeats itself for all kinds of lengths; one that is read every r-th scan for r scans, rounded down or up, or
 * for a multiple of that where two readings happen to be equal.
 *
 * @param order  usable places by time, shape (k)
 */
export function overDenseLayer(view: View, order: Int32Array): Layer {
  const { value } = view;
  let runs = 0;
  for (let k = 0; k < order.length; k++) if (k === 0 || value[order[k]!] !== value[order[k - 1]!]) runs++;
  const starts: number[] = [];
  // Most records change from point to point: they are not looked at further.
  for (let k = 0; runs * 2 <= order.length && k < order.length; k++)
    if (k === 0 || value[order[k]!] !== value[order[k - 1]!]) starts.push(k);
  const places: number[] = [];
  // The first and the last run are cut off by the ends of the record.
  const lengths = starts.slice(1, -1).map((start, i) => starts[i + 2]! - start);
  const r = rhythmOf(lengths);
  if (r !== undefined) {
    starts.forEach((start, i) => {
      const length = (starts[i + 1] ?? order.length) - start;
      // Longer than two readings that happen to be equal: a flat line, which is another matter.
      if (length > 2 * r + 1) return;
      for (let k = start + 1; k < start + length; k++) if (!isReading(k - start, r)) places.push(order[k]!);
    });
  }
  return {
    method: "over-dense",
    reason: "overDense",
    places: Int32Array.from(places).sort(),
    status: 0,
    omit: false,
    weights: new Float64Array(places.length),
  };
}

/** Repeats of a reading, and points drawn between archived ones, are not measured by themselves. */
const notOwn = reason.overDense | reason.interpolated;

/** Of some places those that are readings of their own. */
export function withoutRepeats(view: View, places: Int32Array): Int32Array {
  return places.filter((place) => (view.reasons[place]! & notOwn) === 0);
}

/** A layer that doubts readings, doubting their repeats as well. @param order  all usable places by time */
export function withRepeats(view: View, order: Int32Array, layer: Layer): Layer {
  if (layer.places.length === 0) return layer;
  const doubted = new Set(layer.places);
  const places: number[] = [];
  let inDoubt = false;
  for (const place of order) {
    if ((view.reasons[place]! & notOwn) === 0) inDoubt = doubted.has(place);
    if (inDoubt) places.push(place);
  }
  return { ...layer, places: Int32Array.from(places).sort() };
}

/** Of two equal readings in a row the second is an observation as well. */
function isReading(scan: number, r: number): boolean {
  return scan === Math.round(r);
}

/** Scans in a reading; undefined where there is no such rhythm. */
function rhythmOf(lengths: readonly number[]): number | undefined {
  if (lengths.length < fewest) return undefined;
  const sorted = [...lengths].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1]!;
  const usual = lengths.filter((length) => length > 0.5 * middle && length < 1.5 * middle);
  const r = usual.reduce((sum, length) => sum + length, 0) / usual.length;
  if (r < shortest - 0.1) return undefined;
  const expected = new Set([1, 2, 3].flatMap((n) => [Math.floor(n * r), Math.ceil(n * r)]));
  let [inRhythm, all] = [0, 0];
  for (const length of lengths) {
    all += length;
    if (expected.has(length)) inRhythm += length;
  }
  return inRhythm >= rhythmic * all ? r : undefined;
}
