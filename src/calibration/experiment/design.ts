/** What is asked of a next experiment, and what is proposed. Plain data. */
import type { Signal } from "../../core/index.ts";

/**
 * `D`: the volume of the confidence region is least; `A`: the sum of the relative variances; `E`: the variance of the worst known
 * combination.
 */
export type Criterion = "D" | "A" | "E";

/** One value costs `cost` (default 1); its error has σ² = sigma² + (relative·value)². */
export interface SensorCandidate {
  /** Default: that of the fit. */
  readonly sigma?: number | undefined;
  readonly relative?: number | undefined;
  readonly cost?: number | undefined;
}

/** An input whose moves are to be chosen, in its unit. */
export interface InputFreedom {
  readonly bounds: readonly [number, number];
  /** Number of levels, one after the other, equally long. Default 6. */
  readonly moves?: number | undefined;
  /** Largest step from one level to the next. Default: none. */
  readonly most?: number | undefined;
  /** Level before the experiment, from which the first step is counted. */
  readonly from?: number | undefined;
}

export interface ExperimentOptions {
  /** Default `D`. */
  readonly criterion?: Criterion | undefined;
  /** Length, in the time unit of the model. Default: that of the longest window of the fit. */
  readonly horizon?: number | undefined;
  /**
   * Number of values to choose: samples of a run, or points of steady states and regressions, each with inputs of its own. Default: as many as
   * there are unknowns. With `every`: the number of sensors to choose; default: all.
   */
  readonly count?: number | undefined;
  /** All values together may cost so much. */
  readonly budget?: number | undefined;
  /** By observable. Default: the tags of the fit, with their σ. */
  readonly sensors?: Readonly<Record<string, SensorCandidate>> | undefined;
  /** Sensors that are read anyway, by interval, such as `{ T: 0.5 }`: not chosen and not paid for, but they count. */
  readonly online?: Readonly<Record<string, number>> | undefined;
  /** The sensors to choose are read at these intervals; their times are not chosen. */
  readonly every?: number | undefined;
  /** Times from which samples are chosen. Default: any. */
  readonly times?: readonly number[] | undefined;
  /** Least distance of two samples of a sensor. Default: a fiftieth of the horizon; 0: the same may be measured twice. Not for steady states. */
  readonly apart?: number | undefined;
  /** Each sample is analysed for everything: all sensors at once. */
  readonly together?: boolean | undefined;
  /** Of every input of the model: what may be chosen, or what it will do. */
  readonly inputs?: Readonly<Record<string, InputFreedom | number | Signal>> | undefined;
  /** Where states start that the question measures or estimates. Default: the mean of the fit. */
  readonly initial?: Readonly<Record<string, number>> | undefined;
  /** Where observables must stay, for the estimates and for all `draws`. */
  readonly limits?: Readonly<Record<string, readonly [number, number]>> | undefined;
  /**
   * Other values of the parameters, as likely as the fit says, over which the criterion is averaged: a proposal that is good for all of them rather
   * than best for one. Default 0. Some ten are enough; the search takes as many times as long.
   */
  readonly draws?: number | undefined;
  /** The unknowns that matter; others are estimated beside them. Default: all parameters. */
  readonly of?: readonly string[] | undefined;
  /** Forgets what is known already: a design from nothing, for parameters with these values. */
  readonly fresh?: boolean | undefined;
  readonly seed?: number | undefined;
}

/** A value to be measured. */
export interface ProposedSample {
  readonly tag: string;
  /** In the time unit of the model; undefined for steady states and regressions. */
  readonly time: number | undefined;
  /** Of steady states and regressions: the inputs. */
  readonly inputs: Readonly<Record<string, number>> | undefined;
  /** By how much the typical standard error would be larger without it, as a share; undefined where nothing would be known without it. */
  readonly worth: number | undefined;
}

export interface ExpectedError {
  readonly unit: string;
  /** The value of the fit, which the prediction takes for true. */
  readonly value: number;
  /** Standard errors before and after; undefined where the data does not fix the unknown. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export interface NextExperiment {
  readonly criterion: Criterion;
  /** In the order of time; empty with `every`. */
  readonly samples: readonly ProposedSample[];
  /** Sensors that are used. */
  readonly sensors: readonly string[];
  /** What each input does; empty for steady states and regressions. */
  readonly inputs: Readonly<Record<string, Signal>>;
  /** By unknown that matters. */
  readonly errors: Readonly<Record<string, ExpectedError>>;
  /** Typical relative standard error, by the criterion: geometric mean (D), root of the mean square (A), that of the worst combination (E). */
  readonly typical: {
    readonly before: number | undefined;
    readonly after: number;
    /** Least and largest over other values of the parameters, as likely as the fit says; undefined where one of them cannot be run or leaves the limits. */
    readonly between: readonly [number, number] | undefined;
  };
  readonly cost: number;
  /** What to do and why, one sentence each. */
  readonly meaning: readonly string[];
}

export const experimentDefaults = {
  criterion: "D",
  moves: 6,
  /** Of the horizon. */
  apart: 0.02,
} as const;
