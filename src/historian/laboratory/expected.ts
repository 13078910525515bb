/** What a laboratory result should be about, from the results before and after it. */
import { madToSigma, medianOf } from "../cleaning/noise.ts";

/** Results on each side that are asked. */
const neighbours = 4;
/** Fewer results tell nothing. */
export const fewestResults = 12;

export interface Expected {
  /** Median of the neighbours, the result itself left out. Shape (k). */
  readonly value: Float64Array;
  /** Robust standard deviation of results about it, at least `floor`. */
  readonly sigma: number;
}

/**
 * @param value  by time, shape (k)
 * @param floor  least standard deviation: that of the method
 */
export function expectedFrom(value: Float64Array, floor: number): Expected {
  const n = value.length;
  const expected = new Float64Array(n);
  const distances = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const first = Math.max(0, Math.min(k - neighbours, n - 2 * neighbours - 1));
    const around: number[] = [];
    for (let j = first; j < Math.min(first + 2 * neighbours + 1, n); j++) if (j !== k) around.push(value[j]!);
    expected[k] = medianOf(Float64Array.from(around));
    distances[k] = Math.abs(value[k]! - expected[k]!);
  }
  return { value: expected, sigma: Math.max(floor, madToSigma * medianOf(distances)) };
}
