/** From weights of what a run reported to the gradient by what it depends on. */
import { type Gradient, GreyboxError } from "../../core/index.ts";
import type { Problem, Solution } from "../problem.ts";
import type { Iterate } from "../stepper.ts";
import type { JumpBack } from "./jump-back.ts";
import type { StepBack } from "./step-back.ts";
import { sweepBack } from "./sweep.ts";
import type { Recording } from "./tape.ts";

/** Weights of what a run reported: derivatives of a number that was made of it. Absent: zeros. */
export interface Weights {
  /** Of the states at the rows of the solution, shape (m, n). */
  readonly states?: Float64Array | undefined;
  /** Of the observables there, shape (m, number of observables). */
  readonly observables?: Float64Array | undefined;
  /** Of the state at the end, after any jump there. Shape (n). */
  readonly end?: Float64Array | undefined;
}

export interface WeightedGradient {
  /** By the active parameters, shape (a); also through initial values that depend on them. */
  readonly p: Float64Array;
  /** By the initial states, shape (n); 0 for algebraic ones, which are solved for. */
  readonly x0: Float64Array;
}

/** Walks a recording back; the iterate has the run's parameters and inputs. Undefined where no finite derivative exists. */
export function gradientOf(
  iterate: Iterate,
  problem: Omit<Problem, "directions">,
  { times, states, inputs: inputRows, end }: Solution,
  recording: Recording,
  steps: readonly StepBack[],
  jumps: JumpBack,
  weights: Weights,
): WeightedGradient | undefined {
  const { system, inputs, p } = iterate;
  const [n, r, m, o] = [system.states.length, system.inputs.length, times.length, system.observables.length];
  const into: Gradient = { x: new Float64Array(n), u: new Float64Array(r), p: new Float64Array(system.active.length) };
  const ofRows = shaped("weights.states", weights.states, m * n, "one row of states for each time").slice();
  if (weights.observables) {
    const ofObservables = shaped("weights.observables", weights.observables, m * o, "one row of observables for each time");
    const { observe } = system;
    if (!observe.pullback) {
      const what = `gradients of observables of "${system.name}", whose functions come without \`pullback\``;
      throw new GreyboxError("solver/unsupported", { method: "adjoint", what, instead: "Give weights of states." });
    }
    for (let i = 0; i < m; i++) {
      const x = ofRows.subarray(i * n, (i + 1) * n);
      const row = ofObservables.subarray(i * o, (i + 1) * o);
      if (!row.some((weight) => weight !== 0)) continue;
      observe.pullback(times[i]!, states.subarray(i * n, (i + 1) * n), inputRows.subarray(i * r, (i + 1) * r), p, row, { ...into, x });
    }
  }
  const state = shaped("weights.end", weights.end, end.x.length, "one for each state").slice();
  if (!sweepBack(iterate, recording, steps, jumps, ofRows, state, into)) return undefined;
  const [t0] = problem.span;
  inputs.enter(0);
  const own = state.map((weight, i) => (problem.x0 && (problem.x0Given?.[i] ?? 1) !== 0 ? 0 : weight));
  if (own.some((weight) => weight !== 0)) {
    const start = iterate.x.fill(0);
    system.initial.pullback!(t0, start, inputs.u, p, own, { ...into, x: new Float64Array(n) });
  }
  return { p: into.p, x0: state };
}

function shaped(argument: string, values: Float64Array | undefined, expected: number, per: string): Float64Array {
  if (values && values.length !== expected) throw new GreyboxError("solver/shape", { argument, expected, actual: values.length, per });
  return values ?? new Float64Array(expected);
}
