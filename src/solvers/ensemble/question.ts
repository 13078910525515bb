/** An ensemble by name becomes arrays: what members share, and what each has of its own. Everything is checked before work is spent. */
import {
  type AnySource,
  GreyboxError,
  type InputOf,
  type ObservableOf,
  type ParameterOf,
  type Signal,
  type StateOf,
  type System,
  signal,
} from "../../core/index.ts";
import { checkOptions, checkProblem, defaultTolerances } from "../check.ts";
import { choose } from "../choose.ts";
import { indexOfName } from "../index-of-name.ts";
import { inputTrack } from "../input-track.ts";
import type { SolveOptions } from "../problem.ts";
import { directionsOf, type SensitivityOf } from "../simulate.ts";
import type { EnsembleQuestion, Members } from "./block.ts";

/** One number for all members, or one for each. */
export type EachNumber = number | Float64Array;
/** The same for inputs, which may be signals. */
export type EachInput = EachNumber | Signal | readonly Signal[];

/** What members are told apart by. Arrays have one entry a member. */
export interface MemberValues<M extends AnySource> {
  /** By name; or all parameters of all members in the order of `system.parameters`, shape (members, p). */
  readonly parameters?: Readonly<Partial<Record<ParameterOf<M>, EachNumber>>> | Float64Array | undefined;
  readonly initial?: Readonly<Partial<Record<StateOf<M>, EachNumber>>> | undefined;
  /** Every input of the model is required. */
  readonly inputs?: Readonly<Partial<Record<InputOf<M>, EachInput>>> | undefined;
  /** Number of members. Default: as the arrays say, which must agree. */
  readonly members?: number | undefined;
}

/** What is the same for all members. */
export interface EnsembleOptions<M extends AnySource> extends Omit<SolveOptions, "atol" | "dense" | "form" | "maxSeconds"> {
  /** Start and end, in the time unit of the model. */
  readonly span: readonly [number, number];
  /** Times to report. Default: the end of the span. */
  readonly at?: ArrayLike<number> | undefined;
  /** What is reported, by name. Default: the states. */
  readonly observe?: readonly ObservableOf<M>[] | undefined;
  /** Absolute tolerance: one number for all states, or by name. Default: rtol/100 of a state's nominal size. */
  readonly atol?: number | Readonly<Partial<Record<StateOf<M>, number>>> | undefined;
  /** Parameters and initial values, as "T(0)", to differentiate by. */
  readonly sensitivities?: readonly SensitivityOf<M>[] | undefined;
}

/** The system with the parameters active that derivatives are wanted for. */
export function systemFor(source: AnySource, sensitivities: readonly string[]): System {
  const model = source.system();
  const active = sensitivities.filter((name) => !isInitial(model, name));
  for (const name of active) {
    indexOfName("parameter or initial value", name, [...model.parameters, ...model.states.map((state) => `${state}(0)`)], model.name);
  }
  return active.length > 0 ? source.system({ active }) : model;
}

const isInitial = (system: System, name: string): boolean => name.endsWith("(0)") && system.states.includes(name.slice(0, -3));

/**
 * @throws GreyboxError `solver/unknown-name`, `solver/shape`, `solver/span`, `solver/missing-input`, `solver/unsupported` …, all before the
 *   first member is solved
 */
export function askEnsemble(
  system: System,
  options: EnsembleOptions<AnySource>,
  values: MemberValues<AnySource>,
): { readonly question: EnsembleQuestion; readonly members: Members } {
  const { span, sensitivities = [] } = options;
  const { signal: _signal, ...settings } = checkOptions(system, { ...options, atol: tolerancesOf(system, options) });
  const observe = options.observe ?? system.states;
  const observed = Int32Array.from(observe, (name) => indexOfName("observable", name, system.observables, system.name));
  const samples = Float64Array.from(options.at ?? [span[1]]);
  const count = countOf(system, values);
  const p = columnsOf("parameter", system.parameters, parametersByName(system, values.parameters, count), count, system);
  const x = columnsOf("state", system.states, values.initial ?? {}, count, system);
  const inputs = inputColumns(system, values.inputs ?? {}, span, count);
  const x0Given = new Uint8Array(system.states.length);
  for (const place of x.places) x0Given[place] = 1;
  for (const [place] of x.common) x0Given[place] = 1;
  const fill = (length: number, base: Float64Array, common: ReadonlyMap<number, number>): Float64Array => {
    const result = Float64Array.from({ length }, (_, i) => base[i] ?? 0);
    for (const [place, value] of common) result[place] = value;
    return result;
  };
  const directions =
    sensitivities.length > 0
      ? directionsOf(system, sensitivities, (name) => (isInitial(system, name) ? system.states.indexOf(name.slice(0, -3)) : -1))
      : undefined;
  const question: EnsembleQuestion = {
    span,
    samples,
    observed,
    settings,
    p: fill(system.parameters.length, system.p, p.common),
    x0: fill(system.states.length, new Float64Array(0), x.common),
    x0Given,
    signals: inputs.signals,
    varied: { p: p.places, x: x.places, u: inputs.places, signals: inputs.ownPlaces },
    directions,
  };
  checkProblem(system, { span, p: question.p, x0: question.x0, samples, directions });
  choose(system, settings.method, directions !== undefined);
  checkSignals(system, question, inputs.own);
  return { question, members: { count, p: p.values, x: x.values, u: inputs.values, signals: inputs.own } };
}

