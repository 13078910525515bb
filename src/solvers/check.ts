/** What a caller can get wrong about a solve, found before work is spent. */
import { GreyboxError, type System } from "../core/index.ts";
import type { Form } from "./generated/explicit-form.ts";
import type { MethodName } from "./methods/method.ts";
import type { Problem, SolveOptions } from "./problem.ts";

export const defaults = {
  method: "auto",
  rtol: 1e-6,
  /** Absolute tolerance as a fraction of rtol times the nominal size of a state. */
  atolShare: 1e-2,
  maxSteps: 100_000,
  derivativeSlack: 30,
  dense: false,
  form: "webassembly",
} as const;

/** Options with every default in place. */
export interface Settings {
  readonly method: MethodName | "auto";
  readonly rtol: number;
  readonly atol: Float64Array;
  readonly maxSteps: number;
  readonly maxSeconds: number;
  readonly firstStep: number | undefined;
  readonly maxStep: number;
  readonly derivativeSlack: number;
  readonly dense: boolean;
  readonly signal: AbortSignal | undefined;
  readonly form: Form;
}

const forms: readonly Form[] = ["written", "webassembly", "javascript"];

export const methodNames: readonly MethodName[] = ["tsit5", "vern7", "rodas5p", "bdf", "odex"];

export function checkOptions(system: System, options: SolveOptions): Settings {
  const method = options.method ?? defaults.method;
  if (method !== "auto" && !methodNames.includes(method)) {
    throw new GreyboxError("solver/method", { method, known: ["auto", ...methodNames] });
  }
  const rtol = options.rtol ?? defaults.rtol;
  tolerance("rtol", rtol);
  if (rtol >= 1) throw new GreyboxError("solver/option", { option: "rtol", value: rtol, expected: "a number below 1" });
  const positive = (option: "maxSteps" | "maxSeconds" | "firstStep" | "maxStep" | "derivativeSlack"): number | undefined => {
    const value = options[option];
    if (value !== undefined && !(value > 0))
      throw new GreyboxError("solver/option", { option, value, expected: "a number greater than 0" });
    return value;
  };
  return {
    method,
    rtol,
    atol: absoluteTolerances(system, options.atol, rtol),
    maxSteps: positive("maxSteps") ?? defaults.maxSteps,
    maxSeconds: positive("maxSeconds") ?? Infinity,
    firstStep: positive("firstStep"),
    maxStep: positive("maxStep") ?? Infinity,
    derivativeSlack: positive("derivativeSlack") ?? defaults.derivativeSlack,
    dense: options.dense ?? defaults.dense,
    signal: options.signal,
    form: formOf(options.form ?? defaults.form),
  };
}

function formOf(form: Form): Form {
  if (!forms.includes(form))
    throw new GreyboxError("solver/option", { option: "form", value: form, expected: `one of ${forms.join(", ")}` });
  return form;
}

/** rtol/100 of each state's nominal size. */
export function defaultTolerances(system: System, rtol: number = defaults.rtol): Float64Array {
  return Float64Array.from(system.nominal, (nominal) => defaults.atolShare * rtol * nominal);
}

function absoluteTolerances(system: System, atol: number | Float64Array | undefined, rtol: number): Float64Array {
  if (atol === undefined) return defaultTolerances(system, rtol);
  if (typeof atol === "number") {
    tolerance("atol", atol);
    return new Float64Array(system.states.length).fill(atol);
  }
  shape("atol", atol.length, system.states.length, "one for each state");
  for (const [i, value] of atol.entries()) tolerance(`atol of ${system.states[i]}`, value);
  return atol;
}

function tolerance(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new GreyboxError("solver/tolerance", { name, value });
}

function shape(argument: string, actual: number, expected: number, per: string): void {
  if (actual !== expected) throw new GreyboxError("solver/shape", { argument, actual, expected, per });
}

function finite(argument: string, values: Float64Array, names: readonly string[]): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) throw new GreyboxError("solver/non-finite", { argument, name: names[i % names.length]!, value });
  }
}

export function checkProblem(system: System, problem: Problem): void {
  const [from, to] = problem.span;
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) throw new GreyboxError("solver/span", { from, to });
  const n = system.states.length;
  if (problem.x0) {
    shape("x0", problem.x0.length, n, "one value for each state");
    finite("x0", problem.x0, system.states);
  }
  if (problem.x0Given) shape("x0Given", problem.x0Given.length, n, "one for each state");
  if (problem.p) {
    shape("p", problem.p.length, system.parameters.length, "one value for each parameter");
    finite("p", problem.p, system.parameters);
  }
  if (problem.history) {
    shape("history", problem.history.length, n, "one signal, or undefined, for each state");
    if (!system.delays) throw new GreyboxError("solver/no-delays", { system: system.name });
  }
  if (problem.samples) checkSamples(problem.samples, from, to);
  if (problem.directions) checkDirections(system, problem.directions);
}

function checkSamples(samples: Float64Array, from: number, to: number): void {
  let previous = from;
  for (let i = 0; i < samples.length; i++) {
    const time = samples[i]!;
    if (!(time >= previous && time <= to)) throw new GreyboxError("solver/samples", { index: i, time, from, to });
    previous = time;
  }
}

function checkDirections(system: System, directions: NonNullable<Problem["directions"]>): void {
  const { count, dp, dx0 } = directions;
  shape("directions.dp", dp.length, count * system.active.length, "one row of active parameters for each direction");
  if (dx0) shape("directions.dx0", dx0.length, count * system.states.length, "one row of states for each direction");
  if (!system.differentiable) {
    throw new GreyboxError("solver/not-differentiable", { system: system.name, why: "its equations come without exact derivatives" });
  }
}
