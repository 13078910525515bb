/** What a calibration is asked: which quantities to estimate from which data, and how. */
import type { Compute } from "../../compute/index.ts";
import type { AnySource, ObservableOf, ParameterOf, StateOf } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { ArchiveChoice } from "../archive/choice.ts";
import type { Likelihood } from "../likelihood/likelihood.ts";
import type { SearchOptions } from "../search/trust-region.ts";
import type { Settled } from "../settling/settled.ts";
import type { ShootingChoice } from "../shooting/choice.ts";
import type { Prior } from "./prior.ts";
import type { StartChoice } from "./start-choice.ts";

/**
 * How a state starts: as in {@link StartChoice}, or from an estimate: a value for each window (`share: "window"`, default) or one for all
 * (`"all"`); its search starts from `value`, else from the first good measurement, else from the model's initial value.
 */
export type InitialChoice<O extends string = string> =
  | StartChoice<O>
  | {
      readonly estimate: true;
      readonly value?: number | undefined;
      /** Default: `min` and `max` of the state. */
      readonly bounds?: readonly [number, number] | undefined;
      readonly share?: "window" | "all" | undefined;
    };

/** The parameter is `factor` (default 1) times another one. */
export interface Tie<P extends string = string> {
  readonly to: P;
  readonly factor?: number | undefined;
}

/**
 * `true`: a value for each window. `by: "asset"`: one for all windows of an asset. `pool`: the values (their logarithms, for parameters on
 * a log scale) are drawn from a normal distribution about a mean that is estimated, with the standard deviation `sd`; an `sd` that is
 * estimated, named "spread of …", needs a prior.
 */
export type LocalChoice =
  | true
  | {
      readonly by?: "window" | "asset" | undefined;
      readonly pool?: { readonly sd: number | { readonly estimate: true; readonly value: number } } | undefined;
    };

/** `true`: estimated. A number: known. Bounds and start in the unit of the property. */
export type InstrumentError =
  | true
  | number
  | { readonly value?: number | undefined; readonly bounds?: readonly [number, number] | undefined };

/**
 * A reading is gain·(what was there, after a dead time and a first-order lag) + bias. A lagged instrument starts at rest at its first
 * good value.
 */
export interface InstrumentChoice {
  /** In the unit of the tag. */
  readonly bias?: InstrumentError | undefined;
  readonly gain?: InstrumentError | undefined;
  /** Time constant, in the time unit of the model. */
  readonly lag?: InstrumentError | undefined;
  /** Dead time, in the time unit of the model. */
  readonly delay?: InstrumentError | undefined;
}

/** `true`: estimated. A number: known, in units of the state by unit of the tag. */
export type InnovationGain =
  | true
  | number
  | { readonly value?: number | undefined; readonly bounds?: readonly [number, number] | undefined };

