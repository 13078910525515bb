/** Whether a series of residuals has a memory. */
import { chiSquareTail, normalCdf } from "../../core/index.ts";
import type { TestResult } from "./diagnosis.ts";

/** Fewer points have no correlations worth a test. */
export const leastPoints = 8;
/** Longest lag, in points, and the share of the series that it may be. */
const lags = { most: 15, share: 5 } as const;

export interface Autocorrelation {
  /** Lag 1, 2, … */
  readonly values: Float64Array;
  /** White series of this length are within ± band at 95 %. */
  readonly band: number;
}

/** Correlations of neighbours at growing distance, about a mean of 0, which is what residuals have where all is well. */
export function autocorrelationOf(residual: Float64Array): Autocorrelation {
  const n = residual.length;
  if (n < leastPoints) return { values: new Float64Array(0), band: 0 };
  const count = Math.max(1, Math.min(lags.most, Math.floor(n / lags.share)));
  let size = 0;
  for (const e of residual) size += e * e;
  const values = new Float64Array(count);
  for (let lag = 1; lag <= count; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += residual[i]! * residual[i - lag]!;
    values[lag - 1] = size > 0 ? sum / size : 0;
  }
  return { values, band: 1.96 / Math.sqrt(n) };
}

/**
 * Ljung and Box's test, of several series together: none has a memory.
 *
 * @see G. M. Ljung, G. E. P. Box, Biometrika 65 (1978) 297–303.
 */
export function ljungBox(series: readonly { readonly points: number; readonly correlation: Autocorrelation }[]): TestResult | undefined {
  let [statistic, freedom] = [0, 0];
  for (const { points: n, correlation } of series) {
    for (const [k, value] of correlation.values.entries()) statistic += (n * (n + 2) * value * value) / (n - k - 1);
    freedom += correlation.values.length;
  }
  return freedom === 0 ? undefined : { statistic, p: chiSquareTail(statistic, freedom) };
}

/**
 * Wald and Wolfowitz's test of the number of runs of equal signs; the statistic is standard normal, below 0 where signs change too seldom.
 *
 * @see A. Wald, J. Wolfowitz, Ann. Math. Statist. 11 (1940) 147–162.
 */
export function runsTest(residual: Float64Array): TestResult | undefined {
  let [above, below, runs, before] = [0, 0, 0, 0];
  for (const e of residual) {
    const sign = Math.sign(e);
    if (sign === 0) continue;
    if (sign > 0) above++;
    else below++;
    if (sign !== before) runs++;
    before = sign;
  }
  const n = above + below;
  if (n < leastPoints || above < 2 || below < 2) return undefined;
  const expected = 1 + (2 * above * below) / n;
  const variance = ((expected - 1) * (expected - 2)) / (n - 1);
  const distance = Math.max(Math.abs(runs - expected) - 0.5, 0);
  const statistic = (Math.sign(runs - expected) * distance) / Math.sqrt(variance);
  return { statistic, p: Math.min(1, 2 * normalCdf(-Math.abs(statistic))) };
}
