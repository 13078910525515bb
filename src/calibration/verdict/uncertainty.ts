/**
 * How sure a calibration is: covariance from the linearised problem at the solution, and the directions the data does not fix.
 *
 * Works on the triangles of the objective alone. Uncertainty is judged in relative coordinates: logarithms, or multiples of the larger
 * of a quantity's nominal size and its value, so that 1 is "a factor e" or "100 %".
 */
import { type Svd, svd } from "../../core/index.ts";
import { slopeOf, type Unknown } from "../question/unknown.ts";
import { type LeastSquares, sigmas } from "../search/problem.ts";
import { combine } from "../search/trust-region.ts";

/** A direction, as components of the unknowns in relative coordinates, unit length. */
export interface Direction {
  readonly components: Float64Array;
  readonly singularValue: number;
  /** Nothing at all is known along it. */
  readonly blind: boolean;
}

export interface Uncertainty {
  readonly atBound: readonly ("lower" | "upper" | undefined)[];
  /** In model units, row-major, shape (q, q). */
  readonly covariance: Float64Array;
  readonly correlation: Float64Array;
  /** In relative coordinates; undefined for what is at a bound or takes part in a blind direction. */
  readonly relative: readonly (number | undefined)[];
  /** Singular value below 1: a standard error above 100 %. Worst first. */
  readonly loose: readonly Direction[];
  /**
   * σ of each group, given or estimated with the degrees of freedom that the fit took from it; of errors that are not simply Gaussian, a factor
   * on their own sizes.
   */
  readonly sigma: Float64Array;
  /** Degrees of freedom left where σ was estimated; Infinity where all were given. */
  readonly freedom: number;
}

/** Distance from a bound, in search coordinates, that counts as being at it. */
const touching = 1e-8;
/** A standard error of so many e-folds, or a singular value so small beside the largest, says that nothing is known. */
const blindness = { standardError: 1e4, relative: 1e-12 } as const;
/** Share in a blind direction from which a quantity counts as not fixed. */
const share = 1e-2;

/**
 * @param problem  evaluated, with derivatives, at x
 * @param values  the unknowns at x, in model units
 */
export function uncertaintyOf(problem: LeastSquares, unknowns: readonly Unknown[], x: Float64Array, values: Float64Array): Uncertainty {
  const q = unknowns.length;
  const atBound = unknowns.map((_, j) =>
    x[j]! - problem.lower[j]! <= touching ? ("lower" as const) : problem.upper[j]! - x[j]! <= touching ? ("upper" as const) : undefined,
  );
  const free = atBound.flatMap((bound, j) => (bound === undefined ? [j] : []));
  // d(search coordinate)/d(relative coordinate), and d(model unit)/d(relative coordinate).
  const stretch = unknowns.map(({ scale, nominal }, j) => (scale === "log" ? 1 : Math.max(1, Math.abs(values[j]!) / nominal)));
  const slopes = unknowns.map((unknown, j) => slopeOf(unknown, values[j]!) * stretch[j]!);

  const likely = sigmas(problem.groups, problem.sums, new Float64Array(problem.groups.length));
  const first = decompose(problem, likely, free, stretch);
  const sigma = correctedSigmas(problem, likely, first, free, stretch);
  const fitted = free.filter((j) => unknowns[j]!.acts.length > 0).length;
  const scatter = problem.scatter?.(fitted);
  if (scatter) sigma[scatter.group] = Math.sqrt(scatter.variance);
  const { values: s, right } = decompose(problem, sigma, free, stretch);

  const f = free.length;
  const blind = Array.from(s, (value) => value <= blindness.relative * s[0]! || value * blindness.standardError <= 1);
  const covariance = new Float64Array(q * q);
  for (let a = 0; a < f; a++) {
    for (let b = 0; b < f; b++) {
      let sum = 0;
      for (let k = 0; k < f; k++) if (!blind[k]) sum += (right[a * f + k]! * right[b * f + k]!) / (s[k]! * s[k]!);
      covariance[free[a]! * q + free[b]!] = sum * slopes[free[a]!]! * slopes[free[b]!]!;
    }
  }
  const relative = unknowns.map((_, j) => {
    const place = free.indexOf(j);
    const lost = place < 0 || blind.some((isBlind, k) => isBlind && Math.abs(right[place * f + k]!) > share);
    return lost ? undefined : Math.sqrt(covariance[j * q + j]!) / Math.abs(slopes[j]!);
  });
  const loose = Array.from(s.keys())
    .filter((k) => blind[k] || s[k]! < 1)
    .reverse()
    .map((k): Direction => {
      const components = new Float64Array(q);
      for (const [a, j] of free.entries()) components[j] = right[a * f + k]!;
      return { components, singularValue: s[k]!, blind: blind[k]! };
    });
  const points = problem.groups.reduce((sum, { count }, g) => sum + (scatter?.group === g ? scatter.count : count), 0);
  const estimated = problem.groups.some((group) => group.sigma === undefined);
  const freedom = estimated || scatter ? Math.max(points - (scatter ? fitted : f), 1) : Infinity;
  return { atBound, covariance, correlation: correlationOf(covariance, q), relative, loose, sigma, freedom };
}

/** Singular values of the weighted Jacobian's free columns in relative coordinates. */
function decompose(problem: LeastSquares, sigma: Float64Array, free: readonly number[], stretch: readonly number[]): Svd {
  const n = problem.size + 1;
  const triangle = new Float64Array(n * n);
  combine(problem, sigma, triangle, new Float64Array(n * n), new Float64Array(n));
  return svd(freeColumns(triangle, problem.size, free, stretch), problem.size, free.length);
}

function freeColumns(triangle: Float64Array, q: number, free: readonly number[], stretch: readonly number[]): Float64Array {
  const out = new Float64Array(q * free.length);
  for (let i = 0; i < q; i++) {
    for (const [a, j] of free.entries()) out[i * free.length + a] = triangle[i * (q + 1) + j]! * stretch[j]!;
  }
  return out;
}

/** σ² = Σr²/(n − leverage): each group pays for the degrees of freedom that the fit took from it. For one group, n − q. */
function correctedSigmas(
  { groups, sums, triangles, size: q }: LeastSquares,
  likely: Float64Array,
  { values: s, right }: Svd,
  free: readonly number[],
  stretch: readonly number[],
): Float64Array {
  const f = free.length;
  return Float64Array.from(groups, ({ sigma, count, floor }, g) => {
    if (sigma !== undefined) return sigma;
    const columns = freeColumns(triangles[g]!, q, free, stretch);
    let leverage = 0;
    for (let k = 0; k < f; k++) {
      if (s[k]! <= blindness.relative * s[0]!) continue;
      for (let i = 0; i < q; i++) {
        let image = 0;
        for (let a = 0; a < f; a++) image += columns[i * f + a]! * right[a * f + k]!;
        leverage += (image / (s[k]! * likely[g]!)) ** 2;
      }
    }
    const left = count - leverage;
    return left > 1e-6 * count ? Math.max(Math.sqrt(sums[g]! / left), floor) : likely[g]!;
  });
}

function correlationOf(covariance: Float64Array, q: number): Float64Array {
  const out = new Float64Array(q * q);
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) {
      const size = Math.sqrt(covariance[i * q + i]! * covariance[j * q + j]!);
      out[i * q + j] = i === j ? 1 : size > 0 ? Math.min(Math.max(covariance[i * q + j]! / size, -1), 1) : 0;
    }
  }
  return out;
}
