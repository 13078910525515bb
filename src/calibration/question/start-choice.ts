/** How a state starts without being estimated: from a number or from what was measured, of itself or of something that goes with it. */
import { conversion, GreyboxError, type ModelDefinition, type System, severity } from "../../core/index.ts";
import type { Measured, Window } from "../../historian/index.ts";
import { unknownName } from "./names.ts";

/**
 * A number, in the unit of the state; `"measured"`: the first good measured value of the state; `{ measured: "S1" }`: that of another
 * observable, converted to the unit of the state, such as of a sensor that has stood at the same temperature for long.
 */
export type StartChoice<O extends string = string> = number | "measured" | { readonly measured: O };

/** Whose measurement a state starts from; value · factor + shift is in the unit of the state. */
export interface StartSource {
  readonly observable: string;
  readonly factor: number;
  readonly shift: number;
}

/**
 * Undefined where the start is a number.
 *
 * @throws GreyboxError `unit/incompatible`, `unit/kind` when the two are different things
 */
export function startSource(choice: StartChoice, state: string, { states, algebraic, outputs }: ModelDefinition): StartSource | undefined {
  if (typeof choice === "number") return undefined;
  if (choice === "measured" || choice.measured === state) return { observable: state, factor: 1, shift: 0 };
  const unitOf = (name: string): string | undefined => (states[name] ?? algebraic[name] ?? outputs[name])?.unit;
  const [from, to] = [unitOf(choice.measured), unitOf(state)];
  // A system of functions need not say what its units are.
  return { observable: choice.measured, ...(from !== undefined && to !== undefined ? conversion(from, to) : { factor: 1, shift: 0 }) };
}

/**
 * In the unit of the state.
 *
 * @throws GreyboxError `calibration/measured-initial`, `calibration/unknown-name`, `unit/incompatible`, `unit/kind`
 */
export function startValue(choice: StartChoice, state: string, window: Window, system: System, definition: ModelDefinition): number {
  if (typeof choice === "number") return choice;
  if (typeof choice === "object" && !system.observables.includes(choice.measured)) {
    throw unknownName(system, "observable", choice.measured, system.observables);
  }
  // Only numbers have no source.
  const { observable, factor, shift } = startSource(choice, state, definition)!;
  const value = firstGood(window.measured[observable]);
  if (value === undefined) throw new GreyboxError("calibration/measured-initial", { window: window.name, state, observable });
  return value * factor + shift;
}

/** First measured value with status Good and a weight above 0. */
export function firstGood(measured: Measured | undefined): number | undefined {
  if (!measured) return undefined;
  const { value, weight, status } = measured;
  const place = value.findIndex((_, i) => weight[i]! > 0 && severity(status[i]!) === "good");
  return place < 0 ? undefined : value[place];
}
