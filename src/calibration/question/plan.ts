/**
 * A question made ready to compute: names resolved to indices, measured points sorted onto sample times. Plain data, so that it can
 * travel to workers. Everything a caller can get wrong is found here, before work is spent.
 */
import { GreyboxError, type ModelDefinition, type System } from "../../core/index.ts";
import { type Dropped, droppedOf, droppedValues } from "../archive/between.ts";
import type { ArchiveChoice } from "../archive/choice.ts";
import type { Likelihood } from "../likelihood/likelihood.ts";
import { adjointRefusal } from "../objective/adjoint-gradient.ts";
import { type ChosenMethod, chooseMethod } from "../search/method.ts";
import type { NoiseGroup } from "../search/problem.ts";
import { type SearchOptions, searchDefaults } from "../search/trust-region.ts";
import { type SettledPlan, settledPlans } from "../settling/settled.ts";
import { type ShootingChoice, shootingPlan } from "../shooting/choice.ts";
import { initialUnknowns, type WindowStart } from "./initial.ts";
import { type InnovationPlan, innovationPlans } from "./innovations.ts";
import { unknownName } from "./names.ts";
import { isPlain, type NoisePlan, noisePlan, type Size } from "./noise.ts";
import { activeNames, type Pool, parameterUnknowns } from "./parameters.ts";
import { checkPrior } from "./prior.ts";
import { defaults, type Question, type SolverChoice } from "./question.ts";
import { checkUnknown, type Unknown } from "./unknown.ts";
import { isCensored, type NoiseOfTag, planWindows, type WindowPlan } from "./windows.ts";

export interface Plan {
  readonly definition: ModelDefinition;
  /** Names of the active parameters of the system. */
  readonly active: readonly string[];
  /** Common parameters first, in the order of `estimate`, then local ones, initial values, gains of corrections, and what is looked for of errors. */
  readonly unknowns: readonly Unknown[];
  readonly pools: readonly Pool[];
  readonly noises: readonly NoisePlan[];
  readonly innovations: readonly InnovationPlan[];
  readonly windows: readonly WindowPlan[];
  /** How each window starts, in the order of `windows`. */
  readonly starts: readonly WindowStart[];
  readonly groups: readonly NoiseGroup[];
  /** Windows that start at rest, in the order of `windows`. */
  readonly settled: readonly (SettledPlan | undefined)[];
  /** Every sample is a steady state. */
  readonly steady: boolean;
  /** Where windows are cut before a search; undefined: nowhere. */
  readonly shooting: ShootingChoice | undefined;
  readonly solver: SolverChoice;
  readonly search: SearchOptions;
  /** Which search it is, and why. */
  readonly method: ChosenMethod;
  readonly seed: number;
  readonly spread: number;
  readonly startDesign: "latin-hypercube" | "sobol";
}

/**
 * Resolves and checks a question.
 *
 * @param system  of the question's model, with the parameters of `activeNames` active
 * @param readings  observables that tags are compared with, where it is not the one they are called after
 * @param few  true: there may be fewer points than unknowns, for nothing is looked for
 * @throws GreyboxError `calibration/…`: everything except `no-influence`, which takes an evaluation to see
 */
