/** What a solver and its integration methods share: the iterate they work on, and the promises of a method. */
import type { System } from "../core/index.ts";
import type { Tape } from "./adjoint/tape.ts";
import type { DelayTrack } from "./delays/delay-track.ts";
import type { InputTrack } from "./input-track.ts";
import type { Method } from "./methods/method.ts";
import type { Cruise } from "./walk.ts";

/** What a run cost. */
export interface Statistics {
  steps: number;
  rejected: number;
  /** Evaluations of the right-hand side. */
  rhs: number;
  jacobians: number;
  factorisations: number;
  /** Evaluations of directional derivatives, each for all directions at once. */
  tangents: number;
  events: number;
}

export function noStatistics(): Statistics {
  return { steps: 0, rejected: 0, rhs: 0, jacobians: 0, factorisations: 0, tangents: 0, events: 0 };
}

/** The state of a run. Arrays are owned by the solver, sized once, and written by the stepper of the moment. */
export interface Iterate {
  readonly system: System;
  readonly inputs: InputTrack;
  /** The same track, where the system has delays. */
  readonly past?: DelayTrack | undefined;
  /** Parameters. */
  p: Float64Array;
  /** State at the start of the step, and at its end. Shape (n). */
  readonly x: Float64Array;
  readonly xNext: Float64Array;
  /** Estimated error of xNext. Shape (n). */
  readonly error: Float64Array;
  /** Number of directions of differentiation, q. */
  count: number;
  /** Shape (q, a). */
  dp: Float64Array;
  /** Derivatives of the inputs along each direction at the time of the last `inputs.at`, shape (q, r + d): zero but for delayed values. */
  du: Float64Array;
  /** By how much each direction moves the instant at which the present piece of the inputs began, shape (q): zero but for delayed values. */
  onset: Float64Array;
  /** Change of a direction's parameters and initial values relative to their size: the inverse of the natural unit of its derivatives. */
  scale: Float64Array;
  /** ∂x along each direction, at the start and at the end of the step. Shape (q, n). */
  s: Float64Array;
  sNext: Float64Array;
  statistics: Statistics;
  /** Takes note of what changes the state beside steps, where the run is to be walked backwards. */
  tape?: Tape | undefined;
}

/** Degree of the interpolant of methods that do not say otherwise; it is handed over as 5 coefficient vectors. */
export const denseDegree = 4;

/**
 * Steps of one method. A stepper owns its work arrays: a step creates no objects. `attempt` may be called again with a shorter h;
 * `differentiate` and the polynomials speak of the last attempt; `advance` makes its end the start of the next.
 */
export interface Stepper {
  readonly method: Method;
  /** Degree of the interpolant, where it is not {@link denseDegree}. */
  readonly degree?: number;
  /** Takes many steps at once, for the iterate's number of directions and inputs; undefined where this system's steps cannot be generated. */
  cruise?(): Cruise | undefined;
  /** Where order and length of the next step are the method's own business. Absent: those of one-step methods. */
  readonly control?: StepControl;
  /** Sizes the work arrays for the iterate's number of directions. */
  resize(): void;
  /** `x`, `s` or the inputs have changed by other means than `advance`. */
  restart(): void;
  /** From x at t, writes xNext and error. False when a matrix was singular. */
  attempt(t: number, h: number): boolean;
  /** From s at t, writes sNext: the exact derivative of the step just attempted, its length taken as constant. */
  differentiate(t: number, h: number): void;
  /** Writes the estimated error of sNext, shape (q, n). Only after `differentiate`. */
  tangentError(h: number, out: Float64Array): void;
  advance(): void;
  /** Coefficients of 1, θ … θ⁴ of the interpolant of the state on t + θh, shape (5, n). */
  polynomial(h: number, out: Float64Array): void;
  /** The same for the derivatives, shape (5, q·n). Only after `differentiate`. */
  tangentPolynomial(h: number, out: Float64Array): void;
  /** State whose right-hand side first ceased to be a finite number in the last attempt; −1 if none did. */
  blame(t: number, h: number): number;
  /** What the last attempt computed on its way. Absent where that is not kept; such a step cannot be walked backwards. */
  interior?(): Interior;
  /** Estimate of |h·λ| for the dominant eigenvalue λ, from the last attempt; 0 where the method has none. */
  stiffness(h: number): number;
}

/** States of the stages of a step, and their rates or increments. */
export interface Interior {
  readonly states: readonly Float64Array[];
  readonly stages: readonly Float64Array[];
  /** Values of the Jacobian where the step began, where it has one. */
  readonly jacobian?: Float64Array;
}

/** Step control of a method of variable order. */
export interface StepControl {
  /** Longest step from t, for the first one after a restart; Infinity for the others. */
  limit(t: number, span: number): number;
  /** Factor for the step after the one in hand, which was accepted with this error. Called once, before `advance`. */
  next(error: number): number;
  /** Factor for another try after the step in hand was rejected. Not a number: it could not be computed. */
  again(error: number): number;
}

