/** Which instrument stands behind a name, and since when: renamed, replaced, swapped, doubled. */
import { medianOf } from "../cleaning/noise.ts";
import type { Rules } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";
import { type Suspicion, shown } from "./suspicion.ts";
import { blocked, correlation, paired, type Trend, trendOf } from "./trend.ts";

/** Points at the ends of records that are compared; noise may differ by this factor, levels by so many noises of what went before. */
const [edge, noiseRatio, levelSigmas] = [60, 1.6, 4];

/**
 * Tags that end where another begins, at the same level and with the same noise: probably one instrument under two names.
 *
 * @param longest  time between the end of one and the beginning of the other [s]
 */
export function renamedTags(series: readonly Series[], longest = 86_400, rules: Partial<Rules> = {}): readonly Suspicion[] {
  const trends = series.map((one) => trendOf(one, rules)).filter(({ time }) => time.length >= edge);
  const found: Suspicion[] = [];
  for (const old of trends) {
    for (const fresh of trends) {
      const [end, start] = [old.time.at(-1)!, fresh.time[0]!];
      const apart = start - end;
      if (old === fresh || apart <= 0 || apart > longest || !sameKind(old, fresh)) continue;
      const before = old.value.slice(-edge);
      const after = fresh.value.slice(0, edge);
      // Levels are medians of ten points: half of them on each side lies in between.
      const moves = wander(old, apart + 10 * old.grain.step);
      const jump = Math.abs(medianOf(after.slice(0, 10)) - medianOf(before.slice(-10)));
      const noise = Math.max(old.grain.noise, old.grain.quantum);
      if (jump > levelSigmas * Math.max(noise, moves) || !alike(old.grain.noise, fresh.grain.noise)) continue;
      found.push({
        kind: "renamed",
        tags: [fresh.tag, old.tag],
        from: start,
        to: Infinity,
        reason: "identitySuspect",
        evidence: `${fresh.tag} begins ${shown(apart)} s after ${old.tag} ends, ${shown(jump)} away from it and with ${shown(fresh.grain.noise / old.grain.noise)} times its noise`,
        proposal: `Bind both in turn: ${old.tag} until ${shown(end)} s, ${fresh.tag} from then on.`,
        figures: { apart, jump, noiseRatio: fresh.grain.noise / old.grain.noise },
      });
    }
  }
  return found;
}

/** Unit and range, where both know them. */
function sameKind(a: Trend, b: Trend): boolean {
  if (a.info.unit !== undefined && b.info.unit !== undefined && a.info.unit !== b.info.unit) return false;
  if (!a.info.range || !b.info.range) return true;
  return a.info.range[0] === b.info.range[0] && a.info.range[1] === b.info.range[1];
}

function alike(a: number, b: number): boolean {
  return Math.max(a, b) <= noiseRatio * Math.min(a, b);
}

/** How far a tag usually moves within some time: the median over its record. */
function wander({ time, value }: Trend, within: number): number {
  const moves: number[] = [];
  let j = 0;
  for (let i = 0; i < time.length; i += Math.max(1, Math.floor(time.length / 500))) {
    while (j < time.length - 1 && time[j]! < time[i]! + within) j++;
    if (time[j]! >= time[i]! + within) moves.push(Math.abs(value[j]! - value[i]!));
  }
  return moves.length === 0 ? 0 : medianOf(Float64Array.from(moves));
}

/** Blocks of a record on each side of a replacement, points in a block, and how clearly level and noise must change. */
const [sideBlocks, blockPoints] = [6, 30];
/** Standard errors by which the noise must change; points on each side over which the level must. */
const [clearly, reach] = [9, 8];

/**
 * Another instrument under the same name: noise and level change together, at one time and for good.
 *
 * A level that changes alone is the process; noise that changes alone is a loose wire.
 */
