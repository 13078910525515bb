/**
 * The answer of a calibration: immutable, holds no measurements, knows why it stopped, how sure it is and where it came from.
 */
import type { AnySource } from "../core/index.ts";

/** Why the search stopped. `ok` is not a judgement of the fit: read `verdict` for that. */
export type Termination =
  | { readonly kind: "gradient" | "step" | "cost"; readonly ok: true }
  | { readonly kind: "max-iterations" | "max-time" | "solve-failed" | "cancelled"; readonly ok: false };

export interface Estimate {
  /** In `unit`. */
  readonly value: number;
  readonly unit: string;
  /** One standard error, in `unit`; undefined where the data does not fix the parameter. */
  readonly standardError: number | undefined;
  /** Confidence interval at `level`, in `unit`; undefined where the data does not fix the parameter. */
  readonly interval: readonly [number, number] | undefined;
  readonly atBound: "lower" | "upper" | undefined;
  readonly identifiable: boolean;
  /** False when the value lies outside what the model declares as physically possible. */
  readonly physical: boolean;
}

/** A direction in the (scaled) space of the estimated parameters along which the cost hardly changes. */
export interface LooseDirection {
  /** Components by parameter, largest first, of a unit vector in search coordinates. */
  readonly direction: Readonly<Record<string, number>>;
  readonly singularValue: number;
  /** Such as "k0 and EoverR rise together". */
  readonly meaning: string;
}

/** How well one observable is met. */
export interface FitOfTag {
  readonly unit: string;
  readonly points: number;
  /** Root mean square of measured minus computed, in `unit`, over points with weight > 0. */
  readonly rmse: number;
  readonly bias: number;
  /** Noise standard deviation used, in `unit`. */
  readonly sigma: number;
}

/** One start of a multistart, best first in the list. */
export interface StartResult {
  readonly start: number;
  readonly cost: number | undefined;
  readonly iterations: number;
  readonly evaluations: number;
  readonly termination: Termination;
  readonly parameters: Readonly<Record<string, number>>;
}

export interface Calibrated<M extends AnySource = AnySource, E extends string = string> {
  /** The model, with the estimates as its parameter values. */
  readonly model: M;
  readonly parameters: Readonly<Record<E, Estimate>>;
  /** Estimated initial values: by window, then state. In model units. */
  readonly initial: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Names of the estimated quantities in the order of `covariance`. */
  readonly names: readonly string[];
  /** In model units, row-major, shape (q, q). Rows of parameters that the data does not fix are NaN-free but flagged in `parameters`. */
  readonly covariance: Float64Array;
  readonly correlation: Float64Array;
  /** ½ Σ w·((y − ŷ)/σ)², dimensionless. */
  readonly cost: number;
  readonly termination: Termination;
  readonly loose: readonly LooseDirection[];
  /** One sentence for each thing a person should know before using the parameters; empty when all is well. */
  readonly verdict: readonly string[];
  readonly tags: Readonly<Record<string, FitOfTag>>;
  readonly starts: readonly StartResult[];
  readonly level: number;
  readonly provenance: {
    readonly model: string;
    readonly data: string;
    readonly question: string;
    readonly seed: number;
    readonly version: string;
  };
}
