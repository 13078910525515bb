/** Intervals from draws of an estimate: percentiles, bias-corrected percentiles, studentised ones. */
import { normalCdf, normalQuantile } from "../../core/index.ts";

export interface Ends {
  readonly percentile: readonly [number, number];
  /** Percentiles of draws whose median was moved onto the estimate. */
  readonly corrected: readonly [number, number];
  /** From how far draws lie from the estimate in standard errors of their own. */
  readonly studentised: readonly [number, number] | undefined;
}

/**
 * @param draws  of the estimate, in the coordinate that a search uses
 * @param errors  their standard errors; NaN where there is none
 * @param best  the estimate
 * @param error  its standard error; NaN where there is none
 *
 * @see B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, Chapman & Hall 1993, §12.5, 13.3, 14.3.
 */
export function endsOf(draws: Float64Array, errors: Float64Array, best: number, error: number, level: number): Ends {
  const sorted = Float64Array.from(draws).sort();
  const [low, high] = [(1 - level) / 2, (1 + level) / 2];
  const below = sorted.filter((one) => one < best).length + 0.5 * sorted.filter((one) => one === best).length;
  const share = Math.min(Math.max(below / sorted.length, 0.5 / sorted.length), 1 - 0.5 / sorted.length);
  const shift = normalQuantile(share);
  const moved = (probability: number): number => normalCdf(2 * shift + normalQuantile(probability));
  const ratios = draws.map((one, i) => (one - best) / errors[i]!).sort();
  const whole = Number.isFinite(error) && ratios.every(Number.isFinite);
  return {
    percentile: [quantileOf(sorted, low), quantileOf(sorted, high)],
    corrected: [quantileOf(sorted, moved(low)), quantileOf(sorted, moved(high))],
    studentised: whole ? [best - quantileOf(ratios, high) * error, best - quantileOf(ratios, low) * error] : undefined,
  };
}

/** Value below which a share of the population lies of which these are a sample: the (n + 1)·share-th of n. */
export function quantileOf(sorted: Float64Array, share: number): number {
  const place = Math.min(Math.max((sorted.length + 1) * share - 1, 0), sorted.length - 1);
  const low = Math.floor(place);
  const next = sorted[Math.min(low + 1, sorted.length - 1)]!;
  return sorted[low]! + (place - low) * (next - sorted[low]!);
}

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

export function deviationOf(values: Float64Array): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - mean) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}
