/** Cuts one window out of cleaned tags: inputs as signals that begin and end with it, measured values as they were archived. */
import { reason, type Signal, signal } from "../../core/index.ts";
import { gathered, gatheredCodes } from "../series.ts";
import type { Measured, Window } from "../window.ts";
import type { Span } from "./spans.ts";
import { bridgedStatus, mainReason, type Track } from "./track.ts";

export interface CutOptions {
  readonly name: string;
  readonly time: string;
  /** Seconds in one time unit of the model. */
  readonly unitSeconds: number;
  readonly calendar: boolean;
  /** False: a point at the very end belongs to the next window. */
  readonly closed: boolean;
  readonly constants: Readonly<Record<string, number>>;
  /** When laboratory results were known [s], by name of the quantity. */
  readonly reported: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

export function cutWindow(tracks: readonly Track[], span: Span, options: CutOptions): Window {
  const duration = (span.to - span.from) / options.unitSeconds;
  const inputs: Record<string, Signal> = {};
  const inputStatus: Record<string, { time: Float64Array; status: Uint32Array }> = {};
  const measured: Record<string, Measured> = {};
  const excluded: Record<string, Record<string, number>> = {};
  for (const [name, value] of Object.entries(options.constants)) inputs[name] = signal([0, duration], [value, value], "hold");
  for (const track of tracks) {
    const { name, role } = track.bound;
    const [first, stop] = within(track.time, span, options.closed);
    const counts = excludedCounts(track, first, stop, span, options.closed);
    if (role === "input") {
      inputs[name] = inputSignal(track, span, duration, options.unitSeconds);
      const steps = statusSteps(track, first, stop, span, options.unitSeconds);
      if (steps) inputStatus[name] = steps;
    } else measured[name] = measuredOf(track, first, stop, span, options, counts);
    if (Object.keys(counts).length > 0) excluded[name] = counts;
  }
  return {
    name: options.name,
    time: options.time,
    epoch: options.calendar ? span.from : 0,
    duration,
    inputs,
    inputStatus,
    measured,
    excluded,
  };
}

/** Places first … stop of the times in a span. */
export function within(time: Float64Array, span: Span, closed: boolean): [number, number] {
  const first = countBefore(time, span.from, false);
  return [first, Math.max(first, countBefore(time, span.to, closed))];
}

/** How many times lie before a limit, or also at it. */
function countBefore(time: Float64Array, limit: number, inclusive: boolean): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! < limit || (inclusive && time[middle]! === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function excludedCounts(track: Track, first: number, stop: number, span: Span, closed: boolean): Record<string, number> {
  const counts: Record<string, number> = {};
  const count = (mask: number, code: number): void => {
    const name = mainReason(mask, code);
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (let k = first; k < stop; k++) if (track.usable[k] === 0) count(track.reasons[k]!, track.status[k]!);
  track.omitted.time.forEach((t, i) => {
    if (t >= span.from && (t < span.to || (closed && t === span.to))) count(track.omitted.reasons[i]!, 0);
  });
  return counts;
}

/** The usable points of an input, with its value at the start and at the end of the window. */
function inputSignal(track: Track, span: Span, duration: number, unitSeconds: number): Signal {
  const { time, value, usable, hold } = track;
  const times: number[] = [];
  const values: number[] = [];
  let before = -1;
  let after = -1;
  for (let k = countBefore(time, span.from, true) - 1; k >= 0 && before < 0; k--) if (usable[k] === 1) before = k;
  for (let k = countBefore(time, span.to, false); k < time.length && after < 0; k++) if (usable[k] === 1) after = k;
  const valueAt = (t: number, left: number, right: number): number => {
    if (left < 0) return value[right]!;
    if (right < 0 || hold === "hold" || time[left] === t) return value[left]!;
    return value[left]! + ((t - time[left]!) / (time[right]! - time[left]!)) * (value[right]! - value[left]!);
  };
  const [first, stop] = within(time, { from: span.from, to: span.to }, false);
  let nextUsable = after;
  let last = before;
  for (let k = stop - 1; k >= first; k--) if (usable[k] === 1 && time[k]! > span.from) nextUsable = k;
  times.push(0);
  values.push(valueAt(span.from, before, nextUsable));
  for (let k = first; k < stop; k++) {
    if (usable[k] === 0) continue;
    last = k;
    if (time[k]! <= span.from) continue;
    const t = (time[k]! - span.from) / unitSeconds;
    if (t >= duration) continue;
    times.push(t);
    values.push(value[k]!);
  }
  if (duration > 0) {
    times.push(duration);
    values.push(after >= 0 && time[after] === span.to ? value[after]! : valueAt(span.to, last, after));
  }
  return signal(times, values, hold);
}

/** Changes of the status of an input over a window; undefined where all of it is Good. */
function statusSteps(
  track: Track,
  first: number,
  stop: number,
  span: Span,
  unitSeconds: number,
): { time: Float64Array; status: Uint32Array } | undefined {
  const times: number[] = [0];
  const codes: number[] = [first > 0 ? shownStatus(track, first - 1) : first < stop ? shownStatus(track, first) : 0];
  for (let k = first; k < stop; k++) {
    const code = shownStatus(track, k);
    const t = (track.time[k]! - span.from) / unitSeconds;
    if (t === 0) codes[0] = code;
    else if (code !== codes.at(-1)) {
      times.push(t);
      codes.push(code);
    }
  }
  if (codes.every((code) => code >>> 30 === 0)) return undefined;
  return { time: Float64Array.from(times), status: Uint32Array.from(codes) };
}

/** While a point is unusable the last usable value stands for it. */
function shownStatus(track: Track, k: number): number {
  return track.usable[k] === 1 ? track.status[k]! : bridgedStatus;
}

function measuredOf(track: Track, first: number, stop: number, span: Span, options: CutOptions, counts: Record<string, number>): Measured {
  const { bound, reasons } = track;
  const reportTimes = bound.reported === undefined ? undefined : options.reported.get(bound.name);
  const places: number[] = [];
  for (let k = first; k < stop; k++) {
    if (isMissing(reasons[k]!)) continue;
    if (reportTimes) {
      const known = reportTimes.get(track.time[k]!);
      if (known === undefined || known < track.time[k]!) {
        if (track.usable[k] === 1) counts[unreported] = (counts[unreported] ?? 0) + 1;
        continue;
      }
    }
    places.push(k);
  }
  const inUnits = (seconds: number): number => (seconds - span.from) / options.unitSeconds;
  return {
    time: gathered(track.time, places).map(inUnits),
    value: gathered(track.value, places),
    status: gatheredCodes(track.status, places),
    reasons: gatheredCodes(reasons, places),
    weight: gathered(track.weight, places),
    sigma: bound.sigma,
    compression: track.compression,
    ...(reportTimes ? { reported: Float64Array.from(places, (k) => inUnits(reportTimes.get(track.time[k]!)!)) } : {}),
  };
}

/** Counted for laboratory values whose report time is missing or before the sample. */
export const unreported = "noReportTime";

const isMissing = (mask: number): boolean => (mask & reason.notANumber) !== 0;
