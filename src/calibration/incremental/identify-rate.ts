/** An unknown rate found step by step: first its course over time, then its law, then law and model together. */
import { type AnySource, GreyboxError, type ModelDefinition, type System, valueAt } from "../../core/index.ts";
import { type Filling, modelFromDefinition, type OpenModel, substitute } from "../../models/index.ts";
import { calibrate } from "../calibrate.ts";
import type { Calibrated } from "../calibrated.ts";
import { initialUnknowns, type WindowStart } from "../question/initial.ts";
import type { InitialChoice } from "../question/question.ts";
import { planWindows, type WindowPlan } from "../question/windows.ts";
import { readingsOf, spreadOfTag } from "../shooting/guess.ts";
import { type Regressed, regress, type Table } from "./laws.ts";
import { criterion, meaningOf, weighed } from "./ranking.ts";
import { type LawResult, type RateCourse, type RateIdentified, type RateQuestion, rateDefaults } from "./rate-question.ts";
import { type RateRecord, recordOf, scatterOf } from "./record.ts";
import { choose } from "./smoothness.ts";

/**
 * Finds the law of an unknown rate.
 *
 * 1. The course of the rate over time, from the balances of the model and the data alone, as a smoothing spline: no law is assumed.
 * 2. Each candidate law is fitted to that course: a regression, which has no trouble with poor starts.
 * 3. The model is calibrated with the laws that fit best, from there on: the answer is that of the whole model and all data, without
 *    the bias that smoothing has. Ranked by AICc.
 *
 * @throws GreyboxError `calibration/rate` for models that it is not made for, and data that do not determine the rate; else as {@link calibrate}
 *
 * @example
 * const open = defineOpenModel({
 *   name: "batch", time: "min",
 *   states: { a: { unit: "mol/L", initial: 2, min: 0 } },
 *   unknown: { r: { unit: "mol/L/min", of: ["a"] } },
 *   derivatives: { a: "-r" },
 * });
 * const slow = { value: 0.1, bounds: [1e-3, 10], scale: "log" } as const;
 * const laws = {
 *   "first order": { is: "k*a", parameters: { k: { ...slow, unit: "1/min" } } },
 *   "second order": { is: "k*a^2", parameters: { k: { ...slow, unit: "L/mol/min" } } },
 * } as const;
 * const truth = substitute(open, { r: laws["second order"] });
 * const time = Array.from({ length: 20 }, (_, i) => i + 1);
 * const a = Array.from(simulate(truth, { span: [0, 20], at: time }).column("a"), (value, i) => value + (i % 2 === 0 ? 0.01 : -0.01));
 * const found = await identifyRate({ model: open, windows: [windowFromTable(truth, { time, measured: { a } })], laws });
 * found.laws.map(({ law }) => law); // => ["second order", "first order"]
 * found.laws[0]?.parameters["k"]?.toPrecision(2); // => "0.10"
 * found.meaning; // => 'The data prefers "second order" for r.'
 */
