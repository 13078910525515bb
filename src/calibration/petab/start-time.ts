/** Runs that start at another time than 0: windows count from their start, so equations that know the time are told when that was. */
import type { ModelDefinition } from "../../core/index.ts";

/** The input that says when a window started. */
export const startName = "time_at_start";

/** The definition with its time counted from 0 of the clock that its equations know. */
export function withStart(definition: ModelDefinition): ModelDefinition {
  const told = (text: string): string => text.replace(/\bt\b/g, `(t + ${startName})`);
  const each = <T>(of: Readonly<Record<string, T>>, change: (one: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(of).map(([name, one]) => [name, change(one)]));
  return {
    ...definition,
    inputs: { ...definition.inputs, [startName]: "1" },
    states: each(definition.states, (one) => (typeof one.initial === "string" ? { ...one, initial: told(one.initial) } : one)),
    algebraic: each(definition.algebraic, (one) => ("is" in one ? { ...one, is: told(one.is) } : one)),
    derivatives: each(definition.derivatives, told),
    // Periods of experiments are counted in windows already.
    events: Object.fromEntries(
      Object.entries(definition.events).map(([name, one]) => [
        name,
        {
          ...one,
          when: name.startsWith("at_period_start_") ? one.when : told(one.when),
          ...(one.then && { then: each(one.then, told) }),
        },
      ]),
    ),
    outputs: each(definition.outputs, (one) => ({ ...one, is: told(one.is) })),
  };
}
