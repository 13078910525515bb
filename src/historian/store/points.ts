/** Points of one tag that have not reached a segment yet: columns that grow. */
import type { Series, TagInfo } from "../series.ts";

/** Columns of points with the order in which they arrived; shape (k) each. */
export interface Points {
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly status: Uint32Array;
  readonly reasons: Uint32Array;
  /** Number that each point got when it was taken up: increasing with arrival, over all tags. */
  readonly arrival: Float64Array;
}

export class GrowingPoints {
  info: TagInfo;
  length = 0;
  private time = new Float64Array(16);
  private value = new Float64Array(16);
  private status = new Uint32Array(16);
  private reasons = new Uint32Array(16);
  private arrival = new Float64Array(16);

  constructor(info: TagInfo) {
    this.info = info;
  }

  /** Adds the points of a page from place `start` on. The first gets the number `arrival`. */
  add(page: Series, start: number, arrival: number): void {
    const count = page.time.length - start;
    const needed = this.length + count;
    if (needed > this.time.length) this.grow(Math.max(needed, 2 * this.time.length));
    this.time.set(start === 0 ? page.time : page.time.subarray(start), this.length);
    this.value.set(start === 0 ? page.value : page.value.subarray(start), this.length);
    this.status.set(start === 0 ? page.status : page.status.subarray(start), this.length);
    this.reasons.set(start === 0 ? page.reasons : page.reasons.subarray(start), this.length);
    for (let i = 0; i < count; i++) this.arrival[this.length + i] = arrival + i;
    this.length = needed;
  }

  /** The columns as they stand; they change when points are added. */
  view(): Points {
    const { length } = this;
    return {
      time: this.time.subarray(0, length),
      value: this.value.subarray(0, length),
      status: this.status.subarray(0, length),
      reasons: this.reasons.subarray(0, length),
      arrival: this.arrival.subarray(0, length),
    };
  }

  private grow(size: number): void {
    this.time = larger(this.time, new Float64Array(size));
    this.value = larger(this.value, new Float64Array(size));
    this.status = larger(this.status, new Uint32Array(size));
    this.reasons = larger(this.reasons, new Uint32Array(size));
    this.arrival = larger(this.arrival, new Float64Array(size));
  }
}

function larger<A extends Float64Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** Adds a page to the points of its tag. */
export function addPage(to: Map<string, GrowingPoints>, page: Series, start: number, arrival: number): void {
  let points = to.get(page.tag);
  if (points === undefined) {
    points = new GrowingPoints(page.info);
    to.set(page.tag, points);
  } else points.info = page.info;
  points.add(page, start, arrival);
}

/** Places by time, and by arrival where times are equal; undefined when they stand so already. */
export function placesByTime({ time, arrival }: Points): Int32Array | undefined {
  let ordered = true;
  for (let i = 1; i < time.length && ordered; i++) {
    ordered = time[i - 1]! < time[i]! || (time[i - 1] === time[i] && arrival[i - 1]! < arrival[i]!);
  }
  return ordered ? undefined : sortedPlaces(time.length, (a, b) => time[a]! - time[b]! || arrival[a]! - arrival[b]!);
}

/** Places by arrival; undefined when they stand so already. */
export function placesByArrival({ arrival }: Points): Int32Array | undefined {
  let ordered = true;
  for (let i = 1; i < arrival.length && ordered; i++) ordered = arrival[i - 1]! < arrival[i]!;
  return ordered ? undefined : sortedPlaces(arrival.length, (a, b) => arrival[a]! - arrival[b]!);
}

function sortedPlaces(count: number, compare: (a: number, b: number) => number): Int32Array {
  const places = new Int32Array(count);
  for (let i = 0; i < count; i++) places[i] = i;
  return places.sort(compare);
}

export function pointsAt(points: Points, places: Int32Array): Points {
  const count = places.length;
  const { time, value, status, reasons, arrival } = emptyPoints(count);
  for (let k = 0; k < count; k++) {
    const place = places[k]!;
    time[k] = points.time[place]!;
    value[k] = points.value[place]!;
    status[k] = points.status[place]!;
    reasons[k] = points.reasons[place]!;
    arrival[k] = points.arrival[place]!;
  }
  return { time, value, status, reasons, arrival };
}

export function partOf(points: Points, start: number, end: number): Points {
  return {
    time: points.time.subarray(start, end),
    value: points.value.subarray(start, end),
    status: points.status.subarray(start, end),
    reasons: points.reasons.subarray(start, end),
    arrival: points.arrival.subarray(start, end),
  };
}

export function joined(parts: readonly Points[]): Points {
  if (parts.length === 1) return parts[0]!;
  const whole = emptyPoints(parts.reduce((sum, part) => sum + part.time.length, 0));
  let at = 0;
  for (const part of parts) {
    for (const column of ["time", "value", "status", "reasons", "arrival"] as const) whole[column].set(part[column], at);
    at += part.time.length;
  }
  return whole;
}

export function emptyPoints(count: number): Points {
  return {
    time: new Float64Array(count),
    value: new Float64Array(count),
    status: new Uint32Array(count),
    reasons: new Uint32Array(count),
    arrival: new Float64Array(count),
  };
}
