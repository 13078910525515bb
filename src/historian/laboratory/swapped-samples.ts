/** Two bottles mixed up: each of two sample points has the other's result. */

import type { Series } from "../series.ts";
import { type Suspicion, shown } from "../suspicion/suspicion.ts";
import { expectedFrom, fewestResults } from "./expected.ts";
import { resultsOf } from "./results.ts";

export interface SwapOptions {
  /** Samples no further apart than this belong together [s]. */
  readonly together?: number | undefined;
  /** How much better the exchange must explain the two results, as a difference of squared standard deviations. */
  readonly better?: number | undefined;
}

export const swapDefaults = { together: 900, better: 30 } as const;

/** Each result must lie that close to what the other point expects, in standard deviations. */
const close = 3.5;

/**
 * Pairs of results, drawn at about the same time, that fit far better the other way round.
 *
 * @param first,second  results of two sample points in one unit
 * @returns one suspicion a pair; `from` … `to` holds the two samples
 */
export function swappedSamples(first: Series, second: Series, options: SwapOptions = {}): readonly Suspicion[] {
  const [a, b] = [resultsOf(first), resultsOf(second)];
  const { together = swapDefaults.together, better = swapDefaults.better } = options;
  if (a.time.length < fewestResults || b.time.length < fewestResults) return [];
  const [ea, eb] = [expectedFrom(a.value, a.grain.quantum), expectedFrom(b.value, b.grain.quantum)];
  if (!(ea.sigma > 0 && eb.sigma > 0)) return [];
  const found: Suspicion[] = [];
  let k = 0;
  for (let i = 0; i < a.time.length; i++) {
    while (k + 1 < b.time.length && Math.abs(b.time[k + 1]! - a.time[i]!) <= Math.abs(b.time[k]! - a.time[i]!)) k++;
    if (Math.abs(b.time[k]! - a.time[i]!) > together) continue;
    const [x, y] = [a.value[i]!, b.value[k]!];
    const off = (value: number, expected: number, sigma: number): number => ((value - expected) / sigma) ** 2;
    const [yInA, xInB] = [off(y, ea.value[i]!, ea.sigma), off(x, eb.value[k]!, eb.sigma)];
    const gain = off(x, ea.value[i]!, ea.sigma) + off(y, eb.value[k]!, eb.sigma) - yInA - xInB;
    if (gain < better || Math.max(yInA, xInB) > close ** 2) continue;
    const [from, to] = [Math.min(a.time[i]!, b.time[k]!), Math.max(a.time[i]!, b.time[k]!)];
    found.push({
      kind: "swapped-samples",
      tags: [a.tag, b.tag],
      from,
      to: to + 1e-3,
      reason: "labSuspect",
      evidence: `${a.tag} reads ${shown(x)} where ${shown(ea.value[i]!)} is expected, ${b.tag} ${shown(y)} where ${shown(eb.value[k]!)} is`,
      proposal: "Ask the laboratory whether the two samples were mixed up, and have the results corrected there.",
      figures: { gain, first: x, second: y },
    });
  }
  return found;
}
