/** How windows start: values that are given, measured, or estimated beside the parameters. */
import { GreyboxError, inputWidth, type ModelDefinition, type System } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import { unknownName } from "./names.ts";
import type { InitialChoice } from "./question.ts";
import { firstGood, startValue } from "./start-choice.ts";
import { plainUnknown, type Unknown } from "./unknown.ts";

/** Given and measured initial values of one window. Estimated ones are among the unknowns. */
export interface WindowStart {
  /** 1 where the initial value does not follow from the model. Shape (n). */
  readonly given: Uint8Array;
  /** In model units, shape (n); 0 where not given. Estimated values are written over these. */
  readonly values: Float64Array;
}

/** Choices by state name. */
export type Choices = Readonly<Record<string, InitialChoice | undefined>>;

/**
 * @throws GreyboxError `calibration/unknown-name`, `calibration/algebraic-initial`, `calibration/measured-initial`, `unit/incompatible`,
 *   `unit/kind`
 */
export function initialUnknowns(
  choices: Choices,
  definition: ModelDefinition,
  system: System,
  windows: readonly Window[],
): { starts: WindowStart[]; unknowns: Unknown[] } {
  const n = system.states.length;
  const starts = windows.map(() => ({ given: new Uint8Array(n), values: new Float64Array(n) }));
  const unknowns: Unknown[] = [];
  for (const [name, choice] of Object.entries(choices)) {
    if (choice === undefined) continue;
    const state = stateIndex(system, name);
    for (const { given } of starts) given[state] = 1;
    if (typeof choice === "object" && "estimate" in choice) {
      unknowns.push(...estimated(choice, state, definition, system, windows));
    } else {
      for (const [w, { values }] of starts.entries()) values[state] = startValue(choice, name, windows[w]!, system, definition);
    }
  }
  return { starts, unknowns };
}

/** @throws GreyboxError `calibration/unknown-name`, `calibration/algebraic-initial` */
export function stateIndex(system: System, name: string): number {
  const state = system.states.indexOf(name);
  if (state < 0) throw unknownName(system, "state", name, system.states);
  if (system.mass?.[state] === 0) throw new GreyboxError("calibration/algebraic-initial", { state: name });
  return state;
}

function estimated(
  choice: Extract<InitialChoice, { readonly estimate: true }>,
  state: number,
  definition: ModelDefinition,
  system: System,
  windows: readonly Window[],
): Unknown[] {
  const name = system.states[state]!;
  const declared = definition.states[name];
  const nominal = system.nominal[state]!;
  const [lower, upper] = choice.bounds ?? [declared?.min ?? -Infinity, declared?.max ?? Infinity];
  const unknown = (label: string, window: number | undefined, found: number | undefined): Unknown => {
    const start = choice.value ?? Math.min(Math.max(found ?? modelInitial(system, state), lower), upper);
    const size = start !== 0 ? Math.abs(start) : nominal;
    const unit = declared?.unit ?? "1";
    return {
      ...plainUnknown,
      name: label,
      acts: [{ sets: "initial", index: state }],
      windows: window === undefined ? undefined : [window],
      unit,
      scale: "linear",
      nominal: size,
      start,
      lower,
      upper,
    };
  };
  if (choice.share === "all" || windows.length === 1) {
    const found = windows.map(({ measured }) => firstGood(measured[name])).find((value) => value !== undefined);
    return [unknown(`${name}(0)`, undefined, found)];
  }
  return windows.map(({ name: window, measured }, w) => unknown(`${name}(0) in ${window}`, w, firstGood(measured[name])));
}

/** The model's own initial value, with inputs at 0: only where a search starts. */
function modelInitial(system: System, state: number): number {
  const out = new Float64Array(system.states.length);
  system.initial.evaluate(0, out.slice(), new Float64Array(inputWidth(system)), system.p, out);
  const value = out[state]!;
  return Number.isFinite(value) ? value : system.nominal[state]!;
}