/** Lays out the inputs of every member once, which checks that they cover the span. */
function checkSignals(system: System, { signals, span, varied }: EnsembleQuestion, own: readonly (readonly Signal[])[]): void {
  const track = inputTrack(system);
  track.layOut(signals, span[0], span[1]);
  for (const row of own) {
    const all = [...signals];
    for (const [i, place] of varied.signals.entries()) all[place] = row[i]!;
    track.layOut(all, span[0], span[1]);
  }
}

function tolerancesOf(system: System, { atol, rtol }: EnsembleOptions<AnySource>): number | Float64Array | undefined {
  if (atol === undefined || typeof atol === "number") return atol;
  const result = defaultTolerances(system, rtol);
  for (const [name, value] of Object.entries(atol)) {
    if (value !== undefined) result[indexOfName("state", name, system.states, system.name)] = value;
  }
  return result;
}

/** How many members there are, as all that has one entry a member agrees. */
function countOf(system: System, { members, parameters, initial, inputs }: MemberValues<AnySource>): number {
  const lengths = new Map<string, number>();
  if (parameters instanceof Float64Array) lengths.set("parameters", parameters.length / Math.max(system.parameters.length, 1));
  for (const group of [parameters instanceof Float64Array ? {} : parameters, initial, inputs]) {
    for (const [name, value] of Object.entries(group ?? {})) {
      if (value instanceof Float64Array || Array.isArray(value)) lengths.set(name, value.length);
    }
  }
  const count = members ?? lengths.values().next().value ?? 1;
  if (!(Number.isInteger(count) && count >= 0)) {
    if (members !== undefined) throw new GreyboxError("solver/option", { option: "members", value: members, expected: "a whole number" });
    const p = system.parameters.length;
    throw new GreyboxError("solver/shape", {
      argument: "parameters",
      expected: Math.ceil(count) * p,
      actual: Math.round(count * p),
      per: "one row of all parameters for each member",
    });
  }
  for (const [argument, actual] of lengths) {
    if (actual !== count) throw new GreyboxError("solver/shape", { argument, expected: count, actual, per: "one for each member" });
  }
  return count;
}

/** A matrix of all parameters, as columns by name. */
function parametersByName(
  system: System,
  parameters: MemberValues<AnySource>["parameters"],
  count: number,
): Readonly<Record<string, EachNumber>> {
  if (!(parameters instanceof Float64Array)) return (parameters ?? {}) as Readonly<Record<string, EachNumber>>;
  const width = system.parameters.length;
  return Object.fromEntries(
    system.parameters.map((name, j) => [name, Float64Array.from({ length: count }, (_, member) => parameters[member * width + j]!)]),
  );
}

interface Columns {
  /** Places that members have numbers of their own for, and those, shape (members, places). */
  readonly places: Int32Array;
  readonly values: Float64Array;
  readonly common: ReadonlyMap<number, number>;
}

function columnsOf(
  kind: string,
  names: readonly string[],
  given: Readonly<Record<string, EachNumber | undefined>>,
  count: number,
  system: System,
): Columns {
  const common = new Map<number, number>();
  const own: (readonly [place: number, values: Float64Array])[] = [];
  for (const [name, value] of Object.entries(given)) {
    const place = indexOfName(kind, name, names, system.name);
    if (value === undefined) continue;
    if (typeof value === "number") {
      finite(kind, name, value);
      common.set(place, value);
    } else {
      for (const each of value) finite(kind, name, each);
      own.push([place, value]);
    }
  }
  return { places: Int32Array.from(own, ([place]) => place), values: rows(own, count), common };
}

function rows(columns: readonly (readonly [number, Float64Array])[], count: number): Float64Array {
  const width = columns.length;
  const result = new Float64Array(count * width);
  for (const [j, [, values]] of columns.entries()) for (let i = 0; i < count; i++) result[i * width + j] = values[i]!;
  return result;
}

function finite(argument: string, name: string, value: number): void {
  if (!Number.isFinite(value)) throw new GreyboxError("solver/non-finite", { argument, name, value });
}

interface InputColumns {
  readonly signals: readonly Signal[];
  readonly places: Int32Array;
  readonly values: Float64Array;
  readonly ownPlaces: Int32Array;
  readonly own: readonly (readonly Signal[])[];
}

function inputColumns(
  system: System,
  given: Readonly<Record<string, EachInput | undefined>>,
  [from, to]: readonly [number, number],
  count: number,
): InputColumns {
  for (const name of Object.keys(given)) indexOfName("input", name, system.inputs, system.name);
  const missing = system.inputs.filter((name) => given[name] === undefined);
  if (missing.length > 0) throw new GreyboxError("solver/missing-input", { model: system.name, missing });
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) throw new GreyboxError("solver/span", { from, to });
  const numbers: (readonly [number, Float64Array])[] = [];
  const own: (readonly [number, readonly Signal[]])[] = [];
  const signals = system.inputs.map((name, place): Signal => {
    const value = given[name] as EachInput;
    const held = (each: number): Signal => {
      finite("inputs", name, each);
      return signal([from, to], [each, each]);
    };
    if (typeof value === "number") return held(value);
    if (value instanceof Float64Array) {
      for (const each of value) finite("inputs", name, each);
      numbers.push([place, value]);
      return held(0);
    }
    if ("times" in value) return value;
    own.push([place, value]);
    return held(0);
  });
  return {
    signals,
    places: Int32Array.from(numbers, ([place]) => place),
    values: rows(numbers, count),
    ownPlaces: Int32Array.from(own, ([place]) => place),
    own: own.length === 0 ? [] : Array.from({ length: count }, (_, member) => own.map(([, each]) => each[member]!)),
  };
}
