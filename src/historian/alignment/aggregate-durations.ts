/** Averages and totals over time, and how long a tag was good, bad, zero or not. */
import { status } from "../../core/index.ts";
import { type AggregateName, aggregateBits as bits } from "./aggregate-kinds.ts";
import { interpolatedBound, isBad, noBound } from "./bounds.ts";
import { lengthsOf, regionsOf, statusOfShares } from "./regions.ts";
import type { Slice, SliceResult } from "./slice.ts";
import { bad, good, uncertain } from "./timeline.ts";

/** @see OPC 10000-13 §5.4.3.6 to §5.4.3.9 */
export function meanOf(name: AggregateName, slice: Slice): SliceResult {
  const area = name.endsWith("2") ? areaOfRegions(slice) : areaBetweenBounds(slice);
  if (area.length === 0) return { value: 0, status: isBad(area.status) ? area.status : status.badNoData, bits: 0 };
  return { value: name.startsWith("Total") ? area.sum : area.sum / area.length, status: area.status, bits: bits.calculated };
}

interface Area {
  /** In the unit of the tag times seconds. */
  readonly sum: number;
  /** What it was taken over [s]. */
  readonly length: number;
  readonly status: number;
}

/** Simple bounds: stretches without a usable value do not count, neither above nor below the line. */
function areaOfRegions({ line, interval, stepped, shares }: Slice): Area {
  let [sum, length] = [0, 0];
  const regions = regionsOf(line, interval, stepped, false);
  for (const { from, to, startValue, endValue, present } of regions) {
    if (!present) continue;
    sum += ((startValue + endValue) / 2) * (to - from);
    length += to - from;
  }
  const code = statusOfShares(lengthsOf(regions), shares);
  if (length === 0) return { sum, length, status: status.badNoData };
  return isBad(code) ? { sum: 0, length: 0, status: code } : { sum, length, status: code };
}

/** Interpolated bounds: straight lines between usable points across everything else, also where the tag is stepped. */
function areaBetweenBounds({ line, interval, slopedExtrapolation }: Slice): Area {
  const { low, high } = interval;
  const { time, value, level, unusable } = line;
  const start = interpolatedBound(line, low, false, slopedExtrapolation);
  let clean = start.status >>> 30 === 0;
  let known = !isBad(start.status);
  let [t, v] = [low, start.value];
  let [sum, length] = [0, 0];
  const upTo = (nextTime: number, nextValue: number): void => {
    if (known) {
      sum += ((v + nextValue) / 2) * (nextTime - t);
      length += nextTime - t;
    }
    [t, v, known] = [nextTime, nextValue, true];
  };
  for (let k = firstAfter(time, low); k < time.length && time[k]! < high; k++) {
    if (level[k] !== good) clean = false;
    if (unusable[k] === 0) upTo(time[k]!, value[k]!);
  }
  const end = interpolatedBound(line, high, false, slopedExtrapolation);
  if (!isBad(end.status)) upTo(high, end.value);
  if (end.status >>> 30 !== 0) clean = false;
  return { sum, length, status: clean ? status.good : status.uncertainDataSubNormal };
}

function firstAfter(time: Float64Array, t: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * DurationGood, DurationBad and their shares in percent, DurationInStateZero and DurationInStateNonZero. Each point lasts until the next one.
 * @see OPC 10000-13 §5.4.3.22, §5.4.3.23, §5.4.3.31 to §5.4.3.34
 */
export function durationOf(name: AggregateName, { line, interval, stepped, shares }: Slice): SliceResult {
  const regions = regionsOf(line, interval, stepped, true);
  const lengths = lengthsOf(regions);
  if (lengths[good] + lengths[uncertain] + lengths[bad] === 0) return { ...noBound, bits: 0 };
  const milliseconds = 1000;
  const whole = interval.high - interval.low;
  switch (name) {
    case "DurationGood":
      return { value: milliseconds * lengths[good], status: status.good, bits: bits.calculated };
    case "DurationBad":
      return { value: milliseconds * lengths[bad], status: status.good, bits: bits.calculated };
    case "PercentGood":
      return { value: (100 * lengths[good]) / whole, status: status.good, bits: bits.calculated };
    case "PercentBad":
      return { value: (100 * lengths[bad]) / whole, status: status.good, bits: bits.calculated };
    default: {
      let sum = 0;
      for (const { from, to, startValue, level } of regions) {
        if (level === good && (startValue === 0) === (name === "DurationInStateZero")) sum += to - from;
      }
      const code = statusOfShares(lengths, shares);
      return isBad(code) ? { value: 0, status: code, bits: 0 } : { value: milliseconds * sum, status: code, bits: bits.calculated };
    }
  }
}
