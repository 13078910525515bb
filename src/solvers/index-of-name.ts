/** Finds a name in a list, or says which ones it may have meant. */
import { GreyboxError, nearestNames } from "../core/index.ts";

/** Index of a name in a list. @throws GreyboxError `solver/unknown-name` with the nearest names, or all where there are few */
export function indexOfName(kind: string, name: string, known: readonly string[], model: string): number {
  const index = known.indexOf(name);
  if (index >= 0) return index;
  const near = nearestNames(name, known);
  throw new GreyboxError("solver/unknown-name", { kind, name, model, nearest: near.length > 0 ? near : known.slice(0, 3) });
}
