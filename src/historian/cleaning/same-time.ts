/** Points with one time stamp: copies, conflicts, and laboratory results that were corrected. */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import { inOrder } from "./layers.ts";
import type { Rules } from "./rules.ts";

/**
 * Of equal values the first stays. Of different ones the last stays among those with the best status, or none; an average of them was never
 * measured.
 *
 * @param versions  true: a later value corrects an earlier one, as of laboratory results; the earlier ones are superseded, not in conflict
 */
export function sameTimeLayers(view: View, rules: Rules, versions = false): Layer[] {
  const { time, value } = view;
  const order = inOrder(view);
  const [duplicates, losers, winners] = [[] as number[], [] as number[], [] as number[]];
  for (let first = 0; first < order.length; ) {
    let stop = first + 1;
    while (stop < order.length && time[order[stop]!] === time[order[first]!]) stop++;
    if (stop - first > 1) {
      const group = Array.from(order.subarray(first, stop));
      const best = Math.min(...group.map((place) => view.status[place]! >>> 30));
      const candidates = group.filter((place) => view.status[place]! >>> 30 === best);
      const conflict = candidates.some((place) => value[place] !== value[candidates[0]!]);
      const winner = conflict ? candidates.at(-1)! : candidates[0]!;
      for (const place of group) {
        if (place === winner) continue;
        const same = view.status[place]! >>> 30 === best && value[place] === value[winner];
        (same ? duplicates : losers).push(place);
      }
      if (conflict) winners.push(winner);
    }
    first = stop;
  }
  const sorted = (places: number[]): Int32Array => Int32Array.from(places).sort();
  const copies = { method: "duplicates", reason: "duplicate", places: sorted(duplicates), status: 0, omit: true } as const;
  if (versions) return [copies, { method: "versions", reason: "superseded", places: sorted(losers), status: 0, omit: true }];
  return [
    copies,
    { method: "conflicts", reason: "conflict", places: sorted(losers), status: 0, omit: true },
    {
      method: "conflicts",
      reason: "conflict",
      places: sorted(winners),
      status: rules.conflicts === "none" ? status.uncertain : 0,
      omit: false,
    },
  ];
}
