/** Parameters as unknowns: common to all windows, tied to one another, or with a value for each window or asset. */
import { GreyboxError, type ModelDefinition, type System } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { LocalChoice, Question } from "./question.ts";
import { type Action, plainUnknown, type Unknown } from "./unknown.ts";

/** Local values that are drawn from one distribution. Indices into the unknowns. */
export interface Pool {
  readonly members: readonly number[];
  readonly mean: number;
  /** Standard deviation, in e-folds for parameters on a log scale; or the unknown that is. */
  readonly sd: number | { readonly unknown: number };
}

/** Names of the parameters that a question changes: those that the system must differentiate with respect to. */
export function activeNames({ estimate, ties = {}, perWindow = {} }: Question): string[] {
  const local = Object.entries(perWindow).flatMap(([name, choice]) => (choice === undefined ? [] : [name]));
  const tied = Object.entries(ties).flatMap(([name, tie]) => (tie === undefined ? [] : [name]));
  return [...new Set([...estimate, ...local, ...tied])];
}

/**
 * @throws GreyboxError `calibration/tie`, `calibration/no-asset`, `calibration/pool-needs-prior`
 */
export function parameterUnknowns(question: Question, definition: ModelDefinition, system: System): { unknowns: Unknown[]; pools: Pool[] } {
  const { estimate, ties = {}, perWindow = {}, windows } = question;
  const local = Object.entries(perWindow as Record<string, LocalChoice | undefined>).flatMap(([name, choice]) =>
    choice === undefined ? [] : [[name, choice] as const],
  );
  const acts = (name: string): Action[] => actionsOf(name, ties, system);
  checkTies(question);
  const unknowns: Unknown[] = estimate.map((name) => ({ ...parameterUnknown(definition, system, name), acts: acts(name) }));
  const pools: Pool[] = [];
  for (const [name, choice] of local) {
    const one = parameterUnknown(definition, system, name);
    const groups = groupsOf(name, choice, windows, question.assets);
    const members = [...groups].map(([key, places]) => {
      unknowns.push({ ...one, name: `${name} in ${key}`, acts: acts(name), windows: places });
      return unknowns.length - 1;
    });
    if (choice === true || !choice.pool) continue;
    unknowns.push({ ...one, acts: [] });
    pools.push({ members, mean: unknowns.length - 1, sd: spreadOf(choice.pool.sd, one, question, unknowns) });
  }
  return { unknowns, pools };
}

function parameterUnknown(definition: ModelDefinition, system: System, name: string): Unknown {
  // `checkQuestion` has seen that the name is there.
  const { value, unit, bounds, physical, scale = "linear" } = definition.parameters[name]!;
  const [lower, upper] = bounds ?? [scale === "log" ? 0 : -Infinity, Infinity];
  const width = upper - lower;
  const nominal = value !== 0 ? Math.abs(value) : Number.isFinite(width) && width > 0 ? width : 1;
  const acts: Action[] = [{ sets: "parameter", index: system.parameters.indexOf(name), factor: 1 }];
  return { ...plainUnknown, name, acts, unit, scale, nominal, start: value, lower, upper, physical };
}

function actionsOf(name: string, ties: NonNullable<Question["ties"]>, system: System): Action[] {
  const others = Object.entries(ties).flatMap(([tied, tie]): [string, number][] => (tie?.to === name ? [[tied, tie.factor ?? 1]] : []));
  return [[name, 1] as const, ...others].map(([one, factor]) => ({ sets: "parameter", index: system.parameters.indexOf(one), factor }));
}

function checkTies({ estimate, ties = {}, perWindow = {} }: Question): void {
  const found = new Set<string>([...estimate, ...Object.keys(perWindow)]);
  for (const [name, tie] of Object.entries(ties)) {
    if (tie === undefined) continue;
    const wrong = (why: string): GreyboxError => new GreyboxError("calibration/tie", { name, to: tie.to, why });
    if (found.has(name)) throw wrong("it is estimated itself");
    if (!found.has(tie.to)) throw wrong(`"${tie.to}" is not estimated`);
    if (tie.factor !== undefined && !(Number.isFinite(tie.factor) && tie.factor !== 0)) throw wrong(`the factor is ${tie.factor}`);
  }
}

/** Windows by the name of what they share a value for. */
function groupsOf(
  name: string,
  choice: LocalChoice,
  windows: readonly Window[],
  assets: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, number[]> {
  const byAsset = choice !== true && choice.by === "asset";
  const groups = new Map<string, number[]>();
  for (const [w, window] of windows.entries()) {
    if (byAsset && !Object.hasOwn(assets, window.name)) throw new GreyboxError("calibration/no-asset", { name, window: window.name });
    const key = byAsset ? assets[window.name]! : window.name;
    groups.set(key, [...(groups.get(key) ?? []), w]);
  }
  return groups;
}

/** Widest and narrowest spread that is looked for, beside the value it starts from. */
const spreadRange = 1e3;

function spreadOf(
  sd: NonNullable<Exclude<LocalChoice, true>["pool"]>["sd"],
  { name, unit, scale }: Unknown,
  { priors = {} }: Question,
  unknowns: Unknown[],
): Pool["sd"] {
  if (typeof sd === "number") return sd;
  const label = `spread of ${name}`;
  if (!Object.hasOwn(priors, label)) throw new GreyboxError("calibration/pool-needs-prior", { name, spread: label });
  unknowns.push({
    ...plainUnknown,
    name: label,
    unit: scale === "log" ? "1" : unit,
    scale: "log",
    nominal: sd.value,
    start: sd.value,
    lower: sd.value / spreadRange,
    upper: sd.value * spreadRange,
  });
  return { unknown: unknowns.length - 1 };
}
