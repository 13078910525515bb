/** As-of joins: what was the latest known of some tags at given times. Values are archived ones, never made up in between. */
import { GreyboxError, reason, status } from "../../core/index.ts";
import { type Duration, secondsOf } from "../duration.ts";
import type { Series } from "../series.ts";
import { inTimeOrder } from "./timeline.ts";

export interface AsOfOptions {
  /** Which point stands for a time. `before`: the last at or before it; `after`: the first at or after it; `nearest`: the earlier of two alike. */
  readonly direction?: "before" | "after" | "nearest" | undefined;
  /** Points further away do not count. Default: any distance. */
  readonly tolerance?: Duration | undefined;
  /** Passes over points that are Bad. Default false: a Bad point makes its answer Bad. */
  readonly skipBad?: boolean | undefined;
}

export const asOfDefaults = { direction: "before", skipBad: false } as const;

/** One tag at the times that were asked for. Columns of their length. */
export interface AsOf {
  readonly value: Float64Array;
  /** Bad_NoData where no point is near enough. */
  readonly status: Uint32Array;
  readonly reasons: Uint32Array;
  /** Place in the series by time; −1 for none. */
  readonly place: Int32Array;
  /** Time asked for less time of the point [s]; Infinity for none. */
  readonly age: Float64Array;
}

export interface AsOfTable {
  readonly time: Float64Array;
  readonly columns: Readonly<Record<string, AsOf>>;
}

/**
 * Joins tags to times, in time proportional to their lengths.
 *
 * @param times  not decreasing [s]
 * @throws GreyboxError `historian/align` when the times decrease, or two series have one tag
 *
 * @example
 * const { columns } = asOfJoin([30, 90], [seriesOf("FIC", { time: [0, 60], value: [1, 2] })], { tolerance: "45 s" });
 * Array.from(columns["FIC"].value); // => [1, 2]
 */
export function asOfJoin(times: ArrayLike<number>, series: readonly Series[], options: AsOfOptions = {}): AsOfTable {
  const time = Float64Array.from(times);
  for (let i = 1; i < time.length; i++) {
    if (!(time[i]! >= time[i - 1]!))
      throw new GreyboxError("historian/align", {
        argument: "times",
        tag: String(time[i]),
        why: "it comes before the time in front of it",
      });
  }
  const columns: Record<string, AsOf> = {};
  for (const one of series) {
    if (Object.hasOwn(columns, one.tag))
      throw new GreyboxError("historian/align", { argument: "series", tag: one.tag, why: "it is given twice" });
    columns[one.tag] = asOf(time, one, options);
  }
  return { time, columns };
}

function asOf(times: Float64Array, series: Series, options: AsOfOptions): AsOf {
  const direction = options.direction ?? asOfDefaults.direction;
  const skipBad = options.skipBad ?? asOfDefaults.skipBad;
  const tolerance = options.tolerance === undefined ? Infinity : secondsOf(options.tolerance, "tolerance");
  const { time, value, status: codes, reasons } = inTimeOrder(series);
  const count = times.length;
  const column = {
    value: new Float64Array(count),
    status: new Uint32Array(count).fill(status.badNoData),
    reasons: new Uint32Array(count).fill(reason.notANumber),
    place: new Int32Array(count).fill(-1),
    age: new Float64Array(count).fill(Infinity),
  };
  const counts = (place: number): boolean => !skipBad || codes[place]! >>> 30 < 2;
  let before = -1;
  let next = 0;
  let after = 0;
  for (let i = 0; i < count; i++) {
    const t = times[i]!;
    for (; next < time.length && time[next]! <= t; next++) if (counts(next)) before = next;
    while (after < time.length && (time[after]! < t || !counts(after))) after++;
    const place = chosen(direction, t, time, before, after);
    if (place < 0) continue;
    const age = t - time[place]!;
    if (Math.abs(age) > tolerance) {
      column.reasons[i]! |= reason.gap;
      continue;
    }
    column.value[i] = value[place]!;
    column.status[i] = codes[place]!;
    column.reasons[i] = reasons[place]!;
    column.place[i] = place;
    column.age[i] = age;
  }
  return column;
}

function chosen(direction: "before" | "after" | "nearest", t: number, time: Float64Array, before: number, after: number): number {
  const later = after < time.length ? after : -1;
  if (direction === "before" || later < 0) return direction === "after" ? -1 : before;
  if (direction === "after" || before < 0) return later;
  return t - time[before]! <= time[later]! - t ? before : later;
}
