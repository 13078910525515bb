/** Windows made ready: measured points on one list of sample times each, in groups of equal noise. */
import { GreyboxError, reason, type Signal, type System } from "../../core/index.ts";
import type { Measured, Window } from "../../historian/index.ts";
import { type Dropped, droppedOf } from "../archive/between.ts";
import type { NoiseGroup } from "../search/problem.ts";
import { unknownName } from "./names.ts";

/** Points with weight 0 are gone. Columns of equal length (k). */
export interface TagPlan {
  readonly tag: string;
  /** Index into `system.observables`. */
  readonly observable: number;
  /** Index of each point into the sample times of the window. */
  readonly at: Int32Array;
  readonly value: Float64Array;
  readonly weight: Float64Array;
  readonly sigma: number | undefined;
  /** Deviation of the historian's compression, in the unit of the tag; 0 where none is known. */
  readonly compression: number;
  /** Index of the noise group. Residuals of the group of given noise are divided by their σ. */
  readonly group: number;
  /** Index of the plan of its errors; undefined: independent Gaussian errors. */
  readonly noise: number | undefined;
  /** Index of the observable that is σ of its errors. */
  readonly sigmaAt: number | undefined;
  /**
   * −1, +1: the true value is known only to lie below, above; 2: within the dead band about the value. Absent: all values are values.
   */
  readonly side: Int8Array | undefined;
  /**
   * Of data that is being drawn: what the values are to differ by from the computed ones, where those depend on values before (`innovations`).
   * The values are then not looked at. Absent: they are.
   */
  readonly drawn?: Float64Array | undefined;
}

export interface WindowPlan {
  readonly name: string;
  /** In the order of `system.inputs`. */
  readonly inputs: readonly Signal[];
  /** Start of the run. Absent: 0. */
  readonly from?: number | undefined;
  /** Increasing. The last may be Infinity: where the run has come to rest. */
  readonly samples: Float64Array;
  /** End of the run: the last finite sample. */
  readonly end: number;
  readonly tags: readonly TagPlan[];
}

/** Which errors a tag has. */
export interface NoiseOfTag {
  readonly index: number;
  readonly sigmaFrom: string | undefined;
  /** Its values are known to lie within the dead band. */
  readonly within: boolean;
}

/** Smallest σ that an estimate may take, relative to the size of the values: below are rounding errors. */
const resolution = 1e-15;

/**
 * @param noiseOf  index of the plan of a tag's errors; undefined where they are independent and Gaussian
 * @throws GreyboxError `calibration/…` for what is wrong with windows
 */
export function planWindows(
  windows: readonly Window[],
  system: System,
  noise: "per tag" | "common",
  noiseOf: (tag: string) => NoiseOfTag | undefined,
  readings: ReadonlyMap<string, string>,
  droppedOfTag: (tag: string) => Dropped | undefined = () => undefined,
): { windows: WindowPlan[]; groups: NoiseGroup[] } {
  for (const [i, { name }] of windows.entries()) {
    if (windows.findIndex((other) => other.name === name) !== i) throw new GreyboxError("calibration/repeated", { kind: "window", name });
  }
  const keys: string[] = [];
  const groupOf = (tag: string, { sigma }: Measured): number => {
    const own = noise === "common" ? "common" : `tag ${tag}`;
    const key = noiseOf(tag) !== undefined ? "errors" : sigma !== undefined ? "given" : own;
    if (!keys.includes(key)) keys.push(key);
    return keys.indexOf(key);
  };
  const plans = windows.map((window) => planWindow(window, system, groupOf, noiseOf, readings, droppedOfTag));
  const groups = keys.map((key, group): NoiseGroup => {
    const tags = plans.flatMap((plan) => plan.tags).filter((tag) => tag.group === group);
    const count = tags.reduce((sum, { weight }) => sum + total(weight), 0);
    const size = Math.sqrt(tags.reduce((sum, { value }) => sum + squares(value), 0) / Math.max(count, 1));
    return { sigma: key === "given" || key === "errors" ? 1 : undefined, count, floor: resolution * Math.max(size, Number.MIN_VALUE) };
  });
  return { windows: plans, groups };
}

function planWindow(
  window: Window,
  system: System,
  groupOf: (tag: string, measured: Measured) => number,
  noiseOf: (tag: string) => NoiseOfTag | undefined,
  readings: ReadonlyMap<string, string>,
  droppedOfTag: (tag: string) => Dropped | undefined,
): WindowPlan {
  if (window.time !== system.time) {
    throw new GreyboxError("calibration/time-unit", { window: window.name, unit: window.time, expected: system.time });
  }
  const kept = Object.entries(window.measured).flatMap(([tag, measured]) => {
    const observable = system.observables.indexOf(readings.get(tag) ?? tag);
    if (observable < 0) throw unknownName(system, "observable", tag, system.observables);
    checkMeasured(window.name, tag, measured);
    const points = weighed(measured);
    return points.length > 0 ? [{ tag, observable, measured, points }] : [];
  });
  if (kept.length === 0) throw new GreyboxError("calibration/no-measurements", { window: window.name, observables: system.observables });
  for (const { tag, observable } of [...kept]) {
    const measured = droppedOfTag(tag)?.points(window);
    if (measured) kept.push({ tag: droppedOf(tag), observable, measured, points: Int32Array.from(measured.time.keys()) });
  }
  const samples = union(kept.map(({ measured, points }) => picked(measured.time, points)));
  const last = samples.findLast(Number.isFinite) ?? 0;
  const end = last > 0 ? last : window.duration > 0 ? window.duration : 1;
  const tags = kept.map(
    ({ tag, observable, measured, points }): TagPlan => ({
      tag,
      observable,
      at: places(picked(measured.time, points), samples),
      value: picked(measured.value, points),
      weight: weights(measured, points),
      sigma: measured.sigma,
      compression: measured.compression,
      group: groupOf(tag, measured),
      noise: noiseOf(tag)?.index,
      sigmaAt: sigmaPlace(system, noiseOf(tag)?.sigmaFrom),
      side: noiseOf(tag)?.within
        ? new Int8Array(points.length).fill(2)
        : isCensored(measured)
          ? Int8Array.from(points, (i) => sideOf(measured, i))
          : undefined,
    }),
  );
  return { name: window.name, inputs: inputsOf(window, system, end), samples, end, tags };
}

