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

/**
 * value ← row₀ + Σⱼ values[j]·(rowⱼ − row₀) and slope ← scale·Σⱼ slopes[j]·(rowⱼ − row₀), j = 1 … k. Differences first: points lie close together.
 */
export function combinePast(
  { rows }: Past,
  k: number,
  values: Float64Array,
  slopes: Float64Array,
  scale: number,
  value: Float64Array,
  slope: Float64Array,
): void {
  const newest = rows[0]!;
  const size = newest.length;
  for (let j = 1; j <= k; j++) {
    const row = rows[j]!;
    const [a, b] = [values[j]!, scale * slopes[j]!];
    if (j === 1) {
      for (let i = 0; i < size; i++) {
        const difference = row[i]! - newest[i]!;
        value[i] = newest[i]! + a * difference;
        slope[i] = b * difference;
      }
    } else {
      for (let i = 0; i < size; i++) {
        const difference = row[i]! - newest[i]!;
        value[i]! += a * difference;
        slope[i]! += b * difference;
      }
    }
  }
}

/** out ← Σⱼ weights[j]·rowⱼ + weights[q + 1]·next, j = 0 … q, for weights whose sum is zero: over differences from row₀. */
export function differencePast({ rows }: Past, q: number, weights: Float64Array, next: Float64Array, out: Float64Array): void {
  const newest = rows[0]!;
  const size = newest.length;
  const last = weights[q + 1]!;
  for (let i = 0; i < size; i++) out[i] = last * (next[i]! - newest[i]!);
  for (let j = 1; j <= q; j++) {
    const row = rows[j]!;
    const weight = weights[j]!;
    for (let i = 0; i < size; i++) out[i]! += weight * (row[i]! - newest[i]!);
  }
}
