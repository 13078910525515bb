/** Whether two fits saw the same data: what a difference between them means depends on it. */
import { convert } from "../../core/index.ts";
import type { Calibrated, WindowOrigin } from "../calibrated.ts";

/**
 * `same`: value by value. `overlapping`: some of it. `apart`: none. `unknown`: one of the fits was stored by a version that did not keep by
 * what to tell.
 */
export type DataRelation = "same" | "overlapping" | "apart" | "unknown";

export interface DataComparison {
  readonly relation: DataRelation;
  /** Windows of the later fit of which the former saw all, or a part. */
  readonly shared: readonly string[];
  /** Number of windows; undefined where a fit does not say. */
  readonly windows: readonly [number | undefined, number | undefined];
}

/** Of the values measured at one time, the share from which on they are the same ones: values of two instruments agree now and then, too. */
const mostly = 0.5;

export function compareData(before: Calibrated, after: Calibrated): DataComparison {
  const [former, later] = [before.provenance.windows, after.provenance.windows];
  const windows = [former?.length, later?.length] as const;
  const names = later?.map(({ name }) => name) ?? [];
  if (before.provenance.data === after.provenance.data) return { relation: "same", shared: names, windows };
  if (!former || !later) return { relation: "unknown", shared: [], windows };
  const shared = later.filter((window) => former.some((other) => overlap(other, window, before, after)));
  const hashes = new Set(former.map(({ hash }) => hash));
  const same = shared.length === names.length && former.length === names.length && shared.every(({ hash }) => hashes.has(hash));
  return { relation: same ? "same" : shared.length > 0 ? "overlapping" : "apart", shared: shared.map(({ name }) => name), windows };
}

/** Two assets have different data at the same time: where times meet, the values that reports keep decide. Without them it is believed. */
function overlap(a: WindowOrigin, b: WindowOrigin, before: Calibrated, after: Calibrated): boolean {
  if (a.hash === b.hash) return true;
  const meet = a.span && b.span ? a.span[0] < b.span[1] && b.span[0] < a.span[1] : a.name === b.name;
  return meet && (sameValues(a, b, before, after) ?? true);
}

/** Whether most values measured at common times are equal; undefined where points are missing that could tell. */
function sameValues(a: WindowOrigin, b: WindowOrigin, before: Calibrated, after: Calibrated): boolean | undefined {
  const [first, second] = [pointsOf(a, before), pointsOf(b, after)];
  if (!first || !second) return undefined;
  let [common, equal] = [0, 0];
  for (const [key, value] of second) {
    const other = first.get(key);
    if (other === undefined) continue;
    common++;
    if (other === value) equal++;
  }
  return equal > mostly * common;
}

/** Measured values by tag and time, to the millisecond; undefined where not all of them were kept. */
function pointsOf({ name, span }: WindowOrigin, { residuals, model }: Calibrated): ReadonlyMap<string, number> | undefined {
  const series = residuals.filter(({ window }) => window === name);
  if (series.length === 0 || series.some(({ every = 2 }) => every > 1)) return undefined;
  const { time: unit } = model.definition;
  const [start, scale] = span ? [span[0], convert(1, unit, "s")] : [0, 1];
  const points = new Map<string, number>();
  for (const { tag, time, measured } of series) {
    for (const [i, value] of measured.entries()) points.set(`${tag} ${Math.round((start + time[i]! * scale) * 1000)}`, value);
  }
  return points;
}
