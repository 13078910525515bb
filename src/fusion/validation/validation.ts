/** The result of comparing a hybrid with its rivals on points that none of them has learned from. Plain data. */

export interface Score {
  /** In the unit of the observable, as are `mae` and `bias`. */
  readonly rmse: number;
  readonly mae: number;
  /** Mean of measured minus predicted. */
  readonly bias: number;
  readonly points: number;
}

/** Every rival is scored on the same points. */
export interface Comparison {
  readonly mechanism: Score;
  /** Absent where the hybrid came from storage: rivals are not stored. */
  readonly dataOnly: Score | undefined;
  readonly persistence: Score;
  readonly hybrid: Score;
  /** 1 − rmse(hybrid) / rmse(mechanism). */
  readonly improvement: number;
}

export interface Fold extends Comparison {
  /** Points learned from, after the embargo. */
  readonly trained: number;
  /** Held-out stretches: window and span, in the time unit of the model. */
  readonly heldOut: readonly { readonly window: string; readonly from: number; readonly to: number }[];
  /** Share of the held-out points inside the interval calibrated on the other folds. */
  readonly coverage: number;
}

export interface Validation {
  readonly on: string;
  readonly unit: string;
  /** Unit of `embargo` and `horizon`. */
  readonly time: string;
  readonly folds: readonly Fold[];
  /** Over all folds' held-out points together. */
  readonly overall: Comparison;
  readonly embargo: number;
  /** Persistence predicts with the last value that was known so long before. */
  readonly horizon: number;
  readonly level: number;
  /** Out-of-fold coverage of the interval at `level`. */
  readonly coverage: number;
  /** What a reader must know to read the figures. */
  readonly notes: readonly string[];
}
