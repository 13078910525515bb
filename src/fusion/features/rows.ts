/** The table that is learned from: one row for each measured value of the target at which every feature can be had. */
import { GreyboxError } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { Matrix } from "../learner.ts";
import { computedAt, type MechanismRun, sensitivityAt } from "../mechanism/run.ts";
import type { RowTimes } from "../validation/folds.ts";
import { startsOf } from "./clocks.ts";
import { withoutMechanism } from "./declare.ts";
import { type Feature, featureName } from "./feature.ts";
import { lastKnown, usablePoints } from "./last-known.ts";
import { momentsOf } from "./moment.ts";
import { valuesOf } from "./values.ts";

export interface Rows extends RowTimes {
  readonly windows: readonly string[];
  readonly features: Matrix;
  /** The features that a learner without the mechanism sees; no columns where there are none. */
  readonly dataFeatures: Matrix;
  readonly measured: Float64Array;
  readonly physics: Float64Array;
  readonly weight: Float64Array;
  /** Derivatives of the target with respect to the calibrated parameters, row-major, shape (rows, parameters); where the runs have them. */
  readonly sensitivity: Float64Array | undefined;
  readonly declared: readonly Feature[];
  /** Usable measured points that are no rows because a feature was missing there. */
  readonly leftOut: number;
  /** The same by feature; a point can lack several. */
  readonly lacking: Readonly<Record<string, number>>;
}

/**
 * @param runs  one a window, at the times of the target's usable points and more; undefined where the window has none
 * @throws GreyboxError `fusion/no-data`, `fusion/leak`
 */
export function rowsOf(
  on: string,
  features: readonly Feature[],
  windows: readonly Window[],
  runs: readonly (MechanismRun | undefined)[],
): Rows {
  const dataFeatures = withoutMechanism(features);
  const [at, time, sensitivity] = [[], [], []] as [number[], number[], number[]];
  const [seen, seenByData] = [[], []] as [number[], number[]];
  const [measured, physics, weight] = [[], [], []] as [number[], number[], number[]];
  const lacking: Record<string, number> = {};
  let leftOut = 0;
  for (const [w, window] of windows.entries()) {
    const target = Object.hasOwn(window.measured, on) ? window.measured[on] : undefined;
    if (!target) continue;
    const run = runs[w];
    if (!run) continue;
    const moment = momentsOf(window, run);
    for (const index of usablePoints(target)) {
      const t = target.time[index]!;
      const computed = computedAt(run, on, t);
      if (computed === undefined) continue;
      const { values, missing } = valuesOf(features, moment(t));
      const data = valuesOf(dataFeatures, moment(t));
      for (const name of new Set([...missing, ...data.missing])) lacking[name] = (lacking[name] ?? 0) + 1;
      if (missing.length > 0 || data.missing.length > 0) {
        leftOut++;
        continue;
      }
      at.push(w);
      time.push(t);
      sensitivity.push(...sensitivityAt(run, t));
      seen.push(...values);
      seenByData.push(...data.values);
      measured.push(target.value[index]!);
      physics.push(computed);
      weight.push(target.weight[index]!);
    }
  }
  const rows = time.length;
  if (rows === 0) {
    const names = Object.entries(lacking).map(([name, count]) => `${name} is missing at ${count} of its points`);
    const why = names.length > 0 ? names.join("; ") : "no window has a usable measured value of it";
    throw new GreyboxError("fusion/no-data", { target: on, windows: windows.map(({ name }) => name), why });
  }
  const table: Matrix = { rows, columns: features.length, data: Float64Array.from(seen) };
  const target = Float64Array.from(measured);
  refuseCopies(on, features, table, target);
  return {
    windows: windows.map(({ name }) => name),
    window: Int32Array.from(at),
    time: Float64Array.from(time),
    starts: startsOf(on, windows),
    features: table,
    dataFeatures: { rows, columns: dataFeatures.length, data: Float64Array.from(seenByData) },
    measured: target,
    physics: Float64Array.from(physics),
    weight: Float64Array.from(weight),
    sensitivity: sensitivity.length > 0 ? Float64Array.from(sensitivity) : undefined,
    declared: features,
    leftOut,
    lacking,
  };
}

/**
 * What persistence says at each row: the last value that was known so long before, the fallback before any was.
 *
 * @param horizon  ≥ 0, in the time unit of the model; at 0 a laboratory value counts from its report, any other from just after its time
 */
export function persistenceOf(on: string, windows: readonly Window[], rows: Rows, horizon: number, fallback: number): Float64Array {
  const known = windows.map(({ measured }) => (Object.hasOwn(measured, on) ? lastKnown(measured[on]!, "before") : undefined));
  return rows.time.map((t, row) => known[rows.window[row]!]?.(t - horizon)?.value ?? fallback);
}

/** An input that equals the target, also in another unit, is the target under another name. */
function refuseCopies(on: string, features: readonly Feature[], { rows, columns, data }: Matrix, target: Float64Array): void {
  if (rows < 10) return;
  for (const [c, feature] of features.entries()) {
    if (feature.kind === "computed" || feature.kind === "residual") continue;
    const column = Float64Array.from({ length: rows }, (_, row) => data[row * columns + c]!);
    if (1 - correlation(column, target) ** 2 < 1e-10) {
      const why = "over all rows it equals the measured target up to a unit";
      throw new GreyboxError("fusion/leak", { feature: featureName(feature), target: on, why });
    }
  }
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    aa += (a[i]! - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
    ab += (a[i]! - ma) * (b[i]! - mb);
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}
