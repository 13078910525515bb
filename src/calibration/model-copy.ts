/** A model with other parameter values, whether it was defined as text or written as functions. */
import type { AnySource, ModelDefinition } from "../core/index.ts";

/** Functions have no text: they can neither be rebuilt elsewhere nor told apart by content. A model without states is a regression. */
export function isWrittenAsFunctions({ definition }: AnySource): boolean {
  return Object.keys(definition.states).length > 0 && Object.keys(definition.derivatives).length === 0;
}

/** Values that a search found are inside the bounds of the model, so nothing is checked again. */
export function withParameters<M extends AnySource>(model: M, values: Readonly<Record<string, number>>): M {
  if ("with" in model && typeof model.with === "function") {
    // `Model.with` of src/models: gives a model with the same names.
    return model.with({ parameters: values }) as M;
  }
  const parameters = Object.fromEntries(
    Object.entries(model.definition.parameters).map(([name, old]) => [name, { ...old, value: values[name] ?? old.value }]),
  );
  const definition: ModelDefinition = { ...model.definition, parameters };
  return {
    ...model,
    definition,
    system(request) {
      const system = model.system(request);
      const p = Float64Array.from(system.parameters, (name, i) => values[name] ?? system.p[i]!);
      return { ...system, p };
    },
  };
}