export function replacedInstrument(series: Series, rules: Partial<Rules> = {}): readonly Suspicion[] {
  const trend = trendOf(series, { ...rules, spikes: rules.spikes ?? false });
  const { time, value } = trend;
  const count = Math.floor(value.length / blockPoints);
  if (count < 2 * sideBlocks) return [];
  const noise = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const part = value.slice(i * blockPoints, (i + 1) * blockPoints);
    const bends = new Float64Array(blockPoints - 2);
    for (let k = 1; k < blockPoints - 1; k++) bends[k - 1] = Math.abs(part[k]! - 0.5 * (part[k - 1]! + part[k + 1]!));
    noise[i] = Math.log(Math.max(medianOf(bends), 1e-300));
  }
  let best = { score: 0, at: 0, size: 0 };
  for (let at = sideBlocks; at <= count - sideBlocks; at++) {
    const { t, size } = shift(noise, at);
    if (Math.abs(t) > best.score) best = { score: Math.abs(t), at, size };
  }
  if (best.score < clearly || Math.abs(best.size) < Math.log(1.5) || !isLasting(noise, best.at)) return [];
  // The level must jump there as well, further than the tag moves by itself in that time.
  let [place, levelJump] = [0, 0];
  const near = best.at * blockPoints;
  for (let k = near - 2 * blockPoints; k <= near + 2 * blockPoints && k + reach <= value.length; k++) {
    const jump = medianOf(value.slice(k, k + reach)) - medianOf(value.slice(k - reach, k));
    if (Math.abs(jump) > Math.abs(levelJump)) [place, levelJump] = [k, jump];
  }
  if (Math.abs(levelJump) < 5 * Math.max(wander(trend, reach * trend.grain.step), trend.grain.noise)) return [];
  if (!isSingular(value, place)) return [];
  const noiseJump = best.size;
  const from = time[place]!;
  return [
    {
      kind: "replaced",
      tags: [series.tag],
      from,
      to: Infinity,
      reason: "identitySuspect",
      evidence: `${series.tag}: from ${shown(from)} s on its noise is ${shown(Math.exp(noiseJump))} times what it was, and its level ${shown(levelJump)} away`,
      proposal: "Another instrument may have taken the name: close the validity period there and map the next one by its own data sheet.",
      figures: { noiseRatio: Math.exp(noiseJump), levelJump },
    },
  ];
}

/** Nearly all blocks before lie on one side of the middle between the two levels, nearly all after on the other; and none is without noise. */
function isLasting(noise: Float64Array, at: number): boolean {
  let [quietest, loudest] = [Infinity, -Infinity];
  for (const one of noise) [quietest, loudest] = [Math.min(quietest, one), Math.max(loudest, one)];
  // Rest is no instrument, and none is ten thousand times as noisy as another.
  if (loudest - quietest > Math.log(1e4)) return false;
  const middle = (medianOf(noise.slice(0, at)) + medianOf(noise.slice(at))) / 2;
  const rises = medianOf(noise.slice(at)) > middle;
  let wrong = 0;
  noise.forEach((one, i) => {
    if (i >= at === rises ? one < middle : one > middle) wrong++;
  });
  return wrong <= 0.05 * noise.length;
}

/** Difference of the means on both sides of a place, in itself and in its standard errors. */
function shift(column: Float64Array, at: number): { size: number; t: number } {
  const side = (start: number, stop: number) => {
    let [mean, sum] = [0, 0];
    for (let i = start; i < stop; i++) mean += column[i]! / (stop - start);
    for (let i = start; i < stop; i++) sum += (column[i]! - mean) ** 2;
    return { mean, sum, n: stop - start };
  };
  const [a, b] = [side(0, at), side(at, column.length)];
  const variance = Math.max((a.sum + b.sum) / (a.n + b.n - 2), 1e-300);
  return { size: b.mean - a.mean, t: (b.mean - a.mean) / Math.sqrt(variance * (1 / a.n + 1 / b.n)) };
}

/** Least correlation of two tags that measure the same; share of the movement that their difference may have. */
const [aliasCorrelation, aliasShare] = [0.98, 0.2];
/** Least correlation of the fast parts: rounding by a third of the noise leaves 0.995, a second instrument 0. */
const sharedNoise = 0.97;

