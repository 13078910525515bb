/** Which inputs an estimate depends on: a bad reading of any other leaves its status alone. */
import type { ModelDefinition } from "../core/index.ts";

/**
 * Inputs that can reach an observable through the equations, also by way of states and events. Judged by the names in the equations,
 * so never one too few.
 */
export function influentialInputs(definition: ModelDefinition, observable: string): ReadonlySet<string> {
  const implicit = Object.entries(definition.algebraic).filter(([, it]) => "zero" in it);
  const equationsOf = (name: string): readonly string[] => {
    const found: string[] = [];
    const algebraic = entry(definition.algebraic, name);
    // Implicit quantities are solved for together: each depends on the equations of all.
    if (algebraic) found.push(...("is" in algebraic ? [algebraic.is] : implicit.map(([, it]) => ("zero" in it ? it.zero : ""))));
    const output = entry(definition.outputs, name);
    if (output) found.push(output.is);
    const state = entry(definition.states, name);
    if (state) {
      found.push(entry(definition.derivatives, name) ?? "", String(state.initial));
      for (const event of Object.values(definition.events)) {
        const then = event.then && entry(event.then, name);
        if (then !== undefined || event.terminal) found.push(event.when, then ?? "");
      }
    }
    return found;
  };

  const reached = new Set<string>();
  const open = [observable];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const equation of equationsOf(name)) open.push(...(equation.match(/[\p{L}_][\p{L}\p{N}_.]*/gu) ?? []));
  }
  return new Set(Object.keys(definition.inputs).filter((name) => reached.has(name)));
}

function entry<V>(record: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
