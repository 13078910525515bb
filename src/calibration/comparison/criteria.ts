/** What a likelihood is worth after what it was bought with: criteria of information, and the test of one fit within another. */
import { chiSquareTail } from "../../core/index.ts";
import type { Calibrated } from "../calibrated.ts";

export interface InformationCriteria {
  /** Measured values. */
  readonly values: number;
  /** Everything that was estimated, sizes of errors included. */
  readonly unknowns: number;
  readonly aic: number;
  /** Undefined where there are too few values for its correction. */
  readonly aicc: number | undefined;
  readonly bic: number;
}

/**
 * Criteria of information of a fit: the less, the better. They compare fits to the same data only. Undefined where there is no likelihood.
 *
 * @see H. Akaike, IEEE Trans. Autom. Control 19 (1974) 716–723; C. M. Hurvich, C.-L. Tsai, Biometrika 76 (1989) 297–307; G. Schwarz,
 *   Ann. Statist. 6 (1978) 461–464.
 */
export function informationCriteria(fit: Calibrated): InformationCriteria | undefined {
  const { logLikelihood, names, tags } = fit;
  if (logLikelihood === undefined) return undefined;
  const values = Object.values(tags).reduce((sum, { points }) => sum + points, 0);
  const unknowns = names.length + errorSizes(fit);
  const aic = 2 * unknowns - 2 * logLikelihood;
  const left = values - unknowns - 1;
  return {
    values,
    unknowns,
    aic,
    aicc: left > 0 ? aic + (2 * unknowns * (unknowns + 1)) / left : undefined,
    bic: unknowns * Math.log(values) - 2 * logLikelihood,
  };
}

/** A fit of an earlier version does not say; then every tag whose σ was estimated has one, unless it is an unknown. */
function errorSizes({ errorSizes, tags, names }: Calibrated): number {
  if (errorSizes !== undefined) return errorSizes;
  return Object.entries(tags).filter(([tag, { sigmaEstimated }]) => sigmaEstimated && !names.includes(`sigma of ${tag}`)).length;
}

/** The fit with more unknowns has all of the other's: does it explain more than chance would? */
export interface LikelihoodRatio {
  readonly larger: "before" | "after";
  /** Twice the difference of the logarithms of the likelihoods. */
  readonly statistic: number;
  readonly freedom: number;
  /** How often chance alone would make as much of a difference. */
  readonly tail: number;
}

/** For fits of the same equations to the same data that converged; undefined where one is not within the other. */
export function likelihoodRatio(before: Calibrated, after: Calibrated): LikelihoodRatio | undefined {
  if (before.logLikelihood === undefined || after.logLikelihood === undefined) return undefined;
  if (!before.termination.ok || !after.termination.ok || errorSizes(before) !== errorSizes(after)) return undefined;
  const larger = after.names.length > before.names.length ? "after" : "before";
  const [wide, narrow] = larger === "after" ? [after, before] : [before, after];
  const freedom = wide.names.length - narrow.names.length;
  if (freedom === 0 || !narrow.names.every((name) => wide.names.includes(name))) return undefined;
  // Both are defined: just seen.
  const statistic = 2 * (wide.logLikelihood! - narrow.logLikelihood!);
  return { larger, statistic, freedom, tail: chiSquareTail(statistic, freedom) };
}
