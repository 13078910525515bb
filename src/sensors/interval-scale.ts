/**
 * Intervals that keep their coverage: every laboratory value that misses the interval widens it, every hit narrows it a little.
 *
 * A quantile tracker on the logarithm of the half-width. Labels arrive late and few; the step is sized for that.
 *
 * @see I. Gibbs, E. Candès, "Adaptive conformal inference under distribution shift", NeurIPS 34 (2021); A. Angelopoulos, E. Candès,
 *   R. Tibshirani, "Conformal PID control for time series prediction", NeurIPS 36 (2023), quantile tracking.
 */
import { normalQuantile } from "../core/index.ts";

export const scaleDefaults = { rate: 0.2, narrowest: 0.5, widest: 4 } as const;

/**
 * The factor on the half-width after one more label.
 *
 * Stays where it is on average when the share of hits equals `level`.
 *
 * @param scale  present factor
 * @param hit  the label lay inside the interval that was stated for its time
 * @param level  wanted share of hits, such as 0.9
 */
export function nextScale(scale: number, hit: boolean, level: number): number {
  const next = scale * Math.exp(scaleDefaults.rate * ((hit ? 0 : 1) - (1 - level)));
  return Math.min(scaleDefaults.widest, Math.max(scaleDefaults.narrowest, next));
}

/** Two-sided quantile of the standard normal: the z with P(|Z| ≤ z) = level. */
export function normalHalfWidth(level: number): number {
  return normalQuantile((1 + level) / 2);
}
