/** Windows that start at rest: how a question says it, and what is made of it. */
import { GreyboxError, type System, valueAt } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import { unknownName } from "../question/names.ts";

/**
 * What a window was like before it began, for so long that nothing changed any more. It then starts from there, whatever the values of the
 * parameters: initial values of the model are where the way to rest begins.
 */
export interface Settled {
  /** Inputs of that time, in the unit of the model. Default: those at the start of the window. */
  readonly inputs?: Readonly<Record<string, number>> | undefined;
  /** States that start as the model says all the same, with the inputs of the window: what was filled in or taken out. */
  readonly restart?: readonly string[] | undefined;
}

/** Made ready. Plain data. */
export interface SettledPlan {
  /** Inputs on the way to rest, shape (r). */
  readonly inputs: Float64Array;
  /** 1 where the window starts from rest, 0 where as the model says. Shape (n). */
  readonly kept: Uint8Array;
}

/** @throws GreyboxError `calibration/unknown-name`, `calibration/missing-input` */
export function settledPlans(
  settled: Readonly<Record<string, Settled | undefined>>,
  windows: readonly Window[],
  system: System,
): readonly (SettledPlan | undefined)[] {
  const names = windows.map(({ name }) => name);
  for (const name of Object.keys(settled)) if (!names.includes(name)) throw unknownName(system, "window", name, names);
  return windows.map((window): SettledPlan | undefined => {
    const choice = settled[window.name];
    if (!choice) return undefined;
    for (const name of Object.keys(choice.inputs ?? {})) {
      if (!system.inputs.includes(name)) throw unknownName(system, "input", name, system.inputs);
    }
    for (const name of choice.restart ?? []) {
      if (!system.states.includes(name)) throw unknownName(system, "state", name, system.states);
    }
    const inputs = Float64Array.from(system.inputs, (name) => {
      const own = choice.inputs?.[name];
      const signal = window.inputs[name];
      if (own === undefined && signal === undefined)
        throw new GreyboxError("calibration/missing-input", { window: window.name, inputs: [name] });
      return own ?? valueAt(signal!, 0);
    });
    return { inputs, kept: Uint8Array.from(system.states, (name) => (choice.restart?.includes(name) ? 0 : 1)) };
  });
}
