/** Split conformal intervals: half widths that cover the stated share of new points, whatever the errors look like. */

/**
 * The half width that the score of one more exchangeable point stays below with probability ≥ level: the ⌈(n + 1)·level⌉-th smallest
 * score. Where there are too few scores for the level (n < level/(1 − level)), the largest.
 *
 * @param scores  absolute errors of predictions on points not learned from, n ≥ 1
 * @param level  0 < level < 1
 *
 * @example
 * halfWidth(Float64Array.of(3, 1, 2, 4, 5, 6, 7, 8, 9), 0.8); // => 8
 *
 * @see V. Vovk, A. Gammerman & G. Shafer, *Algorithmic Learning in a Random World*, Springer 2005, §2.2; the blocks of a fold stand in for
 *   the held-out split: R. F. Barber et al., "Predictive inference with the jackknife+", Ann. Statist. 49 (2021) 486–507 (CV+).
 */
export function halfWidth(scores: Float64Array, level: number): number {
  const sorted = Float64Array.from(scores).sort();
  const rank = Math.ceil((sorted.length + 1) * level);
  return sorted[Math.min(rank, sorted.length) - 1]!;
}

/** Scores that a level needs before its half width is more than the largest score seen. */
export function scoresNeeded(level: number): number {
  return Math.ceil(level / (1 - level));
}
