/**
 * Where `models` and `solvers` meet: a process as functions over `Float64Array`.
 *
 *   M·dx/dt = f(t, x, u, p),   y = h(t, x, u, p)
 *
 * with M diagonal, ones for differential and zeros for algebraic states. Everything is in model units. A hand-written right-hand
 * side satisfies the same interface as a compiled model.
 *
 * Derivatives come in one form only, the directional derivative ("tangent"): of the right-hand side it gives sensitivity equations,
 * along time the ∂f/∂t of a Rosenbrock step, of the Jacobian's values the second derivatives that an exact derivative of such a step needs.
 */

import type { Kernel } from "./kernel-language.ts";

/** Evaluates a function of (t, x, u, p) into `out`. Pure: arguments are read only, no state is kept, nothing is allocated. */
export type Evaluate = (t: number, x: Float64Array, u: Float64Array, p: Float64Array, out: Float64Array) => void;

/**
 * Directions to differentiate along, several at once; direction-major, so that direction k of `dx` is `dx.subarray(k*n, (k+1)*n)`.
 * n, r, a: number of states, inputs and active parameters (those named in the {@link SystemRequest}).
 */
export interface Directions {
  readonly count: number;
  /** Shape (count). */
  readonly dt: Float64Array;
  /** Shape (count, n). */
  readonly dx: Float64Array;
  /** Shape (count, r). */
  readonly du: Float64Array;
  /** Shape (count, a). */
  readonly dp: Float64Array;
}

/** Derivatives of a weighted sum of results with respect to everything it depends on; what a {@link Differentiable.pullback} adds to. */
export interface Gradient {
  /** Shape (n). */
  readonly x: Float64Array;
  /** Shape (r). */
  readonly u: Float64Array;
  /** With respect to the active parameters, shape (a). */
  readonly p: Float64Array;
}

/** A vector function with its exact directional derivatives. */
export interface Differentiable {
  /** Length of the result. */
  readonly size: number;
  readonly evaluate: Evaluate;
  /** Writes the derivative along direction k into `out[k*size … (k+1)*size)`. */
  tangent(t: number, x: Float64Array, u: Float64Array, p: Float64Array, along: Directions, out: Float64Array): void;
  /**
   * The transposed derivative: adds Σᵢ weights[i]·∂resultᵢ/∂(x, u, p) to `into`, at the cost of a few evaluations whatever the number of
   * parameters. Absent where it is not to be had; adjoint gradients are then refused by name.
   *
   * @param weights  shape (size)
   */
  pullback?(t: number, x: Float64Array, u: Float64Array, p: Float64Array, weights: Float64Array, into: Gradient): void;
}

