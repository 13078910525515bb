/** Steady states by name: where a model comes to rest for constant inputs, one of them or all. */
import {
  type AnySource,
  describeOutcome,
  type Eigenvalues,
  GreyboxError,
  type InputOf,
  type ObservableOf,
  type Outcome,
  type ParameterOf,
  reachedEnd,
  type StateOf,
  type System,
} from "../../core/index.ts";
import { initialValues, parametersOf } from "../by-name.ts";
import { indexOfName } from "../index-of-name.ts";
import { jacobianOf } from "../jacobian.ts";
import { atRest } from "./at-rest.ts";
import { searchBox, searchDefaults, searchSteady } from "./search.ts";
import { type SteadyProblem, type SteadySolution, solveSteady } from "./solve-steady.ts";
import { type Stability, stabilityOf } from "./stability.ts";
import { steadyIterate } from "./steady-iterate.ts";

type UnknownOf<M extends AnySource> = StateOf<M> | NonNullable<M["names"]>["algebraic"];

interface Settings<M extends AnySource, Q extends string> {
  /** Parameter values that differ from the model's own, in its units. */
  readonly parameters?: Readonly<Partial<Record<ParameterOf<M>, number>>> | undefined;
  /** Where to start from, in the units of the model; default: its initial values. Decides which of several steady states is found. */
  readonly near?: Readonly<Partial<Record<UnknownOf<M>, number>>> | undefined;
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

/** How widely several steady states are searched for. */
export interface SteadySearch<X extends string = string> {
  /** Starting points; the first is the model's own, or `near`. Default 8. */
  readonly starts?: number | undefined;
  /** Of the other starting points. Default 0. */
  readonly seed?: number | string | undefined;
  /**
   * Where starting points are drawn from, by state. Default: from the state's `min` up to twice its size, or half its size around where
   * it starts. Steady states outside are found as well.
   */
  readonly within?: Readonly<Partial<Record<X, readonly [number, number]>>> | undefined;
}

export interface SteadyState<O extends string = string, Q extends string = string> {
  /** `success`, or `inconsistent` with the equation that does not come to rest. */
  readonly outcome: Outcome;
  /** How it was found. */
  readonly method: SteadySolution["method"];
  /** All observables; where nothing was found, at the point where the search ended. */
  readonly values: Readonly<Record<O, number>>;
  /** States that rest below their declared limit: a solution of the equations, not one of the process. */
  readonly below: readonly string[];
  /**
   * True when the model returns here after any small disturbance, false when one grows. Undefined where that cannot be said: nothing was
   * found, the model has delays, or the largest real part is zero to round-off, as it is where a total is conserved.
   */
  readonly stable: boolean | undefined;
  /** Of the linearised model, the largest real part first, in 1/time. Undefined as for `stable`, but for the last reason. */
  readonly eigenvalues: Eigenvalues | undefined;
  /**
   * Derivative of an observable by a parameter.
   *
   * @throws GreyboxError `solver/unknown-name`, `solver/not-reached` where nothing was found, `solver/not-differentiable` where the
   * steady state depends on more than parameters, such as a conserved total
   */
  sensitivity(name: O, by: Q): number;
  /** This steady state if it was found, for scripts. @throws GreyboxError `solver/not-reached` */
  orThrow(): SteadyState<O, Q>;
}

/**
 * Finds a steady state of a model for constant inputs.
 *
 * Newton's method first, which also finds unstable ones near the start; where it stalls, the course of time is followed to a stable one,
 * and failing that a homotopy. {@link steadyStates} looks for all of them.
 *
 * @throws GreyboxError `solver/missing-input`, `solver/unknown-name`, `solver/non-finite`
 *
 * @example
 * const rest = steadyState(reactor, { inputs: { q: 100, cF: 1, TF: 350, Tc: 300 }, sensitivities: ["UA"] });
 * rest.values.T.toFixed(2); // => "350.01"
 * rest.stable; // => false
 * rest.sensitivity("T", "UA");
 */
export function steadyState<M extends AnySource, const Q extends ParameterOf<M> = never>(
  source: M,
  options: SteadyOptions<M, Q>,
): SteadyState<ObservableOf<M>, Q> {
  const question = questionOf(source, options);
  return stateOf<ObservableOf<M>, Q>(question, solveSteady(question.system, question.problem));
}

/**
 * Looks for all steady states of a model for constant inputs: from several starts by Newton's method and in the course of time, and along
 * homotopies that pass one after the other. What is found is exact; that there is no other cannot be proven.
 *
 * @returns those found, in the order of their first state; none where nothing was found
 * @throws GreyboxError `solver/missing-input`, `solver/unknown-name`, `solver/non-finite`, `solver/option`
 *
 * @example
 * const found = steadyStates(reactor, { inputs: { q: 100, cF: 1, TF: 350, Tc: 302 } });
 * found.map(({ values, stable }) => [values.T.toFixed(1), stable]); // => [["373.6", false], ["343.5", false], ["328.7", true]]
 */
export function steadyStates<M extends AnySource, const Q extends ParameterOf<M> = never>(
  source: M,
  options: SteadyOptions<M, Q> & SteadySearch<UnknownOf<M>>,
): readonly SteadyState<ObservableOf<M>, Q>[] {
  const question = questionOf(source, options);
  const { system, problem } = question;
  return searchSteady(system, problem, searchOf(system, problem.x0, options)).map((x0) =>
    stateOf<ObservableOf<M>, Q>(question, solveSteady(system, { ...problem, x0 })),
  );
}

/** How widely to search, with defaults in place. @throws GreyboxError `solver/unknown-name`, `solver/option` */
export function searchOf(system: System, x0: Float64Array, { starts = searchDefaults.starts, seed, within = {} }: SteadySearch) {
  if (!(Number.isInteger(starts) && starts > 0)) {
    throw new GreyboxError("solver/option", { option: "starts", value: starts, expected: "a whole number greater than 0" });
  }
  const box = searchBox(system, x0);
  for (const [name, range] of Object.entries(within)) {
    const i = indexOfName("state", name, system.states, system.name);
    if (range === undefined) continue;
    const [low, high] = range;
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
      throw new GreyboxError("solver/option", {
        option: `within.${name}`,
        value: `[${low}, ${high}]`,
        expected: "two numbers, the lower first",
      });
    }
    [box.low[i], box.high[i]] = [low, high];
  }
  return { ...box, starts, seed: seed ?? searchDefaults.seed };
}