function sigmaPlace(system: System, observable: string | undefined): number | undefined {
  if (observable === undefined) return undefined;
  const place = system.observables.indexOf(observable);
  if (place < 0) throw unknownName(system, "observable", observable, system.observables);
  return place;
}

/** Indices of the points that count: those with a weight, and those of which a limit is known. */
function weighed(measured: Measured): Int32Array {
  const { weight } = measured;
  const out = new Int32Array(weight.length);
  let count = 0;
  for (let i = 0; i < weight.length; i++) if (weight[i]! > 0 || sideOf(measured, i) !== 0) out[count++] = i;
  return out.subarray(0, count);
}

/** A limit counts in full: that its status is Uncertain says no more than that it is a limit. */
function weights(measured: Measured, points: Int32Array): Float64Array {
  return Float64Array.from(points, (i) => (measured.weight[i]! > 0 ? measured.weight[i]! : 1));
}

/** Whether some of the values are limits: "< 0.5", or an instrument at the end of its range. */
export function isCensored(measured: Measured): boolean {
  return measured.reasons.some((_, i) => sideOf(measured, i) !== 0);
}

/** −1: the true value lies below the value, +1: above it, 0: it is the value. */
function sideOf({ reasons, status }: Measured, i: number): number {
  if ((reasons[i]! & reason.censored) !== 0) return -1;
  if ((reasons[i]! & reason.saturated) === 0 || (status[i]! & dataValue) === 0) return 0;
  const limit = status[i]! & limitBits;
  return limit === lowLimit ? -1 : limit === highLimit ? 1 : 0;
}

/** OPC UA Part 4, §7.39.1: the status speaks of a data value; its limit bits. */
const [dataValue, limitBits, lowLimit, highLimit] = [0x400, 0x300, 0x100, 0x200];

function picked(column: Float64Array, points: Int32Array): Float64Array {
  const out = new Float64Array(points.length);
  for (let i = 0; i < points.length; i++) out[i] = column[points[i]!]!;
  return out;
}

/** All times of some increasing columns, each once, increasing. */
export function union(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const column of columns) {
    all.set(column, count);
    count += column.length;
  }
  all.sort();
  count = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i]!;
  return all.slice(0, count);
}

/** Index of each time into the sample times, among which it is. */
export function places(times: Float64Array, samples: Float64Array): Int32Array {
  const out = new Int32Array(times.length);
  for (let i = 0, place = 0; i < times.length; i++) {
    while (samples[place]! < times[i]!) place++;
    out[i] = place;
  }
  return out;
}

/** @throws GreyboxError `calibration/missing-input`, `calibration/no-overlap`, `calibration/input-span` */
export function inputsOf(window: Window, system: System, end: number): Signal[] {
  const missing = system.inputs.filter((input) => !Object.hasOwn(window.inputs, input));
  if (missing.length > 0) throw new GreyboxError("calibration/missing-input", { window: window.name, inputs: missing });
  return system.inputs.map((input) => {
    // Just seen to be there.
    const signal = window.inputs[input]!;
    const [from, to] = [signal.times[0]!, signal.times[signal.times.length - 1]!];
    const first = Math.min(...Object.values(window.measured).map(({ time }) => time[0] ?? Infinity));
    // A run over a window in which nothing was measured has nothing to overlap with.
    if (first < Infinity && (to < first || from > end))
      throw new GreyboxError("calibration/no-overlap", { window: window.name, input, from, to, first, last: end });
    if (from > 0 || to < end) throw new GreyboxError("calibration/input-span", { window: window.name, input, from, to, needed: end });
    return signal;
  });
}

function checkMeasured(window: string, tag: string, { time, value, status, weight, sigma }: Measured): void {
  const wrong = (why: string): GreyboxError => new GreyboxError("calibration/measured-columns", { window, tag, why });
  if (value.length !== time.length || weight.length !== time.length || status.length !== time.length) {
    throw wrong(`columns have ${time.length} times, ${value.length} values, ${status.length} statuses and ${weight.length} weights`);
  }
  if (sigma !== undefined && !(sigma > 0 && sigma < Infinity)) throw wrong(`σ is ${sigma}`);
  for (let i = 0; i < time.length; i++) {
    if (!Number.isFinite(value[i]!)) throw wrong(`value ${i} is ${value[i]}`);
    if (!(weight[i]! >= 0 && weight[i]! < Infinity)) throw wrong(`weight ${i} is ${weight[i]}`);
    const [at, previous] = [time[i]!, i > 0 ? time[i - 1]! : -Infinity];
    if (!(at >= 0 && at > previous)) throw new GreyboxError("calibration/time-order", { window, tag, index: i, time: at });
  }
}

function squares(column: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += column[i]! * column[i]!;
  return sum;
}

function total(column: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += column[i]!;
  return sum;
}
