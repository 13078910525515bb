/** What a model computes for a window: the mechanism's side of every comparison with measurements. */
import { type AnySource, GreyboxError, inputWidth, type ObservableOf, type Outcome, type StateOf } from "../core/index.ts";
import type { Window } from "../historian/index.ts";
import { createSolver, type SolveOptions } from "../solvers/index.ts";
import { stateIndex } from "./question/initial.ts";
import { defaults, type SolverChoice } from "./question/question.ts";
import { type StartChoice, startValue } from "./question/start-choice.ts";
import { inputsOf } from "./question/windows.ts";

export interface EvaluateOptions<M extends AnySource> {
  /** How states start that do not start as the model says; `fit.start`, or `fit.initial[window.name]` for a window of the fit. */
  readonly initial?: { readonly [S in StateOf<M>]?: StartChoice<ObservableOf<M>> } | undefined;
  /** Times to compute at, not decreasing, from the start of the window. Default: all times at which something was measured. */
  readonly at?: Float64Array | undefined;
  readonly solver?: SolverChoice | undefined;
}

/** Computed values. Where the run failed there are fewer of them: up to where it came. */
export interface Evaluation<O extends string = string> {
  readonly outcome: Outcome;
  /** Shape (m), m = number of times asked for where the run succeeded. */
  readonly time: Float64Array;
  /** Every observable of the model at `time`, in model units, shape (m) each. */
  readonly columns: Readonly<Record<O, Float64Array>>;
}

/**
 * Computes all observables of a model over a window.
 *
 * @throws GreyboxError `calibration/missing-input`, `calibration/input-span`, `calibration/time-unit`, `calibration/unknown-name`,
 *   `calibration/measured-initial`, `calibration/option`
 *
 * @example
 * const decay = defineModel({
 *   name: "decay", time: "h",
 *   parameters: { k: { value: 1, unit: "1/h" } },
 *   states: { c: { unit: "mol/L", initial: 1 } },
 *   derivatives: { c: "-k*c" },
 * });
 * const window = windowFromTable(decay, { time: [0, 1, 2], measured: { c: [2, 0.7, 0.3] } });
 * const { columns } = evaluate(decay, window, { initial: { c: "measured" } });
 * columns.c[1].toFixed(5); // => "0.73576"
 */
export function evaluate<M extends AnySource>(model: M, window: Window, options: EvaluateOptions<M> = {}): Evaluation<ObservableOf<M>> {
  const system = model.system({ active: [] });
  if (window.time !== system.time) {
    throw new GreyboxError("calibration/time-unit", { window: window.name, unit: window.time, expected: system.time });
  }
  const samples = options.at ?? measuredTimes(window);
  const last = samples[samples.length - 1];
  if (last === undefined) throw new GreyboxError("calibration/option", { option: "at", value: "empty", rule: "at least one time" });
  const end = last > 0 ? last : window.duration > 0 ? window.duration : 1;
  const n = system.states.length;
  const x0 = new Float64Array(n);
  const x0Given = new Uint8Array(n);
  const choices: Readonly<Record<string, StartChoice | undefined>> = options.initial ?? {};
  for (const [name, choice] of Object.entries(choices)) {
    if (choice === undefined) continue;
    const state = stateIndex(system, name);
    x0[state] = startValue(choice, name, window, system, model.definition);
    x0Given[state] = 1;
  }
  const settings = { rtol: defaults.rtol, maxSteps: defaults.maxSteps, ...options.solver } as SolveOptions;
  const solution = createSolver(system, settings).solve({ span: [0, end], x0, x0Given, inputs: inputsOf(window, system, end), samples });

  const { times, states, inputs, outcome } = solution;
  const r = inputWidth(system);
  const y = new Float64Array(system.observables.length);
  const columns = system.observables.map(() => new Float64Array(times.length));
  for (let i = 0; i < times.length; i++) {
    system.observe.evaluate(times[i]!, states.subarray(i * n, (i + 1) * n), inputs.subarray(i * r, (i + 1) * r), system.p, y);
    for (const [k, column] of columns.entries()) column[i] = y[k]!;
  }
  // The names of the system's observables are those of the model's type.
  const named = Object.fromEntries(system.observables.map((name, k) => [name, columns[k]!])) as Record<ObservableOf<M>, Float64Array>;
  return { outcome, time: times, columns: named };
}

function measuredTimes({ measured }: Window): Float64Array {
  return Float64Array.from(new Set(Object.values(measured).flatMap(({ time }) => Array.from(time)))).sort();
}
