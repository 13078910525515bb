/**
 * A question made ready to compute: names resolved to indices, measured points sorted onto sample times. Plain data, so that it can
 * travel to workers. Everything a caller can get wrong is found here, before work is spent.
 */
import { GreyboxError, type ModelDefinition, type System } from "../../core/index.ts";
import type { NoiseGroup } from "../search/problem.ts";
import { type SearchOptions, searchDefaults } from "../search/trust-region.ts";
import { initialUnknowns, type WindowStart } from "./initial.ts";
import { unknownName } from "./names.ts";
import { defaults, type Question, type SolverChoice } from "./question.ts";
import { checkUnknown, type Unknown } from "./unknown.ts";
import { planWindows, type WindowPlan } from "./windows.ts";

export interface Plan {
  readonly definition: ModelDefinition;
  /** Names of the estimated parameters: the active ones of the system. */
  readonly estimate: readonly string[];
  /** Parameters first, in the order of `estimate`, then initial values. */
  readonly unknowns: readonly Unknown[];
  readonly windows: readonly WindowPlan[];
  /** How each window starts, in the order of `windows`. */
  readonly starts: readonly WindowStart[];
  readonly groups: readonly NoiseGroup[];
  readonly solver: SolverChoice;
  readonly search: SearchOptions;
  readonly seed: number;
  readonly spread: number;
}

/**
 * Resolves and checks a question.
 *
 * @param system  of the question's model, with the estimated parameters active
 * @throws GreyboxError `calibration/…`: everything except `no-influence`, which takes an evaluation to see
 */
export function planOf(question: Question, system: System): Plan {
  const { model, windows, estimate } = question;
  if (!system.differentiable) throw new GreyboxError("calibration/not-differentiable", { model: model.name });
  const columns = planWindows(windows, system, question.noise ?? defaults.noise);
  const initial = initialUnknowns(question.initial ?? {}, model.definition, system, windows);
  const unknowns = [...estimate.map((name) => parameterUnknown(model.definition, system, name)), ...initial.unknowns].map(checkUnknown);
  if (unknowns.length === 0) throw new GreyboxError("calibration/nothing-to-estimate", { model: model.name });
  const points = columns.windows.flatMap(({ tags }) => tags).reduce((sum, { value }) => sum + value.length, 0);
  if (points < unknowns.length) throw new GreyboxError("calibration/too-few-points", { points, unknowns: unknowns.length });
  return {
    definition: model.definition,
    estimate,
    unknowns,
    windows: columns.windows,
    starts: initial.starts,
    groups: columns.groups,
    solver: { rtol: defaults.rtol, maxSteps: defaults.maxSteps, ...question.solver },
    search: { ...searchDefaults, ...question.search },
    seed: question.seed ?? defaults.seed,
    spread: question.spread ?? defaults.spread,
  };
}

/** What can be checked before the model is compiled. */
export function checkQuestion({ model, windows, estimate, starts, spread, level }: Question): void {
  const known = Object.keys(model.definition.parameters);
  for (const [i, name] of estimate.entries()) {
    if (!known.includes(name)) throw unknownName(model, "parameter", name, known);
    if (estimate.indexOf(name) !== i) throw new GreyboxError("calibration/repeated", { kind: "parameter", name });
  }
  if (windows.length === 0) throw new GreyboxError("calibration/no-windows", { model: model.name });
  option("starts", starts ?? 1, (value) => Number.isInteger(value) && value >= 1, "a whole number above 0");
  option("spread", spread ?? 1, (value) => value > 0 && value < Infinity, "a number above 0");
  option("level", level ?? 0.5, (value) => value > 0 && value < 1, "a number between 0 and 1");
}

function option(name: string, value: number, holds: (value: number) => boolean, rule: string): void {
  if (!holds(value)) throw new GreyboxError("calibration/option", { option: name, value, rule });
}

function parameterUnknown(definition: ModelDefinition, system: System, name: string): Unknown {
  // `checkQuestion` has seen that the name is there.
  const { value, unit, bounds, physical, scale = "linear" } = definition.parameters[name]!;
  const parameter = system.parameters.indexOf(name);
  const [lower, upper] = bounds ?? [scale === "log" ? 0 : -Infinity, Infinity];
  const width = upper - lower;
  const nominal = value !== 0 ? Math.abs(value) : Number.isFinite(width) && width > 0 ? width : 1;
  return { name, parameter, initial: undefined, unit, scale, nominal, start: value, lower, upper, physical };
}
