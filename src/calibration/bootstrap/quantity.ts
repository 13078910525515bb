/** What a bootstrap says of one unknown. */

/** In `unit`. */
export interface BootstrapQuantity {
  readonly name: string;
  readonly unit: string;
  /** Of the fit. */
  readonly estimate: number;
  /** The estimate without its bias. */
  readonly unbiased: number;
  /** Of the draws. */
  readonly mean: number;
  /** How far estimates are off on average. */
  readonly bias: number;
  readonly standardDeviation: number;
  /**
   * Studentised where every draw has a standard error, else bias-corrected; of kind `archive` about `unbiased`. Undefined where the verdict
   * refuses it.
   */
  readonly interval: readonly [number, number] | undefined;
  readonly percentile: readonly [number, number];
  /** Bias-corrected percentiles (BC); of kind `archive` percentiles of the errors taken off `unbiased`. */
  readonly corrected: readonly [number, number];
  readonly studentised: readonly [number, number] | undefined;
  /** Estimates from drawn data, in the order of the draws, those that failed left out; of kind `archive` about `unbiased`. */
  readonly draws: Float64Array;
}
