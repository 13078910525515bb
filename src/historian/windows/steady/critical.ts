/** What a statistic reaches by chance while a record is steady. */
import { random } from "../../../core/index.ts";
import type { SteadyMethod } from "./statistics.ts";

/** Above `moves` a record is taken to move, until the statistic is back at `rests`. */
export interface Limits {
  readonly moves: number;
  readonly rests: number;
}

/** Verdicts on a sample. */
export const verdict = { moves: 0, rests: 1, unjudged: 2 } as const;

/** With hysteresis: a record moves from above the one limit until back at the other. */
export function judged(statistic: Float64Array, warmup: number, { moves, rests }: Limits): Uint8Array {
  const verdicts = new Uint8Array(statistic.length).fill(verdict.unjudged);
  let moving = false;
  for (let i = Math.min(warmup, statistic.length); i < statistic.length; i++) {
    if (statistic[i]! > moves) moving = true;
    else if (statistic[i]! <= rests) moving = false;
    verdicts[i] = moving ? verdict.moves : verdict.rests;
  }
  return verdicts;
}

const samples = 60_000;
const known = new Map<string, Limits>();

/**
 * Limits with which the given share of the samples of a steady record, of independent normal noise, is taken to move.
 *
 * The lower limit is what the statistic is below half of the time; the upper one is found on one long record with a fixed seed.
 */
export function limitsOf(method: SteadyMethod, share: number): Limits {
  const key = `${method.name} ${method.warmup} ${share}`;
  const before = known.get(key);
  if (before) return before;
  const dice = random(`steady ${method.name} ${method.warmup}`);
  const statistic = method.of(Float64Array.from({ length: samples + method.warmup }, () => dice.normal()));
  const sorted = statistic.slice(method.warmup).sort();
  const rests = sorted[sorted.length >> 1]!;
  let [low, high] = [sorted.length >> 1, sorted.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const verdicts = judged(statistic, method.warmup, { moves: sorted[middle]!, rests });
    let moving = 0;
    for (const one of verdicts) if (one === verdict.moves) moving++;
    if (moving > share * sorted.length) low = middle;
    else high = middle;
  }
  const limits = { moves: sorted[high]!, rests };
  known.set(key, limits);
  return limits;
}
