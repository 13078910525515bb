/**
 * When a start of several is given up: after 40, 80, 160 … iterations all starts are compared, and one that is far behind and hardly
 * coming nearer is not searched any further.
 *
 * Comparisons are made when every start has come as far, so they depend neither on who was quicker nor on the number of workers.
 */
import type { NoiseGroup } from "../search/problem.ts";

/** Iterations up to the first comparison; each later one comes at twice as many. Most searches have ended by the first. */
export const firstComparison = 40;

/**
 * A start goes on when, over the second half of its iterations, it has left behind at least this share of its distance from the best. At
 * that pace it would arrive within ten times as many iterations.
 */
const pace = 0.1;
/** A start whose cost is so close to the best is on its way to the same minimum, or to one as good. */
const close = 0.1;

/**
 * So many starts must have ended at the best minimum before any other is given up: one that was found once only may not be the best there
 * is, and slow starts are then needed.
 */
const agreeing = 2;

/** Whether enough of the starts that have ended agree about the best. */
export function agreed(ended: readonly number[], best: number): boolean {
  return ended.filter((merit) => merit - best <= close).length >= agreeing;
}

export interface Standing {
  /** As in `merit`: minus the logarithm of the likelihood. */
  readonly merit: number;
  /** At half as many iterations. */
  readonly before: number;
}

/** @param best  merit of the best start at this comparison */
export function hopeless({ merit, before }: Standing, best: number, groups: readonly NoiseGroup[]): boolean {
  if (merit - best <= close) return false;
  return share(merit - best, before - best, groups) > 1 / (1 + pace);
}

/**
 * What is left of a distance from the best, as sums of squares with the noise of the best. Where noise is estimated a merit is a
 * logarithm: equal differences of it are equal factors of the sum of squares.
 */
function share(now: number, before: number, groups: readonly NoiseGroup[]): number {
  const points = groups.reduce((sum, { sigma, count }) => sum + (sigma === undefined ? count : 0), 0);
  if (points === 0) return now / before;
  const [a, b] = [(2 * now) / points, (2 * before) / points];
  // (eᵃ − 1)/(eᵇ − 1) without overflow.
  return (Math.exp(a - b) * -Math.expm1(-a)) / -Math.expm1(-b);
}
