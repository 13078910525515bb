/** The arithmetic of comparing two records: lines, changes undone, likelihoods, and blocks that must not decide. */
import { madToSigma, medianOf } from "../cleaning/noise.ts";
import type { Change } from "./changes.ts";
import type { Pairs } from "./trend.ts";

/** Robust standard deviations from which a block is an outlier, and share of the blocks that must stay. */
const [farOut, mostOfThem] = [8, 0.85];

/** Blocks on each side that an episode is judged against. */
const aroundIt = 8;

/** Blocks that a side of a change must have. */
export const fewest = 8;

/**
 * Log-likelihood of the line through everything with the change undone from a block on, residuals following each other as a first-order
 * autoregression: lags between two instruments must not pass for a change. The block before a change may hold both sides of it; it is left
 * out.
 */
export function fitted({ time, a, b }: Pairs, change: Change | undefined, from: number): { logL: number; sigma: number } {
  const n = time.length;
  const skipped = from - 1;
  const count = from > 0 ? n - 1 : n;
  const [undone, x] = [new Float64Array(count), new Float64Array(count)];
  let slopes = 0;
  let scale = 0;
  for (let i = 0, k = 0; i < n; i++) {
    if (i === skipped) continue;
    const changed = change !== undefined && i >= from;
    undone[k] = changed ? change.undone(a[i]!, time[i]!) : a[i]!;
    x[k] = b[i]!;
    if (changed) slopes += change.logSlope(a[i]!);
    scale = Math.max(scale, Math.abs(undone[k]!));
    k++;
  }
  const residuals = lineOf(x, undone, 0, count).residuals;
  let [sum, lagged] = [0, 0];
  for (let i = 0; i < count; i++) {
    sum += residuals[i]! ** 2;
    if (i > 0) lagged += residuals[i]! * residuals[i - 1]!;
  }
  const follows = Math.min(Math.max(lagged / Math.max(sum, 1e-300), 0), 0.98);
  const fresh = residuals.map((residual, i) => Math.abs(residual - (i > 0 ? follows * residuals[i - 1]! : 0)));
  // Single blocks far off must not choose the change that shrinks them most: beyond a limit all cost the same.
  const limit = farOut * madToSigma * medianOf(fresh.slice());
  let cost = 0;
  for (const one of fresh) cost += Math.min(one, limit > 0 ? limit : one) ** 2;
  // Exact copies leave rounding only; that is no infinite certainty.
  const variance = Math.max(cost / count, (1e-9 * scale) ** 2, 1e-300);
  return { logL: -0.5 * n * Math.log(variance) + slopes, sigma: Math.sqrt(Math.max(sum / count, variance)) };
}

/** Least squares of y on x between two places. */
export function lineOf(x: Float64Array, y: Float64Array, start: number, stop: number) {
  const n = stop - start;
  let [mx, my] = [0, 0];
  for (let i = start; i < stop; i++) {
    mx += x[i]! / n;
    my += y[i]! / n;
  }
  let [sxx, sxy] = [0, 0];
  for (let i = start; i < stop; i++) {
    sxx += (x[i]! - mx) ** 2;
    sxy += (x[i]! - mx) * (y[i]! - my);
  }
  const slope = sxx > 0 ? sxy / sxx : 0;
  const offset = my - slope * mx;
  const residuals = new Float64Array(y.length);
  let sum = 0;
  for (let i = start; i < stop; i++) {
    residuals[i] = y[i]! - offset - slope * x[i]!;
    sum += residuals[i]! ** 2;
  }
  return {
    slope,
    offset,
    residuals,
    sigma: Math.sqrt(sum / Math.max(n - 2, 1)),
    slopeSigma: Math.sqrt(sum / Math.max(n - 2, 1) / Math.max(sxx, 1e-300)),
  };
}

/**
 * How much of a shape that begins at a block there is in a, besides the line on b: the joint least-squares estimate, by taking the line out of
 * both (Frisch and Waugh).
 */