export async function identifyRate(question: RateQuestion): Promise<RateIdentified> {
  const { model: open, windows } = question;
  const rate = checked(question);
  const { unit, of } = open.definition.unknown[rate]!;
  const { system, definition } = withInput(open, rate);
  const known = { ...system, inputs: system.inputs.slice(0, -1) };
  const plans = planWindows(windows, known, "per tag", () => undefined, new Map()).windows;
  if (plans.some(({ samples }) => samples.at(-1) === Infinity))
    throw refused(open.name, "its windows end at rest, and have no course there");
  const { sigmas, without } = sizesOfErrors(plans);
  const records = plans.map((plan, w) => recordOf(plan, startOf(question, w, plan, system, definition), system, sigmas));
  const sizes = Float64Array.from(system.states, (state, i) => spreadOfTag(plans, state) || system.nominal[i]!);
  const begin = records.map((record, w) => guessOf(record, plans[w]!, system));
  const smoothness = question.smoothness ?? rateDefaults.smoothness;
  if (smoothness === "discrepancy" && without.length > 0) {
    throw refused(open.name, `the discrepancy needs σ of every tag, and ${without.join(", ")} has none`);
  }
  const chosen = choose(system, records, sizes, begin, smoothness);
  if (!chosen) throw refused(open.name, "what was measured does not determine the rate through the balances");

  const scale = without.length === 0 ? 1 : Math.sqrt(chosen.squares / Math.max(chosen.points - chosen.freedom, 1));
  const courses = records.map((record, w) => courseOf(record, chosen.values[w]!, chosen.errors[w]!, scale, system));
  const needed = of.filter((name) => !Object.hasOwn(open.definition.parameters, name));
  const tables = courses.map((course, w) => tableOf(course, records[w]!, needed, system));
  const regressed: Regressed[] = [];
  for (const law of Object.keys(question.laws)) regressed.push(await regress(law, question, rate, tables));
  regressed.sort((a, b) => a.rmse - b.rmse);

  const size = rootMeanSquare(courses.flatMap((course) => Array.from(course.rate)));
  const results: LawResult[] = [];
  for (const [place, one] of regressed.entries()) {
    const fit = place < (question.calibrated ?? rateDefaults.calibrated) ? await corrected(question, one, rate) : undefined;
    const count = (fit?.names.length ?? 0) + without.length;
    results.push({
      law: one.law,
      is: one.filling.is,
      parameters: fit ? Object.fromEntries(Object.entries(fit.parameters).map(([name, { value }]) => [name, value])) : one.parameters,
      rmse: one.rmse,
      share: one.rmse / size,
      fit,
      aicc: fit?.logLikelihood === undefined ? undefined : criterion(fit.logLikelihood, count, chosen.points),
      weight: undefined,
    });
  }
  const laws = weighed(results);
  return { rate, unit, courses, effectiveParameters: chosen.freedom, points: chosen.points, laws, meaning: meaningOf(rate, laws) };
}

/** Name of the rate. @throws GreyboxError `calibration/rate`, `model/invalid` for laws that cannot take its place */
function checked({ model, windows, laws }: RateQuestion): string {
  const { unknown, definition } = model;
  if (unknown.length !== 1) {
    throw refused(model.name, `it has ${unknown.length} unknown relations (${unknown.join(", ")}), and one at a time can be found`);
  }
  if (windows.length === 0) throw new GreyboxError("calibration/no-windows", { model: model.name });
  if (Object.keys(laws).length === 0) throw refused(model.name, "there is no law to choose among");
  if (Object.keys(definition.events).length > 0) throw refused(model.name, "it has events, and balances must hold throughout a window");
  const [rate] = unknown as [string];
  for (const law of Object.values(laws)) filled(model, rate, law);
  return rate;
}

/** A law in the place of the rate; nothing else is unknown. */
function filled(model: OpenModel, rate: string, law: string | Filling): AnySource {
  // The compiler does not know the name of the rate, so it cannot see that the model is whole.
  const place = substitute as (open: OpenModel, fills: Readonly<Record<string, string | Filling>>) => unknown;
  return place(model, { [rate]: law }) as AnySource;
}

function refused(model: string, why: string): GreyboxError<"calibration/rate"> {
  return new GreyboxError("calibration/rate", { model, why });
}

/** The model with the rate as an input, the last one. */
function withInput(open: OpenModel, rate: string): { readonly system: System; readonly definition: ModelDefinition } {
  const { unknown, ...rest } = open.definition;
  const model: AnySource = modelFromDefinition({ ...rest, inputs: { ...rest.inputs, [rate]: unknown[rate]!.unit } });
  const system = model.system({ active: [] });
  if (system.delays) throw refused(open.name, `it has dead times (${system.delays.names.join(", ")})`);
  if (!system.differentiable) throw new GreyboxError("calibration/not-differentiable", { model: open.name });
  return { system, definition: model.definition };
}

