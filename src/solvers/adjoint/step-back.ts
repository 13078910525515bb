/** What the way back asks of every one-step method. */
import type { Gradient } from "../../core/index.ts";
import type { Iterate, Stepper } from "../stepper.ts";

/**
 * One step, backwards. First the weights of what came of the step are handed in, then `back` turns them into weights of what it started
 * from: the transpose of `Stepper.differentiate` and of the interpolant.
 */
export interface StepBack {
  readonly stepper: Stepper;
  /** Starts with no weights; the iterate stands where the step began. */
  begin(): void;
  /** Adds weights[offset … offset + n) of the state at the end of the step. */
  end(weights: Float64Array, offset: number): void;
  /** Adds weights of the interpolant at θ. */
  inside(theta: number, h: number, weights: Float64Array, offset: number): void;
  /**
   * Computes the step again and walks it back. `state` receives the weights of the state it began from, `into.p` is added to.
   *
   * @returns false when a matrix was singular
   */
  back(t: number, h: number, state: Float64Array, into: Gradient): boolean;
}

/** A transposed derivative at a stage; adds to `state` and to the parameters of `into`. Nothing comes of weights that are all zero. */
export function pullRates(
  { system, inputs, p, statistics }: Iterate,
  time: number,
  at: Float64Array,
  weights: Float64Array,
  state: Float64Array,
  into: Gradient,
): void {
  if (!weights.some((weight) => weight !== 0)) return;
  inputs.at(time);
  system.rhs.pullback!(time, at, inputs.u, p, weights, { x: state, u: into.u, p: into.p }); // Checked before the run.
  statistics.tangents++;
}

/** to ← to + scale·from[offset …). */
export function addTo(to: Float64Array, scale: number, from: Float64Array, offset = 0): void {
  for (let i = 0; i < to.length; i++) to[i]! += scale * from[offset + i]!;
}
