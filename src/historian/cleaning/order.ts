/** Time stamps that go back or lie in the future: buffers sent late, clocks set back, clocks that ran ahead for a while. */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import { medianOf } from "./noise.ts";
import type { Rules } from "./rules.ts";
import { heaviestChain } from "./trunk.ts";

/** Points that come together after a silence: fewer are stragglers, not an upload. */
const burst = 3;

/**
 * What came out of order.
 *
 * The trunk is the largest part of the record that runs forward in time. What stands beside it and fills a hole of it was buffered (an
 * outage, a slow network): it is noted and put in its place. What interleaves with it betrays a clock that was wrong, for then the same time
 * happened twice; and what was received before points of earlier times, and lies beyond the end of all of them, lies in the future. Both
 * are doubted, and never sorted in. Points that were sent once more, with the same time and value, are no contradiction.
 */
export function disorderLayers(view: View, rules: Rules): Layer[] {
  const { time } = view;
  const [late, uploaded, doubted] = [[] as number[], [] as number[], [] as number[]];
  if (!isForward(time)) {
    const chain = heaviestChain(time);
    if (rules.disorder === "sort") late.push(...chain.aside.flatMap(([first, stop]) => range(first, stop)));
    else judge(view, chain.trunk, chain.aside, { late, uploaded, doubted });
  }
  const sorted = (places: number[]): Int32Array => Int32Array.from(places).sort();
  return [
    { method: "order", reason: "disordered", places: sorted(late), status: 0, omit: false },
    { method: "upload", reason: "lateUpload", places: sorted(uploaded), status: 0, omit: false },
    { method: "clock", reason: "timeSuspect", places: sorted(doubted), status: status.uncertain, omit: false },
  ];
}

function isForward(time: Float64Array): boolean {
  for (let i = 1; i < time.length; i++) if (time[i]! < time[i - 1]!) return false;
  return true;
}

function judge(
  { time, value }: View,
  trunk: Int32Array,
  aside: readonly (readonly [number, number])[],
  found: { readonly late: number[]; readonly uploaded: number[]; readonly doubted: number[] },
): void {
  const steps = Float64Array.from({ length: Math.max(trunk.length - 1, 0) }, (_, k) => time[trunk[k + 1]!]! - time[trunk[k]!]!);
  const silence = 10 * medianOf(steps);
  const end = time[trunk[trunk.length - 1]!]!;
  for (const [first, stop] of aside) {
    const [low, high] = [time[first]!, time[stop - 1]!];
    const next = trunk[countUpTo(trunk, stop)];
    const early = next !== undefined && time[next]! < low;
    if (contradicts(time, value, trunk, first, stop) || (early && low > end + silence)) found.doubted.push(...range(first, stop));
    else if (early) {
      // It came first and is right: what came later and belongs before it was buffered.
      const buffered = Array.from(trunk.subarray(countUpTo(trunk, stop))).filter((place) => time[place]! < low);
      found.late.push(...buffered);
      if (buffered.length >= burst) found.uploaded.push(...buffered);
    } else {
      found.late.push(...range(first, stop));
      if (stop - first >= burst && high > low) found.uploaded.push(...range(first, stop));
    }
  }
}

/** True when points of the trunk lie between the first and the last point of a stretch without being copies of points in it. */
function contradicts(time: Float64Array, value: Float64Array, trunk: Int32Array, first: number, stop: number): boolean {
  let own = first;
  for (let k = countWhere(trunk, (place) => time[place]! <= time[first]!); k < trunk.length; k++) {
    const place = trunk[k]!;
    const t = time[place]!;
    if (t >= time[stop - 1]!) return false;
    while (own < stop && time[own]! < t) own++;
    let copied = false;
    for (let i = own; i < stop && time[i] === t; i++) copied ||= value[i] === value[place];
    if (!copied) return true;
  }
  return false;
}

/** How many leading places of the trunk came before a place. */
function countUpTo(trunk: Int32Array, place: number): number {
  return countWhere(trunk, (one) => one < place);
}

/** How many leading entries satisfy a condition that holds up to some entry and not after it. */
function countWhere(trunk: Int32Array, holds: (place: number) => boolean): number {
  let [low, high] = [0, trunk.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(trunk[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function range(first: number, stop: number): number[] {
  return Array.from({ length: stop - first }, (_, i) => first + i);
}

/** Times after the latest that is allowed. */
export function futureLayer(view: View, rules: Rules): Layer {
  const places: number[] = [];
  if (rules.latest < Infinity) {
    for (let i = 0; i < view.time.length; i++) if (view.time[i]! > rules.latest) places.push(i);
  }
  return { method: "future", reason: "timeSuspect", places: Int32Array.from(places), status: status.uncertain, omit: false };
}
