/** The error for a name that a model does not have. */
import { GreyboxError, nearestNames } from "../../core/index.ts";

export function unknownName(model: { readonly name: string }, kind: string, name: string, known: readonly string[]): GreyboxError {
  return new GreyboxError("calibration/unknown-name", { model: model.name, kind, name, nearest: nearestNames(name, known) });
}
