/**
 * Failure currents that were scaled like measurements: a transmitter that knows it has failed drives its loop below 3.6 mA or above 21 mA.
 *
 * @see NAMUR NE 43: measurements from 3.8 to 20.5 mA, failure at or below 3.6 mA and at or above 21 mA of a loop of 4 to 20 mA.
 */
import { reason, status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";

/** Failure currents as shares of the span from 4 to 20 mA: 0 to 3.6 mA, and 21 to 24 mA. A number further out is no current at all. */
const [lowest, low, high, highest] = [-4 / 16, (3.6 - 4) / 16, (21 - 4) / 16, (24 - 4) / 16];
/** Rounding of a scaled current. */
const slack = 1e-9;

/** @param range  what 4 and 20 mA mean, in the unit of the tag */
export function namurLayer(view: View, range: readonly [number, number] | undefined): Layer {
  const places: number[] = [];
  if (range) {
    const [bottom, top] = range;
    for (let i = 0; i < view.value.length; i++) {
      const share = (view.value[i]! - bottom) / (top - bottom);
      const failed = (share >= lowest - slack && share <= low + slack) || (share >= high - slack && share <= highest + slack);
      if (failed && (view.reasons[i]! & reason.notANumber) === 0) places.push(i);
    }
  }
  return { method: "failure-current", reason: "outOfRange", places: Int32Array.from(places), status: status.badSensorFailure, omit: false };
}
