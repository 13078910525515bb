/** Time stamps that were cut to whole seconds, minutes or hours, so that several points share one. */
import type { Layer, View } from "./layers.ts";
import { inOrder } from "./layers.ts";
import { grainOf } from "./noise.ts";
import { timeWeights } from "./time-weights.ts";

const units = [3600, 600, 60, 10, 1];

/**
 * Points whose stamps are whole multiples of a unit and mostly shared. Of each group the last stays, or all of them are spread evenly over
 * the unit in order of arrival. What stays may have been measured anywhere within the unit: it weighs the less, the faster the tag moves.
 *
 * @param handling  `spread` presumes that the order of arrival is the order of measurement
 * @param sigma  declared standard deviation of the measurement; 0: that of the record
 */
export function coarseTimeLayers(view: View, handling: "last" | "spread", sigma = 0): Layer[] {
  const groups = groupsOf(view);
  if (groups === undefined) return [];
  const { time, value } = view;
  const unit = units.find((one) => groups.every((group) => Number.isInteger(time[group[0]!]! / one)));
  if (unit === undefined) return [];
  const spread = handling === "spread";
  const kept = spread ? groups.flat() : groups.map((group) => group.at(-1)!);
  const usual = median(groups.map((group) => group.length));
  const times = new Float64Array(kept.length);
  let next = 0;
  groups.forEach((group, g) => {
    const count = spread ? group.length : 1;
    const slots = Math.max(count, usual);
    // The record begins somewhere within a unit: what is missing of the first group lies before it.
    const skipped = g === 0 ? slots - count : 0;
    for (let i = 0; i < count; i++) times[next++] = time[group[0]!]! + (spread ? ((skipped + i + 0.5) * unit) / slots : 0);
  });
  const values = Float64Array.from(kept, (place) => value[place]!);
  const halfWidth = spread ? unit / (2 * usual) : unit / 2;
  const weights = timeWeights(times, values, halfWidth, Math.max(sigma, grainOf(times, values).noise));
  const places = Int32Array.from(kept).sort();
  const at = new Map(kept.map((place, i) => [place, i]));
  const byPlace = (column: Float64Array): Float64Array => Float64Array.from(places, (place) => column[at.get(place)!]!);
  const stays: Layer = {
    method: "truncation",
    reason: "timeCoarse",
    places,
    status: 0,
    omit: false,
    weights: byPlace(weights),
    ...(spread ? { times: byPlace(times) } : {}),
  };
  if (spread) return [stays];
  const rest = groups.flatMap((group) => group.slice(0, -1));
  return [stays, { method: "truncation", reason: "timeCoarse", places: Int32Array.from(rest).sort(), status: 0, omit: true }];
}

/** Places by common stamp; undefined where most stamps stand alone or their points agree. */
function groupsOf(view: View): number[][] | undefined {
  const { time, value } = view;
  const order = inOrder(view);
  let stamps = 0;
  for (let k = 0; k < order.length; k++) if (k === 0 || time[order[k]!] !== time[order[k - 1]!]) stamps++;
  if (stamps > 0.75 * order.length) return undefined;
  const groups: number[][] = [];
  let differing = 0;
  for (const place of order) {
    const group = groups.at(-1);
    if (group && time[group[0]!] === time[place]) {
      group.push(place);
      if (group.length === 2 && value[group[0]!] !== value[place]) differing++;
    } else groups.push([place]);
  }
  return groups.length >= 10 && median(groups.map((group) => group.length)) >= 2 && differing >= groups.length / 4 ? groups : undefined;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
