/** How much one record lags behind another, from the shape of both. */

/** A record by strictly increasing time [s]. */
export interface Trace {
  readonly time: Float64Array;
  readonly value: Float64Array;
}

export interface Lag {
  /** What happens in the second record at t shows in the first at t + lag [s]. */
  readonly lag: number;
  /** Standard deviation of the lag [s]. */
  readonly sigma: number;
  /** Correlation of the innovations at that lag. */
  readonly correlation: number;
}

export interface LagOptions {
  /** Largest lag that is tried [s]. */
  readonly maxLag: number;
  /** Distance of the common grid [s]. */
  readonly step: number;
}

/** Correlation below which nothing is said, and how far it must stand out from chance in standard deviations. */
const [leastCorrelation, standsOut] = [0.25, 5];

/**
 * The lag at which the innovations of two records agree best, between `from` and `to`; undefined where nothing happens that shows in both.
 *
 * Both are read on a common grid and freed of their own memory by a first-order autoregression, for two slow records always look alike. The
 * place of the peak between grid points, and its uncertainty, come from how well the records themselves agree around it.
 *
 * @see G. E. P. Box, G. M. Jenkins, G. C. Reinsel, *Time Series Analysis*, 4th ed., Wiley 2008, §12.2: prewhitening.
 */
export function lagBetween(a: Trace, b: Trace, from: number, to: number, { maxLag, step }: LagOptions): Lag | undefined {
  const reach = Math.ceil(maxLag / step);
  const n = Math.floor((to - from) / step) + 1;
  if (n < 30) return undefined;
  const left = onGrid(a, from, step, n);
  const right = onGrid(b, from - reach * step, step, n + 2 * reach);
  const follows = Math.min(Math.max(memory(left), 0), Math.max(memory(right), 0));
  const [x, y] = [innovations(left, follows), innovations(right, follows)];
  const scores = new Float64Array(2 * reach + 1);
  let [best, pairsAtBest] = [-1, 0];
  for (let k = 0; k <= 2 * reach; k++) {
    // Lag (k − reach) steps: x at i beside y at i − (k − reach), which stands reach places further on.
    const { r, pairs } = correlated(x, y, 2 * reach - k);
    scores[k] = r;
    if (pairs >= 20 && (best < 0 || r > scores[best]!)) [best, pairsAtBest] = [k, pairs];
  }
  if (best <= 0 || best >= 2 * reach) return undefined;
  const peak = scores[best]!;
  if (peak < leastCorrelation || peak * Math.sqrt(pairsAtBest) < standsOut) return undefined;
  return refined(left, right, 2 * reach - best, step, { lag: (best - reach) * step, sigma: step, correlation: peak });
}

/** Grid steps to either side of a peak through which a parabola is laid. */
const sides = 4;

/**
 * The lag between grid points: of the two records as they are, the squares that a line between them leaves form a parabola near the best lag.
 * Whole grid steps only, for values between points have less noise and would pull the lag to the middle between them.
 */
function refined(x: Float64Array, y: Float64Array, offset: number, step: number, coarse: Lag): Lag {
  // In terms of j, the squares left at an offset of `offset − j` are c + b·j + a·j².
  let [s2, s4, y0, y1, y2, pairs, least] = [0, 0, 0, 0, 0, 0, Infinity];
  const count = 2 * sides + 1;
  for (let j = -sides; j <= sides; j++) {
    const at = correlated(x, y, offset - j);
    if (offset - j < 0 || at.pairs < 20) return coarse;
    const left = at.xx * (1 - at.r ** 2);
    s2 += j ** 2;
    s4 += j ** 4;
    y0 += left;
    y1 += j * left;
    y2 += j ** 2 * left;
    least = Math.min(least, left);
    pairs = at.pairs;
  }
  const a = (count * y2 - s2 * y0) / (count * s4 - s2 ** 2);
  const b = y1 / s2;
  if (!(a > 0)) return coarse;
  const shift = -b / (2 * a);
  if (Math.abs(shift) > sides) return coarse;
  return { ...coarse, lag: coarse.lag + shift * step, sigma: step * Math.sqrt(Math.max(least / (pairs * a), 1e-8)) };
}

/** Values on a grid, on lines between points; NaN outside the record and where points are more than ten grid steps apart. Stays inside here. */
function onGrid({ time, value }: Trace, from: number, step: number, n: number): Float64Array {
  const grid = new Float64Array(n).fill(Number.NaN);
  let k = 0;
  for (let i = 0; i < n; i++) {
    const t = from + i * step;
    while (k + 1 < time.length && time[k + 1]! <= t) k++;
    if (time.length < 2 || time[0]! > t || k + 1 >= time.length) continue;
    const gap = time[k + 1]! - time[k]!;
    if (gap <= 10 * step) grid[i] = value[k]! + ((t - time[k]!) / gap) * (value[k + 1]! - value[k]!);
  }
  return grid;
}

/** Correlation of a grid with itself one step later. */
function memory(grid: Float64Array): number {
  return correlated(grid.subarray(1), grid, 0).r;
}

function innovations(grid: Float64Array, follows: number): Float64Array {
  return Float64Array.from({ length: grid.length - 1 }, (_, i) => grid[i + 1]! - follows * grid[i]!);
}

/** Correlation of x at i with y at i + offset, over the places where both are known. */
function correlated(x: Float64Array, y: Float64Array, offset: number): { readonly r: number; readonly pairs: number; readonly xx: number } {
  let [pairs, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  const origin = { x: firstKnown(x), y: firstKnown(y) };
  for (let i = 0; i < x.length && i + offset < y.length; i++) {
    const [p, q] = [x[i]! - origin.x, y[i + offset]! - origin.y];
    if (Number.isNaN(p) || Number.isNaN(q)) continue;
    pairs++;
    sx += p;
    sy += q;
    sxx += p * p;
    syy += q * q;
    sxy += p * q;
  }
  const [vx, vy] = [sxx - (sx * sx) / pairs, syy - (sy * sy) / pairs];
  return { r: pairs > 2 && vx > 0 && vy > 0 ? (sxy - (sx * sy) / pairs) / Math.sqrt(vx * vy) : 0, pairs, xx: vx };
}

/** Sums are taken from here, so that large levels cost no digits. */
function firstKnown(grid: Float64Array): number {
  return grid.find((value) => !Number.isNaN(value)) ?? 0;
}