/** Places of structural non-zeros, sorted by row, then column. */
export interface Sparsity {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** Events: zero crossings of g(t, x, u, p), and what the states become there. */
export interface SystemEvents {
  readonly names: readonly string[];
  /** Crossing that counts: 1 rising, −1 falling, 0 both. */
  readonly directions: Int8Array;
  /** g, one entry an event, in declared order, which is also the order in which simultaneous events act. */
  readonly when: Differentiable;
  /** The states after event i, size n. */
  readonly then: readonly Differentiable[];
  /** 1 where the event ends the run. */
  readonly terminal: Uint8Array;
}

/** Switching functions of the conditionals inside equations, such as T − 350 for `if(T > 350 K, a, b)`. */
export interface SystemSwitches {
  /** The comparisons as text. */
  readonly names: readonly string[];
  readonly when: Differentiable;
}

/**
 * Delayed values: delay i is what `of` gave `lag[i]` earlier. To every function of the system it is one more input: `u` holds the
 * inputs first, then the delayed values, and its length is r + d wherever r is said.
 */
export interface SystemDelays {
  /** As text, such as "delay(T, tau)". Length d. */
  readonly names: readonly string[];
  /** What is delayed, as a function of t, states, inputs and parameters. Size d. */
  readonly of: Differentiable;
  /** By how much, as a function of parameters only, in the unit of time. Size d. Must be positive. */
  readonly lag: Differentiable;
  /** 0 where `of` does not depend on states: a step may then be longer than the lag. Shape (d). Absent: all may. */
  readonly ofStates?: Uint8Array;
}

/** Length of `u`, as the functions of a system take it: inputs, then delayed values. */
export function inputWidth({ inputs, delays }: System): number {
  return inputs.length + (delays?.names.length ?? 0);
}

/** Functions of a system as plain data, for solvers that make them part of their own code. Made when they are asked for. */
export interface SystemKernels {
  /** Right-hand side. Called with t, x, u, p, out. */
  rhs(): Kernel;
  /** Its derivative along directions of states and active parameters. Called with t, count, x, u, p, dx, dp, out. */
  tangent(): Kernel;
  /** Values of ∂f/∂x at the places of `System.jacobian.sparsity`. Called with t, x, u, p, out. */
  jacobian(): Kernel;
  /** Derivative of the right-hand side along time and inputs, added to `out`. Called with t, count, x, u, p, dt, du, out. */
  driven(): Kernel;
  /** Derivative of the Jacobian's values along directions of states and active parameters. Called with t, count, x, u, p, dx, dp, out. */
  jacobianTangent(): Kernel;
}

export interface System {
  readonly name: string;
  /** Unit of time, as text. */
  readonly time: string;
  /** Differential and algebraic states. Length n. */
  readonly states: readonly string[];
  /** Length r. */
  readonly inputs: readonly string[];
  /** Length of `p`. */
  readonly parameters: readonly string[];
  /** Indices into `parameters` that `dp` refers to. Length a. */
  readonly active: Int32Array;
  /** Default parameter values. */
  readonly p: Float64Array;
  /** 1 for a differential, 0 for an algebraic state. Absent: all differential. */
  readonly mass?: Uint8Array;
  /** Typical size of each state, for default absolute tolerances. */
  readonly nominal: Float64Array;
  /** Lower limits of the states (−Infinity: none). */
  readonly lower: Float64Array;
  /** Initial states as a function of the parameters (and of the inputs at t0). Size n. For algebraic states: the guess. */
  readonly initial: Differentiable;
  /** Right-hand side f; size n. Rows of algebraic states are residuals that must be zero. */
  readonly rhs: Differentiable;
  /** True when the right-hand side does not depend on t itself, only through x and u. Absent: it may. */
  readonly autonomous?: boolean;
  /** Values of ∂f/∂x at the places of `sparsity`; absent where only differences are to be had. */
  readonly jacobian?: Differentiable & { readonly sparsity: Sparsity };
  /**
   * Places where ∂f/∂x can be other than zero, of a system without `jacobian`: its values are then taken by differences, of many columns
   * at once. Absent: anywhere.
   */
  readonly pattern?: Sparsity;
  /** What can be read off: states, algebraic quantities and outputs, by name. */
  readonly observables: readonly string[];
  /** Values of the observables. Size: their number. */
  readonly observe: Differentiable;
  readonly events?: SystemEvents;
  /**
   * Where conditions inside equations change sides: the right-hand side may jump or have a kink where one of these crosses zero. Absent: none.
   */
  readonly switches?: SystemSwitches;
  /** Values of the past that the right-hand side sees. Absent: none. */
  readonly delays?: SystemDelays;
  /** Absent where functions are written by hand. */
  readonly kernels?: SystemKernels;
  /**
   * The system beside its derivative along one direction, as a system of 2n states: x, then s. Its parameters are those of the system, then
   * the direction: changes of the active parameters (a) and of the initial states (n). Events are the same and all of them end the run.
   * Absent where right-hand sides have kinks, or the past is seen: second derivatives are then taken by differences.
   */
  readonly doubled?: () => System;
  /** False where `tangent` is not to be had; sensitivities are then refused by name. */
  readonly differentiable: boolean;
}

export interface SystemRequest {
  /** Parameters to differentiate with respect to. */
  readonly active?: readonly string[];
}

/**
 * Anything that can be made into a {@link System}: a model, or a hand-written right-hand side. The type parameters carry the names of
 * parameters, inputs, states, algebraic quantities and outputs, so that every later call is checked against them.
 */
export interface SystemSource<
  P extends string = string,
  I extends string = string,
  S extends string = string,
  A extends string = string,
  O extends string = string,
> {
  readonly name: string;
  /** Plain data from which the source can be rebuilt elsewhere; its content hash identifies the model. */
  readonly definition: ModelDefinition;
  /** Exported function that makes the source of its definition, on another thread. Absent: the source cannot leave this one. */
  readonly maker?: { readonly module: string; readonly name: string } | undefined;
  system(request?: SystemRequest): System;
  /** Never present: carries the names to the compiler. */
  readonly names?: { readonly parameters: P; readonly inputs: I; readonly states: S; readonly algebraic: A; readonly outputs: O };
}

/** Any model, whatever its names. */
export type AnySource = SystemSource;

export type ParameterOf<M extends AnySource> = NonNullable<M["names"]>["parameters"];
export type InputOf<M extends AnySource> = NonNullable<M["names"]>["inputs"];
export type StateOf<M extends AnySource> = NonNullable<M["names"]>["states"];
/** Everything that can be observed: states, algebraic quantities, outputs. */
export type ObservableOf<M extends AnySource> = StateOf<M> | NonNullable<M["names"]>["algebraic"] | NonNullable<M["names"]>["outputs"];

/**
 * A model as plain data: what travels to workers, into bundles and reports. Units are text; equations are text. Produced by
 * `defineModel`, read by everything else.
 */
export interface ModelDefinition {
  readonly name: string;
  /** Unit of time. */
  readonly time: string;
  readonly description?: string | undefined;
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  /** Tables that equations read by `lookup`. Absent: none. */
  readonly tables?: Readonly<Record<string, TableDefinition>> | undefined;
  /** Unit of each input. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly states: Readonly<Record<string, StateDefinition>>;
  readonly algebraic: Readonly<Record<string, AlgebraicDefinition>>;
  readonly derivatives: Readonly<Record<string, string>>;
  readonly events: Readonly<Record<string, EventDefinition>>;
  readonly outputs: Readonly<Record<string, OutputDefinition>>;
}

export interface ParameterDefinition {
  readonly value: number;
  readonly unit: string;
  /** Where a search may go. */
  readonly bounds?: readonly [number, number] | undefined;
  /** What physics allows; a fit outside is reported as unphysical. */
  readonly physical?: readonly [number, number] | undefined;
  readonly scale?: "linear" | "log" | undefined;
  readonly source?: string | undefined;
  readonly description?: string | undefined;
}

/** Measured or published values, in one or two dimensions. */
export interface TableDefinition {
  readonly unit: { readonly x: string; readonly y?: string | undefined; readonly value: string };
  /** Increasing. */
  readonly x: readonly number[];
  /** Increasing. */
  readonly y?: readonly number[] | undefined;
  /** One a value of x; with `y`, one row a value of x, with one entry a value of y. */
  readonly values: readonly number[] | readonly (readonly number[])[];
  /** Default: "linear"; "monotone" is a cubic that does not overshoot, in one dimension. */
  readonly method?: "linear" | "monotone" | undefined;
  /** Beyond the ends: the value at the end (default), the straight line on, or no value, which ends a run. */
  readonly outside?: "hold" | "extend" | "refuse" | undefined;
  readonly source?: string | undefined;
  readonly description?: string | undefined;
}

export interface StateDefinition {
  readonly unit: string;
  /** A number in `unit`, or an expression of parameters and inputs. */
  readonly initial: number | string;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Typical size, for tolerances. Default: |initial|, or 1 where that is 0 or an expression. */
  readonly nominal?: number | undefined;
  readonly description?: string | undefined;
}

/** `is`: explicit. `zero` with a `guess`: implicit, an algebraic state whose equation must vanish. */
export type AlgebraicDefinition =
  | { readonly unit: string; readonly is: string; readonly description?: string | undefined }
  | { readonly unit: string; readonly guess: number; readonly zero: string; readonly description?: string | undefined };

export interface EventDefinition {
  readonly when: string;
  readonly direction?: "rising" | "falling" | "both" | undefined;
  readonly then?: Readonly<Record<string, string>> | undefined;
  /** Ends the run. */
  readonly terminal?: boolean | undefined;
}

export interface OutputDefinition {
  readonly unit: string;
  readonly is: string;
  readonly description?: string | undefined;
}
