/** What is believed of the errors of a tag: the choices of a question, and their defaults. Plain data. */

/** A size of errors: a number in the unit of the tag, or what a search for it needs. */
export type ErrorSize =
  | number
  | {
      readonly estimate: true;
      /** Where the search starts. Default: from the scatter of the values. */
      readonly value?: number | undefined;
      readonly bounds?: readonly [number, number] | undefined;
      /** Tags with the same name share one unknown. Default: each its own. */
      readonly name?: string | undefined;
    };

/**
 * The distribution of the errors of one tag. All choices go together, but for `correlationTime`, which needs values that are neither
 * censored nor within a dead band.
 */
export interface Likelihood {
  /**
   * `gaussian` (default); `student`: heavy tails, for gross errors that were not found; `huber`: Gaussian near 0, linear beyond
   * `threshold`; `laplace`: linear everywhere.
   */
  readonly kind?: "gaussian" | "student" | "huber" | "laplace" | undefined;
  /** `log`: relative errors (log-normal values); sizes of errors are then of the natural logarithm. */
  readonly scale?: "linear" | "log" | "log10" | undefined;
  /** Standard deviation (`gaussian`, `huber`) or scale of the errors; `observable`: what the model computes for it. Default: σ of the window where it has one, else estimated. */
  readonly sigma?: ErrorSize | { readonly observable: string } | undefined;
  /** Part of σ that is proportional to the computed value: σ² = sigma² + (proportional·y)². */
  readonly proportional?: ErrorSize | undefined;
  /** Degrees of freedom of `student`. */
  readonly freedom?: number | undefined;
  /** Of `huber`, in σ. */
  readonly threshold?: number | undefined;
  /** Deviations up to this size count nothing, in the unit of the tag. */
  readonly deadBand?: number | undefined;
  /** Time over which errors stay alike, an AR(1) process: their correlation falls to 1/e. In the time unit of the model. */
  readonly correlationTime?: ErrorSize | undefined;
}

export const likelihoodDefaults = {
  kind: "gaussian",
  scale: "linear",
  /** Five per cent of gross errors leave estimates nearly unmoved, and clean data costs 10 % of efficiency. */
  freedom: 4,
  /** 95 % efficiency on Gaussian errors: P. J. Huber, E. M. Ronchetti, *Robust Statistics*, 2nd ed., Wiley 2009, §4.5. */
  threshold: 1.345,
} as const;
