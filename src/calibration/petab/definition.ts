/** An SBML model, with what conditions override, as a definition of the language. */
import { GreyboxError, type ModelDefinition, type ParameterDefinition } from "../../core/index.ts";
import type { Override } from "./conditions.ts";
import type { PeriodEvent } from "./experiments.ts";
import { nameOf, namesUsed, numberText, replaced } from "./names.ts";
import type { SbmlModel } from "./sbml.ts";

/**
 * @param known  parameters of the PEtab table, by id
 * @param inputs  names that tell conditions apart
 * @param periods  what happens where periods of experiments begin
 * @returns the definition, and all names that it uses
 */
export function definitionOf(
  sbml: SbmlModel,
  known: ReadonlyMap<string, ParameterDefinition>,
  overrides: ReadonlyMap<string, Override>,
  inputs: readonly string[],
  periods: readonly PeriodEvent[] = [],
): { readonly definition: ModelDefinition; readonly names: ReadonlySet<string> } {
  const refuse = (why: string): never => {
    throw new GreyboxError("calibration/petab", { file: sbml.id, line: undefined, why });
  };
  const ids = new Map(
    [sbml.states, sbml.assigned, sbml.algebraic, sbml.parameters].flatMap((kind) => [...kind.keys()].map((id) => [nameOf(id), id])),
  );

  // What is computed once, at the start: texts of parameters and inputs only.
  const atStart = new Map<string, string>();
  const resolved = (text: string, path: readonly string[]): string => replaced(text, (name) => startOf(ids.get(name) ?? name, path));
  const startOf = (id: string, path: readonly string[] = []): string => {
    const found = atStart.get(id);
    if (found !== undefined) return found;
    if (path.includes(id)) refuse(`"${id}" starts from itself`);
    const further = [...path, id];
    const given = (): string => {
      const own = sbml.states.get(id) ?? sbml.assigned.get(id) ?? sbml.algebraic.get(id);
      if (own !== undefined) return `(${resolved(own, further)})`;
      return overrides.has(id) && !known.has(id) && sbml.parameters.has(id) ? numberText(sbml.parameters.get(id)!) : nameOf(id);
    };
    const own = overrides.get(id)?.text(given);
    const text = own === undefined ? given() : resolved(own, further);
    atStart.set(id, text);
    return text;
  };

  for (const id of overrides.keys()) if (known.has(id)) refuse(`"${id}" is in the table of parameters, and a condition gives it a value`);
  const parameters: Record<string, ParameterDefinition> = {};
  for (const [id, definition] of known) parameters[nameOf(id)] = definition;
  const missing: string[] = [];
  for (const [id, value] of sbml.parameters) {
    if (known.has(id) || overrides.has(id)) continue;
    if (!Number.isFinite(value)) missing.push(nameOf(id));
    else parameters[nameOf(id)] = { value, unit: "1" };
  }
  const algebraic: Record<string, { unit: string; is: string }> = {};
  const explicit = (id: string, is: string): void => {
    algebraic[nameOf(id)] = { unit: "1", is };
  };
  for (const id of overrides.keys()) if (!sbml.states.has(id) && !known.has(id)) explicit(id, startOf(id));
  for (const id of sbml.assigned.keys()) if (!overrides.has(id)) explicit(id, startOf(id));
  for (const [id, text] of sbml.algebraic) if (!overrides.has(id)) explicit(id, text);

  const initial = (id: string): string => {
    const start = startOf(id);
    return sbml.events.reduce((before, { atStart: condition, then }) => {
      const value = then.get(id);
      return condition === undefined || value === undefined ? before : `if(${resolved(condition, [])}, ${resolved(value, [])}, ${before})`;
    }, start);
  };
  const definition: ModelDefinition = {
    name: sbml.id.replace(/[^A-Za-z0-9_-]/g, "-"),
    time: "1",
    parameters,
    inputs: Object.fromEntries(inputs.map((name) => [name, "1"])),
    states: Object.fromEntries([...sbml.states.keys()].map((id) => [nameOf(id), { unit: "1", initial: initial(id) }])),
    algebraic,
    derivatives: Object.fromEntries([...sbml.states.keys()].map((id) => [nameOf(id), sbml.derivatives.get(id) ?? "0"])),
    events: Object.fromEntries([
      ...periods.map(({ at, then }) => [`at_${at}`, { when: `t - ${at}`, direction: "rising" as const, then }] as const),
      ...sbml.events.map(
        ({ id, when, then }) =>
          [
            nameOf(id),
            { when, direction: "rising" as const, then: Object.fromEntries([...then].map(([target, value]) => [nameOf(target), value])) },
          ] as const,
      ),
    ]),
    outputs: {},
  };
  const texts = [
    ...Object.values(algebraic).map(({ is }) => is),
    ...Object.values(definition.derivatives),
    ...Object.values(definition.states).map(({ initial: text }) => String(text)),
    ...Object.values(definition.events).flatMap(({ when, then = {} }) => [when, ...Object.values(then)]),
  ];
  const used = new Set(missing.length > 0 ? texts.flatMap((text) => [...namesUsed(text)]) : []);
  for (const name of missing) {
    if (used.has(name)) refuse(`parameter "${name}" has no value`);
    parameters[name] = { value: 0, unit: "1" };
  }
  return {
    definition,
    names: new Set([parameters, definition.inputs, definition.states, algebraic, definition.events].flatMap(Object.keys)),
  };
}
