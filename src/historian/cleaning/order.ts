/** Time stamps that repeat, go back or lie in the future. */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import { inOrder } from "./layers.ts";
import type { Rules } from "./rules.ts";

/**
 * Late stretches: points with a time before one that had come already.
 *
 * A stretch between whose first and last time no other point lies fills a hole (a buffer sent after an outage) and is only noted. One
 * that interleaves with earlier points is doubted, for then the clock was set back and the same time happened twice.
 */
export function disorderLayers(view: View, rules: Rules): Layer[] {
  const { time } = view.raw;
  const [late, doubted] = [[] as number[], [] as number[]];
  let latest = -Infinity;
  let start = -1;
  const seen: number[] = [];
  const end = (stop: number): void => {
    if (start < 0) return;
    const stretch = Array.from({ length: stop - start }, (_, i) => start + i);
    let [low, high] = [Infinity, -Infinity];
    for (const place of stretch) {
      low = Math.min(low, time[place]!);
      high = Math.max(high, time[place]!);
    }
    const interleaves = rules.disorder === "segment" && anyBetween(seen, low, high);
    (interleaves ? doubted : late).push(...stretch);
    start = -1;
  };
  for (let i = 0; i < time.length; i++) {
    if (time[i]! < latest) {
      if (start < 0) start = i;
    } else {
      end(i);
      latest = time[i]!;
      seen.push(latest);
    }
  }
  end(time.length);
  return [
    { method: "order", reason: "disordered", places: Int32Array.from(late), status: 0, omit: false },
    { method: "clock", reason: "timeSuspect", places: Int32Array.from(doubted), status: status.uncertain, omit: false },
  ];
}

/** True when one of the increasing values lies strictly between two limits. */
function anyBetween(increasing: readonly number[], low: number, high: number): boolean {
  let [from, to] = [0, increasing.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (increasing[middle]! <= low) from = middle + 1;
    else to = middle;
  }
  return from < increasing.length && increasing[from]! < high;
}

/** Times after the latest that is allowed. */
export function futureLayer(view: View, rules: Rules): Layer {
  const places: number[] = [];
  view.raw.time.forEach((t, i) => {
    if (t > rules.latest) places.push(i);
  });
  return { method: "future", reason: "timeSuspect", places: Int32Array.from(places), status: status.uncertain, omit: false };
}

/**
 * Points with one time stamp. Of equal values the first stays. Of different ones the last stays among those with the best status, or none;
 * an average of them was never measured.
 */
export function sameTimeLayers(view: View, rules: Rules): Layer[] {
  const { time, value } = view.raw;
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
  return [
    { method: "duplicates", reason: "duplicate", places: sorted(duplicates), status: 0, omit: true },
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
