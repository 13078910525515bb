/** Numbers that are no values, and values that cannot be: sentinels and ranges. */
import { reason, status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import type { Rules } from "./rules.ts";

/** A sentinel has no value at all: it gets the reason of a missing one besides its own. */
export function sentinelLayers(view: View, rules: Rules): Layer[] {
  const places: number[] = [];
  if (rules.sentinels.length > 0) {
    const { value } = view.raw;
    for (let i = 0; i < value.length; i++) {
      if (rules.sentinels.includes(value[i]!) && (view.reasons[i]! & reason.notANumber) === 0) places.push(i);
    }
  }
  return (["sentinel", "notANumber"] as const).map((why) => ({
    method: "sentinels",
    reason: why,
    places: Int32Array.from(places),
    status: status.badNoData,
    omit: false,
  }));
}

/** Outside the range: the test is trusted, not the status that says Good. */
export function rangeLayer(view: View, range: readonly [number, number] | undefined): Layer {
  const places: number[] = [];
  if (range) {
    const { value } = view.raw;
    for (let i = 0; i < value.length; i++) {
      if ((view.reasons[i]! & reason.notANumber) === 0 && (value[i]! < range[0] || value[i]! > range[1])) places.push(i);
    }
  }
  return { method: "range", reason: "outOfRange", places: Int32Array.from(places), status: status.badOutOfRange, omit: false };
}
