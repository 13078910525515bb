/**
 * The guard of the trained domain: how far a row of features lies from where the plant was in training, and what follows from that.
 *
 * Inside means: the plant ran like this while the learned part was learned, and measured values of the target from around there are among
 * those that were learned from and that the interval was found on. It does not mean that one was measured at this very place.
 *
 * The rule. `distance` is the largest of three: how far the worst feature is out of its training range, in quarters of the range; how far
 * the square root of T² is beyond its limit, in halves of the limit; the same for SPE where there is one. At 0 the learned part counts in
 * full, from 1 on not at all, between it fades smoothly. The half width of the interval goes from that of the hybrid to that of the
 * mechanism as the trust fades, and grows in proportion to 1 + distance.
 */
import type { DomainReading } from "../hybrid.ts";
import type { Learned, Matrix } from "../learner.ts";
import type { Guard } from "./guard.ts";
import { inverse } from "./precision.ts";

export const guardDefaults = {
  /** Share of the training range beyond which the learned part is gone. */
  rangeFade: 0.25,
  /** Share of the (square root of the) limit of T² and SPE beyond which it is gone. */
  limitFade: 0.5,
  /** Share of the training rows inside the limits. */
  inside: 0.99,
  /** Blend of the correlation matrix towards none, so that features that move together do not make it singular. */
  shrinkage: 0.01,
  /** A feature that never changed in training counts as if it had varied by this share of its size. */
  constantRange: 0.01,
  /** Distance beyond which farther is not wider. */
  farthest: 10,
  /** Ratios to a limit are cut here: they travel as JSON, which has no infinity. */
  largestRatio: 1e9,
} as const;

export type DomainOf = Omit<Guard, "halfWidth" | "halfWidthOutside">;

/**
 * What to remember of the training.
 *
 * @param rows  what was learned from
 * @param visited  where the plant was besides. Such a point widens the domain only where the rows alone would still leave the learned part
 *   some trust: between measured values, not away from them.
 */
export function domainOf(names: readonly string[], rows: Matrix, learned: Learned, visited?: Matrix): DomainOf {
  const bare = extentOf(names, rows, learned);
  if (!visited || visited.rows === 0) return bare;
  const { columns, data } = visited;
  const spe = learned.reconstructionError?.(visited);
  const near: number[] = [];
  for (let row = 0; row < visited.rows; row++) {
    const features = data.subarray(row * columns, (row + 1) * columns);
    if (readDomain(bare, features, spe?.[row]).trust > 0) near.push(...features);
  }
  const both = Float64Array.from([...rows.data, ...near]);
  const extent = extentOf(names, { rows: both.length / columns, columns, data: both }, learned);
  return { ...extent, visited: { points: visited.rows, far: visited.rows - near.length / columns } };
}

function extentOf(names: readonly string[], rows: Matrix, learned: Learned): DomainOf {
  const { columns, data } = rows;
  const [lower, upper, mean, scale] = [[], [], [], []] as [number[], number[], number[], number[]];
  for (let c = 0; c < columns; c++) {
    let [low, high, sum, square] = [Infinity, -Infinity, 0, 0];
    for (let i = c; i < data.length; i += columns) {
      low = Math.min(low, data[i]!);
      high = Math.max(high, data[i]!);
      sum += (data[i]! - data[c]!) / rows.rows;
    }
    const centre = data[c]! + sum;
    for (let i = c; i < data.length; i += columns) square += (data[i]! - centre) ** 2 / rows.rows;
    lower.push(low);
    upper.push(high);
    mean.push(centre);
    scale.push(high > low ? Math.sqrt(square) : 0);
  }
  const bare: DomainOf = { features: names, lower, upper, mean, scale, precision: [], t2Limit: Infinity, speLimit: undefined };
  const precision = inverse(correlation(rows, bare), columns);
  const guard: DomainOf = { ...bare, precision: [...precision] };
  const t2 = Float64Array.from({ length: rows.rows }, (_, row) => hotelling(guard, data.subarray(row * columns, (row + 1) * columns)));
  const spe = learned.reconstructionError?.(rows);
  return { ...guard, t2Limit: limitOf(t2), speLimit: spe && limitOf(spe) };
}

