/** Simulation by name: a model, a span, and numbers or signals for its inputs. */
import {
  type AnySource,
  GreyboxError,
  type InputOf,
  inputWidth,
  type ObservableOf,
  type ParameterOf,
  type Signal,
  type StateOf,
  type System,
  signal,
} from "../core/index.ts";
import { initialValues, parametersOf } from "./by-name.ts";
import { defaultTolerances } from "./check.ts";
import { indexOfName } from "./index-of-name.ts";
import type { ProblemDirections, SolveOptions } from "./problem.ts";
import { solve } from "./solver.ts";
import { type Trajectory, trajectoryOf } from "./trajectory.ts";

/** What a derivative can be taken by: a parameter, or the initial value of a state, written "T(0)". */
export type SensitivityOf<M extends AnySource> = ParameterOf<M> | `${StateOf<M>}(0)`;

interface Settings<M extends AnySource, Q extends string> extends Omit<SolveOptions, "atol"> {
  /** Start and end, in the time unit of the model. */
  readonly span: readonly [number, number];
  /** Parameter values that differ from the model's own, in its units. */
  readonly parameters?: Readonly<Partial<Record<ParameterOf<M>, number>>> | undefined;
  /** Initial values that differ from the model's own, in its units; for implicit algebraic quantities: the guess. */
  readonly initial?: Readonly<Partial<Record<StateOf<M> | NonNullable<M["names"]>["algebraic"], number>>> | undefined;
  /** What states were before the start, as far back as the longest delay. Default: at rest at the initial value. */
  readonly history?: Readonly<Partial<Record<StateOf<M>, number | Signal>>> | undefined;
  /** Absolute tolerance: one number for all states, or by name. Default: rtol/100 of a state's nominal size. */
  readonly atol?: number | Readonly<Partial<Record<StateOf<M>, number>>> | undefined;
  /** Keep the solution between the reported times, for `at(t)`. Default true; costs about 0.5 kB a step and state. */
  readonly dense?: boolean | undefined;
  /** Times to report. Absent: the steps of the solver. */
  readonly at?: ArrayLike<number> | undefined;
  /** Parameters and initial values, as "T(0)", to differentiate by. */
  readonly sensitivities?: readonly Q[] | undefined;
}

/** A value for each input: a number, or a signal that covers the span. */
type Inputs<M extends AnySource> = Readonly<Record<InputOf<M>, number | Signal>>;

/** Every input of the model is required; where the compiler does not know their names, the call checks. */
export type SimulateOptions<M extends AnySource, Q extends string = SensitivityOf<M>> = Settings<M, Q> &
  ([InputOf<M>] extends [never] ? { readonly inputs?: Readonly<Record<string, never>> } : { readonly inputs: Inputs<M> });

/**
 * Simulates a model.
 *
 * @throws GreyboxError for what the caller got wrong: `solver/missing-input`, `solver/unknown-name`, `solver/span`, `solver/input-span` …
 * What the numbers did is in `outcome`; nothing is thrown for it.
 *
 * @example
 * const run = simulate(reactor, { span: [0, 10], inputs: { q: 100, cF: 1, TF: 350, Tc: 300 }, sensitivities: ["UA"] });
 * run.outcome.kind; // => "success"
 * run.at(5).T;
 * run.sensitivity("T", "UA");
 */
export function simulate<M extends AnySource, const Q extends SensitivityOf<M> = never>(
  source: M,
  options: SimulateOptions<M, Q>,
): Trajectory<ObservableOf<M>, Q> {
  const by: readonly Q[] = options.sensitivities ?? [];
  const model = source.system();
  const initialOf = (name: string): number => (name.endsWith("(0)") ? model.states.indexOf(name.slice(0, -3)) : -1);
  for (const name of by) {
    if (initialOf(name) < 0) {
      indexOfName("parameter or initial value", name, [...model.parameters, ...model.states.map((state) => `${state}(0)`)], model.name);
    }
  }
  const active = by.filter((name) => initialOf(name) < 0);
  const system = active.length > 0 ? source.system({ active }) : model;
  const p = parametersOf(system, options.parameters);
  const { x0, x0Given } = initialValues(system, options.initial);
  const directions = by.length > 0 ? directionsOf(system, by, initialOf) : undefined;
  const solution = solve(
    system,
    {
      span: options.span,
      p,
      x0,
      x0Given,
      inputs: inputsOf(system, options.inputs ?? {}, options.span),
      history: options.history && historyOf(system, options.history, options.span, p),
      samples: options.at === undefined ? undefined : Float64Array.from(options.at),
      directions,
    },
    { ...options, atol: tolerancesOf(system, options.atol, options.rtol), dense: options.dense ?? true },
  );
  return trajectoryOf(system, solution, p, by, directions?.dp ?? new Float64Array(0));
}

/** Signals in the order of the system's inputs; a number becomes a constant signal over the span. */
function inputsOf(system: System, values: Readonly<Record<string, number | Signal>>, span: readonly [number, number]): Signal[] {
  for (const name of Object.keys(values)) indexOfName("input", name, system.inputs, system.name);
  const missing = system.inputs.filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new GreyboxError("solver/missing-input", { model: system.name, missing });
  const [from, to] = span;
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) throw new GreyboxError("solver/span", { from, to });
  return system.inputs.map((name) => {
    const value = values[name] as number | Signal;
    if (typeof value !== "number") return value;
    if (!Number.isFinite(value)) throw new GreyboxError("solver/non-finite", { argument: "inputs", name, value });
    return signal([from, to], [value, value]);
  });
}

/** Signals in the order of the system's states; a number becomes a constant past, as long as the longest delay. */
function historyOf(
  system: System,
  values: Readonly<Record<string, number | Signal | undefined>>,
  [from]: readonly [number, number],
  p: Float64Array,
): (Signal | undefined)[] {
  for (const name of Object.keys(values)) indexOfName("state", name, system.states, system.name);
  const lags = new Float64Array(system.delays?.names.length ?? 0);
  system.delays?.lag.evaluate(from, new Float64Array(system.states.length), new Float64Array(inputWidth(system)), p, lags);
  const since = from - lags.reduce((longest, lag) => Math.max(longest, lag), 1);
  return system.states.map((name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value !== "number") return value;
    if (!Number.isFinite(value)) throw new GreyboxError("solver/non-finite", { argument: "history", name, value });
    return signal([since, from], [value, value]);
  });
}

function tolerancesOf(
  system: System,
  atol: number | Readonly<Record<string, number | undefined>> | undefined,
  rtol: number | undefined,
): number | Float64Array | undefined {
  if (atol === undefined || typeof atol === "number") return atol;
  const result = defaultTolerances(system, rtol);
  for (const [name, value] of Object.entries(atol)) {
    const i = indexOfName("state", name, system.states, system.name);
    if (value !== undefined) result[i] = value;
  }
  return result;
}

/** Directions of unit changes, one for each name. */
export function directionsOf(system: System, by: readonly string[], initialOf: (name: string) => number): ProblemDirections {
  const [q, a, n] = [by.length, system.active.length, system.states.length];
  const dp = new Float64Array(q * a);
  const dx0 = new Float64Array(q * n);
  for (const [k, name] of by.entries()) {
    const state = initialOf(name);
    if (state >= 0) dx0[k * n + state] = 1;
    else dp[k * a + system.active.indexOf(system.parameters.indexOf(name))] = 1;
  }
  return { count: q, dp, dx0 };
}
