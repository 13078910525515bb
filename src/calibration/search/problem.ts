/**
 * What a search for parameters sees of a calibration: sums of squares by group of equal noise, and their derivatives as triangles.
 *
 * The search knows neither models nor windows; a calibration is one implementation, a test function another.
 */
import type { Scatter } from "../likelihood/scatter.ts";

/**
 * Weighted nonlinear least squares in search coordinates x, shape (q).
 *
 * Residuals come in groups; a group whose noise is not known has σ estimated from its residuals, as the search goes. One problem per
 * thread: it owns its arrays and overwrites them at each evaluation.
 */
export interface LeastSquares {
  /** q */
  readonly size: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** 1 where a coordinate is a logarithm, shape (q). Absent: none is. */
  readonly logarithmic?: Uint8Array | undefined;
  /** Shape (number of groups). */
  readonly groups: readonly NoiseGroup[];
  /**
   * Computes `sums`, and `triangles` when asked to.
   *
   * @returns false where the model cannot be evaluated at x; everything written is then meaningless
   */
  evaluate(x: Float64Array, derivatives: boolean): boolean;
  /**
   * Weighted sum of squared residuals by group, in the unit of the group squared; for groups whose errors are not Gaussian, minus twice
   * the logarithm of their likelihood.
   */
  readonly sums: Float64Array;
  /** Squared length of the right-hand sides of the triangles, by group. Absent: `sums`. */
  readonly squares?: Float64Array | undefined;
  /** For each group: the triangle of the rows √w·[∂r/∂x, r], row-major, shape (q+1, q+1), r = computed − measured. */
  readonly triangles: readonly Float64Array[];
  /** What the errors of one group, whose sizes are estimated, leave of its information at the last point; `taken`: unknowns that were fitted. */
  scatter?(taken: number): Scatter | undefined;
}

export interface NoiseGroup {
  /** Standard deviation; undefined: to be estimated. */
  readonly sigma: number | undefined;
  /** Sum of the weights of its points. */
  readonly count: number;
  /** An estimated σ is never smaller: what the arithmetic can resolve. */
  readonly floor: number;
}

/** σ of each group, estimated from the sums where it is not given. Maximum likelihood: no correction for degrees of freedom. */
export function sigmas(groups: readonly NoiseGroup[], sums: Float64Array, out: Float64Array): Float64Array {
  for (const [g, { sigma, count, floor }] of groups.entries()) {
    out[g] = sigma ?? Math.sqrt(Math.max(sums[g]! / count, floor * floor));
  }
  return out;
}

/** ½ Σ (r/σ)² */
export function halfChiSquare(sums: Float64Array, sigma: Float64Array): number {
  let sum = 0;
  for (let g = 0; g < sums.length; g++) sum += sums[g]! / (sigma[g]! * sigma[g]!);
  return sum / 2;
}

/**
 * Minus the logarithm of the likelihood, up to a constant, with unknown noise at its most likely value: ½Σ(r/σ)² for groups with given
 * σ, ½·n·ln(Σr²) for the others. What starts are compared by.
 */
export function merit(groups: readonly NoiseGroup[], sums: Float64Array): number {
  let total = 0;
  for (const [g, { sigma, count, floor }] of groups.entries()) {
    const sum = sums[g]!;
    total += sigma === undefined ? (count / 2) * Math.log(Math.max(sum / count, floor * floor)) : sum / (2 * sigma * sigma);
  }
  return total;
}