export function planOf(question: Question, system: System, readings: ReadonlyMap<string, string> = new Map(), few = false): Plan {
  const { model, windows } = question;
  if (!system.differentiable) throw new GreyboxError("calibration/not-differentiable", { model: model.name });
  const parameters = parameterUnknowns(question, model.definition, system);
  const initial = initialUnknowns(question.initial ?? {}, model.definition, system, windows);
  const errors = noisePlans(question, system);
  const innovations = innovationPlans(question, system, parameters.unknowns.length + initial.unknowns.length);
  const shift = parameters.unknowns.length + initial.unknowns.length + innovations.unknowns.length;
  const noises = errors.noises.map((plan) => moved(plan, shift));
  const unknowns = [...parameters.unknowns, ...initial.unknowns, ...innovations.unknowns, ...errors.unknowns].map((unknown) =>
    checkUnknown(withPrior(unknown, question.priors)),
  );
  checkPriors(question, unknowns);
  const dropped = (tag: string): Dropped | undefined => droppedValues(question, tag);
  const noiseOf = (tag: string): NoiseOfTag | undefined => {
    const index = noises.findIndex((plan) => plan.tag === tag);
    return index < 0 ? undefined : { index, sigmaFrom: noises[index]!.sigmaFrom, within: noises[index]!.within };
  };
  const columns = planWindows(windows, system, question.noise ?? defaults.noise, noiseOf, readings, dropped);
  if (unknowns.length === 0) throw new GreyboxError("calibration/nothing-to-estimate", { model: model.name });
  const points = columns.windows.flatMap(({ tags }) => tags).reduce((sum, { value }) => sum + value.length, 0);
  const believed = unknowns.filter(({ prior }) => prior).length + parameters.pools.reduce((sum, { members }) => sum + members.length, 0);
  if (!few && points + believed < unknowns.length)
    throw new GreyboxError("calibration/too-few-points", { points, unknowns: unknowns.length });
  const plan: Omit<Plan, "method"> = {
    definition: model.definition,
    active: activeNames(question),
    unknowns,
    pools: parameters.pools,
    noises,
    innovations: innovations.plans,
    windows: columns.windows.map((window) => withCompression(window, question)),
    starts: initial.starts,
    settled: settledPlans(question.settled ?? {}, windows, system),
    groups: believed > 0 ? [...columns.groups, { sigma: 1, count: 0, floor: 0 }] : columns.groups,
    steady: question.steady ?? system.states.length === 0,
    shooting: shootingPlan(question.shooting, system, {
      steady: question.steady ?? system.states.length === 0,
      innovations: innovations.plans.length,
      settled: question.settled !== undefined || columns.windows.some(({ samples }) => samples.at(-1) === Infinity),
    }),
    solver: { rtol: defaults.rtol, maxSteps: defaults.maxSteps, ...question.solver },
    search: { ...searchDefaults, ...(system.states.length === 0 ? exact : {}), ...question.search },
    seed: question.seed ?? defaults.seed,
    spread: question.spread ?? defaults.spread,
    startDesign: question.startDesign ?? defaults.startDesign,
  };
  return { ...plan, method: chooseMethod(plan.search.method, unknowns.length, () => adjointRefusal(plan, system)) };
}

/** A regression is as exact as arithmetic and costs next to nothing: it is searched to the last digit. */
const exact = { cost: 1e-18, maxIterations: 2000 } as const;

/** Plans of the tags whose errors are not simply Gaussian, with unknowns of their own, counted from 0. */
function noisePlans(question: Question, system: System): { noises: NoisePlan[]; unknowns: Unknown[] } {
  const { model, windows, likelihood = {} } = question;
  const chosen: Readonly<Record<string, Likelihood | undefined>> = likelihood;
  for (const tag of Object.keys(chosen)) {
    if (!system.observables.includes(tag)) throw unknownName(model, "observable", tag, system.observables);
  }
  const unknowns: Unknown[] = [];
  const noises: NoisePlan[] = [];
  for (const tag of new Set(windows.flatMap(({ measured }) => Object.keys(measured)))) {
    const choice = chosen[tag];
    const censored = windows.some(({ measured }) => measured[tag] && isCensored(measured[tag]));
    const dropped = droppedValues(question, tag);
    if (!system.observables.includes(tag) || (isPlain(choice) && !censored && !dropped)) continue;
    const plan = noisePlan(tag, choice ?? {}, unitOf(model.definition, tag), windows, unknowns);
    if (censored && (plan.kind !== "gaussian" || plan.correlationTime !== undefined)) {
      const why = `some of its values are limits, and errors that are ${plan.kind === "gaussian" ? "correlated" : `"${plan.kind}"`} do not go with limits`;
      throw new GreyboxError("calibration/likelihood", { tag, why, instead: 'Use `kind: "gaussian"`, linear or on a log scale.' });
    }
    noises.push(plan);
    if (!dropped) continue;
    if (plan.kind !== "gaussian" || plan.scale !== "linear" || plan.correlationTime !== undefined || plan.deadBand > 0) {
      const why = "what a historian dropped is known of independent Gaussian errors only";
      throw new GreyboxError("calibration/likelihood", { tag, why, instead: "Leave out `between` or the likelihood." });
    }
    noises.push({ ...plan, tag: droppedOf(tag), deadBand: dropped.reach, within: true });
  }
  return { noises, unknowns };
}

