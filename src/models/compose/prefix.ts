/** A model as part of a larger one: every name of it gets the name of the part in front. */
import type { ModelDefinition } from "../../core/index.ts";
import { renamed } from "./rename.ts";

/** Every name that equations of a model can use, and those of its outputs. */
export function namesOfModel(definition: ModelDefinition): ReadonlySet<string> {
  const { parameters, inputs, states, algebraic, outputs } = definition;
  return new Set([parameters, inputs, states, algebraic, outputs].flatMap((part) => Object.keys(part)));
}

/**
 * The definition with `path.` before every name.
 *
 * @example
 * Object.keys(prefixed(decay.definition, "a").states); // => ["a.x"]
 */
export function prefixed(definition: ModelDefinition, path: string): ModelDefinition {
  const { tables } = definition;
  const names = new Set([...namesOfModel(definition), ...Object.keys(tables ?? {})]);
  const own = (name: string): string => `${path}.${name}`;
  const equation = (text: string): string => renamed(text, names, (name) => (names.has(name) ? own(name) : undefined));
  const each = <T>(table: Readonly<Record<string, T>>, change: (entry: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(table).map(([name, entry]) => [own(name), change(entry)]));
  return {
    ...definition,
    parameters: each(definition.parameters, (parameter) => parameter),
    ...(tables === undefined ? {} : { tables: each(tables, (table) => table) }),
    inputs: each(definition.inputs, (unit) => unit),
    states: each(definition.states, (state) =>
      typeof state.initial === "string" ? { ...state, initial: equation(state.initial) } : state,
    ),
    algebraic: each(definition.algebraic, (entry) =>
      "is" in entry ? { ...entry, is: equation(entry.is) } : { ...entry, zero: equation(entry.zero) },
    ),
    derivatives: each(definition.derivatives, equation),
    events: each(definition.events, ({ when, then, ...event }) => ({
      ...event,
      when: equation(when),
      ...(then === undefined ? {} : { then: each(then, equation) }),
    })),
    outputs: each(definition.outputs, (output) => ({ ...output, is: equation(output.is) })),
  };
}
