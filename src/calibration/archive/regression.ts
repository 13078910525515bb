/** What simulated fits show: their means and scatter, and how they change with the sizes of errors that were varied among them. */
import { factorLU, solveLU } from "../../core/index.ts";

/** Least squares of columns on a constant and some regressors. */
export interface Lines {
  /** Value where the regressors are 0, by column. */
  readonly means: Float64Array;
  /** Slopes, by column and regressor. */
  readonly slopes: readonly Float64Array[];
  /** What is left, by column. Shape (members) each. */
  readonly left: readonly Float64Array[];
}

/**
 * @param columns  shape (members) each
 * @param regressors  shape (members) each
 */
export function linesThrough(columns: readonly Float64Array[], regressors: readonly Float64Array[]): Lines {
  const members = columns[0]!.length;
  const all = [new Float64Array(members).fill(1), ...regressors];
  const n = all.length;
  const normal = new Float64Array(n * n);
  for (const [i, a] of all.entries()) for (const [j, b] of all.entries()) normal[i * n + j] = dot(a, b);
  const pivots = new Int32Array(n);
  if (!factorLU(normal, n, pivots)) return linesThrough(columns, []);
  const fitted = columns.map((column) => {
    const b = Float64Array.from(all, (one) => dot(one, column));
    solveLU(normal, n, pivots, b, 0);
    return b;
  });
  return {
    means: Float64Array.from(fitted, (b) => b[0]!),
    slopes: fitted.map((b) => b.slice(1)),
    left: columns.map((column, c) => column.map((value, i) => value - all.reduce((sum, one, k) => sum + fitted[c]![k]! * one[i]!, 0))),
  };
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
