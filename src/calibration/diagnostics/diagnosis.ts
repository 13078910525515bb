/** What {@link diagnose} says of the residuals of a fit. Immutable; plain data. */

/** A test of a hypothesis that holds where all is well. */
export interface TestResult {
  readonly statistic: number;
  /** Probability of a statistic at least as far out where all is well. */
  readonly p: number;
}

/** Residuals of one tag in one window. Columns have equal length (k), in the order of time; limits such as "< 0.5" are not among them. */
export interface DiagnosedSeries {
  readonly window: string;
  readonly tag: string;
  /** In the time unit of the model, from the start of the window. */
  readonly time: Float64Array;
  /** In the unit of the tag. */
  readonly computed: Float64Array;
  /** Measured minus computed, over the size of its error, times the root of its weight; what is new in it where errors are correlated. */
  readonly residual: Float64Array;
  /** 0 … 1: share of the point in what is computed for it. */
  readonly leverage: Float64Array;
  /** Cook's distance: how far all unknowns move without the point, squared and in standard errors, over their number. */
  readonly cook: Float64Array;
  /** Values of the inputs of the model at these times. */
  readonly inputs: Readonly<Record<string, Float64Array>>;
  /** Mean of the residuals: 0 where all is well. Undefined where the fit makes it 0. */
  readonly mean: TestResult | undefined;
  /** Correlation of residuals `lag` points apart, lag 1, 2, …; white residuals are within ± `band` at 95 %. Empty for fewer than 8 points. */
  readonly autocorrelation: { readonly values: Float64Array; readonly band: number };
  /** Ljung–Box: no autocorrelation up to the last lag. */
  readonly ljungBox: TestResult | undefined;
  /** Wald–Wolfowitz: signs change as often as those of independent residuals. */
  readonly runs: TestResult | undefined;
}

/** Residuals of a tag with an input, `lags[i]` earlier: correlation and the band at 95 % that holds for unrelated series. */
export interface InputCorrelation {
  readonly input: string;
  /** In the time unit of the model. */
  readonly lags: Float64Array;
  readonly values: Float64Array;
  readonly bands: Float64Array;
  /** Of the largest of them, all lags considered. */
  readonly p: number;
}

/** An input that answers to residuals of a tag. */
export interface Feedback {
  readonly input: string;
  /** How long after a residual it answers, in the time unit of the model. */
  readonly lag: number;
  /** Of steps from point to point. */
  readonly correlation: number;
  readonly p: number;
}

export interface DiagnosedTag {
  readonly points: number;
  /**
   * χ² of the residuals on the degrees of freedom that the fit left to them, where σ is given; where it is estimated, F of what replicates do
   * not explain. Undefined where σ is estimated and nothing was measured twice under the same conditions.
   */
  readonly lackOfFit: (TestResult & { readonly kind: "chi-square" | "replicates"; readonly freedom: number }) | undefined;
  /** Anderson–Darling; undefined where errors are not believed to be normal, or for fewer than 8 points. */
  readonly normality: (TestResult & { readonly skewness: number; readonly kurtosis: number }) | undefined;
  /** Breusch–Pagan: the size of residuals does not depend on the computed value. `grows`: whether it rises with its magnitude. */
  readonly spread: (TestResult & { readonly grows: boolean }) | undefined;
  /** All windows together. */
  readonly ljungBox: TestResult | undefined;
  readonly inputs: readonly InputCorrelation[];
  /** Inputs that answer to the tag more than the tag does to them: the data is from under a controller. */
  readonly feedback: readonly Feedback[];
}

/** What becomes of the estimates without some of the data, predicted without a refit. */
export interface Influence {
  /** Undefined: all windows. */
  readonly window: string | undefined;
  /** Undefined: all tags. */
  readonly tag: string | undefined;
  readonly points: number;
  /** Shift of each unknown when these points are left out, in standard errors of the fit. */
  readonly shift: Readonly<Record<string, number>>;
  /** Value of each unknown without them, in its unit. */
  readonly without: Readonly<Record<string, number>>;
  /** Cook's distance of all of them together. */
  readonly cook: number;
  /** Unknowns that nothing else fixes. */
  readonly fixes: readonly string[];
}

export type FindingKind =
  | "lack-of-fit"
  | "smaller-than-given"
  | "not-white"
  | "offset"
  | "not-normal"
  | "spread"
  | "input"
  | "feedback"
  | "point"
  | "window"
  | "only-source";

/** Something that a person should look at. */
export interface Finding {
  readonly kind: FindingKind;
  readonly tag: string | undefined;
  readonly window: string | undefined;
  /** Probability of the like where all is well; undefined where the finding is no test. */
  readonly p: number | undefined;
  /** One or two sentences: what was found, and what to do. */
  readonly meaning: string;
}

export interface Diagnosis {
  readonly tags: Readonly<Record<string, DiagnosedTag>>;
  readonly series: readonly DiagnosedSeries[];
  /** Of windows, tags, and tags in windows; most influential first. */
  readonly influence: readonly Influence[];
  /** Most certain first. */
  readonly findings: readonly Finding[];
  /** The sentences of the findings; empty when all is well. */
  readonly verdict: readonly string[];
}
