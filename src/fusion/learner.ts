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

/**
 * What a learner has found out. It answers for any row, also far from all it has seen: whether the answer is to be used there is the guard's
 * judgement (`hybrid.correct`), not its own. Restored by `restoreLearned(kind, state)` where it was a built-in learner.
 *
 * @example
 * const features = { rows: 4, columns: 1, data: Float64Array.of(0, 1, 2, 3) };
 * const learned = await ridge({ lambda: 0 }).learn(features, Float64Array.of(1, 3, 5, 7), { seed: 0 });
 * const again = restoreLearned(learned.kind, JSON.parse(JSON.stringify(learned.state)));
 * const next = { rows: 1, columns: 1, data: Float64Array.of(4) };
 * again.predict(next)[0] === learned.predict(next)[0]; // => true
 */
export interface Learned {
  /** Of the learner: "ridge", "pls", "gaussian-process", "network" or your own. */
  readonly kind: string;
  /** Plain JSON data from which the same predictions can be made elsewhere, bit for bit. */
  readonly state: unknown;
  /**
   * One value a row, in the unit of the target; does not depend on the other rows.
   *
   * @throws GreyboxError `learner/shape` when the columns are not those that were learned from
   */
  predict(features: Matrix): Float64Array;
  /** How unlike its training rows each row is: squared error of reconstructing the scaled features. Only learners that reduce them. */
  reconstructionError?(features: Matrix): Float64Array;
}
