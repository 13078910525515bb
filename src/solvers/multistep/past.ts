/** The points that a multistep method steps from: values at past times, newest first, in arrays that are used again in turn. */

export interface Past {
  /** Newest first. */
  readonly rows: Float64Array[];
  /** Forgets all but one point, which is copied. */
  start(values: Float64Array): void;
  /** Copies a new point; the oldest is dropped. */
  push(values: Float64Array): void;
}

export function pastOf(points: number, size: number): Past {
  const rows = Array.from({ length: points }, () => new Float64Array(size));
  return {
    rows,
    start: (values) => rows[0]!.set(values),
    push(values) {
      const last = rows[points - 1]!;
      for (let j = points - 1; j > 0; j--) rows[j] = rows[j - 1]!;
      rows[0] = last;
      last.set(values);
    },
  };
}

/** out ← base·row₀ + Σⱼ weights[j]·(rowⱼ − row₀), j = 1 … k. Differences first: points lie close together. */
export function combinePast(out: Float64Array, base: number, weights: Float64Array, k: number, rows: readonly Float64Array[]): void {
  const newest = rows[0]!;
  const size = newest.length;
  for (let i = 0; i < size; i++) out[i] = base * newest[i]!;
  for (let j = 1; j <= k; j++) {
    const [row, weight] = [rows[j]!, weights[j]!];
    for (let i = 0; i < size; i++) out[i]! += weight * (row[i]! - newest[i]!);
  }
}
