/** Least squares from plain functions: what the search is tested on without models and integrators. */

import type { LeastSquares } from "../../src/calibration/search/problem.ts";
import { rowTriangle } from "../../src/core/linear-algebra/qr.ts";

/** Residuals r (computed − measured) at x and, row by row, their derivatives. */
export type Residuals = (x: Float64Array) => { r: readonly number[]; rows: readonly (readonly number[])[] };

export interface RegressionOptions {
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  readonly sigma?: number | undefined;
}

export function regression(size: number, residuals: Residuals, options: RegressionOptions = {}): LeastSquares & { evaluations: number } {
  const triangle = rowTriangle(size + 1);
  const count = residuals(new Float64Array(size).fill(1)).r.length;
  return {
    evaluations: 0,
    size,
    lower: Float64Array.from(options.lower ?? new Array<number>(size).fill(-Infinity)),
    upper: Float64Array.from(options.upper ?? new Array<number>(size).fill(Infinity)),
    groups: [{ sigma: "sigma" in options ? options.sigma : 1, count, floor: 1e-300 }],
    sums: new Float64Array(1),
    triangles: [triangle.r],
    evaluate(x, derivatives) {
      this.evaluations++;
      const { r, rows } = residuals(x);
      if (!r.every(Number.isFinite)) return false;
      this.sums[0] = r.reduce((sum, ri) => sum + ri * ri, 0);
      if (!derivatives) return true;
      triangle.reset();
      for (const [i, row] of rows.entries()) {
        triangle.rows.set([...row, r[i]!], triangle.at());
        triangle.added();
      }
      triangle.finish();
      return true;
    },
  };
}
