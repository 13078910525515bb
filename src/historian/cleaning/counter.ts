/** Counters that run over or are reset, as a layer that lets them go on growing; and the rate of a counter. */
import { reason } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import type { CounterRule } from "./rules.ts";

/**
 * The unwrapped count. A fall from above nine tenths of the modulus to below a tenth of it is an overrun; any other fall is a reset, after which
 * the count goes on from where it was.
 *
 * Only the point after a fall carries the reason; all that follow get a new value and stay Good.
 *
 * @param order  usable places by time, shape (k)
 */
export function counterLayers(view: View, order: Int32Array, rule: CounterRule | false): Layer[] {
  const [falls, moved, values] = [[] as number[], [] as number[], [] as number[]];
  if (rule) {
    const { modulus } = rule;
    let added = 0;
    for (let k = 0; k < order.length; k++) {
      const x = view.value[order[k]!]!;
      if (k > 0) {
        const before = view.value[order[k - 1]!]!;
        if (x < before) {
          const runsOver = modulus !== undefined && before > 0.9 * modulus && x < 0.1 * modulus;
          added += runsOver ? modulus : before;
          falls.push(order[k]!);
        }
      }
      if (added > 0) {
        moved.push(order[k]!);
        values.push(x + added);
      }
    }
  }
  const byPlace = moved.map((place, k) => [place, values[k]!] as const).sort((a, b) => a[0] - b[0]);
  return [
    { method: "counter", reason: "counterReset", places: Int32Array.from(falls).sort(), status: 0, omit: false },
    {
      method: "counter",
      reason: "substituted",
      places: Int32Array.from(byPlace, ([place]) => place),
      status: 0,
      omit: false,
      values: Float64Array.from(byPlace, ([, value]) => value),
    },
  ];
}

/**
 * Mean rates between the points of a counter [unit of the counter per second], at the end of each interval. The differences are exact as long as
 * the counts are below 2^53; what single precision lost before is in `resolution`.
 */
export function rateOf(
  view: View,
  order: Int32Array,
): { readonly time: Float64Array; readonly rate: Float64Array; readonly resolution: number } {
  const places = Array.from(order).filter((place) => (view.reasons[place]! & reason.notANumber) === 0 && view.status[place]! >>> 30 === 0);
  const count = Math.max(places.length - 1, 0);
  const [time, rate] = [new Float64Array(count), new Float64Array(count)];
  let single = places.length > 0;
  let highest = 0;
  for (const place of places) {
    const raw = view.raw.value[place]!;
    if (Math.fround(raw) !== raw) single = false;
    highest = Math.max(highest, Math.abs(raw));
  }
  for (let k = 0; k < count; k++) {
    const [a, b] = [places[k]!, places[k + 1]!];
    time[k] = view.time[b]!;
    rate[k] = (view.value[b]! - view.value[a]!) / (view.time[b]! - view.time[a]!);
  }
  return { time, rate, resolution: single ? 2 ** (Math.floor(Math.log2(Math.max(highest, 1))) - 23) : 0 };
}
