/**
 * What comes first: the lag between a cause and its effect, and whether the effect seems to come before it.
 *
 * Both are prewhitened by one autoregression, so that slow records do not seem related for being slow.
 *
 * @see G. E. P. Box, G. M. Jenkins, *Time Series Analysis*, Holden-Day 1976, §11.2, for prewhitened cross-correlation.
 */
import type { Rules } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";
import { paired, trendOf } from "./trend.ts";

export interface Precedence {
  /** Time by which the effect follows the cause [s]; negative: it comes before. */
  readonly lag: number;
  readonly correlation: number;
  /** `causal`: the cause comes first; `acausal`: the effect does, so the pair must not feed a prediction as it stands (recycle, a wrong
   *  clock, or a value computed from the effect); `unrelated`: no lag stands out. */
  readonly verdict: "causal" | "acausal" | "unrelated";
}

/** Order of the prewhitening; chance of a correlation by accident; least correlation. */
const [order, chance, least] = [3, 1e-3, 0.1];

/**
 * @param longest  longest lag to either side [s]
 *
 * @example
 * const time = Array.from({ length: 600 }, (_, i) => i);
 * const kick = time.map((i) => Math.sin(i * i));
 * precedence(seriesOf("feed", { time, value: kick }), seriesOf("level", { time, value: time.map((i) => kick[i - 5] ?? 0) }), 20).lag; // => 5
 */
export function precedence(
  cause: Series,
  effect: Series,
  longest: number,
  rules: Partial<Rules> = { spikes: false, frozen: false },
): Precedence {
  const { time, a: y, b: x } = paired(trendOf(effect, rules), trendOf(cause, rules));
  const n = x.length;
  if (n < 10 * order) return { lag: 0, correlation: 0, verdict: "unrelated" };
  const step = (time[n - 1]! - time[0]!) / (n - 1);
  const filter = autoregression(x);
  const [u, v] = [whitened(x, filter), whitened(y, filter)];
  const reach = Math.min(Math.round(longest / step), Math.floor(n / 3));
  let [best, height] = [0, 0];
  for (let lag = -reach; lag <= reach; lag++) {
    const r = laggedCorrelation(u, v, lag);
    if (Math.abs(r) > Math.abs(height)) [best, height] = [lag, r];
  }
  // Bonferroni over the lags, with the normal tail bounded by exp(−z²/2).
  const critical = Math.sqrt((2 * Math.log((2 * reach + 1) / chance)) / n);
  if (Math.abs(height) < Math.max(critical, least)) return { lag: 0, correlation: height, verdict: "unrelated" };
  return { lag: best * step, correlation: height, verdict: best < 0 ? "acausal" : "causal" };
}

/** Coefficients of an autoregression by Yule and Walker's equations (Levinson's recursion). */
function autoregression(x: Float64Array): Float64Array {
  const n = x.length;
  let mean = 0;
  for (const value of x) mean += value / n;
  const r = Float64Array.from({ length: order + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (x[i]! - mean) * (x[i - lag]! - mean);
    return sum / n;
  });
  const a = new Float64Array(order);
  let error = Math.max(r[0]!, 1e-300);
  for (let k = 0; k < order; k++) {
    let sum = r[k + 1]!;
    for (let j = 0; j < k; j++) sum -= a[j]! * r[k - j]!;
    const reflection = sum / error;
    const before = a.slice(0, k);
    a[k] = reflection;
    for (let j = 0; j < k; j++) a[j] = before[j]! - reflection * before[k - 1 - j]!;
    error = Math.max(error * (1 - reflection ** 2), 1e-300);
  }
  return a;
}

function whitened(x: Float64Array, filter: Float64Array): Float64Array {
  const white = new Float64Array(x.length - filter.length);
  for (let i = filter.length; i < x.length; i++) {
    let rest = x[i]!;
    for (let j = 0; j < filter.length; j++) rest -= filter[j]! * x[i - 1 - j]!;
    white[i - filter.length] = rest;
  }
  return white;
}

/** Correlation of u at t with v at t + lag. */
function laggedCorrelation(u: Float64Array, v: Float64Array, lag: number): number {
  const n = u.length;
  let [mu, mv] = [0, 0];
  for (let i = 0; i < n; i++) {
    mu += u[i]! / n;
    mv += v[i]! / n;
  }
  let [uv, uu, vv] = [0, 0, 0];
  for (let i = Math.max(0, -lag); i < Math.min(n, n - lag); i++) uv += (u[i]! - mu) * (v[i + lag]! - mv);
  for (let i = 0; i < n; i++) {
    uu += (u[i]! - mu) ** 2;
    vv += (v[i]! - mv) ** 2;
  }
  return uu > 0 && vv > 0 ? uv / Math.sqrt(uu * vv) : 0;
}
