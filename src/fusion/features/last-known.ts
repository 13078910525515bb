/** What was known of a measured tag at a time: a laboratory value counts from when it was reported, not from when it was sampled. */
import { severity } from "../../core/index.ts";
import type { Measured } from "../../historian/index.ts";

export interface Known {
  /** Index into the measured columns. */
  readonly index: number;
  /** When it was sampled, from the start of the window. */
  readonly time: number;
  readonly value: number;
}

/** True for points that may be learned from or shown to a learner. */
export function usable(measured: Measured, index: number): boolean {
  return measured.weight[index]! > 0 && severity(measured.status[index]!) !== "bad" && Number.isFinite(measured.value[index]!);
}

/** Indices of the usable points, in the order of time. */
export function usablePoints(measured: Measured): number[] {
  return Array.from(measured.time.keys()).filter((index) => usable(measured, index));
}

/**
 * Makes the question "what is the latest sample whose value was known at t?" cheap to ask.
 *
 * @param when  "by": known at t or earlier; "before": earlier than t, so that no point can answer for itself
 * @returns a function of t that answers undefined before anything is known
 */
export function lastKnown(measured: Measured, when: "by" | "before" = "by"): (t: number) => Known | undefined {
  const points = usablePoints(measured).map((index) => ({
    index,
    time: measured.time[index]!,
    value: measured.value[index]!,
    known: Math.max(measured.reported?.[index] ?? measured.time[index]!, measured.time[index]!),
  }));
  points.sort((a, b) => a.known - b.known || a.time - b.time);
  // A late report of an early sample does not replace the later sample that is known already.
  const latest: Known[] = [];
  for (const point of points) {
    const before = latest.at(-1);
    latest.push(before && before.time > point.time ? before : { index: point.index, time: point.time, value: point.value });
  }
  return (t) => {
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { known } = points[middle]!;
      if (known < t || (known === t && when === "by")) low = middle + 1;
      else high = middle;
    }
    return latest[low - 1];
  };
}