/** A question about steady states as arrays. */
export interface SteadyQuestion {
  readonly system: System;
  readonly delayed: boolean;
  readonly by: readonly string[];
  readonly dp: Float64Array;
  readonly problem: SteadyProblem & {
    readonly x0: Float64Array;
    readonly p: Float64Array;
    readonly u: Float64Array;
    readonly time: number;
  };
}

/** What {@link questionOf} reads, whatever the model. */
interface AnySettings {
  readonly inputs?: Readonly<Record<string, number>>;
  readonly parameters?: Readonly<Record<string, number | undefined>> | undefined;
  readonly near?: Readonly<Record<string, number | undefined>> | undefined;
  readonly time?: number | undefined;
  readonly sensitivities?: readonly string[] | undefined;
}

/**
 * @param also  parameters that must be active beside those of `sensitivities`
 * @throws GreyboxError `solver/missing-input`, `solver/unknown-name`, `solver/non-finite`
 */
export function questionOf(source: AnySource, options: AnySettings, also: readonly string[] = []): SteadyQuestion {
  const by = options.sensitivities ?? [];
  const model = source.system();
  for (const name of by) indexOfName("parameter", name, model.parameters, model.name);
  const active = [...by, ...also];
  const asked = active.length > 0 ? source.system({ active }) : model;
  const system = atRest(asked);
  const p = parametersOf(system, options.parameters);
  const u = inputValues(system.name, system.inputs, options.inputs ?? {});
  const { time = 0 } = options;
  const [n, q] = [system.states.length, by.length];
  const start = new Float64Array(n);
  system.initial.evaluate(time, new Float64Array(n), u, p, start);
  const { x0, x0Given } = initialValues(system, options.near);
  for (let i = 0; i < n; i++) if (x0Given[i] === 0) x0[i] = start[i]!;
  const a = system.active.length;
  const dp = new Float64Array(q * a);
  for (const [k, name] of by.entries()) dp[k * a + system.active.indexOf(system.parameters.indexOf(name))] = 1;
  const directions = q > 0 ? { count: q, dp } : undefined;
  return { system, delayed: asked.delays !== undefined, by, dp, problem: { x0, p, u, time, directions } };
}

