/** Takes out of a signal what its own past foretells, so that correlations with another one stand at their true lags. */
import type { Gridded } from "./grid.ts";

const greatestOrder = 20;

/**
 * Coefficients a of x[i] ≈ Σ a[j]·x[i−1−j] by Levinson's recursion on the autocovariances; the order by Akaike's criterion.
 *
 * @see G. E. P. Box, G. M. Jenkins, *Time Series Analysis*, Holden-Day 1970, §11.2 (prewhitening) and appendix A3.2
 */
export function autoregression({ value, valid }: Gridded, mean: number): Float64Array {
  const covariances = new Float64Array(greatestOrder + 1);
  let n = 0;
  for (let i = 0; i < value.length; i++) n += valid[i]!;
  for (let lag = 0; lag <= greatestOrder; lag++) {
    let sum = 0;
    for (let i = lag; i < value.length; i++)
      if (valid[i] === 1 && valid[i - lag] === 1) sum += (value[i]! - mean) * (value[i - lag]! - mean);
    covariances[lag] = sum / Math.max(n, 1);
  }
  let best = new Float64Array(0);
  let bestScore = n * Math.log(covariances[0]! || 1);
  let a = new Float64Array(0);
  let error = covariances[0]!;
  for (let order = 1; order <= greatestOrder && error > 1e-12 * covariances[0]!; order++) {
    let sum = covariances[order]!;
    for (let j = 0; j < order - 1; j++) sum -= a[j]! * covariances[order - 1 - j]!;
    const reflection = sum / error;
    if (!(Math.abs(reflection) < 1)) break;
    const next = new Float64Array(order);
    for (let j = 0; j < order - 1; j++) next[j] = a[j]! - reflection * a[order - 2 - j]!;
    next[order - 1] = reflection;
    a = next;
    error *= 1 - reflection * reflection;
    const score = n * Math.log(error) + 2 * order;
    if (score < bestScore) [best, bestScore] = [a, score];
  }
  return best;
}

/** What is left of a signal when its past is taken out. Valid where all the past that is needed is. */
export function filtered({ from, step, value, valid }: Gridded, mean: number, a: Float64Array): Gridded {
  const order = a.length;
  const rest = { from, step, value: new Float64Array(value.length), valid: new Uint8Array(value.length) };
  let run = 0;
  for (let i = 0; i < value.length; i++) {
    run = valid[i] === 1 ? run + 1 : 0;
    if (run <= order) continue;
    let sum = value[i]! - mean;
    for (let j = 0; j < order; j++) sum -= a[j]! * (value[i - 1 - j]! - mean);
    rest.value[i] = sum;
    rest.valid[i] = 1;
  }
  return rest;
}

/** Mean of the valid values, and their standard deviation. */
export function moments({ value, valid }: Gridded): { count: number; mean: number; deviation: number } {
  let [count, mean, squares] = [0, 0, 0];
  for (let i = 0; i < value.length; i++) {
    if (valid[i] === 0) continue;
    count++;
    const apart = value[i]! - mean;
    mean += apart / count;
    squares += apart * (value[i]! - mean);
  }
  return { count, mean, deviation: Math.sqrt(squares / Math.max(count, 1)) };
}
