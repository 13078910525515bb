/** Windows made ready: measured points on one list of sample times each, in groups of equal noise. */
import { GreyboxError, type Signal, type System } from "../../core/index.ts";
import type { Measured, Window } from "../../historian/index.ts";
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
  /** Index of the noise group. Residuals of the group of given noise are divided by their σ. */
  readonly group: number;
}

export interface WindowPlan {
  readonly name: string;
  /** In the order of `system.inputs`. */
  readonly inputs: readonly Signal[];
  /** Increasing. */
  readonly samples: Float64Array;
  /** End of the run: the last sample. */
  readonly end: number;
  readonly tags: readonly TagPlan[];
}

/** Smallest σ that an estimate may take, relative to the size of the values: below are rounding errors. */
const resolution = 1e-15;

/** @throws GreyboxError `calibration/…` for what is wrong with windows */
export function planWindows(
  windows: readonly Window[],
  system: System,
  noise: "per tag" | "common",
): { windows: WindowPlan[]; groups: NoiseGroup[] } {
  for (const [i, { name }] of windows.entries()) {
    if (windows.findIndex((other) => other.name === name) !== i) throw new GreyboxError("calibration/repeated", { kind: "window", name });
  }
  const keys: string[] = [];
  const groupOf = (tag: string, { sigma }: Measured): number => {
    const key = sigma !== undefined ? "given" : noise === "common" ? "common" : `tag ${tag}`;
    if (!keys.includes(key)) keys.push(key);
    return keys.indexOf(key);
  };
  const plans = windows.map((window) => planWindow(window, system, groupOf));
  const groups = keys.map((key, group): NoiseGroup => {
    const tags = plans.flatMap((plan) => plan.tags).filter((tag) => tag.group === group);
    const count = tags.reduce((sum, { weight }) => sum + total(weight), 0);
    const size = Math.sqrt(tags.reduce((sum, { value }) => sum + value.reduce((s, v) => s + v * v, 0), 0) / Math.max(count, 1));
    return { sigma: key === "given" ? 1 : undefined, count, floor: resolution * Math.max(size, Number.MIN_VALUE) };
  });
  return { windows: plans, groups };
}

function planWindow(window: Window, system: System, groupOf: (tag: string, measured: Measured) => number): WindowPlan {
  if (window.time !== system.time) {
    throw new GreyboxError("calibration/time-unit", { window: window.name, unit: window.time, expected: system.time });
  }
  const kept = Object.entries(window.measured).flatMap(([tag, measured]) => {
    const observable = system.observables.indexOf(tag);
    if (observable < 0) throw unknownName(system, "observable", tag, system.observables);
    checkMeasured(window.name, tag, measured);
    const points = Array.from(measured.time.keys()).filter((i) => measured.weight[i]! > 0);
    return points.length > 0 ? [{ tag, observable, measured, points }] : [];
  });
  if (kept.length === 0) throw new GreyboxError("calibration/no-measurements", { window: window.name, observables: system.observables });
  const times = new Set(kept.flatMap(({ measured, points }) => points.map((i) => measured.time[i]!)));
  const samples = Float64Array.from(times).sort();
  const place = new Map(Array.from(samples, (time, i) => [time, i]));
  const last = samples[samples.length - 1]!;
  const end = last > 0 ? last : window.duration > 0 ? window.duration : 1;
  const tags = kept.map(
    ({ tag, observable, measured, points }): TagPlan => ({
      tag,
      observable,
      at: Int32Array.from(points, (i) => place.get(measured.time[i]!)!),
      value: Float64Array.from(points, (i) => measured.value[i]!),
      weight: Float64Array.from(points, (i) => measured.weight[i]!),
      sigma: measured.sigma,
      group: groupOf(tag, measured),
    }),
  );
  return { name: window.name, inputs: inputsOf(window, system, end), samples, end, tags };
}

/** @throws GreyboxError `calibration/missing-input`, `calibration/input-span` */
export function inputsOf(window: Window, system: System, end: number): Signal[] {
  const missing = system.inputs.filter((input) => !Object.hasOwn(window.inputs, input));
  if (missing.length > 0) throw new GreyboxError("calibration/missing-input", { window: window.name, inputs: missing });
  return system.inputs.map((input) => {
    // Just seen to be there.
    const signal = window.inputs[input]!;
    const [from, to] = [signal.times[0]!, signal.times[signal.times.length - 1]!];
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
    if (!(at >= 0 && at > previous && at < Infinity)) throw new GreyboxError("calibration/time-order", { window, tag, index: i, time: at });
  }
}

function total(column: Float64Array): number {
  let sum = 0;
  for (const value of column) sum += value;
  return sum;
}
