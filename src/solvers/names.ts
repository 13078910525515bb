/** Names that callers write, looked up, or answered with those they may have meant. */
import { GreyboxError, nearestNames } from "../core/index.ts";

/** Index of a name in a list. @throws GreyboxError `solver/unknown-name` with the nearest names, or else the known ones */
export function indexOfName(kind: string, name: string, known: readonly string[], model: string): number {
  const index = known.indexOf(name);
  if (index < 0) throw new GreyboxError("solver/unknown-name", { kind, name, model, nearest: nearestNames(name, known), known });
  return index;
}
