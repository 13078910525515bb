/**
 * At the end of the measuring range: the true value lies beyond, so the point is a limit, not a measurement, and not nothing either.
 *
 * Status Uncertain_EngineeringUnitsExceeded with the limit bit low or high: a calibration takes such points as censored.
 */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import type { Grain } from "./noise.ts";
import type { SaturationRule } from "./rules.ts";

/** OPC UA Part 4 §7.39.1: the status speaks of a data value, which is limited low, or high. */
const [limitedLow, limitedHigh] = [0x400 | 0x100, 0x400 | 0x200];

/**
 * Runs at an end of the range in which nothing moves by more than a quantum.
 *
 * Rest at an end that is 0 is not doubted: a closed valve has no flow.
 *
 * @param order  usable places by time, shape (k)
 */
export function saturationLayers(
  view: View,
  order: Int32Array,
  range: readonly [number, number] | undefined,
  rule: SaturationRule | false,
  grain: Grain,
): Layer[] {
  return (["low", "high"] as const).map((side) => {
    const places: number[] = [];
    const end = range?.[side === "low" ? 0 : 1];
    if (rule && range && end !== undefined && end !== 0) {
      const near = rule.within * (range[1] - range[0]);
      // What ends a range repeats its last step, or toggles between two.
      const still = Math.max(grain.quantum, 1e-9 * (range[1] - range[0]));
      let first = 0;
      for (let k = 0; k <= order.length; k++) {
        const x = k < order.length ? view.value[order[k]!]! : Number.NaN;
        const goesOn = Math.abs(x - end) <= near && (k === first || Math.abs(x - view.value[order[first]!]!) <= still);
        if (goesOn) continue;
        if (k - first >= rule.points) for (let j = first; j < k; j++) places.push(order[j]!);
        first = Math.abs(x - end) <= near ? k : k + 1;
      }
    }
    return {
      method: "range-end",
      reason: "saturated",
      places: Int32Array.from(places).sort(),
      status: status.uncertainEngineeringUnitsExceeded | (side === "low" ? limitedLow : limitedHigh),
      omit: false,
    };
  });
}
