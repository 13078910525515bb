/**
 * A hybrid: a calibrated mechanism and a learned correction of one of its observables, with its interval and its guard.
 *
 * Plain data besides its functions. The learned part is zero where the training data gives no evidence for it.
 */
import type { Calibrated } from "../calibration/index.ts";
import type { AnySource } from "../core/index.ts";
import type { Window } from "../historian/index.ts";
import type { Feature } from "./features/feature.ts";
import type { Guard } from "./guard/guard.ts";
import type { Learned } from "./learner.ts";
import type { Validation } from "./validation/validation.ts";

/** Where a point lies: among the training data, near its edge (the learned part fades), or beyond (mechanism only). */
export type DomainVerdict = "inside" | "edge" | "outside";

/** Where a point lies, in numbers. */
export interface DomainReading {
  readonly verdict: DomainVerdict;
  /** 0 inside; 1 where the learned part has faded to nothing; grows beyond. */
  readonly distance: number;
  /** Share of the learned part that is used: 1 inside, 0 outside. */
  readonly trust: number;
  /** Hotelling's T² of the features, over its limit. */
  readonly t2: number;
  /** Squared reconstruction error over its limit, for learners that have one. */
  readonly spe: number | undefined;
  /** Features out of their training range, worst first. */
  readonly beyond: readonly string[];
  /** Features that could not be had (no value of an input or tag at the time). */
  readonly missing: readonly string[];
}

/** One corrected value. All in the unit of the observable. */
export interface Corrected {
  /** physics + learned. */
  readonly value: number;
  readonly physics: number;
  readonly learned: number;
  readonly lo: number;
  readonly hi: number;
  readonly domain: DomainReading;
}

/**
 * What the features of one moment are made of. The asker sees to it that nothing here comes from after `time`.
 * Each function answers undefined where there is no usable value.
 */
export interface Moment {
  /** In the time unit of the model, from the start of the run. */
  readonly time: number;
  /** Value of a model input at a time ≤ `time`. */
  input(name: string, at: number): number | undefined;
  /** Value of an observable as the mechanism computes it, at a time ≤ `time`. */
  computed(name: string, at: number): number | undefined;
  /** Last measured value of an observable that was known at a time ≤ `time`. */
  measured(name: string, at: number): number | undefined;
  /** Last measured value of the target that was known at a time ≤ `time`, minus what the mechanism computes for its sample time. */
  residual(name: string, at: number): number | undefined;
}

/** A hybrid's answer over a window. Columns of equal length. */
export interface HybridPrediction {
  /** In the time unit of the model, from the start of the window. */
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly physics: Float64Array;
  readonly learned: Float64Array;
  readonly lo: Float64Array;
  readonly hi: Float64Array;
  readonly domain: readonly DomainReading[];
}

export interface PredictOptions {
  /** Times to predict at, from the start of the window. Default: the measured times of the observable. */
  readonly at?: Float64Array | undefined;
}

/** How far the learned part could stand in for a change of the calibrated parameters. */
export interface Confounding {
  /** Share (0 … 1) of the learned part's mean square that some change of the parameters would produce as well. */
  readonly index: number;
  /** What a random correction of the same length would score: parameters over points. */
  readonly byChance: number;
  /** The change of each parameter that comes nearest, in its standard errors where it has one. */
  readonly shift: Readonly<Record<string, { readonly by: number; readonly standardErrors: number | undefined }>>;
}

/** Learned from the same rows without the mechanism. */
export interface Rivals {
  readonly features: readonly Feature[];
  readonly dataOnly: Pick<Learned, "predict">;
  /** What persistence says before anything is known: the mean measured value of the training. */
  readonly fallback: number;
}

/**
 * What `fuse` gives: value = mechanism + share · trust · learned, with lo … hi around it.
 *
 * - `share` is one number for the whole hybrid: how much of the learned part paid on points it had not seen. Near 0: nothing was learned.
 * - `trust` is one number a moment, from the guard: 1 where the plant ran in training, 0 from a distance of 1 on, where the value is the
 *   mechanism's to the bit.
 * - The interval says where the next measured value lies with probability `level`, measurement error included, as long as measured values
 *   are drawn from the same running as those of the training. It is wider where the trust is smaller.
 *
 * It holds no measurements and never changes; new data gives a new hybrid. `softSensor(hybrid, …)` follows a plant with it.
 */
export interface Hybrid<M extends AnySource = AnySource> {
  readonly kind: "residual";
  /** The mechanism. */
  readonly fit: Calibrated<M>;
  /** The observable that is corrected. */
  readonly on: string;
  readonly unit: string;
  /** In the order of the learner's columns. */
  readonly features: readonly Feature[];
  /** What it adds before share and trust, in the unit of the observable. */
  readonly learned: Learned;
  /** Share (0 … 1) of the learned part that is used, because more of it did not pay out of fold. */
  readonly share: number;
  /** Confidence level of the interval, such as 0.9. */
  readonly level: number;
  /** Where it was trained, and the half widths of the interval. */
  readonly guard: Guard;
  /** Errors on points that were not learned from, beside those of its rivals; `validationTable` prints it. */
  readonly validation: Validation;
  /** Undefined where the mechanism has no derivatives with respect to calibrated parameters. */
  readonly confounding: Confounding | undefined;
  readonly provenance: { readonly fit: string; readonly data: string; readonly question: string; readonly seed: number };
  /** What the hybrid is compared with on new windows; not stored, so undefined after `hybridFromState`. */
  readonly rivals: Rivals | undefined;
  /**
   * Runs the mechanism over a window and corrects it.
   *
   * @throws GreyboxError `fusion/mechanism` when the mechanism cannot be run over the window
   */
  predict(window: Window, options?: PredictOptions): HybridPrediction;
  /**
   * Corrects one computed value: what a live sensor calls, which runs the mechanism itself.
   *
   * @param physics  what the mechanism computes for the observable at the moment
   */
  correct(moment: Moment, physics: number): Corrected;
  /** Plain JSON data for `hybridFromState`; the mechanism is not in it, but its hash is. */
  toState(): HybridState;
}

/** Everything learned, as JSON. */
export interface HybridState {
  readonly format: "greybox/hybrid/1";
  readonly kind: "residual";
  readonly on: string;
  readonly unit: string;
  readonly features: readonly Feature[];
  readonly learned: { readonly kind: string; readonly state: unknown };
  readonly share: number;
  readonly level: number;
  readonly guard: Guard;
  readonly validation: Validation;
  readonly confounding: Confounding | undefined;
  readonly provenance: Hybrid["provenance"];
}
