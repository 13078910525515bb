/**
 * Linear least squares along a line of points: each row has to do with one point, or with two neighbours. Solved by reflections from the
 * first point to the last and back, with the covariance of each point on the way.
 *
 * @see G. J. Bierman, *Factorization Methods for Discrete Sequential Estimation*, Academic Press 1977, ch. X.
 */
import { foldRows } from "../../core/index.ts";

/** The rows between point k and point k+1, of unit variance: row-major, shape (count, 2·size + 1), columns of k, of k+1, right-hand side. */
export interface Stretch {
  readonly rows: Float64Array;
  readonly count: number;
}

export interface Smoothed {
  /** Shape (points, size). */
  readonly values: Float64Array;
  /** Shape (points, size, size), for errors of unit variance. */
  readonly covariance: Float64Array;
}

/** Diagonals below this share of the largest say that nothing determines an unknown. */
const vanishing = 1e-13;

/**
 * @param stretches  for each point: its rows, and those with the point after it, which the last has not
 * @returns undefined where the rows do not determine all unknowns
 */
export function smooth(stretches: readonly Stretch[], size: number): Smoothed | undefined {
  const columns = 2 * size + 1;
  const last = columns - 1;
  const work = new Float64Array(columns);
  const points = stretches.length;
  const fronts: Float64Array[] = [];
  let carried: Float64Array | undefined;
  let largest = 0;
  for (const { rows, count } of stretches) {
    const front = new Float64Array(columns * columns);
    const scratch = Float64Array.from(rows.subarray(0, count * columns));
    if (carried) foldRows(front, columns, carried, size + 1, work);
    foldRows(front, columns, scratch, count, work);
    for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(front[i * columns + i]!));
    fronts.push(front);
    carried = new Float64Array((size + 1) * columns);
    for (let i = 0; i <= size; i++) {
      const from = (size + i) * columns;
      for (let j = 0; j < size; j++) carried[i * columns + j] = front[from + size + j]!;
      carried[i * columns + last] = front[from + last]!;
    }
  }
  const values = new Float64Array(points * size);
  const covariance = new Float64Array(points * size * size);
  const inverse = new Float64Array(size * size);
  const gain = new Float64Array(size * size);
  for (let k = points - 1; k >= 0; k--) {
    const front = fronts[k]!;
    for (let i = 0; i < size; i++) if (!(Math.abs(front[i * columns + i]!) > vanishing * largest)) return undefined;
    const next = k + 1 < points;
    inverse.fill(0);
    for (let c = 0; c < size; c++) {
      for (let i = c; i >= 0; i--) {
        let sum = i === c ? 1 : 0;
        for (let j = i + 1; j <= c; j++) sum -= front[i * columns + j]! * inverse[j * size + c]!;
        inverse[i * size + c] = sum / front[i * columns + i]!;
      }
    }
    for (let i = 0; i < size; i++) {
      let value = 0;
      for (let j = i; j < size; j++) value += inverse[i * size + j]! * front[j * columns + last]!;
      for (let c = 0; c < size; c++) {
        let sum = 0;
        for (let j = i; j < size; j++) sum += inverse[i * size + j]! * front[j * columns + size + c]!;
        gain[i * size + c] = sum;
        if (next) value -= sum * values[(k + 1) * size + c]!;
      }
      values[k * size + i] = value;
    }
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let c = Math.max(i, j); c < size; c++) sum += inverse[i * size + c]! * inverse[j * size + c]!;
        for (let a = 0; next && a < size; a++) {
          for (let b = 0; b < size; b++) {
            sum += gain[i * size + a]! * covariance[((k + 1) * size + a) * size + b]! * gain[j * size + b]!;
          }
        }
        covariance[(k * size + i) * size + j] = sum;
        covariance[(k * size + j) * size + i] = sum;
      }
    }
  }
  return { values, covariance };
}
