/** What a fitted model would show in an experiment that was not made yet, and how that depends on what is not known. */
import { GreyboxError, listed, reachedEnd, type Signal, type System, signal } from "../../core/index.ts";
import type { Measured, Window } from "../../historian/index.ts";
import { createSolver, type SolveOptions } from "../../solvers/index.ts";
import type { Calibrated } from "../calibrated.ts";
import { objectiveOf } from "../objective/objective.ts";
import { windowRun } from "../objective/run.ts";
import { asked } from "../question/asked.ts";
import { unknownName } from "../question/names.ts";
import type { Plan } from "../question/plan.ts";
import type { InitialChoice, Question } from "../question/question.ts";
import { slopeOf, toSearch, type Unknown } from "../question/unknown.ts";
import { combine } from "../search/trust-region.ts";
import { uncertaintyOf } from "../verdict/uncertainty.ts";

/** Error of a reading: σ² = sigma² + (relative·reading)². */
export interface Precision {
  readonly sigma: number;
  readonly relative: number;
}

/** An unknown, in relative coordinates: logarithms, or multiples of its value. */
export interface Relative {
  readonly unknown: Unknown;
  readonly value: number;
  /** Derivative of the value along its relative coordinate. */
  readonly slope: number;
}

export interface Known {
  /** All unknowns of the question. */
  readonly unknowns: readonly Relative[];
  /** What the data of the fit says of them, row-major, shape (q, q). */
  readonly information: Float64Array;
  /** Unknowns at a bound. Shape (q). */
  readonly atBound: readonly boolean[];
}

/** @throws GreyboxError `calibration/profile` where the question is not that of the fit */
export function knownOf(question: Question, fit: Calibrated): Known {
  const { model, plan, system } = asked(question);
  const objective = objectiveOf(plan, system);
  const q = plan.unknowns.length;
  const values = valuesOf(plan, fit);
  const x = Float64Array.from(plan.unknowns, (unknown, j) => toSearch(unknown, values[j]!));
  if (!objective.evaluate(x, true)) throw new GreyboxError("calibration/profile", { model: model.name });
  const { sigma, atBound } = uncertaintyOf(objective, plan.unknowns, x, values);
  const n = q + 1;
  const triangle = new Float64Array(n * n);
  combine(objective, sigma, triangle, new Float64Array(n * n), new Float64Array(n));
  const stretch = plan.unknowns.map((unknown, j) => stretchOf(unknown, values[j]!));
  const information = new Float64Array(q * q);
  for (let k = 0; k < q; k++) {
    for (let i = k; i < q; i++)
      for (let j = k; j < q; j++) information[i * q + j]! += triangle[k * n + i]! * stretch[i]! * triangle[k * n + j]! * stretch[j]!;
  }
  // As for the intervals of the fit: what is at a bound is taken as known.
  for (const [j, bound] of atBound.entries()) if (bound !== undefined) information[j * q + j]! += certain;
  return {
    unknowns: plan.unknowns.map((unknown, j) => relative(unknown, values[j]!)),
    information,
    atBound: atBound.map((bound) => bound !== undefined),
  };
}

/** Information that leaves no doubt. */
const certain = 1e12;

function valuesOf({ unknowns }: Plan, fit: Calibrated): Float64Array {
  const values: Readonly<Record<string, { readonly value: number }>> = fit.parameters;
  return Float64Array.from(unknowns, ({ name, start }) => values[name]?.value ?? start);
}

function stretchOf({ scale, nominal }: Unknown, value: number): number {
  return scale === "log" ? 1 : Math.max(1, Math.abs(value) / nominal);
}

function relative(unknown: Unknown, value: number): Relative {
  return { unknown, value, slope: slopeOf(unknown, value) * stretchOf(unknown, value) };
}

/** Name of the window of an experiment that is yet to be made. */
const next = "next";

export interface Responses {
  /** Unknowns of the experiment: common ones of the question, and those that only this experiment has, such as its initial values. */
  readonly unknowns: readonly Relative[];
  /** Places are steady states or regressions. */
  readonly steady: boolean;
  /**
   * Rows of each sensor at each place: derivatives of the reading along the unknowns, over its σ. Undefined where the model cannot be run.
   *
   * @param inputs  one signal for each input of the model, over the places
   * @param places  increasing; times of a run, or numbers 0, 1, … of steady states
   * @param values  of the unknowns; default: the estimates
   */
  at(
    inputs: Readonly<Record<string, Signal>>,
    places: Float64Array,
    values?: Float64Array | undefined,
  ): readonly (readonly Float64Array[])[] | undefined;
}

/**
 * @param sensors  by observable, with their σ
 */
