/** Values that a person entered or forced, by the status that the source gave them. */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";

/** The best that is known of an input, so a prediction uses it as Uncertain; no evidence of what happened, so no fit counts it. */
export function byHandLayer(view: View): Layer {
  const places: number[] = [];
  for (let i = 0; i < view.status.length; i++) if (isByHand(view.status[i]!)) places.push(i);
  return {
    method: "by-hand",
    reason: "manual",
    places: Int32Array.from(places),
    status: status.uncertainSubstituteValue,
    omit: false,
    weights: new Float64Array(places.length),
  };
}

/**
 * OPC UA Good_LocalOverride and Uncertain_SubstituteValue, which PI's Substituted becomes. The upper half of a code says what it is; the
 * lower half holds info bits.
 */
function isByHand(code: number): boolean {
  const what = (code & 0xffff0000) >>> 0;
  return what === status.goodLocalOverride || what === status.uncertainSubstituteValue;
}
