/** At which lag two signals agree best, how surely, and how much that rests on single stretches of the record. */
import { normalQuantile } from "../../core/index.ts";
import type { Gridded } from "./grid.ts";

export interface Peak {
  /** Lag of `y` behind `x` in grid steps, between them by a parabola. */
  readonly lag: number;
  /** By leaving out one stretch after the other, in grid steps. */
  readonly standardError: number;
  /** −1 … 1. */
  readonly correlation: number;
  /** Correlations up to here occur by chance at some lag in one record of a hundred. */
  readonly threshold: number;
  /** Correlation at each lag, from the least to the greatest. */
  readonly correlations: Float64Array;
  /** Greatest other peak, as a share of this one. */
  readonly rival: number;
  /** True when the greatest correlation is at the end of what was searched. */
  readonly atLimit: boolean;
  readonly pairs: number;
}

const stretches = 10;
/** Chance that some lag of two unrelated records passes for a peak. */
const chance = 0.01;

/**
 * @param x, y  on the same grid, mean 0
 * @param least, greatest  lags searched, in steps
 * @see B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, Chapman & Hall 1993, §11 (jackknife over blocks)
 */
export function correlationPeak(x: Gridded, y: Gridded, least: number, greatest: number): Peak {
  const lags = greatest - least + 1;
  const n = y.value.length;
  const sums = Array.from({ length: stretches }, () => ({
    xy: new Float64Array(lags),
    xx: new Float64Array(lags),
    yy: new Float64Array(lags),
  }));
  let pairs = 0;
  for (let i = 0; i < n; i++) {
    if (y.valid[i] === 0) continue;
    const { xy, xx, yy } = sums[Math.min(stretches - 1, Math.floor((i * stretches) / n))]!;
    const v = y.value[i]!;
    const stop = Math.min(greatest, i);
    for (let lag = Math.max(least, i - n + 1); lag <= stop; lag++) {
      if (x.valid[i - lag] === 0) continue;
      const u = x.value[i - lag]!;
      const at = lag - least;
      xy[at]! += u * v;
      xx[at]! += u * u;
      yy[at]! += v * v;
      pairs++;
    }
  }
  pairs /= lags;
  const correlations = correlationsOf(sums, -1, lags);
  const top = greatestOf(correlations);
  const whole = refined(correlations, top);
  const without = sums.map((_, b) => {
    const left = correlationsOf(sums, b, lags);
    return refined(left, greatestNear(left, top, Math.sign(correlations[top]!)));
  });
  const mean = without.reduce((sum, lag) => sum + lag, 0) / stretches;
  const variance = ((stretches - 1) / stretches) * without.reduce((sum, lag) => sum + (lag - mean) ** 2, 0);
  return {
    lag: least + whole,
    standardError: Math.sqrt(variance),
    correlation: correlations[top]!,
    threshold: normalQuantile(1 - chance / (2 * lags)) / Math.sqrt(Math.max(pairs, 1)),
    correlations,
    rival: rivalOf(correlations, top),
    atLimit: top === 0 || top === lags - 1,
    pairs,
  };
}

interface Sums {
  readonly xy: Float64Array;
  readonly xx: Float64Array;
  readonly yy: Float64Array;
}

function correlationsOf(sums: readonly Sums[], without: number, lags: number): Float64Array {
  return Float64Array.from({ length: lags }, (_, lag) => {
    let [xy, xx, yy] = [0, 0, 0];
    sums.forEach((one, b) => {
      if (b === without) return;
      xy += one.xy[lag]!;
      xx += one.xx[lag]!;
      yy += one.yy[lag]!;
    });
    return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
  });
}

function greatestOf(correlations: Float64Array): number {
  let top = 0;
  for (let lag = 1; lag < correlations.length; lag++) if (Math.abs(correlations[lag]!) > Math.abs(correlations[top]!)) top = lag;
  return top;
}

/** The greatest of one sign; the given one where the record without a stretch has none. */
function greatestNear(correlations: Float64Array, top: number, sign: number): number {
  let found = top;
  for (let lag = 0; lag < correlations.length; lag++) if (sign * correlations[lag]! > sign * correlations[found]!) found = lag;
  return found;
}

/** Vertex of the parabola through the peak and its neighbours. */
function refined(correlations: Float64Array, top: number): number {
  if (top === 0 || top === correlations.length - 1) return top;
  const [a, b, c] = [correlations[top - 1]!, correlations[top]!, correlations[top + 1]!];
  const bend = a - 2 * b + c;
  return bend === 0 ? top : top + Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / bend));
}

/** The greatest peak of the same height elsewhere, past the nearest valley. */
function rivalOf(correlations: Float64Array, top: number): number {
  const height = Math.abs(correlations[top]!);
  let [left, right] = [top, top];
  while (left > 0 && Math.abs(correlations[left - 1]!) > 0.5 * height) left--;
  while (right < correlations.length - 1 && Math.abs(correlations[right + 1]!) > 0.5 * height) right++;
  let rival = 0;
  for (let lag = 0; lag < correlations.length; lag++) if (lag < left || lag > right) rival = Math.max(rival, Math.abs(correlations[lag]!));
  return height > 0 ? rival / height : 0;
}
