/** Parts of windows, for hold-outs that are blocked in time, and their identity by content. */
import { contentHash, conversion, GreyboxError, type Signal, signal, valueAt } from "../../core/index.ts";
import type { Measured, Window } from "../window.ts";

/**
 * The part of a window between two times, as a window of its own that begins at 0.
 *
 * Inputs keep their values at both ends. Measured points at `from` belong to the part; those at `to` only when it is the end of the window,
 * so that neighbouring parts share none. `excluded` stays a count over the whole window and is not carried over.
 *
 * @param from  in the time unit of the model, from the start of the window
 * @throws GreyboxError `historian/slice`
 *
 * @example
 * const [train, test] = [sliceWindow(window, 0, 70), sliceWindow(window, 70, window.duration)];
 */
export function sliceWindow(window: Window, from: number, to: number): Window {
  if (!(from >= 0 && from < to && to <= window.duration)) {
    throw new GreyboxError("historian/slice", { window: window.name, from, to, duration: window.duration });
  }
  const closed = to === window.duration;
  const map = <T, U>(record: Readonly<Record<string, T>>, change: (item: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(record).map(([name, item]) => [name, change(item)]));
  return {
    ...window,
    name: from === 0 && closed ? window.name : `${window.name} [${short(from)}, ${short(to)}${closed ? "]" : ")"}`,
    epoch: window.epoch === 0 ? 0 : window.epoch + from * secondsPer(window),
    duration: to - from,
    inputs: map(window.inputs, (one) => slicedSignal(one, from, to)),
    inputStatus: map(window.inputStatus, (one) => slicedStatus(one, from, to)),
    measured: map(window.measured, (one) => slicedMeasured(one, from, to, closed)),
    excluded: {},
  };
}

/**
 * A window as two parts, the first with the given share of its length. What is learned from the first can be tested on the second: no
 * measured point is in both.
 *
 * @param share  between 0 and 1
 */
export function splitWindow(window: Window, share: number): [Window, Window] {
  const at = share * window.duration;
  return [sliceWindow(window, 0, at), sliceWindow(window, at, window.duration)];
}

/** SHA-256 of everything in some windows, names included: the identity of data a result came from. */
export function windowHash(windows: readonly Window[]): string {
  return contentHash(windows);
}

const short = (x: number): string => String(Number(x.toPrecision(6)));

function secondsPer(window: Window): number {
  return conversion(window.time, "s").factor;
}

function slicedSignal(one: Signal, from: number, to: number): Signal {
  const times = [from];
  const values = [valueAt(one, from)];
  for (let i = 0; i < one.times.length; i++) {
    if (one.times[i]! > from && one.times[i]! < to) {
      times.push(one.times[i]!);
      values.push(one.values[i]!);
    }
  }
  times.push(to);
  values.push(valueAt(one, to));
  return signal(
    times.map((t) => t - from),
    values,
    one.interpolation,
  );
}

function slicedStatus(
  one: { readonly time: Float64Array; readonly status: Uint32Array },
  from: number,
  to: number,
): { time: Float64Array; status: Uint32Array } {
  const times = [0];
  const codes = [one.status[0] ?? 0];
  for (let i = 0; i < one.time.length && one.time[i]! < to; i++) {
    if (one.time[i]! <= from) codes[0] = one.status[i]!;
    else {
      times.push(one.time[i]! - from);
      codes.push(one.status[i]!);
    }
  }
  return { time: Float64Array.from(times), status: Uint32Array.from(codes) };
}

function slicedMeasured(one: Measured, from: number, to: number, closed: boolean): Measured {
  const first = one.time.findIndex((t) => t >= from);
  const beyond = one.time.findIndex((t) => (closed ? t > to : t >= to));
  const range: [number, number] = first < 0 ? [0, 0] : [first, beyond < 0 ? one.time.length : beyond];
  return {
    ...one,
    time: one.time.slice(...range).map((t) => t - from),
    value: one.value.slice(...range),
    status: one.status.slice(...range),
    reasons: one.reasons.slice(...range),
    weight: one.weight.slice(...range),
    ...(one.reported ? { reported: one.reported.slice(...range).map((t) => t - from) } : {}),
  };
}
