/**
 * The answer of a calibration: immutable, holds no measurements, knows why it stopped, how sure it is and where it came from.
 */
import type { AnySource, ObservableOf } from "../core/index.ts";
import type { StartChoice } from "./question/start-choice.ts";
import type { ReportOptions } from "./report/options.ts";
import type { ChosenMethod } from "./search/method.ts";

/**
 * Why the search stopped. `ok` is not a judgement of the fit: read `verdict` for that. `given-up`: one of several starts, far from the
 * best of them and hardly coming nearer.
 */
export type Termination =
  | { readonly kind: "gradient" | "step" | "cost"; readonly ok: true }
  | { readonly kind: "max-iterations" | "max-time" | "solve-failed" | "cancelled" | "given-up"; readonly ok: false };

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

/** Measured and computed values of one observable in one window, thinned to at most 2 000 points: what reports draw. */
export interface ResidualSeries {
  readonly window: string;
  readonly tag: string;
  readonly unit: string;
  /** In the time unit of the model, from the start of the window. Columns of equal length. */
  readonly time: Float64Array;
  readonly measured: Float64Array;
  readonly computed: Float64Array;
  /** Residuals over the size of their errors, what neighbours share taken off. Absent in fits that an earlier version stored, as is what follows. */
  readonly standardised?: Float64Array | undefined;
  /** Values of the inputs at these times, in their units. */
  readonly inputs?: Readonly<Record<string, Float64Array>> | undefined;
  /** −1, +1: the measured value is a limit that the true one lies below, above; 0: it is the value. Absent: all are values. */
  readonly limits?: Int8Array | undefined;
  /** One of so many points is kept. */
  readonly every?: number | undefined;
}

/** How well one observable is met. */
export interface FitOfTag {
  readonly unit: string;
  readonly points: number;
  /** Root mean square of measured minus computed, in `unit`, over points with weight > 0. */
  readonly rmse: number;
  readonly bias: number;
  /** Noise standard deviation, in `unit`: as given, else estimated, with the degrees of freedom that the fit took from this tag. */
  readonly sigma: number;
  /** True when σ was estimated. */
  readonly sigmaEstimated: boolean;
}

/** One start of a multistart, best first in the list. */
export interface StartResult {
  readonly start: number;
  /** Comparable among the starts of one calibration; undefined where no point could be evaluated. See {@link Calibrated.cost}. */
  readonly cost: number | undefined;
  readonly iterations: number;
  readonly evaluations: number;
  readonly termination: Termination;
  /** How often a second look from where it had ended led to something better; absent where none was taken or none did. */
  readonly looks?: number | undefined;
  readonly parameters: Readonly<Record<string, number>>;
}

export interface Calibrated<M extends AnySource = AnySource, E extends string = string> {
  /** The model, with the estimates as its parameter values. */
  readonly model: M;
  /** The estimated parameters; at run time also the estimated initial values, by their names in `names`. */
  readonly parameters: Readonly<Record<E, Estimate>>;
  /** Parameters with a value of their own in some window: by window, then parameter. In model units. */
  readonly local: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Initial values that were estimated, measured or given: by window, then state. In model units. Pass one to `evaluate`. */
  readonly initial: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How windows start that were not part of the fit, by state; pass it to `evaluate`. States not named start as the model says. */
  readonly start: Readonly<Record<string, StartChoice<ObservableOf<M>>>>;
  /** Names of the estimated quantities in the order of `covariance`. */
  readonly names: readonly string[];
  /** In model units, row-major, shape (q, q). Rows of quantities at a bound are 0; directions the data does not fix are left out. */
  readonly covariance: Float64Array;
  readonly correlation: Float64Array;
  /**
   * ½ Σ w·((y − ŷ)/σ)², dimensionless, with maximum-likelihood σ where none is given; minus the logarithm of the likelihood for tags with
   * other errors, and of priors. Costs of other starts add the difference of minus the logarithm of the likelihood.
   */
  readonly cost: number;
  /** Natural logarithm of the likelihood of all measured values, with all constants, priors not counted; undefined where nothing could be evaluated. */
  readonly logLikelihood: number | undefined;
  /** Sizes of errors that were estimated beside what `names` lists. Absent in fits that an earlier version stored. */
  readonly errorSizes?: number | undefined;
  readonly termination: Termination;
  /** Which search was used, and why; undefined where nothing was searched for. */
  readonly method?: ChosenMethod | undefined;
  readonly loose: readonly LooseDirection[];
  /** One sentence for each thing a person should know before using the parameters; empty when all is well. */
  readonly verdict: readonly string[];
  readonly tags: Readonly<Record<string, FitOfTag>>;
  readonly starts: readonly StartResult[];
  readonly residuals: readonly ResidualSeries[];
  readonly level: number;
  /**
   * Writes what is known of the fit: a self-contained page (`.html`), or the same as data (`.json`), which `fitFromState` reads.
   *
   * @param path  overwritten
   */
  report(path: string, options?: ReportOptions): Promise<void>;
  readonly provenance: {
    readonly model: string;
    readonly data: string;
    readonly question: string;
    readonly seed: number;
    readonly version: string;
    /** Absent in fits that an earlier version stored. */
    readonly windows?: readonly WindowOrigin[] | undefined;
  };
}

/** By which one fit can tell whether another saw the same data. */
export interface WindowOrigin {
  readonly name: string;
  readonly hash: string;
  /** From and to, in seconds since 1970 UTC; absent for data without a calendar. */
  readonly span?: readonly [number, number] | undefined;
}
