/** What a generator of faults gives: a new series, and which of its points it touched, so that a detector can be judged. */
import { type Random, random } from "../../core/index.ts";
import type { Series } from "../series.ts";

export interface Faulted {
  readonly series: Series;
  /** 1 where the point is not what the plant delivered. Shape of the new series. */
  readonly affected: Uint8Array;
}

/** A stretch of time [s]: `from` ≤ t < `to`. Absent limits: the whole record. */
export interface Stretch {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface Seeded {
  readonly seed: number;
}

/** A stream that differs from tag to tag and from fault to fault, so that one seed serves a whole plant. */
export function streamFor(fault: string, series: Series, seed: number): Random {
  return random(`${seed}/${fault}/${series.tag}`);
}

/** Copies of the columns with some values changed. `change` returns undefined to leave a point as it is. */
export function changedValues(series: Series, change: (value: number, time: number, place: number) => number | undefined): Faulted {
  const value = series.value.slice();
  const affected = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const changed = change(value[i]!, series.time[i]!, i);
    if (changed === undefined) continue;
    value[i] = changed;
    affected[i] = 1;
  }
  return { series: { ...series, value }, affected };
}

export function isWithin(time: number, { from = -Infinity, to = Infinity }: Stretch): boolean {
  return time >= from && time < to;
}

/** Different places drawn at random, increasing. */
export function drawnPlaces(stream: Random, length: number, count: number): Int32Array {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, length)) chosen.add(stream.integer(length));
  return Int32Array.from(chosen).sort();
}