function unitOf({ states, algebraic, outputs }: ModelDefinition, name: string): string {
  return (states[name] ?? algebraic[name] ?? outputs[name])?.unit ?? "1";
}

function moved(plan: NoisePlan, by: number): NoisePlan {
  const size = (one: Size | undefined): Size | undefined => (typeof one === "object" ? { unknown: one.unknown + by } : one);
  return { ...plan, sigma: size(plan.sigma), proportional: size(plan.proportional), correlationTime: size(plan.correlationTime) };
}

function withPrior(unknown: Unknown, priors: Question["priors"] = {}): Unknown {
  const prior = Object.hasOwn(priors, unknown.name) ? priors[unknown.name] : undefined;
  return prior ? { ...unknown, prior: checkPrior(unknown.name, prior, unknown.lower) } : unknown;
}

function checkPriors({ model, priors = {} }: Question, unknowns: readonly Unknown[]): void {
  const names = unknowns.map(({ name }) => name);
  for (const name of Object.keys(priors)) if (!names.includes(name)) throw unknownName(model, "estimated quantity", name, names);
}

/** What a question says of compression holds, whatever the windows say. */
function withCompression(window: WindowPlan, { archive }: Question): WindowPlan {
  const said = archive as Readonly<Record<string, ArchiveChoice | undefined>> | undefined;
  if (!said) return window;
  return { ...window, tags: window.tags.map((tag) => ({ ...tag, compression: said[tag.tag]?.compression ?? tag.compression })) };
}

/** What can be checked before the model is compiled. */
export function checkQuestion(question: Question): void {
  const { model, windows, estimate, starts, spread, level } = question;
  const known = Object.keys(model.definition.parameters);
  for (const name of activeNames(question)) if (!known.includes(name)) throw unknownName(model, "parameter", name, known);
  for (const name of Object.keys(question.perWindow ?? {})) {
    if (estimate.includes(name)) throw new GreyboxError("calibration/repeated", { kind: "parameter", name });
  }
  for (const [i, name] of estimate.entries()) {
    if (estimate.indexOf(name) !== i) throw new GreyboxError("calibration/repeated", { kind: "parameter", name });
  }
  if (windows.length === 0) throw new GreyboxError("calibration/no-windows", { model: model.name });
  option("starts", starts ?? 1, (value) => Number.isInteger(value) && value >= 1, "a whole number above 0");
  option("spread", spread ?? 1, (value) => value > 0 && value < Infinity, "a number above 0");
  const { method = "auto", again = "auto", budget } = question.search ?? {};
  oneOf("search.method", method, ["auto", "trust-region", "lbfgs", "cma-es", "scatter"]);
  oneOf("search.again", again, ["auto", "best", "every", "never"]);
  oneOf("startDesign", question.startDesign ?? defaults.startDesign, ["latin-hypercube", "sobol"]);
  option("search.budget", budget ?? 1, (value) => value > 0 && value < Infinity, "a number above 0");
  option("level", level ?? 0.5, (value) => value > 0 && value < 1, "a number between 0 and 1");
}

function oneOf(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) {
    const rule = `one of ${known.map((one) => `"${one}"`).join(", ")}`;
    throw new GreyboxError("calibration/option", { option: name, value: `"${value}"`, rule });
  }
}

function option(name: string, value: number, holds: (value: number) => boolean, rule: string): void {
  if (!holds(value)) throw new GreyboxError("calibration/option", { option: name, value, rule });
}
