/** Whether two fits saw the same data: what a difference between them means depends on it. */
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

export function compareData({ provenance: before }: Calibrated, { provenance: after }: Calibrated): DataComparison {
  const windows = [before.windows?.length, after.windows?.length] as const;
  const names = after.windows?.map(({ name }) => name) ?? [];
  if (before.data === after.data) return { relation: "same", shared: names, windows };
  if (!before.windows || !after.windows) return { relation: "unknown", shared: [], windows };
  const former = before.windows;
  const shared = after.windows.filter((window) => former.some((other) => overlap(other, window)));
  const same =
    shared.length === names.length &&
    former.length === names.length &&
    shared.every(({ hash }) => former.some((other) => other.hash === hash));
  return { relation: same ? "same" : shared.length > 0 ? "overlapping" : "apart", shared: shared.map(({ name }) => name), windows };
}

/** Records of one asset overlap in time; of different assets they are different data, but a fit does not know assets: the name has to do. */
function overlap(a: WindowOrigin, b: WindowOrigin): boolean {
  if (a.hash === b.hash) return true;
  if (a.span && b.span) return a.span[0] < b.span[1] && b.span[0] < a.span[1];
  return a.name === b.name;
}
