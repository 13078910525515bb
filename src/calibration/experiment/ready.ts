/** A question about the next experiment made ready: names resolved, what is known as a matrix, what can be measured as rows. */
import { type AnySource, GreyboxError, type Signal } from "../../core/index.ts";
import type { Calibrated } from "../calibrated.ts";
import { unknownName } from "../question/names.ts";
import type { Question } from "../question/question.ts";
import { averaged, type Judge, judge } from "./criterion.ts";
import { type ExperimentOptions, experimentDefaults, type InputFreedom, type ProposedSample, type SensorCandidate } from "./design.ts";
import { likelyValues } from "./draws.ts";
import type { FreeInput } from "./moves.ts";
import { checkInputs, type Known, knownOf, type Precision, type Relative, type Responses, responsesOf } from "./responses.ts";
import type { SampleDesign } from "./samples.ts";

/** Everything that an experiment is chosen by. */
export interface Ready {
  readonly options: ExperimentOptions;
  readonly model: AnySource;
  readonly names: readonly string[];
  readonly unknowns: readonly Relative[];
  /** For each set of parameter values the same, shape (draws, q, q). */
  readonly known: Float64Array;
  readonly matters: readonly number[];
  readonly judge: Judge;
  /** The criterion of one set of parameter values. */
  readonly judgeOne: Judge;
  readonly sensors: readonly string[];
  readonly costs: readonly number[];
  /** Sensors that are chosen. */
  readonly offline: readonly number[];
  /** Sensors that are read anyway. */
  readonly online: readonly { readonly sensor: number; readonly times: Float64Array }[];
  readonly horizon: number;
  readonly count: number;
  readonly budget: number;
  readonly given: Readonly<Record<string, number | Signal>>;
  readonly free: readonly (FreeInput & { readonly freedom: InputFreedom })[];
  /** The same for other parameter values: so many, as likely as the fit says. */
  drawn(draws: number): Ready;
  /** Rows over all unknowns, one for each set of parameter values: shape (draws, q). */
  rows(inputs: Readonly<Record<string, Signal>>, places: Float64Array): readonly (readonly Float64Array[])[] | undefined;
}

export interface Designed {
  /** What is known with sensors that are read anyway. */
  readonly base: Float64Array;
  /** What is known with this design, for other parameter values. */
  informationFor(other: Ready): Float64Array | undefined;
  readonly design: SampleDesign;
  readonly inputs: Readonly<Record<string, Signal>>;
  /** Sensors that are used. */
  readonly used: readonly number[];
  readonly samples: readonly Omit<ProposedSample, "worth">[];
  readonly cost: number;
}

export function readyOf(question: Question, fit: Calibrated, options: ExperimentOptions): Ready {
  const { model, windows } = question;
  check("horizon", options.horizon, (value) => value > 0 && value < Infinity, "a number above 0");
  check("count", options.count, (value) => Number.isInteger(value) && value > 0, "a whole number above 0");
  check("budget", options.budget, (value) => value > 0, "a number above 0");
  check("draws", options.draws, (value) => Number.isInteger(value) && value >= 0, "a whole number");
  for (const [tag, every] of Object.entries(options.online ?? {})) check(`online.${tag}`, every, (value) => value > 0, "a number above 0");
  check("every", options.every, (value) => value > 0, "a number above 0");
  const precisions = precisionsOf(question, fit, options);
  const known = knownOf(question, fit);
  const responses = responsesOf(question, fit, precisions, options.initial ?? {}, options.limits ?? {});
  const { names, unknowns, information, place } = together(known, responses, options.fresh ?? false);
  const bound = (j: number): boolean => !options.fresh && (known.atBound[j] ?? false);
  const parameter = ({ unknown }: Relative): boolean =>
    unknown.windows === undefined && unknown.acts.some(({ sets }) => sets === "parameter");
  const wanted = options.of ?? names.filter((_, j) => parameter(unknowns[j]!) && !bound(j));
  if (wanted.length === 0)
    throw new GreyboxError("calibration/next-experiment", { model: model.name, why: "no parameter of the fit is free" });
  const matters = wanted.map((name) => {
    const found = names.indexOf(name);
    if (found < 0) throw unknownName(model, "estimated quantity", name, names);
    return found;
  });
  const sensors = Object.keys(precisions);
  const inputs = options.inputs ?? {};
  checkInputs(question, Object.keys(inputs));
  const { free, given } = inputsOf(inputs);
  const q = names.length;
  const believed = together(known, responses, false).information;
  const one = judge(options.criterion ?? experimentDefaults.criterion, q, matters);
  const horizon = options.horizon ?? Math.max(...windows.map(({ duration }) => duration).filter((one) => one > 0 && one < Infinity), 0);
  if (!(horizon > 0) && !responses.steady)
    throw new GreyboxError("calibration/option", {
      option: "horizon",
      value: horizon,
      rule: "a number above 0, where windows do not say it",
    });
  // Limits hold all the time, also between samples.
  const watch =
    options.limits && !responses.steady ? Float64Array.from({ length: watched + 1 }, (_, i) => (i / watched) * horizon) : undefined;
  const withValues = (values: readonly Float64Array[]): Ready => ({
    options,
    model,
    names,
    unknowns,
    known: repeated(information, values.length),
    matters,
    judge: averaged(one, q),
    judgeOne: one,
    sensors,
    offline: [...sensors.keys()].filter((s) => options.online?.[sensors[s]!] === undefined),
    online: sensors.flatMap((tag, sensor) => {
      const every = options.online?.[tag];
      return every === undefined ? [] : [{ sensor, times: reading(horizon, every) }];
    }),
    costs: sensors.map((name) => options.sensors?.[name]?.cost ?? 1),
    horizon,
    count: options.count ?? (options.budget !== undefined ? Infinity : options.every === undefined ? matters.length : sensors.length),
    budget: options.budget ?? Infinity,
    given,
    free,
    drawn: (draws) => withValues(likelyValues(unknowns, believed, draws, options.seed ?? 0)),
    rows(signals, places) {
      const all = watch ? Float64Array.from(new Set([...watch, ...places])).sort() : places;
      const out: Float64Array[][] = sensors.map(() => []);
      for (const [draw, set] of values.entries()) {
        const found = responses.at(
          signals,
          all,
          Float64Array.from(place, (at) => set[at]!),
        );
        if (!found) return undefined;
        for (const [s, list] of found.entries()) {
          let at = 0;
          for (const [i, row] of list.entries()) {
            if (all[i] !== places[at]) continue;
            if (draw === 0) out[s]!.push(new Float64Array(values.length * q));
            const rows = out[s]![at]!;
            for (const [j, value] of row.entries()) rows[draw * q + place[j]!] = value;
            at++;
          }
        }
      }
      return out;
    },
  });
  return withValues(likelyValues(unknowns, believed, options.draws ?? 0, options.seed ?? 0));
}