/** Tags that carry the same measurement: their differences are noise, or nothing at all, while both move. */
export function aliasTags(series: readonly Series[], rules: Partial<Rules> = {}): readonly Suspicion[] {
  const trends = series.map((one) => trendOf(one, rules)).filter(({ time }) => time.length >= edge);
  const found: Suspicion[] = [];
  for (let i = 0; i < trends.length; i++) {
    for (let j = i + 1; j < trends.length; j++) {
      const [a, b] = [trends[i]!, trends[j]!];
      const pairs = paired(b, a);
      if (pairs.time.length < 0.5 * Math.min(a.time.length, b.time.length)) continue;
      // Two instruments at one place have noise of their own; the same one under two names has the same noise, point by point.
      const together = correlation(bends(pairs.a), bends(pairs.b));
      const slow = blocked(pairs);
      const overall = correlation(slow.a, slow.b);
      if (together < sharedNoise || overall < aliasCorrelation || !alike(a.grain.noise, b.grain.noise)) continue;
      const spread = medianOf(pairs.a.map((v, k) => Math.abs(v - pairs.b[k]!)));
      if (spread > aliasShare * rangeOf(a.value)) continue;
      found.push({
        kind: "alias",
        tags: [b.tag, a.tag],
        from: -Infinity,
        to: Infinity,
        reason: "identitySuspect",
        evidence: `${b.tag} and ${a.tag} share their noise (correlation ${together.toFixed(3)}): one measurement under two names`,
        proposal: `Bind one of them; ${b.tag} is no evidence of its own beside ${a.tag}.`,
        figures: { noiseCorrelation: together, correlation: overall },
      });
    }
  }
  return found;
}

/** Second differences: the fast part. */
function bends(value: Float64Array): Float64Array {
  return Float64Array.from({ length: Math.max(value.length - 2, 0) }, (_, i) => value[i + 1]! - 0.5 * (value[i]! + value[i + 2]!));
}

function rangeOf(value: Float64Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const v of value) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  return high - low;
}

/** How many noises the exchange of two tags must explain better than no exchange, per point. */
const swapGain = 1.5;

/**
 * Two tags that exchange what they show at one time, for good: two wires, two columns.
 *
 * Both jump at the same time, each to where the other was, with the noise of the other; nothing of the process does that.
 */
export function swappedTags(series: readonly Series[], rules: Partial<Rules> = {}): readonly Suspicion[] {
  const trends = series.map((one) => trendOf(one, { ...rules, spikes: false })).filter(({ time }) => time.length >= edge);
  const found: Suspicion[] = [];
  for (let i = 0; i < trends.length; i++) {
    for (let j = i + 1; j < trends.length; j++) {
      const [a, b] = [trends[i]!, trends[j]!];
      const { time, a: x, b: y } = paired(a, b);
      const noise = Math.max(a.grain.noise, a.grain.quantum) + Math.max(b.grain.noise, b.grain.quantum);
      const at = exchange(x, y, noise);
      if (at === undefined) continue;
      found.push({
        kind: "swapped",
        tags: [a.tag, b.tag],
        from: time[at]!,
        to: Infinity,
        reason: "identitySuspect",
        evidence: `at ${shown(time[at]!)} s ${a.tag} goes on where ${b.tag} was, and ${b.tag} where ${a.tag} was`,
        proposal: `Bind ${b.tag} for ${a.tag} and the other way round from then on, if the plant confirms it.`,
        figures: { at: time[at]! },
      });
    }
  }
  return found;
}

/** The place where both continue each other's course instead of their own. */
function exchange(x: Float64Array, y: Float64Array, noise: number): number | undefined {
  let [best, place] = [0, -1];
  const middle = (column: Float64Array, from: number): number => medianOf(column.slice(from, from + reach));
  for (let k = reach; k + reach <= x.length; k++) {
    // Both must jump, or no exchange is to be seen.
    if (Math.abs(x[k]! - x[k - 1]!) < 2 * noise || Math.abs(y[k]! - y[k - 1]!) < 2 * noise) continue;
    const [xb, yb, xa, ya] = [middle(x, k - reach), middle(y, k - reach), middle(x, k), middle(y, k)];
    const own = Math.min(Math.abs(xa - xb), Math.abs(ya - yb));
    const crossed = Math.max(Math.abs(xa - yb), Math.abs(ya - xb));
    const gain = own - swapGain * Math.max(crossed, noise);
    if (gain > best && crossed < 0.3 * own && own > 4 * noise) [best, place] = [gain, k];
  }
  // Nothing like it may happen elsewhere in either record: a plant that starts and stops has many such steps.
  return place < 0 || !isSingular(x, place) || !isSingular(y, place) ? undefined : place;
}

/** Whether a jump is half as large again as any other of a record. */
function isSingular(value: Float64Array, place: number): boolean {
  const jumpAt = (k: number): number => Math.abs(medianOf(value.slice(k, k + reach)) - medianOf(value.slice(k - reach, k)));
  const jump = jumpAt(place);
  for (let k = reach; k + reach <= value.length; k += reach / 2) {
    if (Math.abs(k - place) > 2 * reach && jumpAt(k) > jump / 1.5) return false;
  }
  return true;
}
