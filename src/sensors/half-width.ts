/** How wide the interval is, before the laboratory's factor: from what was measured wherever something was. */
import type { Conversion } from "../core/index.ts";
import type { Driven } from "./drive.ts";
import { normalHalfWidth } from "./interval-scale.ts";
import type { SensorParts } from "./live.ts";

/**
 * Half widths below and above, in the unit of the answer. From what the hybrid missed on points it had not learned from; else from what
 * the calibrated mechanism missed; where nothing was measured of the estimate, from what the filter makes of its assumptions.
 */
export function halfWidthRule({ fit, hybrid, spec }: Omit<SensorParts, "hash">, { factor }: Conversion) {
  const z = normalHalfWidth(spec.level);
  const tag = Object.hasOwn(fit.tags, spec.estimate) ? fit.tags[spec.estimate] : undefined;
  const ofFit = tag && tag.points > 0 ? z * tag.rmse : undefined;
  const corrects = hybrid?.on === spec.estimate;
  // A hybrid knows its own level; another one is reached as if its errors were normal.
  const stretch = hybrid && hybrid.level !== spec.level ? z / normalHalfWidth(hybrid.level) : 1;
  return ({ corrected, deviation }: Driven): readonly [number, number] | undefined => {
    if (corrects && corrected) {
      const { value, lo, hi } = corrected;
      return [stretch * (value - lo) * factor, stretch * (hi - value) * factor];
    }
    const width = ofFit ?? (deviation === undefined ? undefined : z * deviation);
    return width === undefined ? undefined : [width * factor, width * factor];
  };
}

/** What successive laboratory values differ by, at a level; undefined with too few of them. */
export function spreadOf(moves: readonly number[], level: number): number | undefined {
  const rank = Math.ceil((moves.length + 1) * level);
  return rank <= moves.length ? [...moves].sort((a, b) => a - b)[rank - 1] : undefined;
}
