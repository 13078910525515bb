/** The solution between steps, kept as one polynomial a step. Never extrapolated. */
import { denseDegree, evaluatePolynomial } from "./stepper.ts";

export interface DenseOutput {
  readonly from: number;
  /** As far as the run came. */
  readonly to: number;
  /** Writes the state at t, shape (n); at a jump the value before it. Undefined outside is the caller's to check. */
  state(t: number, out: Float64Array): void;
  /** Writes the derivatives of the state at t, shape (q, n). */
  tangents(t: number, out: Float64Array): void;
  /** Writes the inputs at t, shape (r); at a step of an input the value before it. */
  inputs(t: number, out: Float64Array): void;
}

/** Writes the inputs at t, read on the line of a piece. */
export type PieceInputs = (piece: number, t: number, out: Float64Array) => void;

export interface DenseRecorder {
  /** Adds the step from t to t + h, valid up to `end` ≤ t + h. */
  push(t: number, h: number, end: number, piece: number, polynomial: Float64Array, tangents: Float64Array | undefined): void;
  /** @param x  state to answer with where no step was made */
  finish(from: number, to: number, inputs: PieceInputs, x: Float64Array, s: Float64Array): DenseOutput;
}

export function denseRecorder(n: number, size: number): DenseRecorder {
  const starts: number[] = [];
  const lengths: number[] = [];
  const pieces: number[] = [];
  const polynomials: Float64Array[] = [];
  const tangentPolynomials: Float64Array[] = [];

  return {
    push(t, h, end, piece, polynomial, tangents) {
      if (end <= t) return;
      starts.push(t);
      lengths.push(h);
      pieces.push(piece);
      polynomials.push(polynomial.slice());
      if (tangents) tangentPolynomials.push(tangents.slice());
    },

    finish(from, to, inputs, x, s) {
      if (starts.length === 0) {
        starts.push(from);
        lengths.push(1);
        pieces.push(0);
        polynomials.push(constant(x));
        tangentPolynomials.push(constant(s));
      }
      /** The step that t lies in, its end included. */
      const stepAt = (t: number): number => {
        let [low, high] = [0, starts.length];
        while (low < high) {
          const middle = (low + high) >>> 1;
          if (starts[middle]! < t) low = middle + 1;
          else high = middle;
        }
        return Math.max(0, low - 1);
      };
      const theta = (i: number, t: number): number => Math.min(1, (t - starts[i]!) / lengths[i]!);
      return {
        from,
        to,
        state(t, out) {
          const i = stepAt(t);
          evaluatePolynomial(polynomials[i]!, 0, n, theta(i, t), out, 0);
        },
        tangents(t, out) {
          const i = stepAt(t);
          evaluatePolynomial(tangentPolynomials[i]!, 0, size, theta(i, t), out, 0);
        },
        inputs: (t, out) => inputs(pieces[stepAt(t)]!, t, out),
      };
    },
  };
}

function constant(values: Float64Array): Float64Array {
  const polynomial = new Float64Array((denseDegree + 1) * values.length);
  polynomial.set(values);
  return polynomial;
}
