/** A window of steady points: each sample is the state at which nothing changes any more, for the inputs at its time. */
import { reachedEnd, type System, valueAt } from "../../core/index.ts";
import { type Solution, solveSteady } from "../../solvers/index.ts";
import type { WindowPlan } from "../question/windows.ts";

/** What a run gives to be compared with measurements. */
export type Course = Pick<Solution, "outcome" | "times" | "states" | "inputs" | "tangents" | "inputTangents"> & {
  /** Why there is none, where the outcome does not say it all. */
  readonly why?: string | undefined;
} & Partial<Pick<Solution, "end">>;

/**
 * Solves for every sample, from the same guess, so that the answer does not depend on what was solved before.
 *
 * @param guess  shape (n)
 * @param directions  number of directions, and the change of the active parameters along each
 */
export function steadyCourse(
  system: System,
  { inputs, samples }: WindowPlan,
  p: Float64Array,
  guess: Float64Array,
  directions: { readonly count: number; readonly dp: Float64Array } | undefined,
): Course {
  const [n, r, q] = [system.states.length, system.inputs.length, directions?.count ?? 0];
  const states = new Float64Array(samples.length * n);
  const values = new Float64Array(samples.length * r);
  const tangents = new Float64Array(samples.length * q * n);
  for (const [i, time] of samples.entries()) {
    const u = Float64Array.from(inputs, (signal) => valueAt(signal, time));
    values.set(u, i * r);
    if (n === 0) continue;
    const { outcome, x, tangents: found } = solveSteady(system, { x0: guess, p, u, time, directions });
    const singular = q > 0 && found === undefined;
    if (!reachedEnd(outcome) || singular)
      return {
        outcome: singular && reachedEnd(outcome) ? { kind: "inconsistent", at: time, equation: system.states[0]!, residual: 0 } : outcome,
        times: samples.subarray(0, i),
        states,
        inputs: values,
        tangents,
      };
    states.set(x, i * n);
    if (found) tangents.set(found, i * q * n);
  }
  return { outcome: { kind: "success" }, times: samples, states, inputs: values, tangents };
}
