/**
 * What errors of estimated size leave of an expected information: sizes are estimated from residuals, which are smaller than the errors by what
 * the fit took from them, and errors need not be of the kind that they are taken for.
 */
import type { Plan } from "../question/plan.ts";
import { censoredInformation, densityOf } from "./density.ts";

export interface Scatter {
  /** The noise group that it speaks of. */
  readonly group: number;
  /** Variance of the estimates over that of the expected information. */
  readonly variance: number;
  /** How many independent errors there are. */
  readonly count: number;
}

/** The mean curvature of a likelihood is not believed to be below this share of what is expected. */
const leastCurvature = 0.3;

/**
 * Huber's estimate K²·Σψ²/(n − p)/(mean ψ′)², over what it would be if errors were as believed. For Gaussian errors it is n/(n − p). Correlated
 * errors count as independent ones of which a mean would be known as well; limits by their information.
 *
 * @param deviations  standardised, by window and tag
 * @param values  of the unknowns
 * @param taken  unknowns that the computed values depend on
 * @returns undefined where no size of errors is estimated
 *
 * @see P. J. Huber, E. M. Ronchetti, *Robust Statistics*, 2nd ed., Wiley 2009, §7.6.
 */
export function scatterOf(
  { windows, noises }: Plan,
  deviations: readonly (readonly (Float64Array | undefined)[])[],
  values: Float64Array,
  taken: number,
): Scatter | undefined {
  let group = -1;
  let [all, own, known, independent] = [0, 0, 0, 0];
  let [seen, squares, bends, bendSquares] = [0, 0, 0, 0];
  /** Of errors whose memory is estimated: how many, and the sum of the correlations with the one before. */
  let [alike, likeness] = [0, 0];
  for (const [w, { tags, samples }] of windows.entries()) {
    for (const [k, tag] of tags.entries()) {
      if (tag.noise !== undefined && noises[tag.noise]!.within) continue;
      for (const weight of tag.weight) all += weight;
      const z = deviations[w]![k];
      if (tag.noise === undefined || !z) continue;
      group = tag.group;
      const { kind, shape, sigma, proportional, correlationTime, deadBand } = noises[tag.noise]!;
      const estimated = deadBand === 0 && (typeof sigma === "object" || typeof proportional === "object");
      const memory = typeof correlationTime === "object" ? values[correlationTime.unknown]! : (correlationTime ?? 0);
      const { score, bend, location } = densityOf(kind, shape);
      for (let i = 0; i < z.length; i++) {
        const weight = tag.weight[i]!;
        own += weight;
        if (!estimated) {
          known += weight;
          continue;
        }
        const side = tag.side ? tag.side[i]! : 0;
        if (side !== 0) {
          independent += weight * censoredInformation(z[i]!, side);
          continue;
        }
        const kept = memory > 0 && i > 0 ? Math.exp(-(samples[tag.at[i]!]! - samples[tag.at[i - 1]!]!) / memory) : 0;
        independent += (weight * (1 - kept)) / (1 + kept);
        if (typeof correlationTime === "object" && i > 0) {
          alike++;
          likeness += kept;
        }
        const curvature = bend(z[i]!) / location;
        seen += weight;
        squares += (weight * score(z[i]!) ** 2) / location;
        bends += weight * curvature;
        bendSquares += weight * curvature * curvature;
      }
    }
  }
  if (seen === 0) return undefined;
  const p = (taken * own) / all;
  independent *= forgetting(alike, likeness, seen, p);
  const left = Math.max(independent - p, 1);
  const bent = Math.max(bends / seen, leastCurvature);
  const spread = Math.max(bendSquares / seen - (bends / seen) ** 2, 0);
  const k = 1 + ((p / seen) * spread) / (bent * bent);
  const variance = (k * k * (squares / seen) * (independent / left)) / (bent * bent) / forgetting(alike, likeness, seen, p);
  return { group, variance: ((own - known) * variance + known) / own, count: independent + known };
}

/**
 * Residuals of a fit are less alike than errors are: their correlation comes out small by about (p + (p + 2)φ)/n. Share of the independent errors that
 * is left when that is put right.
 *
 * @see M. G. Kendall, "Note on bias in the estimation of autocorrelation", Biometrika 41 (1954) 403–404, for p = 1.
 */
function forgetting(alike: number, likeness: number, seen: number, p: number): number {
  if (alike === 0) return 1;
  const found = likeness / alike;
  const right = Math.min(found + (p + (p + 2) * found) / alike, 0.5 * (1 + found));
  const share = ((1 - right) / (1 + right)) * ((1 + found) / (1 - found));
  return 1 + (alike / seen) * (share - 1);
}
