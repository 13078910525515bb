/** Whether residuals of a tag follow an input: then the model takes that input in wrongly. */
import { normalCdf } from "../../core/index.ts";
import type { InputCorrelation } from "./diagnosis.ts";
import type { SeriesRows } from "./point-rows.ts";
import { type Autocorrelation, leastPoints } from "./whiteness.ts";

/** Lags in points: the most, and the share of the shortest series that they may be. */
const lags = { most: 10, share: 5 } as const;
/** Share of an input's variation that the fit may take up: beyond, its correlation with residuals is 0 by construction. */
const takenUp = 1 - 1e-6;

export interface InputSeries {
  readonly series: SeriesRows;
  readonly autocorrelation: Autocorrelation;
  /** Values of the input some time before each point. */
  at(input: string, lag: number): Float64Array;
}

/**
 * Correlation of residuals with one input at growing lags. Its variance is that of what the fit leaves of the input; where residuals have
 * a memory it is that of two series with memories (Bartlett).
 *
 * @param covariance  of the unknowns, shape (q, q)
 * @param steady  inputs act at once, and no lag is looked at
 *
 * @see G. E. P. Box, G. M. Jenkins, G. C. Reinsel, *Time Series Analysis*, 4th ed., Wiley 2008, §12.1.
 */
export function inputCorrelation(
  input: string,
  all: readonly InputSeries[],
  covariance: Float64Array,
  q: number,
  steady: boolean,
): InputCorrelation | undefined {
  const points = all.reduce((sum, { series }) => sum + series.residual.length, 0);
  if (points < leastPoints) return undefined;
  const shortest = Math.max(...all.map(({ series }) => series.residual.length));
  const step = typicalStep(all.map(({ series }) => series.time));
  const count = steady || !(step > 0) ? 1 : 1 + Math.min(lags.most, Math.floor(shortest / lags.share));
  const out = { lags: [] as number[], values: [] as number[], bands: [] as number[] };
  let worst = 1;
  for (let lag = 0; lag < count; lag++) {
    const one = correlationAt(input, all, lag * step, covariance, q);
    if (!one) continue;
    out.lags.push(lag * step);
    out.values.push(one.value);
    out.bands.push(1.96 * one.error);
    worst = Math.min(worst, 2 * normalCdf(-Math.abs(one.value / one.error)));
  }
  if (out.lags.length === 0) return undefined;
  return {
    input,
    lags: Float64Array.from(out.lags),
    values: Float64Array.from(out.values),
    bands: Float64Array.from(out.bands),
    p: Math.min(1, worst * out.lags.length),
  };
}

function correlationAt(
  input: string,
  all: readonly InputSeries[],
  lag: number,
  covariance: Float64Array,
  q: number,
): { value: number; error: number } | undefined {
  const columns = all.map((one) => one.at(input, lag));
  let [points, mean] = [0, 0];
  for (const column of columns) for (const u of column) mean += u;
  for (const column of columns) points += column.length;
  mean /= points;
  let [both, size, energy, memory] = [0, 0, 0, 0];
  const pulled = new Float64Array(q);
  for (const [s, { series, autocorrelation }] of all.entries()) {
    const u = columns[s]!.map((value) => value - mean);
    const { residual, side, first, rows } = series;
    for (let i = 0; i < u.length; i++) {
      if (side[i] !== 0) continue;
      both += u[i]! * residual[i]!;
      size += u[i]! * u[i]!;
      energy += residual[i]! ** 2;
      for (let j = 0; j < q; j++) pulled[j]! += u[i]! * rows[first[i]! * (q + 1) + j]!;
    }
    for (const [k, value] of autocorrelation.values.entries()) {
      if (Math.abs(value) < autocorrelation.band) continue;
      let product = 0;
      for (let i = k + 1; i < u.length; i++) product += u[i]! * u[i - k - 1]!;
      memory += 2 * value * product;
    }
  }
  if (!(size > 1e-20 * mean * mean * points && energy > 0 && size > 0)) return undefined;
  let taken = 0;
  for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) taken += pulled[i]! * covariance[i * q + j]! * pulled[j]!;
  if (taken > takenUp * size) return undefined;
  const left = (size - taken) * Math.max(1, 1 + memory / size);
  return { value: both / Math.sqrt(size * energy), error: Math.sqrt(left / (size * points)) };
}

export function typicalStep(columns: readonly Float64Array[]): number {
  const steps = columns.flatMap((time) => Array.from(time.subarray(1), (t, i) => t - time[i]!)).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}
