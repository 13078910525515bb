/** What a tag was worth at one moment: the bounding values of OPC UA Part 13. */
import { status } from "../../core/index.ts";
import { placeAt, type Timeline, uncertain } from "./timeline.ts";

/** A value at a moment. `status` is Bad_NoData where there is none. */
export interface Bound {
  readonly value: number;
  readonly status: number;
  /** True where no point was archived at that very moment. */
  readonly interpolated: boolean;
}

export const noBound: Bound = { value: 0, status: status.badNoData, interpolated: false };

export const isBad = (code: number): boolean => code >>> 30 >= 2;

/**
 * From the nearest usable points, across whatever lies between them.
 *
 * Uncertain where something unusable was skipped, where one of the two is Uncertain, and after the last usable point, which is extended as a
 * flat line or, with `slopedExtrapolation`, along the line through the last two. Before the first usable point: none.
 *
 * @see OPC 10000-13 §3.1.8
 */
export function interpolatedBound(line: Timeline, t: number, stepped: boolean, slopedExtrapolation: boolean): Bound {
  const { time, value, usableBefore, usableAfter, level } = line;
  const place = placeAt(time, t);
  if (place >= 0 && time[place] === t && line.unusable[place] === 0) {
    return { value: value[place]!, status: line.status[place]!, interpolated: false };
  }
  const before = place < 0 ? -1 : usableBefore[place]!;
  if (before < 0) return noBound;
  const after = place + 1 < time.length ? usableAfter[place + 1]! : time.length;
  if (after >= time.length) {
    const sooner = before > 0 ? usableBefore[before - 1]! : -1;
    const slope = slopedExtrapolation && !stepped && sooner >= 0 ? (value[before]! - value[sooner]!) / (time[before]! - time[sooner]!) : 0;
    return { value: value[before]! + slope * (t - time[before]!), status: status.uncertainDataSubNormal, interpolated: true };
  }
  if (stepped) {
    const clean = before === place && level[before] !== uncertain;
    return { value: value[before]!, status: clean ? status.good : status.uncertainDataSubNormal, interpolated: true };
  }
  const share = (t - time[before]!) / (time[after]! - time[before]!);
  const clean = after === before + 1 && level[before] !== uncertain && level[after] !== uncertain;
  return {
    value: value[before]! + share * (value[after]! - value[before]!),
    status: clean ? status.good : status.uncertainDataSubNormal,
    interpolated: true,
  };
}

/**
 * From the very next points, whatever they are: none where the point before is unusable, or where none comes after.
 *
 * @see OPC 10000-13 §3.1.9
 */
export function simpleBound(line: Timeline, t: number, stepped: boolean): Bound {
  const { time, value, level, unusable } = line;
  const before = placeAt(time, t);
  if (before < 0 || unusable[before] === 1) return noBound;
  if (time[before] === t) return { value: value[before]!, status: line.status[before]!, interpolated: false };
  const after = before + 1;
  if (after >= time.length) return noBound;
  const doubted = level[before] === uncertain;
  if (stepped) return { value: value[before]!, status: doubted ? status.uncertainDataSubNormal : status.good, interpolated: true };
  if (unusable[after] === 1) return { value: value[before]!, status: status.uncertainDataSubNormal, interpolated: true };
  const share = (t - time[before]!) / (time[after]! - time[before]!);
  return {
    value: value[before]! + share * (value[after]! - value[before]!),
    status: doubted || level[after] === uncertain ? status.uncertainDataSubNormal : status.good,
    interpolated: true,
  };
}
