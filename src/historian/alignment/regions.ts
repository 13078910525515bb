/** Stretches of an interval of one quality, and the status that their shares of it give. */
import { status } from "../../core/index.ts";
import { type Bound, simpleBound } from "./bounds.ts";
import type { Interval } from "./intervals.ts";
import { bad, good, placeAt, type Timeline, uncertain } from "./timeline.ts";

/** From which share on an interval is Bad or Good, in percent. */
export interface Shares {
  readonly percentDataBad: number;
  readonly percentDataGood: number;
  readonly treatUncertainAsBad: boolean;
}

/** A straight piece of the course of a tag. */
export interface Region {
  readonly from: number;
  readonly to: number;
  readonly startValue: number;
  readonly endValue: number;
  readonly level: number;
  /** False: nothing to take an area or a state from. */
  readonly present: boolean;
}

/**
 * The regions of an interval under simple bounds: from point to point, the first from the bound at the start.
 *
 * With `faithful` a region is as good as the point it begins with; without, a sloped line that leads to an unusable or an Uncertain point,
 * or past the last one, makes its region Uncertain and is held flat.
 */
export function regionsOf(line: Timeline, { low, high }: Interval, stepped: boolean, faithful: boolean): Region[] {
  const { time, value, level, unusable } = line;
  const regions: Region[] = [];
  const flat = stepped || faithful;
  const start = startOf(line, low, stepped);
  const end = flat ? undefined : simpleBound(line, high, false);
  let from = low;
  let place = placeAt(time, low);
  let current = start;
  for (;;) {
    const next = place + 1;
    const to = next < time.length && time[next]! < high ? time[next]! : high;
    const inside = to < high || (next < time.length && time[next] === high);
    let endValue = current.value;
    let rank = current.level;
    if (!flat && current.present) {
      const leads = next < time.length && unusable[next] === 0;
      if (!leads) rank = Math.max(rank, uncertain);
      else {
        if (level[next] === uncertain) rank = Math.max(rank, uncertain);
        endValue = inside ? value[next]! : end!.value;
      }
    }
    if (to > from) regions.push({ from, to, startValue: current.value, endValue, level: rank, present: current.present });
    if (to >= high) return regions;
    place = next;
    from = to;
    current = { value: value[place]!, level: unusable[place] === 1 ? bad : level[place]!, present: unusable[place] === 0 };
  }
}

function startOf(line: Timeline, low: number, stepped: boolean): { value: number; level: number; present: boolean } {
  const place = placeAt(line.time, low);
  // After the last point the last value is still the latest known.
  if (place >= 0 && place === line.time.length - 1 && line.unusable[place] === 0) {
    return { value: line.value[place]!, level: line.level[place]!, present: true };
  }
  const bound: Bound = simpleBound(line, low, stepped);
  return { value: bound.value, level: Math.min(bound.status >>> 30, bad), present: bound.status >>> 30 < 2 };
}

/**
 * The status of an interval from the lengths (or numbers) of its good, uncertain and bad parts.
 *
 * @see OPC 10000-13 §5.4.3.2.1
 */
export function statusOfShares(amounts: readonly [number, number, number], shares: Shares): number {
  const total = amounts[good] + amounts[uncertain] + amounts[bad];
  if (amounts[good] >= total) return status.good;
  if (amounts[bad] > 0 && (100 * amounts[bad]) / total >= shares.percentDataBad) return status.bad;
  return (100 * amounts[good]) / total >= shares.percentDataGood ? status.good : status.uncertainDataSubNormal;
}

/** Lengths of the regions by level [s]. */
export function lengthsOf(regions: readonly Region[]): [number, number, number] {
  const amounts: [number, number, number] = [0, 0, 0];
  for (const { from, to, level } of regions) amounts[level as 0 | 1 | 2] += to - from;
  return amounts;
}