export interface Question<M extends AnySource = AnySource, E extends ParameterOf<M> = ParameterOf<M>> {
  readonly model: M;
  /** Each with a name of its own. */
  readonly windows: readonly Window[];
  /** Parameters to estimate; each starts from its value in the model, within its `bounds`, on its `scale`. */
  readonly estimate: readonly E[];
  /** By state; others start as the model says. */
  readonly initial?: { readonly [S in StateOf<M>]?: InitialChoice<ObservableOf<M>> } | undefined;
  /** What is believed of estimated quantities before the data is seen, by name. Bounds cut a prior off; they do not change its shape. */
  readonly priors?: Readonly<Record<string, Prior>> | undefined;
  /** Parameters that are a multiple of an estimated one. */
  readonly ties?: { readonly [P in ParameterOf<M>]?: Tie<ParameterOf<M>> } | undefined;
  /** Parameters with a value of their own for each window or asset, on their own or as members of a population. Not in `estimate`. */
  readonly perWindow?: { readonly [P in ParameterOf<M>]?: LocalChoice } | undefined;
  /** The asset that each window is of, by name of the window; needed where something is estimated by asset. */
  readonly assets?: Readonly<Record<string, string>> | undefined;
  /** What is believed of the errors of each tag. Default: Gaussian, with σ of the window or estimated. */
  readonly likelihood?: { readonly [O in ObservableOf<M>]?: Likelihood } | undefined;
  /**
   * How a historian kept the values, by tag: what a bootstrap of kind `archive` simulates. Tags that are not here are taken for compressed
   * where their windows say so.
   */
  readonly archive?: { readonly [O in ObservableOf<M>]?: ArchiveChoice } | undefined;
  /** What instruments do to what they measure, by tag; each property is a parameter such as `T.instrument.bias`. */
  readonly instruments?: { readonly [O in ObservableOf<M>]?: InstrumentChoice } | undefined;
  /**
   * By tag, the states that each measured value of it corrects: x ← x + gain·(measured − computed), after the value was compared. For
   * disturbances that move the process itself, which every later value remembers; under feedback control inputs remember them too, and a
   * fit without corrections is biased. Computed values are then predictions from all values before (prediction-error method, innovations
   * form). A doubtful value corrects by its weight, a limit not at all.
   *
   * @see L. Ljung, *System Identification*, 2nd ed., Prentice Hall 1999, §4.3 and §13.4.
   */
  readonly innovations?: { readonly [O in ObservableOf<M>]?: { readonly [S in StateOf<M>]?: InnovationGain } } | undefined;
  /**
   * Every measured point is a steady state for the inputs at its time; initial values are where each is looked for from. Default: true for
   * models without states, which are regressions, false for others.
   */
  readonly steady?: boolean | undefined;
  /**
   * Windows that start where the model has come to rest before they began, by name; `{}` says: with the inputs that they start with. Values
   * measured at t = Infinity are compared with what a window comes to at its end.
   */
  readonly settled?: Readonly<Record<string, Settled>> | undefined;
  /**
   * Multiple shooting before each search: for long or unstable windows, where a run from a poor start soon has nothing to do with the data.
   * The search itself then goes on from what was found, so that the answer means the same.
   */
  readonly shooting?: ShootingChoice | undefined;
  /** Number of starts; start 0 is the model's own values, then come `guesses`, others are drawn. Default: 1 and the number of guesses. */
  readonly starts?: number | undefined;
  /** Where searches start beside the model's own values, by name of what is estimated; in model units. What is not named starts as without. */
  readonly guesses?: readonly Readonly<Record<string, number>>[] | undefined;
  /**
   * Whether starts that fall far behind the best are given up (default); false: every start is searched to its end. Matters where there
   * are several starts and some take more than 40 iterations.
   */
  readonly giveUp?: boolean | undefined;
  readonly seed?: number | undefined;
  /** Decades (log scale, or no bound below 0) or multiples of the nominal value over which starts spread where bounds are not finite. */
  readonly spread?: number | undefined;
  /**
   * How starts are laid out: so that each unknown has one in each of equal parts of its range (default), or as a Sobol sequence, where more
   * starts only add to those there are.
   */
  readonly startDesign?: "latin-hypercube" | "sobol" | undefined;
  /** How tags without a given σ are treated: each with a σ of its own, or all with one. */
  readonly noise?: "per tag" | "common" | undefined;
  /** Confidence of the intervals, 0 … 1. */
  readonly level?: number | undefined;
  /** Relative and absolute tolerance of the integration, and its method. */
  readonly solver?: SolverChoice | undefined;
  readonly search?: Partial<SearchOptions> | undefined;
  readonly compute?: Compute | undefined;
  /**
   * A file that keeps what was found so far: at most ten seconds of work are lost when the process is killed. The same question asked again
   * with the same file goes on from there and ends with the same bits; one that has ended is answered at once. Written beside and renamed.
   */
  readonly checkpoint?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface SolverChoice {
  readonly method?: string | undefined;
  readonly rtol?: number | undefined;
  readonly maxSteps?: number | undefined;
}

export interface Progress {
  readonly starts: number;
  readonly finished: number;
  /** Cost of the best start so far. */
  readonly best: number | undefined;
}

export const defaults = {
  starts: 1,
  giveUp: true,
  seed: 0,
  spread: 1,
  startDesign: "latin-hypercube",
  noise: "per tag",
  level: 0.95,
  rtol: 1e-7,
  maxSteps: 100_000,
} as const;
