/** From the points that the starts found to the answer: the best of them, with its verdict. */
import { type AnySource, contentHash, normalQuantile, type ParameterOf, studentQuantile, version } from "../core/index.ts";
import type { Window } from "../historian/index.ts";
import type { Calibrated, Estimate, StartResult, Termination } from "./calibrated.ts";
import { structureOf } from "./identifiability/of-question.ts";
import { logLikelihoodOf } from "./likelihood/log-likelihood.ts";
import { withParameters } from "./model-copy.ts";
import type { Objective } from "./objective/objective.ts";
import type { Plan } from "./question/plan.ts";
import { defaults, type Question } from "./question/question.ts";
import type { StartChoice } from "./question/start-choice.ts";
import { fromSearch, type Unknown } from "./question/unknown.ts";
import { originOf } from "./report/origin.ts";
import { residualSeries } from "./report/residual-series.ts";
import { writeReport } from "./report/write.ts";
import { halfChiSquare, sigmas } from "./search/problem.ts";
import type { StartFound } from "./starts/start.ts";
import { describeDirection } from "./verdict/directions.ts";
import { sentences } from "./verdict/sentences.ts";
import { fitOfTags } from "./verdict/tags.ts";
import { type Uncertainty, uncertaintyOf } from "./verdict/uncertainty.ts";

export interface Found<M extends AnySource, E extends ParameterOf<M>> {
  readonly question: Question<M, E>;
  readonly objective: Objective;
  readonly windows: readonly Window[];
  /** In the order of the starts. */
  readonly found: readonly { readonly start: number; readonly result: StartFound }[];
  readonly cancelled: boolean;
}

export function answer<M extends AnySource, E extends ParameterOf<M>>({
  question,
  objective,
  windows,
  found,
  cancelled,
}: Found<M, E>): Calibrated<M, E> {
  const { unknowns } = objective.plan;
  const ranked = [...found].sort((a, b) => (a.result.merit ?? Infinity) - (b.result.merit ?? Infinity) || a.start - b.start);
  // There is at least one start; without a point that could be evaluated the first stands for all.
  const best = ranked[0]!.result;
  const evaluated = objective.evaluate(best.x, true);
  const failure = evaluated ? undefined : objective.failure();
  const uncertainty = uncertaintyOf(evaluated ? objective : withoutData(objective), unknowns, best.x, objective.values);
  const level = question.level ?? defaults.level;
  const estimates = estimatesOf(unknowns, objective.values, uncertainty, level);
  const loose = evaluated ? uncertainty.loose.map((direction) => describeDirection(direction, unknowns)) : [];
  const structure = evaluated && uncertainty.loose.some(({ blind }) => blind) ? structureOf(question) : undefined;
  const tags = evaluated ? fitOfTags(objective, uncertainty.sigma) : {};
  const cost = evaluated
    ? halfChiSquare(objective.sums, sigmas(objective.groups, objective.sums, new Float64Array(objective.groups.length)))
    : 0;
  const starts = ranked.map((one) => startResult(one.start, one.result, unknowns, cost, best.merit));
  const termination: Termination = cancelled && !best.termination.ok ? { kind: "cancelled", ok: false } : best.termination;
  const { values, local } = parametersOf(objective);
  const fit: Calibrated<M, E> = {
    model: withParameters(question.model, ownOf(question.model, values)),
    // The estimated parameters come first among the unknowns and carry their own names.
    parameters: estimates as Record<E, Estimate>,
    local,
    ...initialOf(objective, question, windows),
    names: unknowns.map(({ name }) => name),
    covariance: uncertainty.covariance,
    correlation: uncertainty.correlation,
    cost,
    logLikelihood: evaluated ? logLikelihoodOf(objective) : undefined,
    errorSizes: objective.groups.filter(({ sigma, count }) => sigma === undefined && count > 0).length,
    termination,
    method: objective.plan.method,
    loose,
    verdict: sentences({ unknowns, estimates, uncertainty, loose, tags, termination, starts, failure, structure }),
    tags,
    starts,
    residuals: evaluated ? residualSeries(objective, uncertainty.sigma) : [],
    level,
    report: (path, options) => writeReport(path, fit, options),
    provenance: provenanceOf(question, objective.plan),
  };
  return fit;
}

/**
 * Parameter values of the model, and those of single windows. A parameter with a value for each window stands in the model with the mean
 * of its population, or else with the mean of its values (the geometric one, on a log scale).
 */
function parametersOf({ plan, values, system }: Objective): {
  values: Record<string, number>;
  local: Record<string, Record<string, number>>;
} {
  const common: Record<string, number> = {};
  const local: Record<string, Record<string, number>> = {};
  const locals = new Map<string, { readonly scale: "linear" | "log"; readonly found: number[] }>();
  for (const [j, { acts, windows, scale }] of plan.unknowns.entries()) {
    for (const act of acts) {
      if (act.sets !== "parameter") continue;
      const name = system.parameters[act.index]!;
      const value = act.factor * values[j]!;
      if (windows === undefined) common[name] = value;
      else {
        for (const w of windows) local[plan.windows[w]!.name] = { ...local[plan.windows[w]!.name], [name]: value };
        const list = locals.get(name) ?? { scale, found: [] };
        list.found.push(value);
        locals.set(name, list);
      }
    }
  }
  for (const [name, { scale, found }] of locals) {
    const mean = found.reduce((sum, value) => sum + (scale === "log" ? Math.log(value) : value), 0) / found.length;
    common[name] = scale === "log" ? Math.exp(mean) : mean;
  }
  for (const { mean } of plan.pools) common[plan.unknowns[mean]!.name] = values[mean]!;
  return { values: common, local };
}

