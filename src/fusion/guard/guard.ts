/** What a hybrid remembers of its training data in order to know when it is asked about something else. Plain data. */

export interface Guard {
  /** In the order of the features. */
  readonly features: readonly string[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  /** Inverse covariance of the scaled features, row-major, shape (c, c). */
  readonly precision: readonly number[];
  /** T² that the training rows exceed in one case of a hundred. */
  readonly t2Limit: number;
  /** Squared reconstruction error that they exceed in one case of a hundred; undefined where the learner has none. */
  readonly speLimit: number | undefined;
  /** Times between measured values at which the plant was looked at; `far`: so far from every row learned from that they do not count. */
  readonly visited?: { readonly points: number; readonly far: number } | undefined;
  /** Half width of the interval of the hybrid, in the unit of the observable. */
  readonly halfWidth: number;
  /** Half width of the interval of the mechanism alone, where it is larger than that of the hybrid; else the same. */
  readonly halfWidthOutside: number;
}
