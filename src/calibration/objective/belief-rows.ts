/** What priors and populations add to a cost: rows beside those of the data. */
import type { RowTriangle } from "../../core/index.ts";
import { densityOf } from "../likelihood/density.ts";
import type { Pool } from "../question/parameters.ts";
import { standing } from "../question/prior.ts";
import type { Unknown } from "../question/unknown.ts";

export interface BeliefRows {
  /** Adds the rows, when derivatives are wanted; minus twice the logarithm of the belief, and the squared length of the right-hand sides. */
  add(values: Float64Array, slopes: Float64Array, triangle: RowTriangle | undefined): { readonly sum: number; readonly squares: number };
}

export function beliefRows(unknowns: readonly Unknown[], pools: readonly Pool[]): BeliefRows {
  const q = unknowns.length;
  const laplace = densityOf("laplace", 0);
  const put = (triangle: RowTriangle, entries: readonly (readonly [number, number])[], right: number): void => {
    const at = triangle.at();
    triangle.rows.fill(0, at, at + q + 1);
    for (const [j, value] of entries) triangle.rows[at + j] = value;
    triangle.rows[at + q] = right;
    triangle.added();
  };
  return {
    add(values, slopes, triangle) {
      let [sum, squares] = [0, 0];
      for (const [j, { prior }] of unknowns.entries()) {
        if (!prior) continue;
        const { z, slope, linear } = standing(prior, values[j]!);
        const right = linear ? laplace.score(z) : z;
        sum += linear ? 2 * (laplace.loss(z) - laplace.loss(0)) : z * z;
        squares += right * right;
        if (triangle) put(triangle, [[j, slope * slopes[j]!]], right);
      }
      for (const { members, mean, sd } of pools) {
        const spread = typeof sd === "number" ? sd : values[sd.unknown]!;
        const log = unknowns[mean]!.scale === "log";
        const coordinate = (j: number): number => (log ? Math.log(values[j]!) : values[j]!);
        const change = (j: number): number => (log ? slopes[j]! / values[j]! : slopes[j]!);
        for (const member of members) {
          const z = (coordinate(member) - coordinate(mean)) / spread;
          sum += z * z;
          squares += z * z;
          if (triangle)
            put(
              triangle,
              [
                [member, change(member) / spread],
                [mean, -change(mean) / spread],
              ],
              z,
            );
          if (typeof sd === "number") continue;
          // As for errors of unknown size: see `error-rows.ts`.
          sum += 2 * Math.log(spread);
          const right = (1 - z * z) / Math.SQRT2;
          squares += right * right;
          if (triangle) put(triangle, [[sd.unknown, (Math.SQRT2 * slopes[sd.unknown]!) / spread]], right);
        }
      }
      return { sum, squares };
    },
  };
}