/** See {@link Stepper.blame}: looks at the states of the stages, in their order. */
export function firstBadRate(iterate: Iterate, states: readonly Float64Array[], nodes: Float64Array, t: number, h: number): number {
  const { system, inputs, p } = iterate;
  const rate = new Float64Array(iterate.x.length);
  const bad = (value: number): boolean => !Number.isFinite(value);
  for (const [i, state] of states.entries()) {
    if (state.some(bad)) return -1;
    const time = t + nodes[i]! * h;
    inputs.at(time);
    system.rhs.evaluate(time, state, inputs.u, p, rate);
    const culprit = rate.findIndex(bad);
    if (culprit >= 0) return culprit;
  }
  return -1;
}

/**
 * out ← base + scale·Σⱼ weights[j]·rows[j], rows of `size` elements in one array. `out` may be `base`.
 *
 * Written out for up to seven terms: with the weights in registers this takes half the time of a loop over them, and a solver spends
 * most of its own time here.
 */
export function combine(
  out: Float64Array,
  base: Float64Array,
  scale: number,
  weights: Float64Array,
  count: number,
  rows: Float64Array,
  size: number,
): void {
  if (count > 7) {
    combineMany(out, base, scale, weights, count, rows, size);
    return;
  }
  const two = 2 * size;
  const three = 3 * size;
  const four = 4 * size;
  const five = 5 * size;
  const six = 6 * size;
  const a = count > 0 ? scale * weights[0]! : 0;
  const b = count > 1 ? scale * weights[1]! : 0;
  const c = count > 2 ? scale * weights[2]! : 0;
  const d = count > 3 ? scale * weights[3]! : 0;
  const e = count > 4 ? scale * weights[4]! : 0;
  const f = count > 5 ? scale * weights[5]! : 0;
  const g = count > 6 ? scale * weights[6]! : 0;
  if (count === 1) for (let i = 0; i < size; i++) out[i] = base[i]! + a * rows[i]!;
  else if (count === 2) for (let i = 0; i < size; i++) out[i] = base[i]! + (a * rows[i]! + b * rows[size + i]!);
  else if (count === 3) for (let i = 0; i < size; i++) out[i] = base[i]! + (a * rows[i]! + b * rows[size + i]! + c * rows[two + i]!);
  else if (count === 4)
    for (let i = 0; i < size; i++) out[i] = base[i]! + (a * rows[i]! + b * rows[size + i]! + (c * rows[two + i]! + d * rows[three + i]!));
  else if (count === 5)
    for (let i = 0; i < size; i++)
      out[i] = base[i]! + (a * rows[i]! + b * rows[size + i]! + (c * rows[two + i]! + d * rows[three + i]!) + e * rows[four + i]!);
  else if (count === 6)
    for (let i = 0; i < size; i++)
      out[i] =
        base[i]! +
        (a * rows[i]! + b * rows[size + i]! + (c * rows[two + i]! + d * rows[three + i]!) + (e * rows[four + i]! + f * rows[five + i]!));
  else if (count === 7)
    for (let i = 0; i < size; i++)
      out[i] =
        base[i]! +
        (a * rows[i]! +
          b * rows[size + i]! +
          (c * rows[two + i]! + d * rows[three + i]!) +
          (e * rows[four + i]! + f * rows[five + i]! + g * rows[six + i]!));
  else for (let i = 0; i < size; i++) out[i] = base[i]!;
}

function combineMany(
  out: Float64Array,
  base: Float64Array,
  scale: number,
  weights: Float64Array,
  count: number,
  rows: Float64Array,
  size: number,
): void {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    let place = i;
    for (let j = 0; j < count; j++) {
      sum += weights[j]! * rows[place]!;
      place += size;
    }
    out[i] = base[i]! + scale * sum;
  }
}

/** Value of an interpolant at θ: Horner's rule over all coefficient vectors of `size` elements from `offset` on. */
export function evaluatePolynomial(
  coefficients: Float64Array,
  offset: number,
  size: number,
  theta: number,
  out: Float64Array,
  at: number,
): void {
  if (coefficients.length - offset !== (denseDegree + 1) * size) {
    const last = coefficients.length - size;
    for (let i = 0; i < size; i++) {
      let sum = coefficients[last + i]!;
      for (let place = last - size + i; place >= offset; place -= size) sum = coefficients[place]! + theta * sum;
      out[at + i] = sum;
    }
    return;
  }
  const [one, two, three, four] = [offset + size, offset + 2 * size, offset + 3 * size, offset + 4 * size];
  for (let i = 0; i < size; i++) {
    out[at + i] =
      coefficients[offset + i]! +
      theta *
        (coefficients[one + i]! + theta * (coefficients[two + i]! + theta * (coefficients[three + i]! + theta * coefficients[four + i]!)));
  }
}

/** Rows of a flat array as views of their own. */
export function rowsOf(flat: Float64Array, rows: number, size: number): Float64Array[] {
  return Array.from({ length: rows }, (_, i) => flat.subarray(i * size, (i + 1) * size));
}
