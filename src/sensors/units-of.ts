/** Units as the model declares them. */
import type { ModelDefinition } from "../core/index.ts";

/** Unit of a state, an algebraic quantity or an output; undefined where the model has none of this name. */
export function unitOfObservable({ states, algebraic, outputs }: ModelDefinition, name: string): string | undefined {
  for (const kind of [states, algebraic, outputs]) if (Object.hasOwn(kind, name)) return kind[name]?.unit;
  return undefined;
}
