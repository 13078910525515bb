/** What a Rosenbrock stepper works on: arrays for the derivatives of a step, and the interpolant of what it made. */
import type { Directions } from "../core/index.ts";
import { type Iterate, rowsOf } from "./stepper.ts";

/** Spacing, as a fraction of the step, of the difference that gives the derivative of ∂f/∂t; see `docs/notes/0030-derivative-of-a-step.md`. */
export const timeIncrement = 1e-3;

/** Arrays for one number of directions. */
export interface TangentWork {
  readonly size: number;
  readonly K: Float64Array;
  readonly KRows: Float64Array[];
  readonly start: Directions;
  readonly along: Directions;
  /** Derivative of the Jacobian's values, shape (q, non-zeros). */
  readonly dJ: Float64Array;
  /** Derivative of ∂f/∂t, and what it is a difference of. Shape (q, n). */
  readonly dft: Float64Array;
  readonly near: Float64Array;
  readonly far: Float64Array;
}

export function tangentWork({ count, s, dp, du }: Iterate, stages: number, nonZeros: number): TangentWork {
  const size = s.length;
  const K = new Float64Array(stages * size);
  const dt = new Float64Array(count);
  const room = (): Float64Array => new Float64Array(size);
  return {
    size,
    K,
    KRows: rowsOf(K, stages, size),
    start: { count, dt, du, dp, dx: s },
    along: { count, dt, du, dp, dx: room() },
    dJ: new Float64Array(count * nonZeros),
    dft: room(),
    near: room(),
    far: room(),
  };
}

/** Coefficients of 1, θ … θ⁴ of x(θ) = (1 − θ)x + θ(x₁ + (1 − θ)(h₁U + θ(h₂U + θh₃U))). */
export function interpolant(
  out: Float64Array,
  start: Float64Array,
  end: Float64Array,
  dense: readonly Float64Array[],
  k: Float64Array,
  size: number,
  stages: number,
): void {
  const [one, two, three] = dense as [Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < size; i++) {
    let [first, second, third] = [0, 0, 0];
    for (let j = 0; j < stages; j++) {
      const value = k[j * size + i]!;
      first += one[j]! * value;
      second += two[j]! * value;
      third += three[j]! * value;
    }
    out[i] = start[i]!;
    out[size + i] = end[i]! - start[i]! + first;
    out[2 * size + i] = second - first;
    out[3 * size + i] = third - second;
    out[4 * size + i] = -third;
  }
}
