/**
 * The contract of every state estimator: start it on a system, advance it in time, show it measurements as they come.
 *
 * Measurements may be irregular, missing or several at one time: each is its own `update`. A filter never throws for numerical trouble:
 * `advance` returns an outcome, `update` says whether the value was believed. All values are in model units.
 */
import type { Outcome, Signal, System } from "../../core/index.ts";

/** Options every filter understands; each filter documents its own besides. */
export interface FilterOptions {
  /**
   * Process noise by state: the standard deviation that the state gains in one unit of time by what the model does not know, in units of
   * the state; 0 for none. Default: as much as lets a state that relaxes at its own rate wander by `defaults.noiseShare` of its nominal
   * size; none for a state that nothing moves.
   */
  readonly noise?: Readonly<Record<string, number>> | undefined;
  /** Standard deviation of the initial value by state, in units of the state. Default: `defaults.initialShare` of the nominal size. */
  readonly initial?: Readonly<Record<string, number>> | undefined;
  /** Values whose innovation exceeds so many of its standard deviations are not believed. `Infinity` believes all. */
  readonly gate?: number | undefined;
  /** After so many values of one observable refused in a row the filter, not the instrument, is presumed wrong and opens up. */
  readonly patience?: number | undefined;
  /** Relative tolerance of the integration. */
  readonly rtol?: number | undefined;
}

/** A kind of filter with its options, as plain data: a question. What it estimates lives in what `start` returns. */
export interface Filter {
  readonly kind: "ekf" | "ukf";
  readonly options: FilterOptions;
  /**
   * Starts to estimate the states of a system.
   *
   * @param system  what moves; its parameters are those of `at.p`, default `system.p`
   * @param x0  states at the start, shape (n); those of algebraic states are made consistent
   * @param at  where and how sure
   * @throws GreyboxError `filter/shape`, `filter/name`, `filter/option`, `filter/not-differentiable` (EKF only)
   */
  start(system: System, x0: Float64Array, at?: FilterStart): RunningFilter;
}

export interface FilterStart {
  /** In the time unit of the system. Default 0. */
  readonly time?: number | undefined;
  /** Covariance of the states, row-major, shape (n, n). Rows of algebraic states are ignored. Default: from `initial` and the nominal sizes. */
  readonly covariance?: Float64Array | undefined;
  /** Parameter values, shape of `system.p`. */
  readonly p?: Float64Array | undefined;
  /** Values of the inputs at the start, in the order of `system.inputs`. Default: zeros; needed where algebraic states or outputs use them. */
  readonly inputs?: Float64Array | undefined;
  /** Process noise as a variance per unit of time, shape (n). Default: from `noise` of the options. */
  readonly density?: Float64Array | undefined;
  /** Values refused in a row, by observable. */
  readonly refused?: Readonly<Record<string, number>> | undefined;
}

/** What a filter believes at one time. Plain data; `filter.start(system, state.x, state)` goes on from there with the same bits. */
export interface FilterState {
  readonly time: number;
  /** Shape (n). */
  readonly x: Float64Array;
  /** Row-major, shape (n, n); rows of algebraic states follow from the differential ones. */
  readonly covariance: Float64Array;
  /** Inputs in force at `time`, shape (r). */
  readonly inputs: Float64Array;
  /** Process noise as a variance per unit of time, in the squared unit of the state; 0 for algebraic states. Shape (n). */
  readonly density: Float64Array;
  readonly refused: Readonly<Record<string, number>>;
}

/** What became of one measurement. */
export interface Innovation {
  readonly observable: string;
  readonly value: number;
  /** What the filter expected, before it saw the value. */
  readonly predicted: number;
  /** Standard deviation of `value − predicted` as the filter sees it, measurement error included. */
  readonly sigma: number;
  /** (value − predicted) / sigma. */
  readonly standardised: number;
  /** False where the gate refused the value, or it was not a finite number; the state is then unchanged. */
  readonly accepted: boolean;
  /** Values of this observable refused in a row, this one included; 0 when accepted. */
  readonly refused: number;
}

/** One estimation under way. It has identity and changes: one owner, one thread. */
export interface RunningFilter {
  /**
   * Moves the estimate to `to`, which is not before the present. When the integration fails, or an event of the
   * model ends it, the estimate stays where it was.
   *
   * @param to  in the time unit of the system
   * @param inputs  in the order of `system.inputs`: either values that hold until `to`, or signals that cover [present, to]
   */
  advance(to: number, inputs: Float64Array | readonly Signal[]): Outcome;
  /**
   * Shows it one measured value of one observable at the present time.
   *
   * @param value  in the unit of the observable
   * @param sigma  standard deviation of the measurement error, > 0, same unit
   * @throws GreyboxError `filter/name` when nothing of this name can be observed, `filter/sigma` when sigma is not > 0
   */
  update(observable: string, value: number, sigma: number): Innovation;
  /** A copy of what it believes now. */
  state(): FilterState;
  /** Value and standard deviation of one observable now. */
  observe(observable: string): { readonly value: number; readonly sigma: number };
}

export const defaults = { gate: 5, patience: 10, rtol: 1e-6, initialShare: 0.1, noiseShare: 0.01 } as const;
