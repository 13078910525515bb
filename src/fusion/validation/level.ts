/** Confidence levels. */
import { GreyboxError } from "../../core/index.ts";

/** @throws GreyboxError `fusion/option` when it is not between 0 and 1 */
export function checkedLevel(level: number): number {
  if (!(level > 0 && level < 1))
    throw new GreyboxError("fusion/option", { option: "level", value: level, needed: "between 0 and 1, such as 0.9" });
  return level;
}
