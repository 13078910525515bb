/** Other values of the unknowns that are as likely as a fit says. */
import { random, svd } from "../../core/index.ts";
import type { Relative } from "./responses.ts";

/** Standard errors that draws go away at most. */
const widest = 2;

/**
 * The estimates first, then as many draws. Along directions of which little is known draws have a deviation of 100 %.
 *
 * @param information  in relative coordinates, shape (q, q)
 * @returns shape (draws + 1) of (q)
 */
export function likelyValues(unknowns: readonly Relative[], information: Float64Array, draws: number, seed: number): Float64Array[] {
  const q = unknowns.length;
  const estimates = Float64Array.from(unknowns, ({ value }) => value);
  const { values: s, right } = svd(information, q, q);
  const rng = random(`draws/${seed}`);
  const drawn = Array.from({ length: draws }, () => {
    const change = new Float64Array(q);
    for (let k = 0; k < q; k++) {
      const size = Math.min(Math.max(rng.normal(), -widest), widest) / Math.sqrt(Math.max(s[k]!, 1));
      for (let j = 0; j < q; j++) change[j]! += right[j * q + k]! * size;
    }
    return Float64Array.from(unknowns, ({ unknown, value, slope }, j) => {
      const moved = unknown.scale === "log" ? value * Math.exp(change[j]!) : value + slope * change[j]!;
      return Math.min(Math.max(moved, unknown.lower), unknown.upper);
    });
  });
  return [estimates, ...drawn];
}
