/** What a global search sees: a number over the unit cube, and nothing where the model cannot be evaluated. */
import { type LeastSquares, merit } from "../problem.ts";

/** The range that is searched, in search coordinates, shape (q) each; finite, within the bounds. */
export interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** A number over the unit cube. */
export interface Landscape {
  readonly size: number;
  /** `merit`; Infinity where the model cannot be evaluated. */
  value(share: Float64Array): number;
  /** Search coordinates of a point of the cube. */
  place(share: Float64Array): Float64Array;
  /** Point of the cube of search coordinates, moved into it. */
  share(x: Float64Array): Float64Array;
  evaluations(): number;
}

/**
 * @param values  takes every value, in order
 * @param known  values of an earlier part of the same search, which are not computed again
 */
export function landscapeOf(problem: LeastSquares, { low, high }: Box, values: number[] = [], known?: Float64Array): Landscape {
  const place = (share: Float64Array): Float64Array => share.map((one, j) => low[j]! + one * (high[j]! - low[j]!));
  return {
    size: problem.size,
    place,
    share: (x) => x.map((one, j) => (high[j]! > low[j]! ? Math.min(Math.max((one - low[j]!) / (high[j]! - low[j]!), 0), 1) : 0)),
    value(share) {
      const value = known?.[values.length] ?? valueAt(problem, place(share));
      values.push(value);
      return value;
    },
    evaluations: () => values.length,
  };
}

function valueAt(problem: LeastSquares, x: Float64Array): number {
  if (!problem.evaluate(x, false)) return Infinity;
  const value = merit(problem.groups, problem.sums);
  return Number.isNaN(value) ? Infinity : value;
}
