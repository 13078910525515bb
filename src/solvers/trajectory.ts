/** The course of a model over time, by name. */
import { describeOutcome, GreyboxError, inputWidth, type Outcome, reachedEnd, type System } from "../core/index.ts";
import { indexOfName } from "./index-of-name.ts";
import type { MethodName } from "./methods/method.ts";
import type { Solution } from "./problem.ts";
import type { Statistics } from "./stepper.ts";

/** `O`: names of observables (states, algebraic quantities, outputs); `Q`: what was differentiated by. */
export interface Trajectory<O extends string = string, Q extends string = string> {
  /** How the run ended. A run that ended early is valid as far as it came. */
  readonly outcome: Outcome;
  /** The method that was used, and why. */
  readonly method: MethodName;
  readonly reason: string;
  readonly statistics: Readonly<Statistics>;
  /** Times asked for in `at`, or those of the steps; at a jump twice: before and after. In the time unit of the model. Shape (m). */
  readonly time: Float64Array;
  /** What happened, in order; with the derivative of its time by each of the sensitivities asked for. */
  readonly events: readonly {
    readonly time: number;
    readonly event: string;
    readonly sensitivities?: Readonly<Record<Q, number>>;
  }[];
  /** States that went below their declared minimum by more than their tolerance, with the worst value. Nothing is clipped. */
  readonly below: readonly { readonly state: string; readonly time: number; readonly value: number }[];
  /**
   * All observables at one time, read off the interpolant; at a jump, before it.
   *
   * @throws GreyboxError `solver/outside` before the start or after the end that was reached, `solver/no-dense-output`
   */
  at(t: number): Readonly<Record<O, number>>;
  /** One observable on `time`, in its unit. Shape (m). @throws GreyboxError `solver/unknown-name` */
  column(name: O): Float64Array;
  /** Derivative of an observable by a parameter or an initial value, on `time`. Shape (m). @throws GreyboxError `solver/unknown-name` */
  sensitivity(name: O, by: Q): Float64Array;
  /** This trajectory if it reached its end, for scripts. @throws GreyboxError `solver/not-reached` with the outcome in words */
  orThrow(): Trajectory<O, Q>;
}

/**
 * Gives names to a solution.
 *
 * @param p  the parameters it was solved with
 * @param by  names of the directions of differentiation
 * @param dp  their changes of the active parameters, shape (q, a)
 */
export function trajectoryOf<O extends string, Q extends string>(
  system: System,
  solution: Solution,
  p: Float64Array,
  by: readonly Q[],
  dp: Float64Array,
): Trajectory<O, Q> {
  const { times, dense, outcome } = solution;
  const [n, r, q, o] = [system.states.length, inputWidth(system), by.length, system.observables.length];
  const m = times.length;
  let table: Float64Array | undefined;
  let slopes: Float64Array | undefined;

  /** All observables on `time`, shape (m, o). */
  function observed(): Float64Array {
    if (table) return table;
    table = new Float64Array(m * o);
    for (let i = 0; i < m; i++) {
      const x = solution.states.subarray(i * n, (i + 1) * n);
      const u = solution.inputs.subarray(i * r, (i + 1) * r);
      system.observe.evaluate(times[i]!, x, u, p, table.subarray(i * o, (i + 1) * o));
    }
    return table;
  }

  /** Their derivatives, shape (m, q, o). */
  function differentiated(tangents: Float64Array): Float64Array {
    if (slopes) return slopes;
    slopes = new Float64Array(m * q * o);
    const [dt, still] = [new Float64Array(q), new Float64Array(q * r)];
    const { inputTangents } = solution;
    for (let i = 0; i < m; i++) {
      const x = solution.states.subarray(i * n, (i + 1) * n);
      const u = solution.inputs.subarray(i * r, (i + 1) * r);
      const dx = tangents.subarray(i * q * n, (i + 1) * q * n);
      const du = inputTangents?.subarray(i * q * r, (i + 1) * q * r) ?? still;
      system.observe.tangent(times[i]!, x, u, p, { count: q, dt, du, dx, dp }, slopes.subarray(i * q * o, (i + 1) * q * o));
    }
    return slopes;
  }

  const every = (values: Float64Array, width: number, column: number): Float64Array =>
    Float64Array.from({ length: m }, (_, i) => values[i * width + column]!);

  const trajectory: Trajectory<O, Q> = {
    outcome,
    method: solution.method,
    reason: solution.reason,
    statistics: solution.statistics,
    time: times,
    events: solution.events.map(({ time, event, tangents }) => ({
      time,
      event: system.events!.names[event]!,
      ...(tangents ? { sensitivities: Object.fromEntries(by.map((name, k) => [name, tangents[k]!])) as Record<Q, number> } : {}),
    })),
    below: solution.below.map(({ state, ...where }) => ({ state: system.states[state]!, ...where })),

    at(t) {
      if (!dense) throw new GreyboxError("solver/no-dense-output", { why: "the run was made with `dense: false`" });
      if (!(t >= dense.from && t <= dense.to)) throw new GreyboxError("solver/outside", { time: t, from: dense.from, to: dense.to });
      const [x, u, values] = [new Float64Array(n), new Float64Array(r), new Float64Array(o)];
      dense.state(t, x);
      dense.inputs(t, u);
      system.observe.evaluate(t, x, u, p, values);
      return Object.fromEntries(system.observables.map((name, i) => [name, values[i]!])) as Record<O, number>;
    },

    column: (name) => every(observed(), o, indexOfName("observable", name, system.observables, system.name)),

    sensitivity(name, parameter) {
      const column = indexOfName("observable", name, system.observables, system.name);
      const direction = indexOfName("sensitivity", parameter, by, system.name);
      return every(differentiated(solution.tangents!), q * o, direction * o + column);
    },

    orThrow() {
      if (!reachedEnd(outcome)) throw new GreyboxError("solver/not-reached", { system: system.name, outcome: describeOutcome(outcome) });
      return trajectory;
    },
  };
  return trajectory;
}
