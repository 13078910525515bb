/** Along which unknowns each window is differentiated: those that can act in it, in few different numbers. */
import type { System } from "../../core/index.ts";
import type { Plan } from "../question/plan.ts";
import type { WindowPlan } from "../question/windows.ts";
import { influences } from "./influence.ts";

export type DirectionsPlan = Pick<Plan, "windows" | "unknowns" | "innovations" | "steady"> & Partial<Pick<Plan, "settled" | "definition">>;

/** Share of all directions that must be saved: code is made for each number of directions. */
const worth = 0.25;

/** Unknowns by window, in order. */
export function directionsOf(plan: DirectionsPlan, system: System): Int32Array[] {
  const all = plan.windows.map((_, w) => actingIn(plan, w));
  if (plan.windows.length < 2 || !plan.definition || plan.steady || plan.innovations.length > 0) return all;
  if (plan.settled?.some((settled) => settled !== undefined) || plan.windows.some(({ samples }) => samples.at(-1) === Infinity)) return all;
  const constant = fixedParameters(plan, system);
  const needed = plan.windows.map((window, w) => neededIn(plan, system, window, all[w]!, constant));
  const most = Math.max(...needed.map(({ length }) => length));
  const rounded = needed.map((own, w) => filled(own, all[w]!, own.length > most / 2 ? most : Math.ceil(most / 2)));
  const total = (lists: readonly Int32Array[]): number => lists.reduce((sum, { length }) => sum + length, 0);
  return total(rounded) <= (1 - worth) * total(all) ? rounded : all;
}

/** Those that set something in the window. */
export function actingIn({ unknowns }: Pick<Plan, "unknowns">, place: number): Int32Array {
  return Int32Array.from(
    [...unknowns.keys()].filter((j) => {
      const { acts, windows } = unknowns[j]!;
      return acts.length > 0 && (windows === undefined || windows.includes(place));
    }),
  );
}

function fixedParameters({ unknowns }: DirectionsPlan, { parameters, p }: System): Map<string, number> {
  const moved = new Set(unknowns.flatMap(({ acts }) => acts.flatMap((act) => (act.sets === "parameter" ? [act.index] : []))));
  return new Map(parameters.flatMap((name, i) => (moved.has(i) ? [] : [[name, p[i]!]])));
}

function neededIn(
  { definition, unknowns }: DirectionsPlan,
  { inputs, observables, parameters, states }: System,
  window: WindowPlan,
  acting: Int32Array,
  fixed: ReadonlyMap<string, number>,
): Int32Array {
  const constants = new Map(fixed);
  for (const [i, { values }] of window.inputs.entries())
    if (values.every((value) => value === values[0])) constants.set(inputs[i]!, values[0]!);
  const measured = window.tags.flatMap(({ observable, sigmaAt }) => (sigmaAt === undefined ? [observable] : [observable, sigmaAt]));
  const reached = influences(
    definition!,
    constants,
    [...new Set(measured)].map((k) => observables[k]!),
  );
  if (!reached) return acting;
  return acting.filter((j) =>
    unknowns[j]!.acts.some((act) => act.sets === "gain" || reached.has((act.sets === "parameter" ? parameters : states)[act.index]!)),
  );
}

/** `own`, and as many others of `all` as make `count`. */
function filled(own: Int32Array, all: Int32Array, count: number): Int32Array {
  const others = all.filter((j) => !own.includes(j)).subarray(0, Math.max(0, count - own.length));
  return Int32Array.from([...own, ...others]).sort();
}
