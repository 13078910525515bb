/**
 * The atom of plant data in columns: (time, value, status) and the reasons for doubt.
 *
 * A value that is not there is a point with a Bad status, the reason `notANumber` and the value 0. Readers go by the status, never by
 * the value: NaN does not occur.
 */
import { GreyboxError, reason, severity, status } from "../core/index.ts";

/** What a source knows about a tag. Everything but the name may be unknown. */
export interface TagInfo {
  readonly tag: string;
  readonly unit?: string | undefined;
  readonly description?: string | undefined;
  /** Measuring range, in `unit`. */
  readonly range?: readonly [number, number] | undefined;
  /** True when a value lasts until the next one; false when straight lines are meant between the points. */
  readonly stepped?: boolean | undefined;
  /** Deviation of the historian's compression, in `unit`. */
  readonly compression?: number | undefined;
  /** Exception deviation, in `unit`: smaller changes were not sent at all. */
  readonly exception?: number | undefined;
  /** Longest silence that the reporting rule allows [s]. */
  readonly maxInterval?: number | undefined;
  /** Values are averages over an interval, not readings at a moment. */
  readonly averaged?: Averaged | undefined;
  /** Zone in which the source keeps its times, where it is known. */
  readonly zone?: string | undefined;
  /** What its numbers mean, where they are states: `{ Auto: 1, Manual: 0 }`. */
  readonly states?: Readonly<Record<string, number>> | undefined;
}

/** Over what a value was averaged, and which moment of it its stamp names. OPC UA aggregates stamp the start. */
export interface Averaged {
  /** Length [s]. */
  readonly interval: number;
  readonly stamp: "start" | "middle" | "end";
}

/** One tag as it was delivered: in order of arrival, untouched. Columns of equal length (k). */
export interface Series {
  readonly tag: string;
  readonly info: TagInfo;
  /** Seconds since 1970 UTC (or since the start, for data without a calendar). Not necessarily increasing. */
  readonly time: Float64Array;
  /** In the unit of the tag. 0 where there is no value. */
  readonly value: Float64Array;
  /** OPC UA StatusCode. */
  readonly status: Uint32Array;
  /** Mask of `reason` bits. */
  readonly reasons: Uint32Array;
}

/** Columns from which {@link seriesOf} makes a series. */
export interface SeriesColumns {
  readonly time: ArrayLike<number>;
  /** null: no value. */
  readonly value: ArrayLike<number | null>;
  /** Absent: Good, but unverified. */
  readonly status?: ArrayLike<number> | undefined;
  readonly reasons?: ArrayLike<number> | undefined;
}

/**
 * Makes a series from columns.
 *
 * @throws GreyboxError `historian/series` for columns of unequal length, and for times or values that are not finite
 *
 * @example
 * seriesOf("TI101.PV", { time: [0, 60, 120], value: [20.5, null, 20.7] }).reasons[1]; // => reason.unverified | reason.notANumber
 */
export function seriesOf(tag: string, columns: SeriesColumns, info: Omit<TagInfo, "tag"> = {}): Series {
  const count = columns.time.length;
  for (const [name, column] of Object.entries(columns)) {
    if (column && column.length !== count)
      throw new GreyboxError("historian/series", { tag, why: `${name} has ${column.length} entries for ${count} times` });
  }
  const time = Float64Array.from(columns.time);
  const value = new Float64Array(count);
  const codes = columns.status ? Uint32Array.from(columns.status) : new Uint32Array(count);
  const reasons = columns.reasons ? Uint32Array.from(columns.reasons) : new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const v = columns.value[i];
    if (!Number.isFinite(time[i])) throw new GreyboxError("historian/series", { tag, why: `time ${i} is ${time[i]}` });
    if (!columns.status) reasons[i]! |= reason.unverified;
    else reasons[i]! |= reasonOfSeverity(codes[i]!);
    if (v === null || v === undefined) {
      reasons[i]! |= reason.notANumber;
      if (codes[i]! >>> 30 < 2) codes[i] = status.badNoData;
    } else if (Number.isFinite(v)) value[i] = v;
    else throw new GreyboxError("historian/series", { tag, why: `value ${i} is ${v}` });
  }
  return { tag, info: { tag, ...info }, time, value, status: codes, reasons };
}

/** The reason that a source's own status gives. */
export function reasonOfSeverity(code: number): number {
  const level = severity(code);
  return level === "bad" ? reason.sourceBad : level === "uncertain" ? reason.sourceUncertain : 0;
}

/** The points with from ≤ time < to, in order of arrival. The series itself when that is all of it. */
export function between(series: Series, from = -Infinity, to = Infinity): Series {
  let count = 0;
  for (const t of series.time) if (t >= from && t < to) count++;
  if (count === series.time.length) return series;
  const keep = new Int32Array(count);
  let next = 0;
  for (let i = 0; i < series.time.length; i++) if (series.time[i]! >= from && series.time[i]! < to) keep[next++] = i;
  return picked(series, keep);
}

/** The points at the given places, in that order. */
export function picked(series: Series, places: ArrayLike<number>): Series {
  return {
    tag: series.tag,
    info: series.info,
    time: gathered(series.time, places),
    value: gathered(series.value, places),
    status: gatheredCodes(series.status, places),
    reasons: gatheredCodes(series.reasons, places),
  };
}

/** Entries of a column at some places. A plain loop: `Float64Array.from` with a function takes ten times as long. */
export function gathered(column: Float64Array, places: ArrayLike<number>): Float64Array {
  const entries = new Float64Array(places.length);
  for (let k = 0; k < entries.length; k++) entries[k] = column[places[k]!]!;
  return entries;
}

/** The same for columns of codes. */
export function gatheredCodes(column: Uint32Array, places: ArrayLike<number>): Uint32Array {
  const entries = new Uint32Array(places.length);
  for (let k = 0; k < entries.length; k++) entries[k] = column[places[k]!]!;
  return entries;
}

/** Pages of one tag as one series. */
export function joined(info: TagInfo, pages: readonly Series[]): Series {
  const [only] = pages;
  if (only && pages.length === 1) return only;
  const count = pages.reduce((sum, page) => sum + page.time.length, 0);
  const whole = {
    time: new Float64Array(count),
    value: new Float64Array(count),
    status: new Uint32Array(count),
    reasons: new Uint32Array(count),
  };
  let at = 0;
  for (const page of pages) {
    for (const column of ["time", "value", "status", "reasons"] as const) whole[column].set(page[column], at);
    at += page.time.length;
  }
  return { tag: info.tag, info, ...whole };
}