function stateOf<O extends string, Q extends string>(question: SteadyQuestion, solution: SteadySolution): SteadyState<O, Q> {
  const { system, by, dp } = question;
  const { p, u, time } = question.problem;
  const { outcome, x, method, tangents } = solution;
  const [q, o] = [by.length, system.observables.length];
  const values = observed(system, time, x, u, p);
  const slopes = new Float64Array(q * o);
  if (tangents) {
    const still = { dt: new Float64Array(q), du: new Float64Array(q * u.length) };
    system.observe.tangent(time, x, u, p, { count: q, dx: tangents, dp, ...still }, slopes);
  }
  const found = (): void => {
    if (!reachedEnd(outcome)) throw new GreyboxError("solver/not-reached", { system: system.name, outcome: describeOutcome(outcome) });
  };
  let known: { readonly stability: Stability | undefined } | undefined;
  const stability = (): Stability | undefined => {
    known ??= { stability: reachedEnd(outcome) && !question.delayed ? stabilityHere(question, x) : undefined };
    return known.stability;
  };
  const state: SteadyState<O, Q> = {
    outcome,
    method,
    values: byName(system, values) as Record<O, number>,
    below: solution.below.map((i) => system.states[i]!),
    get stable() {
      return stability()?.stable;
    },
    get eigenvalues() {
      const found = stability();
      return found && { real: found.real, imaginary: found.imaginary };
    },
    sensitivity(name, parameter) {
      found();
      const column = indexOfName("observable", name, system.observables, system.name);
      const row = indexOfName("sensitivity", parameter, by, system.name);
      if (!tangents) {
        const why = "its Jacobian is singular at the steady state, which then depends on where the model starts";
        throw new GreyboxError("solver/not-differentiable", { system: system.name, why });
      }
      return slopes[row * o + column]!;
    },
    orThrow() {
      found();
      return state;
    },
  };
  return state;
}

/** Values of the observables. */
export function observed(system: System, time: number, x: Float64Array, u: Float64Array, p: Float64Array): Float64Array {
  const values = new Float64Array(system.observables.length);
  system.observe.evaluate(time, x, u, p, values);
  return values;
}

export function byName(system: System, values: Float64Array): Record<string, number> {
  return Object.fromEntries(system.observables.map((name, i) => [name, values[i]!]));
}

function stabilityHere({ system, problem }: SteadyQuestion, x: Float64Array): Stability | undefined {
  const iterate = steadyIterate(system, { ...problem, x0: x, directions: undefined });
  const f = new Float64Array(x.length);
  const jacobian = jacobianOf(iterate);
  system.rhs.evaluate(problem.time, x, iterate.inputs.u, iterate.p, f);
  jacobian.evaluate(problem.time, x, f);
  return stabilityOf(jacobian.values, jacobian.sparsity, system.mass, x.length);
}

function inputValues(model: string, names: readonly string[], values: Readonly<Record<string, number>>): Float64Array {
  for (const name of Object.keys(values)) indexOfName("input", name, names, model);
  const missing = names.filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new GreyboxError("solver/missing-input", { model, missing });
  return Float64Array.from(names, (name) => values[name]!);
}
