/** What a method writes into the code that takes many steps: one attempt, its derivative, its interpolant. */
import type { Statement, Test, Value } from "../../core/index.ts";
import type { Part } from "./program.ts";

/** Sizes of a run: states, inputs, parameters, active parameters, directions; and whether inputs change within a piece. */
export interface RunShape {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly a: number;
  readonly q: number;
  readonly moving: boolean;
}

export interface Start {
  readonly t: Value;
  readonly h: Value;
  readonly x: readonly Value[];
}

/** Everything an attempt has computed, as values that later statements of the same pass may use. */
export interface Attempt {
  readonly xNext: readonly Value[];
  readonly error: readonly Value[];
  /** Where this does not hold, the numbers are not to be relied on. Absent: they always are. */
  readonly trusted?: Test;
  /** Coefficients of 1, θ … θ⁴, each of n values. */
  polynomial?(into: Part): readonly (readonly Value[])[];
  /** The same as a loop that stores them, where stages lie in memory. `part` is its body. */
  polynomialStatements?(part: Part): Statement;
  readonly tangents?: AttemptTangents;
  /** Estimate of |h·λ|, where the method has one. */
  stiffness?(into: Part): Value;
  /** What the next step starts from, once this one is accepted. */
  accept?(): readonly Statement[];
}

/** The derivative of an attempt. */
export interface AttemptTangents {
  /** Names what is the same for all directions. */
  prepare(into: Part): void;
  /** Along one direction, in the loop over them. */
  along(inner: Part, s: readonly Value[], dp: readonly Value[]): TangentAttempt;
}

export interface TangentAttempt {
  readonly sNext: readonly Value[];
  readonly error: readonly Value[];
  /** Derivatives of the stages, to make the interpolant of. Each of n values. */
  readonly stages: readonly (readonly Value[])[];
}

/** A method that can be written into the code of many steps. */
export interface AttemptWriter {
  readonly order: number;
  readonly stability?: number;
  readonly stages: number;
  /** True where the rates of the last stage, states and derivatives, are those of the first of the next step. */
  readonly keepsLast?: boolean;
  /** Arrays of its own, by their lengths, and those that hold numbers that never change. */
  readonly regions?: Readonly<Record<string, number>>;
  readonly tables?: Readonly<Record<string, Float64Array>>;
  attempt(into: Part, start: Start): Attempt;
  /** Coefficients of 1, θ … θ⁴ of one entry, from its start, its end and its stages. */
  polynomialOf(into: Part, h: Value, start: Value, end: Value, stages: readonly Value[]): readonly Value[];
}