export function responsesOf(
  question: Question,
  fit: Calibrated,
  sensors: Readonly<Record<string, Precision>>,
  initial: Readonly<Record<string, number>>,
  limits: Readonly<Record<string, readonly [number, number]>>,
): Responses {
  const { model } = question;
  const tags = Object.keys(sensors);
  let made: { readonly plan: Plan; readonly system: System; readonly relatives: readonly Relative[] } | undefined;
  const planned = (inputs: Readonly<Record<string, Signal>>, places: Float64Array): NonNullable<typeof made> => {
    if (made) return made;
    const { plan, system } = asked({
      ...question,
      model: fit.model,
      windows: [emptyWindow(model.definition.time, tags, inputs, places)],
      initial: startsOf(question, fit, initial),
      likelihood: undefined,
      priors: undefined,
      innovations: undefined,
      archive: undefined,
      shooting: undefined,
      guesses: undefined,
      settled: settledOf(question),
      assets: { ...question.assets, [next]: next },
      perWindow: withoutPools(question),
    });
    const values = valuesOf(plan, fit);
    made = { plan, system, relatives: plan.unknowns.map((unknown, j) => relative(unknown, values[j]!)) };
    return made;
  };
  const first = Object.fromEntries(Object.keys(model.definition.inputs).map((name) => [name, signal([0, 1], [1, 1])]));
  const { relatives, system, plan } = planned(
    first,
    Float64Array.from({ length: 1 + manyUnknowns }, (_, i) => i / manyUnknowns),
  );
  const solver = createSolver(system, plan.solver as SolveOptions);
  const estimates = Float64Array.from(relatives, ({ value }) => value);
  const q = relatives.length;
  const watched = Object.entries(limits).map(([name, [low, high]]) => {
    const place = system.observables.indexOf(name);
    if (place < 0) throw unknownName(model, "observable", name, system.observables);
    return { place, low, high };
  });
  const places = tags.map((tag) => plan.windows[0]!.tags.find((one) => one.tag === tag)!.observable);
  return {
    unknowns: relatives,
    steady: plan.steady,
    at(inputs, at, values = estimates) {
      const slopes = Float64Array.from(relatives, ({ unknown, slope }, j) => (unknown.scale === "log" ? values[j]! : slope));
      const window = {
        ...plan.windows[0]!,
        inputs: system.inputs.map((name) => inputs[name]!),
        samples: at,
        end: at[at.length - 1]! > 0 ? at[at.length - 1]! : 1,
        tags: [],
      };
      const run = windowRun({ ...plan, windows: [window] }, 0, system);
      const course = run.solve(solver, values, slopes, true);
      if (!reachedEnd(course.outcome) || course.times.length < at.length) return undefined;
      const out = tags.map((): Float64Array[] => []);
      const count = system.observables.length;
      for (let sample = 0; sample < at.length; sample++) {
        run.reader.read(course, sample, run.p, run.acting.length > 0 ? run.dp : undefined);
        for (const { place, low, high } of watched) if (!(run.reader.y[place]! >= low && run.reader.y[place]! <= high)) return undefined;
        for (const [s, tag] of tags.entries()) {
          const { sigma, relative: share } = sensors[tag]!;
          const y = run.reader.y[places[s]!]!;
          const size = Math.sqrt(sigma * sigma + (share * y) ** 2);
          const row = new Float64Array(q);
          for (let j = 0; j < run.acting.length; j++) row[run.acting[j]!] = run.reader.dy[j * count + places[s]!]! / size;
          if (!row.every(Number.isFinite)) return undefined;
          out[s]!.push(row);
        }
      }
      return out;
    },
  };
}

/** Places of the window by which the plan is made: as many points as a question may have unknowns. */
const manyUnknowns = 999;

function emptyWindow(time: string, tags: readonly string[], inputs: Window["inputs"], places: Float64Array): Window {
  const k = places.length;
  const nothing: Measured = {
    time: places,
    value: new Float64Array(k).fill(1),
    status: new Uint32Array(k),
    reasons: new Uint32Array(k),
    weight: new Float64Array(k).fill(1),
    sigma: 1,
    compression: 0,
  };
  return {
    name: next,
    time,
    epoch: 0,
    duration: places[k - 1]!,
    inputs,
    inputStatus: {},
    measured: Object.fromEntries(tags.map((tag) => [tag, nothing])),
    excluded: {},
  };
}

/** A new experiment starts from numbers; what is estimated of each window is estimated of it as well. */
function startsOf(question: Question, fit: Calibrated, given: Readonly<Record<string, number>>): Question["initial"] {
  const states = Object.keys(question.model.definition.states);
  for (const name of Object.keys(given)) if (!states.includes(name)) throw unknownName(question.model, "state", name, states);
  const chosen: Record<string, InitialChoice> = {};
  const mean = (state: string): number => {
    const found = Object.values(fit.initial).flatMap((values) => (values[state] === undefined ? [] : [values[state]]));
    return found.reduce((sum, value) => sum + value, 0) / Math.max(found.length, 1);
  };
  for (const [state, choice] of Object.entries((question.initial ?? {}) as Record<string, InitialChoice | undefined>)) {
    if (choice === undefined) continue;
    const value = given[state] ?? (typeof choice === "number" ? choice : mean(state));
    chosen[state] = typeof choice === "object" && "estimate" in choice ? { ...choice, value, bounds: [-Infinity, Infinity] } : value;
  }
  for (const [state, value] of Object.entries(given)) chosen[state] ??= value;
  return chosen as Question["initial"];
}

/** Where every window starts from the same rest, the next does as well. */
function settledOf({ settled = {}, windows }: Question): Question["settled"] {
  const [first] = windows;
  const all = windows.map(({ name }) => JSON.stringify(settled[name]));
  return first && settled[first.name] && all.every((one) => one === all[0]) ? { [next]: settled[first.name]! } : undefined;
}

function withoutPools({ perWindow = {} }: Question): Question["perWindow"] {
  const chosen = Object.entries(perWindow as Record<string, unknown>).flatMap(([name, choice]) =>
    choice === undefined ? [] : [[name, true]],
  );
  return Object.fromEntries(chosen) as Question["perWindow"];
}

/** @throws GreyboxError `calibration/missing-input` */
export function checkInputs(question: Question, given: readonly string[]): void {
  const known = Object.keys(question.model.definition.inputs);
  for (const name of given) if (!known.includes(name)) throw unknownName(question.model, "input", name, known);
  const missing = known.filter((name) => !given.includes(name));
  if (missing.length > 0)
    throw new GreyboxError("calibration/missing-input", { window: `the next experiment (${listed(missing)})`, inputs: missing });
}
