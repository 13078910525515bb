/** The solution between steps, kept as one polynomial a step. Never extrapolated. */
import { evaluatePolynomial } from "./stepper.ts";

export interface DenseOutput {
  readonly from: number;
  /** As far as the run came. */
  readonly to: number;
  /** Writes the state at t, shape (n); at a jump the value before it. Undefined outside is the caller's to check. */
  state(t: number, out: Float64Array): void;
  /** Writes the derivatives of the state at t, shape (q, n). */
  tangents(t: number, out: Float64Array): void;
  /** Writes the inputs at t, delayed values after them, shape (r + d); at a step of an input the value before it. */
  inputs(t: number, out: Float64Array): void;
}

/** Writes the inputs at t, read on the line of a piece. */
export type PieceInputs = (piece: number, t: number, out: Float64Array) => void;

/** Writes the value at t + θh of a step. */
export type Interpolant = (theta: number, out: Float64Array) => void;

export interface DenseRecorder {
  /** Adds the step from t to t + h, valid up to `end` ≤ t + h. */
  push(t: number, h: number, end: number, piece: number, state: Interpolant, tangents: Interpolant | undefined): void;
  /** @param x  state to answer with where no step was made */
  finish(from: number, to: number, inputs: PieceInputs, x: Float64Array, s: Float64Array): DenseOutput;
}

interface Step {
  readonly start: number;
  readonly length: number;
  readonly piece: number;
  readonly state: Interpolant;
  readonly tangents: Interpolant | undefined;
}

export function denseRecorder(): DenseRecorder {
  const steps: Step[] = [];

  return {
    push(start, length, end, piece, state, tangents) {
      if (end > start) steps.push({ start, length, piece, state, tangents });
    },

    finish(from, to, inputs, x, s) {
      if (steps.length === 0) steps.push({ start: from, length: 1, piece: 0, state: constant(x), tangents: constant(s) });
      /** The step that t lies in, its end included. */
      const stepAt = (t: number): Step => {
        let [low, high] = [0, steps.length];
        while (low < high) {
          const middle = (low + high) >>> 1;
          if (steps[middle]!.start < t) low = middle + 1;
          else high = middle;
        }
        return steps[Math.max(0, low - 1)]!;
      };
      const theta = (step: Step, t: number): number => Math.min(1, (t - step.start) / step.length);
      return {
        from,
        to,
        state(t, out) {
          const step = stepAt(t);
          step.state(theta(step, t), out);
        },
        tangents(t, out) {
          const step = stepAt(t);
          step.tangents?.(theta(step, t), out);
        },
        inputs: (t, out) => inputs(stepAt(t).piece, t, out),
      };
    },
  };
}

/** A polynomial of the form that the one-step methods hand over, copied. */
export function polynomialInterpolant(coefficients: Float64Array, size: number): Interpolant {
  const own = coefficients.slice();
  return (theta, out) => evaluatePolynomial(own, 0, size, theta, out, 0);
}

function constant(values: Float64Array): Interpolant {
  const own = values.slice();
  return (_theta, out) => out.set(own);
}

/** Enough for the degree 19 that odex reaches. */
const nodes = 20;

/**
 * The polynomial through the values of another interpolant at Chebyshev points: a copy, for interpolants whose arrays do not last.
 *
 * @see J.-P. Berrut, L. N. Trefethen, "Barycentric Lagrange interpolation", SIAM Rev. 46 (2004) 501–517.
 */
export function nodalInterpolant(original: Interpolant, size: number): Interpolant {
  const at = Float64Array.from({ length: nodes }, (_, j) => 0.5 - 0.5 * Math.cos((Math.PI * j) / (nodes - 1)));
  const values = Array.from(at, (theta) => {
    const row = new Float64Array(size);
    original(theta, row);
    return row;
  });
  return (theta, out) => {
    const exact = at.indexOf(theta);
    if (exact >= 0) {
      out.set(values[exact]!);
      return;
    }
    out.fill(0);
    let total = 0;
    for (let j = 0; j < nodes; j++) {
      const end = j === 0 || j === nodes - 1 ? 0.5 : 1;
      const weight = ((j % 2 === 0 ? 1 : -1) * end) / (theta - at[j]!);
      total += weight;
      for (let i = 0; i < size; i++) out[i]! += weight * values[j]![i]!;
    }
    for (let i = 0; i < size; i++) out[i]! /= total;
  };
}
