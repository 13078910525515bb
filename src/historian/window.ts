/**
 * A window: a stretch of plant data in model units that a calibration, a fusion or a simulation can use.
 *
 * Archived points stay as they are; nothing is resampled. Time is in the model's unit, counted from the start of the window. Plain data.
 */
import type { Signal } from "../core/index.ts";

/** The measured course of one observable of the model. Columns of equal length (k). */
export interface Measured {
  /** Increasing, in the time unit of the model, from the start of the window. */
  readonly time: Float64Array;
  /** In the unit of the model. Never NaN: a point without a value is not in the window, but in the counts of `excluded`. */
  readonly value: Float64Array;
  /** OPC UA StatusCode. */
  readonly status: Uint32Array;
  /** Mask of `reason` bits. */
  readonly reasons: Uint32Array;
  /** 0 … 1: how much the point counts in a fit. */
  readonly weight: Float64Array;
  /** Standard deviation of the measurement error, in the unit of the model; undefined: to be estimated from the residuals. */
  readonly sigma: number | undefined;
  /** Historian compression deviation in the unit of the model; 0 where none is known. */
  readonly compression: number;
  /** Laboratory values only: when the result became known, in the time unit of the model from the start of the window. */
  readonly reported?: Float64Array | undefined;
}

export interface Window {
  /** Unique among the windows of one call. */
  readonly name: string;
  /** Unit of time of the model. */
  readonly time: string;
  /** Start of the window in seconds since 1970 UTC; 0 for data without a calendar. */
  readonly epoch: number;
  /** Length, in the time unit of the model. */
  readonly duration: number;
  /** One signal for each input that is bound. */
  readonly inputs: Readonly<Record<string, Signal>>;
  /** Status of the inputs over time, worst first found: (time, status) steps per input; absent where all is Good. */
  readonly inputStatus: Readonly<Record<string, { readonly time: Float64Array; readonly status: Uint32Array }>>;
  readonly measured: Readonly<Record<string, Measured>>;
  /** Points left out, by observable or input and reason. */
  readonly excluded: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
