/** Minimum, Maximum, their times and Range, over points alone or with what the tag was worth at the ends of the interval. */
import { status } from "../../core/index.ts";
import { type AggregateName, aggregateBits as bits } from "./aggregate-kinds.ts";
import { isBad, noBound, simpleBound } from "./bounds.ts";
import { lengthsOf, regionsOf, statusOfShares } from "./regions.ts";
import type { Slice, SliceResult } from "./slice.ts";
import { bad, good, uncertain } from "./timeline.ts";

/** What an end of the interval is stamped with where it belongs to the next one [s]. */
const resolution = 0.001;

interface Candidate {
  readonly value: number;
  readonly time: number;
  /** Archived at a moment that belongs to the interval. */
  readonly raw: boolean;
}

interface Extreme extends Candidate {
  readonly several: boolean;
}

/** @see OPC 10000-13 §5.4.3.10 to §5.4.3.19 */
export function extremeOf(name: AggregateName, slice: Slice): SliceResult {
  const withBounds = name.endsWith("2");
  const candidates = withBounds ? candidatesWithBounds(slice) : goodPoints(slice);
  if (candidates.length === 0) return { ...noBound, bits: 0 };
  const [low, high] = [pickExtreme(candidates, -1), pickExtreme(candidates, 1)];
  const code = (sign: number, one: Extreme): number => (withBounds ? statusByTime(slice) : statusByPoints(slice, sign, one.value));
  if (name.startsWith("Range")) {
    const worst = Math.max(code(-1, low), code(1, high));
    return isBad(worst) ? { value: 0, status: worst, bits: 0 } : { value: high.value - low.value, status: worst, bits: bits.calculated };
  }
  const sign = name.startsWith("Min") ? -1 : 1;
  const found = sign < 0 ? low : high;
  const several = found.several ? bits.multipleValues : 0;
  const actual = name.includes("ActualTime");
  const atStart = found.time === slice.interval.stamp;
  const kind = actual
    ? found.raw
      ? bits.raw
      : bits.interpolated
    : found.raw
      ? atStart
        ? bits.raw
        : bits.calculated
      : found.time === endOf(slice) && archivedAt(slice, found.time)
        ? bits.calculated
        : bits.interpolated;
  const time = actual ? stampOf(slice, found) : undefined;
  return { value: found.value, status: code(sign, found), bits: kind | several, time };
}

const endOf = ({ interval }: Slice): number => (interval.reversed ? interval.low : interval.high);

function archivedAt({ line }: Slice, t: number): boolean {
  return simpleBound(line, t, true).interpolated === false;
}

/** An end that belongs to the next interval is told by the last moment before it. */
function stampOf(slice: Slice, { time }: Extreme): number {
  if (time !== endOf(slice)) return time;
  return slice.interval.reversed ? time + resolution : time - resolution;
}

function goodPoints({ line, first, stop }: Slice): Candidate[] {
  const found: Candidate[] = [];
  for (let k = first; k < stop; k++) {
    if (line.level[k] === good) found.push({ value: line.value[k]!, time: line.time[k]!, raw: true });
  }
  return found;
}

function candidatesWithBounds({ line, interval, first, stop, stepped }: Slice): Candidate[] {
  const { low, high, reversed } = interval;
  const found: Candidate[] = [];
  const bound = (t: number): void => {
    const { value, status: code, interpolated } = simpleBound(line, t, stepped);
    if (!isBad(code)) found.push({ value, time: t, raw: !interpolated && t === interval.stamp });
  };
  const owned = first < stop && line.time[first] === low;
  if (!owned) bound(low);
  for (let k = first; k < stop; k++) {
    if (line.unusable[k] === 0) found.push({ value: line.value[k]!, time: line.time[k]!, raw: true });
  }
  const last = first < stop && line.time[stop - 1] === high;
  // A held value is not a new one at the end of the interval.
  if (!last && !(stepped && !reversed)) bound(high);
  return found;
}

/** The first of the greatest (sign 1) or least (sign −1) values. */
function pickExtreme(candidates: readonly Candidate[], sign: number): Extreme {
  let found = candidates[0]!;
  let times = 0;
  for (const one of candidates) {
    if (sign * one.value > sign * found.value) {
      found = one;
      times = 1;
    } else if (one.value === found.value) times++;
  }
  return { ...found, several: times > 1 };
}

function statusByTime({ line, interval, stepped, shares }: Slice): number {
  return statusOfShares(lengthsOf(regionsOf(line, interval, stepped, false)), shares);
}

/** Uncertain where Bad points were passed over, or an Uncertain one that would have been more extreme. */
function statusByPoints({ line, first, stop }: Slice, sign: number, value: number): number {
  for (let k = first; k < stop; k++) {
    if (line.unusable[k] === 1 || line.level[k] === bad) return status.uncertainDataSubNormal;
    if (line.level[k] === uncertain && sign * line.value[k]! > sign * value) return status.uncertainDataSubNormal;
  }
  return status.good;
}
