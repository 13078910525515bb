/** Whether something else explains a signal better than its own past does. */
import { chiSquareTail, rowTriangle } from "../../core/index.ts";

/** Own past that is always taken into account, in steps. */
const past = 2;

/**
 * F statistic of the hypothesis that the regressors add nothing to a level and the signal's own past.
 *
 * @param regressors  row-major, shape (·, n); its first row belongs to place `origin` of y
 * @see C. W. J. Granger, "Investigating causal relations by econometric models and cross-spectral methods", Econometrica 37 (1969) 424–438
 */
export function grangerTest(
  y: Float64Array,
  regressors: Float64Array,
  n: number,
  { first, stop }: { readonly first: number; readonly stop: number },
  origin: number,
): { f: number; restrictions: number; freedom: number } {
  const columns = 1 + past + n + 1;
  const triangle = rowTriangle(columns);
  const level = y[first]!;
  let rows = 0;
  for (let i = first + past; i < stop; i++, rows++) {
    const at = triangle.at();
    triangle.rows[at] = 1;
    for (let j = 1; j <= past; j++) triangle.rows[at + j] = y[i - j]! - level;
    for (let j = 0; j < n; j++) triangle.rows[at + 1 + past + j] = regressors[(i - origin) * n + j]!;
    triangle.rows[at + columns - 1] = y[i]! - level;
    triangle.added();
  }
  triangle.finish();
  const last = (row: number): number => triangle.r[row * columns + columns - 1]! ** 2;
  const full = last(columns - 1);
  let gained = 0;
  for (let row = 1 + past; row < columns - 1; row++) gained += last(row);
  const freedom = rows - (columns - 1);
  return { f: freedom > 0 ? gained / n / Math.max(full / freedom, 1e-300) : 0, restrictions: n, freedom };
}

/** Chance of a greater F; by the chi-square distribution, which is near enough for more than fifty degrees of freedom. */
export function fTail(f: number, restrictions: number): number {
  return chiSquareTail(f * restrictions, restrictions);
}
