/** Whether a text that somebody wrote is a unit that can be computed with. */
import { isGreyboxError, parseUnit } from "../../core/index.ts";

const longest = 100;

/** Why a text cannot be used as a unit; undefined when it can. */
export function unitObjection(unit: string): string | undefined {
  if (unit.length > longest) return `it has ${unit.length} characters; ${longest} are allowed`;
  try {
    const { scale, dimension } = parseUnit(unit);
    if (!(scale > 0 && Number.isFinite(scale)) || !dimension.every(Number.isFinite)) return "its size cannot be held as a number";
    return undefined;
  } catch (error) {
    if (isGreyboxError(error, "unit/unknown")) return error.details.why;
    throw error;
  }
}