/** Points of a run at which limits are looked at. */
const watched = 60;

function repeated(column: Float64Array, times: number): Float64Array {
  const out = new Float64Array(column.length * times);
  for (let i = 0; i < times; i++) out.set(column, i * column.length);
  return out;
}

export function reading(horizon: number, every: number): Float64Array {
  return Float64Array.from({ length: Math.floor(horizon / every + 1e-9) }, (_, i) => Math.min((i + 1) * every, horizon));
}

function check(option: string, value: number | undefined, holds: (value: number) => boolean, rule: string): void {
  if (value !== undefined && !holds(value)) throw new GreyboxError("calibration/option", { option, value, rule });
}

/** Unknowns of the data and of the experiment on one list. */
function together(
  known: Known,
  responses: Responses,
  fresh: boolean,
): { names: string[]; unknowns: Relative[]; information: Float64Array; place: number[] } {
  const unknowns = [...known.unknowns];
  const place = responses.unknowns.map((one) => {
    const found = unknowns.findIndex(({ unknown }) => unknown.name === one.unknown.name);
    return found >= 0 ? found : unknowns.push(one) - 1;
  });
  const [q, old] = [unknowns.length, known.unknowns.length];
  const information = new Float64Array(q * q);
  for (let i = 0; !fresh && i < old; i++) for (let j = 0; j < old; j++) information[i * q + j] = known.information[i * old + j]!;
  return { names: unknowns.map(({ unknown }) => unknown.name), unknowns, information, place };
}

function precisionsOf(question: Question, fit: Calibrated, { sensors, online = {} }: ExperimentOptions): Record<string, Precision> {
  const { definition } = question.model;
  const known = [definition.states, definition.algebraic, definition.outputs].flatMap(Object.keys);
  const all: Readonly<Record<string, SensorCandidate>> = sensors ?? Object.fromEntries(Object.keys(fit.tags).map((tag) => [tag, {}]));
  const chosen = { ...Object.fromEntries(Object.keys(online).map((tag): [string, SensorCandidate] => [tag, {}])), ...all };
  return Object.fromEntries(
    Object.entries(chosen).map(([tag, { sigma, relative }]) => {
      if (!known.includes(tag)) throw unknownName(question.model, "observable", tag, known);
      const likelihood = (question.likelihood as Readonly<Record<string, { readonly scale?: string } | undefined>> | undefined)?.[tag];
      const values: Readonly<Record<string, { readonly value: number }>> = fit.parameters;
      const ownRelative =
        values[`relative sigma of ${tag}`]?.value ?? (likelihood?.scale === "log" ? values[`sigma of ${tag}`]?.value : undefined);
      const share = relative ?? (sigma === undefined ? ownRelative : undefined) ?? 0;
      const size =
        sigma ?? (share > 0 ? (likelihood?.scale === "log" ? 0 : (values[`sigma of ${tag}`]?.value ?? 0)) : fit.tags[tag]?.sigma);
      if (size === undefined || !(size > 0 || share > 0)) {
        throw new GreyboxError("calibration/next-experiment", { model: question.model.name, why: `the error of "${tag}" is not known` });
      }
      return [tag, { sigma: size, relative: share }];
    }),
  );
}

function inputsOf(inputs: NonNullable<ExperimentOptions["inputs"]>): Pick<Ready, "free" | "given"> {
  const free: (FreeInput & { freedom: InputFreedom })[] = [];
  const given: Record<string, number | Signal> = {};
  for (const [name, one] of Object.entries(inputs)) {
    if (typeof one === "number" || "times" in one) {
      given[name] = one;
      continue;
    }
    const [lower, upper] = one.bounds;
    check(`inputs.${name}.bounds`, upper - lower, (width) => width >= 0 && width < Infinity, "two numbers, the smaller first");
    check(`inputs.${name}.moves`, one.moves, (value) => Number.isInteger(value) && value > 0, "a whole number above 0");
    check(`inputs.${name}.most`, one.most, (value) => value > 0, "a number above 0");
    free.push({
      name,
      lower,
      upper,
      moves: one.moves ?? experimentDefaults.moves,
      most: one.most ?? Infinity,
      from: one.from,
      freedom: one,
    });
  }
  return { free, given };
}
