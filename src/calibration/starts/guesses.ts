/** Starts that the caller names, in search coordinates. */
import { GreyboxError } from "../../core/index.ts";
import { unknownName } from "../question/names.ts";
import type { Plan } from "../question/plan.ts";
import { toSearch } from "../question/unknown.ts";

/**
 * What a guess does not name starts as without it.
 *
 * @returns each of shape (q)
 * @throws GreyboxError `calibration/unknown-name`, `calibration/start-outside-bounds`, `calibration/log-scale`
 */
export function guessedStarts({ unknowns, definition }: Plan, guesses: readonly Readonly<Record<string, number>>[]): Float64Array[] {
  const names = unknowns.map(({ name }) => name);
  return guesses.map((guess) => {
    for (const name of Object.keys(guess)) if (!names.includes(name)) throw unknownName(definition, "estimated quantity", name, names);
    return Float64Array.from(unknowns, (unknown) => {
      const { name, start, lower, upper, unit, scale } = unknown;
      const value = Object.hasOwn(guess, name) ? guess[name]! : start;
      if (!(lower <= value && value <= upper))
        throw new GreyboxError("calibration/start-outside-bounds", { name, value, lower, upper, unit });
      if (scale === "log" && !(value > 0)) throw new GreyboxError("calibration/log-scale", { name, value, unit });
      return toSearch(unknown, value);
    });
  });
}
