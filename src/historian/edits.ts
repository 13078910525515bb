/** History that was edited after it had been read: what changed, and which earlier values do not hold any more. */
import { contentHash, reason, status } from "../core/index.ts";
import type { Layer, View } from "./cleaning/layers.ts";
import type { Series } from "./series.ts";

/** What a second reading says of the first. Times [s], increasing. */
export interface HistoryEdits {
  readonly added: Float64Array;
  readonly removed: Float64Array;
  readonly changed: Float64Array;
}

/** Fingerprint of a series as delivered: pin a dataset by it, and compare before using it again. */
export function seriesHash({ tag, time, value, status: codes }: Series): string {
  return contentHash({ tag, time, value, status: codes });
}

/**
 * What was edited between two readings of one tag over the same range.
 *
 * @example
 * const before = seriesOf("TI1", { time: [0, 60, 120], value: [1, 2, 3] });
 * const after = seriesOf("TI1", { time: [0, 60, 120], value: [1, 9, 3] });
 * Array.from(editsBetween(before, after).changed); // => [60]
 */
export function editsBetween(before: Series, after: Series): HistoryEdits {
  const [old, now] = [lastByTime(before), lastByTime(after)];
  const sorted = (times: number[]): Float64Array => Float64Array.from(times).sort();
  return {
    added: sorted([...now.keys()].filter((t) => !old.has(t))),
    removed: sorted([...old.keys()].filter((t) => !now.has(t))),
    changed: sorted([...old].filter(([t, place]) => now.has(t) && differs(before, place, after, now.get(t)!)).map(([t]) => t)),
  };
}

/** The points of the earlier reading that do not hold any more. */
export function supersededLayer(view: View, revision: HistoryEdits): Layer {
  const gone = new Set([...revision.removed, ...revision.changed]);
  const places: number[] = [];
  for (let i = 0; i < view.raw.time.length; i++) if (gone.has(view.raw.time[i]!)) places.push(i);
  return { method: "revision", reason: "superseded", places: Int32Array.from(places), status: status.uncertain, omit: false };
}

function lastByTime({ time }: Series): Map<number, number> {
  return new Map(Array.from(time, (t, i) => [t, i]));
}

function differs(a: Series, i: number, b: Series, j: number): boolean {
  const missing = (series: Series, place: number): boolean => (series.reasons[place]! & reason.notANumber) !== 0;
  return a.value[i] !== b.value[j] || a.status[i] !== b.status[j] || missing(a, i) !== missing(b, j);
}
