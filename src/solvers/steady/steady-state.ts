/** Steady states by name: where a model comes to rest for constant inputs. */
import {
  type AnySource,
  describeOutcome,
  GreyboxError,
  type InputOf,
  type ObservableOf,
  type Outcome,
  type ParameterOf,
  reachedEnd,
  type StateOf,
} from "../../core/index.ts";
import { initialValues, parametersOf } from "../by-name.ts";
import { indexOfName } from "../index-of-name.ts";
import { type SteadySolution, solveSteady } from "./solve-steady.ts";

interface Settings<M extends AnySource, Q extends string> {
  /** Parameter values that differ from the model's own, in its units. */
  readonly parameters?: Readonly<Partial<Record<ParameterOf<M>, number>>> | undefined;
  /** Where to start from, in the units of the model; default: its initial values. Decides which of several steady states is found. */
  readonly near?: Readonly<Partial<Record<StateOf<M> | NonNullable<M["names"]>["algebraic"], number>>> | undefined;
  /** Time at which the equations are read, where they depend on it. Default 0. */
  readonly time?: number | undefined;
  /** Parameters to differentiate by. */
  readonly sensitivities?: readonly Q[] | undefined;
}

/** Every input of the model is required. */
export type SteadyOptions<M extends AnySource, Q extends string = ParameterOf<M>> = Settings<M, Q> &
  ([InputOf<M>] extends [never]
    ? { readonly inputs?: Readonly<Record<string, never>> }
    : { readonly inputs: Readonly<Record<InputOf<M>, number>> });

export interface SteadyState<O extends string = string, Q extends string = string> {
  /** `success`, or `inconsistent` with the equation that does not come to rest. */
  readonly outcome: Outcome;
  /** How it was found. */
  readonly method: SteadySolution["method"];
  /** All observables; where nothing was found, at the point where the search ended. */
  readonly values: Readonly<Record<O, number>>;
  /** Derivative of an observable by a parameter. @throws GreyboxError `solver/unknown-name`, `solver/not-reached` where nothing was found */
  sensitivity(name: O, by: Q): number;
  /** This steady state if it was found, for scripts. @throws GreyboxError `solver/not-reached` */
  orThrow(): SteadyState<O, Q>;
}

/**
 * Finds a steady state of a model for constant inputs.
 *
 * Newton's method first, which also finds unstable ones near the start; where it stalls, the course of time is followed to a stable one.
 *
 * @throws GreyboxError `solver/missing-input`, `solver/unknown-name`, `solver/non-finite`
 *
 * @example
 * const rest = steadyState(reactor, { inputs: { q: 100, cF: 1, TF: 350, Tc: 300 }, sensitivities: ["UA"] });
 * rest.values.T;
 * rest.sensitivity("T", "UA");
 */
export function steadyState<M extends AnySource, const Q extends ParameterOf<M> = never>(
  source: M,
  options: SteadyOptions<M, Q>,
): SteadyState<ObservableOf<M>, Q> {
  const by: readonly Q[] = options.sensitivities ?? [];
  const model = source.system();
  for (const name of by) indexOfName("parameter", name, model.parameters, model.name);
  const system = by.length > 0 ? source.system({ active: by }) : model;
  const p = parametersOf(system, options.parameters);
  const u = inputValues(system.name, system.inputs, options.inputs ?? {});
  const { time = 0 } = options;
  const [n, q, o] = [system.states.length, by.length, system.observables.length];
  const start = new Float64Array(n);
  system.initial.evaluate(time, new Float64Array(n), u, p, start);
  const { x0, x0Given } = initialValues(system, options.near);
  for (let i = 0; i < n; i++) if (x0Given[i] === 0) x0[i] = start[i]!;
  const dp = Float64Array.from({ length: q * q }, (_, i) => (i % (q + 1) === 0 ? 1 : 0));
  const solution = solveSteady(system, { x0, p, u, time, directions: q > 0 ? { count: q, dp } : undefined });
  const { outcome, x, method, tangents } = solution;
  const values = new Float64Array(o);
  system.observe.evaluate(time, x, u, p, values);
  const slopes = new Float64Array(q * o);
  if (tangents) {
    const still = { dt: new Float64Array(q), du: new Float64Array(q * u.length) };
    system.observe.tangent(time, x, u, p, { count: q, dx: tangents, dp, ...still }, slopes);
  }
  const found = (): void => {
    if (!reachedEnd(outcome)) throw new GreyboxError("solver/not-reached", { system: system.name, outcome: describeOutcome(outcome) });
  };
  const state: SteadyState<ObservableOf<M>, Q> = {
    outcome,
    method,
    values: Object.fromEntries(system.observables.map((name, i) => [name, values[i]!])) as Record<ObservableOf<M>, number>,
    sensitivity(name, parameter) {
      found();
      const column = indexOfName("observable", name, system.observables, system.name);
      return slopes[indexOfName("sensitivity", parameter, by, system.name) * o + column]!;
    },
    orThrow() {
      found();
      return state;
    },
  };
  return state;
}

function inputValues(model: string, names: readonly string[], values: Readonly<Record<string, number>>): Float64Array {
  for (const name of Object.keys(values)) indexOfName("input", name, names, model);
  const missing = names.filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new GreyboxError("solver/missing-input", { model, missing });
  return Float64Array.from(names, (name) => values[name]!);
}