/** Where one row of features lies. */
export function readDomain(guard: DomainOf, features: Float64Array, spe: number | undefined): DomainReading {
  const { rangeFade, limitFade, farthest } = guardDefaults;
  const outOfRange = guard.features
    .map((name, c) => ({ name, by: excess(guard, c, features[c]!) / rangeFade }))
    .filter(({ by }) => by > 0)
    .sort((a, b) => b.by - a.by);
  const t2 = ratio(hotelling(guard, features), guard.t2Limit);
  const speRatio = spe === undefined || guard.speLimit === undefined ? undefined : ratio(spe, guard.speLimit);
  const distance = Math.min(
    farthest,
    Math.max(0, outOfRange[0]?.by ?? 0, (Math.sqrt(t2) - 1) / limitFade, (Math.sqrt(speRatio ?? 0) - 1) / limitFade),
  );
  const within = Math.min(distance, 1);
  return {
    verdict: distance === 0 ? "inside" : distance < 1 ? "edge" : "outside",
    distance,
    trust: 1 - within * within * (3 - 2 * within),
    t2,
    spe: speRatio,
    beyond: outOfRange.map(({ name }) => name),
    missing: [],
  };
}

/** The reading of a moment at which features are missing: nothing can be said, so nothing is learned. */
export function unknownDomain(missing: readonly string[]): DomainReading {
  return { verdict: "outside", distance: 1, trust: 0, t2: 0, spe: undefined, beyond: [], missing };
}

/** Half width of the interval at a reading. */
export function halfWidthAt({ halfWidth, halfWidthOutside }: Guard, { trust, distance }: DomainReading): number {
  return (trust * halfWidth + (1 - trust) * halfWidthOutside) * (1 + distance);
}

/** Part of the training range by which a value is out of it. */
function excess({ lower, upper }: DomainOf, c: number, value: number): number {
  const [low, high] = [lower[c]!, upper[c]!];
  const out = Math.max(low - value, value - high);
  if (out <= 0) return 0;
  return out / Math.max(high - low, guardDefaults.constantRange * Math.max(Math.abs(low), Math.abs(high)));
}

function hotelling({ mean, scale, precision }: DomainOf, features: Float64Array): number {
  const columns = mean.length;
  let sum = 0;
  for (let a = 0; a < columns; a++) {
    if (scale[a] === 0) continue;
    for (let b = 0; b < columns; b++) {
      if (scale[b] === 0) continue;
      sum += (((features[a]! - mean[a]!) / scale[a]!) * precision[a * columns + b]! * (features[b]! - mean[b]!)) / scale[b]!;
    }
  }
  return sum;
}

function correlation({ rows, columns, data }: Matrix, { mean, scale }: DomainOf): Float64Array {
  const { shrinkage } = guardDefaults;
  const out = new Float64Array(columns * columns);
  for (let a = 0; a < columns; a++) {
    for (let b = 0; b < columns; b++) {
      let sum = 0;
      if (scale[a] !== 0 && scale[b] !== 0) {
        for (let i = 0; i < data.length; i += columns) sum += (data[i + a]! - mean[a]!) * (data[i + b]! - mean[b]!);
        sum /= rows * scale[a]! * scale[b]!;
      }
      out[a * columns + b] = (1 - shrinkage) * sum + (a === b ? shrinkage : 0);
    }
  }
  return out;
}

/** A column that never changed makes a limit of 0; then everything that is not 0 is beyond it. */
function ratio(value: number, limit: number): number {
  if (value === 0) return 0;
  return Math.min(limit > 0 ? value / limit : Infinity, guardDefaults.largestRatio);
}

function limitOf(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(guardDefaults.inside * sorted.length) - 1)]!;
}
