/** The question put to a solver, and its answer: arrays in, arrays out. */
import type { Outcome, Signal } from "../core/index.ts";
import type { DenseOutput } from "./dense-output.ts";
import type { Form } from "./generated/explicit-form.ts";
import type { MethodName } from "./methods/method.ts";
import type { Statistics } from "./stepper.ts";

export interface Problem {
  /** Start and end, in the time unit of the system. */
  readonly span: readonly [number, number];
  /** Initial states, shape (n); absent: the system's own, as a function of parameters and inputs. For algebraic states: the guess. */
  readonly x0?: Float64Array | undefined;
  /** 1 where `x0` counts, 0 where the system's own initial value does. Shape (n). Absent: it counts everywhere. */
  readonly x0Given?: Uint8Array | undefined;
  /** Parameters, in the order of `system.parameters`; absent: the system's defaults. */
  readonly p?: Float64Array | undefined;
  /** One signal for each of `system.inputs`, covering the span. */
  readonly inputs?: readonly Signal[] | undefined;
  /**
   * What the states were before the start, back to the longest delay; one for each state. Absent, or undefined for a state: its initial value.
   * Inputs are read off their signals, which may begin before the start; before a signal begins, it has its first value.
   */
  readonly history?: readonly (Signal | undefined)[] | undefined;
  /** Times to report, not decreasing, inside the span. Absent: the start and the end of every step, and both sides of every jump. */
  readonly samples?: Float64Array | undefined;
  /** Directions to differentiate along. */
  readonly directions?: ProblemDirections | undefined;
}

export interface ProblemDirections {
  /** Number of directions, q. */
  readonly count: number;
  /** Change of the active parameters, shape (q, a). */
  readonly dp: Float64Array;
  /** Change of the initial states beside what follows from the parameters, shape (q, n). Absent: none. */
  readonly dx0?: Float64Array | undefined;
}

export interface SolveOptions {
  readonly method?: MethodName | "auto" | undefined;
  /** Relative tolerance. */
  readonly rtol?: number | undefined;
  /** Absolute tolerance: one number, or one for each state, in its unit. Default: rtol/100 of the state's nominal size. */
  readonly atol?: number | Float64Array | undefined;
  /** Accepted and rejected steps together, beside one for each stretch between stops of the inputs. */
  readonly maxSteps?: number | undefined;
  /** Budget of computing time. The only option that makes an outcome depend on the machine; default: none. */
  readonly maxSeconds?: number | undefined;
  readonly firstStep?: number | undefined;
  readonly maxStep?: number | undefined;
  /**
   * How many times the tolerance the errors of derivatives may be; 1 controls them like the states, Infinity leaves them to the steps
   * that the states need, which is dangerous where the states are at rest. See `docs/notes/0030-derivative-of-a-step.md`.
   */
  readonly derivativeSlack?: number | undefined;
  /** Keep the solution between samples. */
  readonly dense?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * How the steps of non-stiff methods are computed. Default: "webassembly" for solvers that are made to be kept; "written" for `solve` and
   * `simulate`, because functions take longer to generate than to run once. Forms differ by rounding only.
   */
  readonly form?: Form | undefined;
}

/** An event that happened. */
export interface Happened {
  readonly time: number;
  /** Index into `system.events.names`. */
  readonly event: number;
  /** Derivative of its time along each direction, shape (q). Present where directions are asked for. */
  readonly tangents?: Float64Array | undefined;
}

/** The farthest that a state went below its declared limit, by more than its tolerance. */
export interface BelowLimit {
  /** Index into `system.states`. */
  readonly state: number;
  readonly time: number;
  readonly value: number;
}

/**
 * The answer. At a jump, values are those before it; with `times` of the solver's own choice both sides are there, at the same time.
 * Only what was reached is reported: a run that ended early has fewer rows than samples.
 */
export interface Solution {
  readonly outcome: Outcome;
  /** The method that took the last step. */
  readonly method: MethodName;
  /** Why this method. */
  readonly reason: string;
  readonly statistics: Readonly<Statistics>;
  /** Shape (m). */
  readonly times: Float64Array;
  /** Shape (m, n). */
  readonly states: Float64Array;
  /** Inputs as the equations saw them, and delayed values after them, shape (m, r + d). */
  readonly inputs: Float64Array;
  /** Their derivatives along each direction, shape (m, q, r + d), where there are delayed values; elsewhere they are zero. */
  readonly inputTangents?: Float64Array | undefined;
  /** Derivatives of the states along each direction, shape (m, q, n). */
  readonly tangents?: Float64Array | undefined;
  readonly events: readonly Happened[];
  /**
   * States that went below `system.lower`. Nothing is clipped: a step that ends below is tried again at half its length, three times; a
   * state that still goes there is taken to be what the equations say, and reported here.
   */
  readonly below: readonly BelowLimit[];
  /** Where the run came to, after any jump there. */
  readonly end: { readonly time: number; readonly x: Float64Array; readonly tangents?: Float64Array | undefined };
  readonly dense?: DenseOutput | undefined;
}
