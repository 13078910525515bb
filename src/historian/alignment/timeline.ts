/** One tag by increasing time, with its usable neighbours at hand: what aggregates and joins read from. */
import { reason } from "../../core/index.ts";
import type { Cleaned } from "../cleaning/clean.ts";
import { gathered, gatheredCodes, picked, type Series } from "../series.ts";

/**
 * The points of a series by strictly increasing time.
 *
 * Of several points with one time the one with the best status stays; of equally good ones the last that came. The series itself when it is
 * in order already.
 */
export function inTimeOrder(series: Series): Series {
  const { time, status } = series;
  let ordered = true;
  for (let i = 1; i < time.length && ordered; i++) ordered = time[i]! > time[i - 1]!;
  if (ordered) return series;
  const places = Int32Array.from(time.keys()).sort((a, b) => time[a]! - time[b]! || a - b);
  let count = 0;
  for (const place of places) {
    const before = count > 0 ? places[count - 1]! : -1;
    if (before < 0 || time[before] !== time[place]) places[count++] = place;
    else if (status[place]! >>> 30 <= status[before]! >>> 30) places[count - 1] = place;
  }
  return picked(series, places.subarray(0, count));
}

/**
 * A series as cleaning leaves it: repaired values and times, with the statuses and reasons of all layers, by increasing time; points that
 * are left out are gone. For everything that takes a series and should not see the raw one.
 *
 * @example
 * const seen = cleanedSeries(clean(series, ruleDefaults));
 * seen.time.length; // => 241
 */
export function cleanedSeries({ view, order }: Cleaned): Series {
  return {
    tag: view.raw.tag,
    info: view.raw.info,
    time: gathered(view.time, order),
    value: gathered(view.value, order),
    status: gatheredCodes(view.status, order),
    reasons: gatheredCodes(view.reasons, order),
  };
}

export const good = 0;
export const uncertain = 1;
export const bad = 2;

/** A tag prepared for reading at any time. */
export interface Timeline {
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly status: Uint32Array;
  readonly reasons: Uint32Array;
  /** `good`, `uncertain` or `bad` by status alone. */
  readonly level: Uint8Array;
  /** 1 where a point must not be used: it is Bad, or Uncertain and that counts as Bad. */
  readonly unusable: Uint8Array;
  /** Place of the last usable point at or before each place; −1 for none. */
  readonly usableBefore: Int32Array;
  /** Place of the first usable point at or after each place; k for none. */
  readonly usableAfter: Int32Array;
  /** Time of the first value, and of the last point, which may tell that there is none; Infinity and −Infinity where nothing is. */
  readonly first: number;
  readonly last: number;
}

export function timelineOf(series: Series, treatUncertainAsBad: boolean): Timeline {
  const { time, value, status, reasons } = inTimeOrder(series);
  const k = time.length;
  const [level, unusable] = [new Uint8Array(k), new Uint8Array(k)];
  const [usableBefore, usableAfter] = [new Int32Array(k), new Int32Array(k)];
  let [first, last] = [Infinity, -Infinity];
  for (let i = 0; i < k; i++) {
    const absent = (reasons[i]! & reason.notANumber) !== 0;
    level[i] = absent ? bad : Math.min(status[i]! >>> 30, bad);
    unusable[i] = level[i] === bad || (level[i] === uncertain && treatUncertainAsBad) ? 1 : 0;
    usableBefore[i] = unusable[i] === 0 ? i : i > 0 ? usableBefore[i - 1]! : -1;
    if (!absent) first = Math.min(first, time[i]!);
    last = time[i]!;
  }
  for (let i = k - 1; i >= 0; i--) usableAfter[i] = unusable[i] === 0 ? i : i < k - 1 ? usableAfter[i + 1]! : k;
  return { time, value, status, reasons, level, unusable, usableBefore, usableAfter, first, last };
}

/** How many times lie before a limit. */
export function countBefore(time: Float64Array, limit: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Place of the last time that is not after a limit; −1 for none. */
export function placeAt(time: Float64Array, limit: number): number {
  const before = countBefore(time, limit);
  return before < time.length && time[before] === limit ? before : before - 1;
}
