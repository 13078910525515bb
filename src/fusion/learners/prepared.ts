/** What every learner does first: refuse what cannot be learned from, leave out rows of weight 0, bring columns and target to unit size. */
import { GreyboxError } from "../../core/index.ts";
import type { LearnContext, Matrix } from "../learner.ts";

/** How raw columns become numbers of size 1, as plain data. A column that never changes has scale 0 and counts for nothing. */
export interface Scaling {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  readonly targetMean: number;
  readonly targetScale: number;
}

export interface Prepared {
  readonly rows: number;
  readonly columns: number;
  /** Scaled features, row-major, shape (rows, columns); weighted mean 0 and variance 1, or all 0. */
  readonly x: Float64Array;
  /** Scaled target, shape (rows). */
  readonly y: Float64Array;
  /** Weights > 0 with mean 1, shape (rows). */
  readonly weight: Float64Array;
  readonly scaling: Scaling;
}

/**
 * Checks and scales. Rows of weight 0 are left out before anything is computed, so they cannot change a bit.
 *
 * @param needed  rows of weight > 0 without which the learner cannot work
 * @throws GreyboxError `learner/shape`, `learner/non-finite`, `learner/weight`, `learner/too-few`
 */
export function prepare(learner: string, features: Matrix, target: Float64Array, context: LearnContext, needed = 2): Prepared {
  const { rows, columns, data } = features;
  shape("features.data", rows * columns, data.length);
  shape("target", rows, target.length);
  if (columns < 1) throw new GreyboxError("learner/shape", { argument: "features.columns", expected: 1, actual: columns });
  const kept = keptRows(rows, context.weights);
  if (kept.length < needed) throw new GreyboxError("learner/too-few", { learner, rows: kept.length, needed });

  const x = new Float64Array(kept.length * columns);
  const y = new Float64Array(kept.length);
  const weight = new Float64Array(kept.length);
  for (const [k, row] of kept.entries()) {
    for (let c = 0; c < columns; c++) x[k * columns + c] = finite("features", row, c, data[row * columns + c]!);
    y[k] = finite("target", row, 0, target[row]!);
    weight[k] = context.weights?.[row] ?? 1;
  }
  const total = weight.reduce((sum, w) => sum + w, 0);
  for (let k = 0; k < weight.length; k++) weight[k]! *= kept.length / total;

  const mean: number[] = [];
  const scale: number[] = [];
  for (let c = 0; c < columns; c++) {
    const column = standardise(x, c, columns, weight);
    mean.push(column.mean);
    scale.push(column.scale);
  }
  const { mean: targetMean, scale: spread } = standardise(y, 0, 1, weight);
  return { rows: kept.length, columns, x, y, weight, scaling: { mean, scale, targetMean, targetScale: spread } };
}

/** Brings the columns of new rows to the size the learner knows. A column that never changed while learning stays without effect. */
export function scaled(features: Matrix, { mean, scale }: Scaling): Float64Array {
  const { rows, columns, data } = features;
  shape("features.columns", mean.length, columns);
  shape("features.data", rows * columns, data.length);
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) {
      const i = row * columns + c;
      out[i] = scale[c] === 0 ? 0 : (data[i]! - mean[c]!) / scale[c]!;
    }
  }
  return out;
}

/** Weighted mean and standard deviation of one strided column, which is replaced by its scaled values. */
function standardise(x: Float64Array, offset: number, stride: number, weight: Float64Array): { mean: number; scale: number } {
  const rows = weight.length;
  // Counted from the first value, so that the mean of a column that never changes is that value exactly.
  const first = x[offset]!;
  let mean = first;
  for (let k = 0; k < rows; k++) mean += (weight[k]! * (x[k * stride + offset]! - first)) / rows;
  let variance = 0;
  for (let k = 0; k < rows; k++) variance += (weight[k]! * (x[k * stride + offset]! - mean) ** 2) / rows;
  const deviation = Math.sqrt(variance);
  // Below this the deviation is rounding of the mean, not variation of the column.
  const scale = deviation > 1e-12 * Math.abs(mean) ? deviation : 0;
  for (let k = 0; k < rows; k++) x[k * stride + offset] = scale === 0 ? 0 : (x[k * stride + offset]! - mean) / scale;
  return { mean, scale };
}

function keptRows(rows: number, weights: Float64Array | undefined): number[] {
  if (weights) shape("weights", rows, weights.length);
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row] ?? 1;
    if (!Number.isFinite(weight) || weight < 0) throw new GreyboxError("learner/weight", { row, value: weight });
    if (weight > 0) kept.push(row);
  }
  return kept;
}

function shape(argument: string, expected: number, actual: number): void {
  if (expected !== actual) throw new GreyboxError("learner/shape", { argument, expected, actual });
}

function finite(argument: string, row: number, column: number, value: number): number {
  if (!Number.isFinite(value)) throw new GreyboxError("learner/non-finite", { argument, row, column, value });
  return value;
}
