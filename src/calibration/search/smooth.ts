/** A calibration as a search by gradients alone sees it. */
import { type LeastSquares, merit, sigmas } from "./problem.ts";

/** Minus the logarithm of a likelihood and its gradient, in search coordinates. One problem per thread. */
export interface Smooth {
  /** q */
  readonly size: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly logarithmic?: Uint8Array | undefined;
  /** What changes of the merit are small against: half the number of points, or so. */
  readonly scale: number;
  /**
   * @param gradient  written, shape (q)
   * @returns `merit` at x; undefined where the model cannot be evaluated
   */
  evaluate(x: Float64Array, gradient: Float64Array): number | undefined;
}

/** Gradients from triangles: as many directions as unknowns are followed forward. */
export function smoothOf(problem: LeastSquares): Smooth {
  const { size: q, lower, upper, logarithmic, groups, triangles } = problem;
  const sigma = new Float64Array(groups.length);
  return {
    size: q,
    lower,
    upper,
    logarithmic,
    scale: scaleOf(problem),
    evaluate(x, gradient) {
      if (!problem.evaluate(x, true)) return undefined;
      sigmas(groups, problem.sums, sigma);
      gradient.fill(0);
      for (let g = 0; g < triangles.length; g++) {
        const r = triangles[g]!;
        const weight = 1 / (sigma[g]! * sigma[g]!);
        for (let i = 0; i < q; i++) {
          const c = weight * r[i * (q + 1) + q]!;
          if (c === 0) continue;
          for (let j = i; j < q; j++) gradient[j]! += r[i * (q + 1) + j]! * c;
        }
      }
      return merit(groups, problem.sums);
    },
  };
}

export function scaleOf({ groups }: Pick<LeastSquares, "groups">): number {
  return groups.reduce((sum, { count }) => sum + count / 2, 0) || 1;
}
