/** Where node states start: from what was measured of them, else from a run that measured values keep on its course. */
import type { System } from "../../core/index.ts";
import type { WindowPlan } from "../question/windows.ts";

/** Measured course of a state: its value at a time, between the points. */
export type Reading = (time: number) => number;

/** By state; undefined where a state is not measured in this window. A tag is taken for the state that it is called after. */
export function readingsOf({ tags, samples }: WindowPlan, { states }: System): (Reading | undefined)[] {
  return states.map((state) => {
    const tag = tags.find((one) => one.tag === state);
    if (!tag) return undefined;
    const times: number[] = [];
    const values: number[] = [];
    for (const [i, at] of tag.at.entries()) {
      if (tag.side && tag.side[i] !== 0) continue;
      times.push(samples[at]!);
      values.push(tag.value[i]!);
    }
    return times.length === 0 ? undefined : (time) => smoothed(times, values, time);
  });
}

/** Points on either side that a value is smoothed over. */
const reach = 2;

/** A straight line through the nearest points, by least squares; held beyond the ends. */
function smoothed(times: readonly number[], values: readonly number[], time: number): number {
  const after = times.findIndex((at) => at >= time);
  const middle = after < 0 ? times.length : after;
  const from = Math.max(0, Math.min(middle - reach, times.length - 2 * reach));
  const to = Math.min(times.length, Math.max(middle + reach, 2 * reach));
  const count = to - from;
  if (count === 1) return values[from]!;
  let [meanTime, mean] = [0, 0];
  for (let i = from; i < to; i++) {
    meanTime += times[i]! / count;
    mean += values[i]! / count;
  }
  let [covariance, variance] = [0, 0];
  for (let i = from; i < to; i++) {
    covariance += (times[i]! - meanTime) * (values[i]! - mean);
    variance += (times[i]! - meanTime) ** 2;
  }
  const at = Math.min(Math.max(time, times[from]!), times[to - 1]!);
  return mean + (covariance / variance) * (at - meanTime);
}

/** Mean square of the measured values of a state about their mean, as a size; undefined where it is not measured. */
export function spreadOf(windows: readonly WindowPlan[], tag: string): number | undefined {
  const values = windows.flatMap(({ tags }) => tags.filter((one) => one.tag === tag).flatMap(({ value }) => Array.from(value)));
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
