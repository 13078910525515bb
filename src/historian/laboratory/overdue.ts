/** Results that come too late, and those that never come. */
import type { Layer, View } from "../cleaning/layers.ts";

/**
 * Results that became known later than is useful for an update: history, not news. A fit counts them; a bias update leaves them out.
 *
 * @param reported  when each result was known [s]; NaN where that is not known. Shape of the raw series
 * @param maxDelay  [s]
 */
export function lateResultLayer(view: View, reported: Float64Array, maxDelay: number): Layer {
  const places: number[] = [];
  for (let i = 0; i < view.time.length; i++) if (reported[i]! - view.time[i]! > maxDelay) places.push(i);
  return { method: "late-results", reason: "lateUpload", places: Int32Array.from(places), status: 0, omit: false };
}

/**
 * How long a result has been overdue [s]; 0 while the laboratory keeps its rhythm.
 *
 * @param sampled  times of the samples whose results are known by `now`
 * @param every  usual distance of samples [s]
 * @param delay  usual time from sample to result [s]
 *
 * @example
 * overdueSince([0, 28800], { every: 28800, delay: 7200, now: 90000 }); // => 25200
 */
export function overdueSince(
  sampled: ArrayLike<number>,
  { every, delay, now }: { readonly every: number; readonly delay: number; readonly now: number },
): number {
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < sampled.length; i++) if (sampled[i]! <= now) last = Math.max(last, sampled[i]!);
  return last === Number.NEGATIVE_INFINITY ? 0 : Math.max(0, now - (last + every + delay));
}
