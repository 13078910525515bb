/** How much of a record was in manual: values entered by hand, and the mode of a loop where the tag is one. */
import { reason, status } from "../../core/index.ts";
import type { View } from "../cleaning/layers.ts";
import type { TagInfo } from "../series.ts";

/** Names of states that mean "by hand", in the spelling of common control systems. */
const byHand = /^(i?man(ual)?|m|hand|manuell|manuel|forced)$/i;

/**
 * Share of the time, each value lasting until the next; undefined where neither a status, a reason nor a state of the tag tells of manual
 * operation.
 *
 * @param order  places by increasing time
 */
export function manualShare(view: View, order: Int32Array, info: TagInfo): number | undefined {
  const states = Object.entries(info.states ?? {}).flatMap(([name, value]) => (byHand.test(name.trim()) ? [value] : []));
  const told = (place: number): boolean =>
    (view.reasons[place]! & reason.manual) !== 0 ||
    (view.status[place]! & 0xffff0000) === status.goodLocalOverride ||
    ((view.reasons[place]! & reason.notANumber) === 0 && states.includes(view.value[place]!));
  let [manual, whole, any] = [0, 0, states.length > 0];
  for (let k = 0; k < order.length; k++) {
    const place = order[k]!;
    const next = order[k + 1];
    const lasts = next === undefined ? 0 : view.time[next]! - view.time[place]!;
    whole += lasts;
    if (!told(place)) continue;
    any = true;
    manual += lasts;
  }
  if (!any || whole <= 0) return undefined;
  return manual / whole;
}