/** The model keeps its own parameters; those of instruments stay with the fit. */
function ownOf({ definition }: AnySource, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(definition.parameters, name)));
}

/** Where nothing could be evaluated nothing is known. */
function withoutData(objective: Objective): Objective {
  for (const triangle of objective.triangles) triangle.fill(0);
  objective.sums.fill(0);
  return objective;
}

function estimatesOf(
  unknowns: readonly Unknown[],
  values: Float64Array,
  uncertainty: Uncertainty,
  level: number,
): Record<string, Estimate> {
  const { atBound, covariance, relative, freedom } = uncertainty;
  const q = unknowns.length;
  const quantile = Number.isFinite(freedom) ? studentQuantile((1 + level) / 2, freedom) : normalQuantile((1 + level) / 2);
  return Object.fromEntries(
    unknowns.map(({ name, unit, scale, physical }, j): [string, Estimate] => {
      const value = values[j]!;
      const error = relative[j] === undefined ? undefined : Math.sqrt(covariance[j * q + j]!);
      const reach = quantile * (error ?? 0);
      const factor = Math.exp(reach / value);
      const interval = scale === "log" ? ([value / factor, value * factor] as const) : ([value - reach, value + reach] as const);
      return [
        name,
        {
          value,
          unit,
          standardError: error,
          interval: error === undefined ? undefined : interval,
          atBound: atBound[j],
          identifiable: atBound[j] === undefined && relative[j] !== undefined && relative[j] < 1,
          physical: physical === undefined || (value >= physical[0] && value <= physical[1]),
        },
      ];
    }),
  );
}

function startResult(
  start: number,
  result: StartFound,
  unknowns: readonly Unknown[],
  bestCost: number,
  bestMerit: number | undefined,
): StartResult {
  const { merit, iterations, evaluations, termination, looks, x } = result;
  return {
    start,
    cost: merit === undefined || bestMerit === undefined ? undefined : bestCost + (merit - bestMerit),
    iterations,
    evaluations,
    termination,
    ...(looks === undefined ? {} : { looks }),
    parameters: Object.fromEntries(unknowns.map((unknown, j) => [unknown.name, fromSearch(unknown, x[j]!)])),
  };
}

function initialOf(
  { plan, values, system }: Objective,
  question: Question,
  windows: readonly Window[],
): Pick<Calibrated, "initial" | "start"> {
  const initial: Record<string, Record<string, number>> = {};
  for (const [w, { name }] of windows.entries()) {
    const { given, values: fixed } = plan.starts[w]!;
    const states: Record<string, number> = {};
    for (const [state, label] of system.states.entries()) {
      if (given[state] === 1 && (!Object.hasOwn(plan.definition.states, label) || Object.hasOwn(question.model.definition.states, label)))
        states[label] = fixed[state]!;
    }
    for (const [j, { acts, windows: where }] of plan.unknowns.entries()) {
      if (where !== undefined && !where.includes(w)) continue;
      for (const act of acts) if (act.sets === "initial") states[system.states[act.index]!] = values[j]!;
    }
    initial[name] = states;
  }
  const start: Record<string, StartChoice> = {};
  for (const [state, choice] of Object.entries(question.initial ?? {})) {
    if (choice === undefined) continue;
    if (typeof choice !== "object" || "measured" in choice) start[state] = choice;
    else start[state] = sharedStart(state, initial, windows);
  }
  return { initial, start };
}

/** A new window starts from what all share, else from its own measurement, else from the mean of the estimates. */
function sharedStart(
  state: string,
  initial: Readonly<Record<string, Readonly<Record<string, number>>>>,
  windows: readonly Window[],
): number | "measured" {
  const values = Object.values(initial).map((states) => states[state]!);
  if (values.every((value) => value === values[0])) return windows.length > 1 || !windows[0]!.measured[state] ? values[0]! : "measured";
  return windows.every(({ measured }) => measured[state]) ? "measured" : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function provenanceOf(question: Question, plan: Plan): Calibrated["provenance"] {
  const {
    estimate,
    initial = {},
    noise = defaults.noise,
    level = defaults.level,
    starts = defaults.starts,
    giveUp = defaults.giveUp,
    priors,
    ties,
    perWindow,
    assets,
    likelihood,
    instruments,
    innovations,
    archive,
    shooting,
    steady,
    guesses,
  } = question;
  const { solver, search, spread, startDesign, seed } = plan;
  const beliefs = { priors, ties, perWindow, assets, likelihood, instruments, innovations, archive, steady, shooting, guesses };
  return {
    model: contentHash(plan.definition),
    data: contentHash(question.windows),
    question: contentHash({ estimate, initial, noise, level, starts, giveUp, solver, search, spread, startDesign, ...beliefs }),
    seed,
    version,
    windows: question.windows.map(originOf),
  };
}
