/** Laws in order: by Akaike's criterion where they were calibrated, by their distance from the rate where not. */
import type { LawResult } from "./rate-question.ts";

/**
 * Akaike's criterion for few points.
 *
 * @see C. M. Hurvich, C.-L. Tsai, Biometrika 76 (1989) 297–307.
 */
export function criterion(logLikelihood: number, parameters: number, points: number): number {
  const left = points - parameters - 1;
  return left > 0 ? -2 * logLikelihood + 2 * parameters + (2 * parameters * (parameters + 1)) / left : Infinity;
}

/** In order, with Akaike weights. */
export function weighed(results: readonly LawResult[]): LawResult[] {
  const order = [...results].sort((a, b) => (a.aicc ?? Infinity) - (b.aicc ?? Infinity) || a.rmse - b.rmse);
  const least = order[0]?.aicc;
  if (least === undefined) return order;
  const likely = (aicc: number | undefined): number => (aicc === undefined ? 0 : Math.exp((least - aicc) / 2));
  const total = order.reduce((sum, { aicc }) => sum + likely(aicc), 0);
  return order.map((one) => (one.aicc === undefined ? one : { ...one, weight: likely(one.aicc) / total }));
}

/** Weight at which a law can be said to be preferred to all others. */
const clear = 0.9;

export function meaningOf(rate: string, laws: readonly LawResult[]): string {
  const [best, second] = laws as [LawResult, LawResult | undefined];
  if (best.weight === undefined) return `No law was calibrated; "${best.law}" comes nearest to the course of ${rate}.`;
  const share = `${(100 * best.share).toPrecision(2)} % of the rate`;
  const far = best.share > 0.3 ? ` It is ${share} off the course that was found without a law: perhaps none of them is right.` : "";
  if (best.weight >= clear) return `The data prefers "${best.law}" for ${rate}.${far}`;
  return `The data hardly tells "${best.law}" from "${second?.law}" for ${rate}.${far}`;
}
