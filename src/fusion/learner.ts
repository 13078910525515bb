/**
 * The contract of every learner: rows of features in, one number a row out, and the fitted state as plain data.
 *
 * A learner is a question (kind and options); what it learned is another value. Scaling of features and target is the learner's business.
 */

/** Row-major table of numbers. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Shape (rows, columns). */
  readonly data: Float64Array;
}

export interface LearnContext {
  readonly seed: number;
  /** One weight ≥ 0 a row. Absent: all 1. */
  readonly weights?: Float64Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Learner {
  /** Names the learner in bundles and reports; `restoreLearned` finds it by this. */
  readonly kind: string;
  /** Plain data: everything that decides what is learned, besides the data and the seed. */
  readonly options: Readonly<Record<string, unknown>>;
  learn(features: Matrix, target: Float64Array, context: LearnContext): Promise<Learned>;
}

export interface Learned {
  readonly kind: string;
  /** Plain JSON data from which the same predictions can be made elsewhere, bit for bit. */
  readonly state: unknown;
  /** One value a row. */
  predict(features: Matrix): Float64Array;
  /** How unlike its training rows each row is: squared error of reconstructing the scaled features. Only learners that reduce them. */
  reconstructionError?(features: Matrix): Float64Array;
}
