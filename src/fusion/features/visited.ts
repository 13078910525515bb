/** Where the plant was during the training, also between the moments at which the target was measured. */
import type { Window } from "../../historian/index.ts";
import type { Matrix } from "../learner.ts";
import type { MechanismRun } from "../mechanism/run.ts";
import type { RowTimes } from "../validation/folds.ts";
import type { Feature } from "./feature.ts";
import { usablePoints } from "./last-known.ts";
import { momentsOf } from "./moment.ts";
import { valuesOf } from "./values.ts";

export const visitedDefaults = {
  /** Most times at which the features are looked at, over all windows. */
  points: 2000,
} as const;

/** Features at times that were not learned from. */
export interface Visited extends RowTimes {
  readonly features: Matrix;
}

/**
 * The times at which the inputs were archived, thinned evenly, of each window: from its start to the last usable measured value of the target.
 * None where the window has no such value.
 */
export function visitedTimes(on: string, windows: readonly Window[]): Float64Array[] {
  const all = windows.map(({ inputs, measured }): Float64Array => {
    const target = Object.hasOwn(measured, on) ? measured[on] : undefined;
    const last = target ? usablePoints(target).at(-1) : undefined;
    if (!target || last === undefined) return new Float64Array(0);
    const times = new Set<number>();
    for (const { times: archived } of Object.values(inputs)) {
      for (const t of archived) if (t >= 0 && t <= target.time[last]!) times.add(t);
    }
    return Float64Array.from(times).sort();
  });
  const stride = Math.ceil(all.reduce((sum, { length }) => sum + length, 0) / visitedDefaults.points);
  return all.map((times) => (stride > 1 ? times.filter((_, i) => i % stride === 0) : times));
}

/**
 * @param times  one list a window
 * @param runs  one a window, at these times and more; undefined where the window has none
 */
export function visitedOf(
  features: readonly Feature[],
  windows: readonly Window[],
  times: readonly Float64Array[],
  runs: readonly (MechanismRun | undefined)[],
  starts: RowTimes["starts"],
): Visited {
  const [at, when, seen] = [[], [], []] as [number[], number[], number[]];
  for (const [w, window] of windows.entries()) {
    const run = runs[w];
    if (!run) continue;
    const moment = momentsOf(window, run);
    for (const t of times[w]!) {
      const { values, missing } = valuesOf(features, moment(t));
      if (missing.length > 0) continue;
      at.push(w);
      when.push(t);
      seen.push(...values);
    }
  }
  return {
    window: Int32Array.from(at),
    time: Float64Array.from(when),
    starts,
    features: { rows: when.length, columns: features.length, data: Float64Array.from(seen) },
  };
}