/** σ by tag, from the windows or from the scatter of the values; and the tags that windows give none of. */
function sizesOfErrors(plans: readonly WindowPlan[]): { readonly sigmas: Map<string, number>; readonly without: readonly string[] } {
  const all = plans.flatMap(({ tags }) => tags);
  const sigmas = new Map<string, number>();
  for (const { tag, sigma } of all) if (sigma !== undefined) sigmas.set(tag, sigma);
  const without = [...new Set(all.map(({ tag }) => tag))].filter((tag) => !sigmas.has(tag));
  for (const tag of without) sigmas.set(tag, scatterOf(plans, tag));
  return { sigmas, without };
}

/** States that start as the model or the question says; those that are estimated or measured are left free. */
function startOf(question: RateQuestion, w: number, plan: WindowPlan, system: System, definition: ModelDefinition): WindowStart {
  const choices: Readonly<Record<string, InitialChoice | undefined>> = question.initial ?? {};
  initialUnknowns(choices, definition, system, question.windows);
  const n = system.states.length;
  const values = new Float64Array(n);
  const inputs = Float64Array.from([...plan.inputs.map((input) => valueAt(input, 0)), 0]);
  system.initial.evaluate(0, new Float64Array(n), inputs, system.p, values);
  const given = new Uint8Array(n);
  for (const [i, state] of system.states.entries()) {
    const choice = choices[state];
    if (system.mass?.[i] !== 0 && (choice === undefined || typeof choice === "number")) given[i] = 1;
    if (typeof choice === "number") values[i] = choice;
  }
  void w;
  return { given, values };
}

/** Where the course is looked for from: measured states along their values, others at rest; no rate. Shape (points, n + 2). */
function guessOf({ times, start }: RateRecord, plan: WindowPlan, system: System): Float64Array {
  const n = system.states.length;
  const readings = readingsOf(plan, system, start.values, system.p);
  const guess = new Float64Array(times.length * (n + 2));
  for (const [k, time] of times.entries()) {
    for (let i = 0; i < n; i++) guess[k * (n + 2) + i] = readings[i]?.at(time) ?? start.values[i]!;
  }
  return guess;
}

function courseOf({ name, times }: RateRecord, values: Float64Array, errors: Float64Array, scale: number, system: System): RateCourse {
  const size = system.states.length + 2;
  const column = (i: number): Float64Array => Float64Array.from(times, (_, k) => values[k * size + i]!);
  return {
    window: name,
    time: times,
    rate: column(size - 2),
    standardError: errors.map((error) => scale * error),
    states: Object.fromEntries(system.states.map((state, i) => [state, column(i)])),
  };
}

/** What laws depend on, along the course. */
function tableOf(course: RateCourse, { after }: RateRecord, needed: readonly string[], system: System): Table {
  const r = system.inputs.length;
  const columns = Object.fromEntries(needed.map((name) => [name, new Float64Array(course.time.length)]));
  const u = new Float64Array(r);
  const y = new Float64Array(system.observables.length);
  for (const [k, time] of course.time.entries()) {
    u.set(after.subarray(k * (r - 1), (k + 1) * (r - 1)));
    u[r - 1] = course.rate[k]!;
    const x = Float64Array.from(system.states, (state) => course.states[state]![k]!);
    system.observe.evaluate(time, x, u, system.p, y);
    for (const name of needed) {
      const input = system.inputs.indexOf(name);
      columns[name]![k] = input >= 0 ? u[input]! : y[system.observables.indexOf(name)]!;
    }
  }
  return { name: course.window, time: course.time, columns, rate: course.rate, standardError: course.standardError };
}

/** The whole model with a law, calibrated from where its regression ended. */
async function corrected(question: RateQuestion, { filling, parameters }: Regressed, rate: string): Promise<Calibrated<AnySource, string>> {
  const { model, windows, laws: _, calibrated: __, smoothness: ___, estimate = [], ...how } = question;
  const begun = Object.fromEntries(
    Object.entries(filling.parameters ?? {}).map(([name, one]) => [name, { ...one, value: parameters[name] ?? one.value }]),
  );
  const whole = filled(model, rate, { ...filling, parameters: begun });
  return calibrate({ ...how, starts: how.starts ?? 1, model: whole, windows, estimate: [...Object.keys(begun), ...estimate] });
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(values.length, 1));
}