export function sizeOf(shape: (i: number) => number, y: Float64Array, b: Float64Array, from: number): number {
  const keep = Array.from(b.keys()).filter((i) => i !== from - 1);
  const x = Float64Array.from(keep, (i) => b[i]!);
  const shapes = lineOf(
    x,
    Float64Array.from(keep, (i) => (i >= from ? shape(i) : 0)),
    0,
    keep.length,
  ).residuals;
  const rest = lineOf(
    x,
    Float64Array.from(keep, (i) => y[i]!),
    0,
    keep.length,
  ).residuals;
  let [dot, norm] = [0, 0];
  for (let k = 0; k < keep.length; k++) {
    dot += shapes[k]! * rest[k]!;
    norm += shapes[k]! ** 2;
  }
  return norm > 0 ? dot / norm : 0;
}

/** Blocks in which the two had nothing to do with each other (a failure, a stop) must not decide about what holds for good. */
export function withoutOutliers(blocks: Pairs): Pairs {
  let rest = withoutEpisodes(blocks);
  for (let turn = 0; turn < 6 && rest.time.length >= 3 * fewest; turn++) {
    const n = rest.time.length;
    const split = likeliestSplit(rest);
    const off = new Float64Array(n);
    for (const [start, stop] of [
      [0, split],
      [split, n],
    ] as const) {
      const { residuals } = lineOf(rest.b, rest.a, start, stop);
      const sizes = residuals.slice(start, stop).map(Math.abs);
      const spread = madToSigma * medianOf(sizes.slice());
      for (let i = start; i < stop; i++) off[i] = spread > 0 ? Math.abs(residuals[i]!) / spread : 0;
    }
    const keep = Array.from(off.keys()).filter((i) => off[i]! <= farOut);
    if (keep.length === n || keep.length < mostOfThem * blocks.time.length) break;
    const kept = (column: Float64Array): Float64Array => Float64Array.from(keep, (i) => column[i]!);
    rest = { time: kept(rest.time), a: kept(rest.a), b: kept(rest.b) };
  }
  return rest;
}

/** Few blocks that leave the common course and come back to it: judged against what is around them, so that lasting changes stay. */
function withoutEpisodes({ time, a, b }: Pairs): Pairs {
  const n = time.length;
  const slope = slopeOf(a, b);
  const apart = a.map((value, i) => value - slope * b[i]!);
  const keep = Array.from(apart.keys()).filter((i) => {
    const around = apart.slice(Math.max(0, i - aroundIt), Math.min(n, i + aroundIt + 1));
    const middle = medianOf(around.slice());
    const spread = madToSigma * medianOf(around.map((one) => Math.abs(one - middle)));
    return !(spread > 0) || Math.abs(apart[i]! - middle) <= farOut * spread;
  });
  const kept = (column: Float64Array): Float64Array => Float64Array.from(keep, (i) => column[i]!);
  return keep.length < mostOfThem * n ? { time, a, b } : { time: kept(time), a: kept(a), b: kept(b) };
}

/** Median of the slopes between neighbours that are apart in b: neither steps nor episodes move it. */
function slopeOf(a: Float64Array, b: Float64Array): number {
  const steps = Array.from({ length: Math.max(a.length - 1, 0) }, (_, i) => [b[i + 1]! - b[i]!, a[i + 1]! - a[i]!] as const);
  const large = medianOf(Float64Array.from(steps, ([db]) => Math.abs(db)));
  return medianOf(
    Float64Array.from(
      steps.filter(([db]) => Math.abs(db) > large),
      ([db, da]) => da / db,
    ),
  );
}

/** The block from which on another line fits best, each side with a line and a noise of its own. */
export function likeliestSplit({ a, b }: Pairs): number {
  const n = a.length;
  let [best, place] = [Infinity, fewest];
  for (let from = fewest; from <= n - fewest; from++) {
    const [before, after] = [lineOf(b, a, 0, from), lineOf(b, a, from, n)];
    const cost = from * Math.log(Math.max(before.sigma, 1e-300)) + (n - from) * Math.log(Math.max(after.sigma, 1e-300));
    if (cost < best) [best, place] = [cost, from];
  }
  return place;
}
