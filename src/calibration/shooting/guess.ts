/** Where node states start: from what was measured of them, else from a run that measured values keep on its course. */
import { inputWidth, type System, valueAt } from "../../core/index.ts";
import type { TagPlan, WindowPlan } from "../question/windows.ts";

/** What was measured of a state. */
export interface Reading {
  /** Its value at a time, between the points. */
  at(time: number): number;
  readonly values: readonly number[];
}

/** What measured values of an observable say of a state: the state is value·factor + shift. */
interface Seen {
  readonly state: number;
  readonly factor: number;
  readonly shift: number;
}

/**
 * By state; undefined where a state is not seen in this window. An observable shows a state when it depends on that state alone; a tag that is
 * called after a state is taken for it, whatever its instrument does.
 *
 * @param x  states about which observables are linearised, shape (n)
 * @param p  parameters of the model
 */
export function readingsOf(window: WindowPlan, system: System, x: Float64Array, p: Float64Array): (Reading | undefined)[] {
  const { tags, samples } = window;
  const points = system.states.map((): { time: number; value: number }[] => []);
  for (const tag of tags) {
    const seen = seenBy(tag, window, system, x, p);
    if (!seen) continue;
    for (const [i, at] of tag.at.entries()) {
      // A limit is no value; that the true one lies within a dead band about it leaves it one.
      if (tag.side && Math.abs(tag.side[i]!) === 1) continue;
      points[seen.state]!.push({ time: samples[at]!, value: tag.value[i]! * seen.factor + seen.shift });
    }
  }
  return points.map((own) => {
    if (own.length === 0) return undefined;
    own.sort((a, b) => a.time - b.time);
    const times = own.map(({ time }) => time);
    const values = own.map(({ value }) => value);
    return { at: (time) => smoothed(times, values, time), values };
  });
}

function seenBy({ tag, observable }: TagPlan, { inputs }: WindowPlan, system: System, x: Float64Array, p: Float64Array): Seen | undefined {
  const named = system.states.indexOf(tag);
  if (named >= 0) return { state: named, factor: 1, shift: 0 };
  const n = system.states.length;
  const m = system.observables.length;
  const r = inputWidth(system);
  const u = new Float64Array(r);
  for (const [j, signal] of inputs.entries()) u[j] = valueAt(signal, 0);
  const along = {
    count: n,
    dt: new Float64Array(n),
    dx: new Float64Array(n * n),
    du: new Float64Array(n * r),
    dp: new Float64Array(n * system.active.length),
  };
  for (let i = 0; i < n; i++) along.dx[i * n + i] = 1;
  const y = new Float64Array(m);
  const dy = new Float64Array(n * m);
  system.observe.evaluate(0, x, u, p, y);
  system.observe.tangent(0, x, u, p, along, dy);
  const shown = system.states.flatMap((_, i) => (dy[i * m + observable] !== 0 ? [i] : []));
  const [state] = shown;
  if (state === undefined || shown.length > 1) return undefined;
  const factor = 1 / dy[state * m + observable]!;
  const shift = x[state]! - factor * y[observable]!;
  return Number.isFinite(factor) && Number.isFinite(shift) ? { state, factor, shift } : undefined;
}

/** Points on either side that a value is smoothed over. */
const reach = 2;

/** A straight line through the nearest points, by least squares, no higher and no lower than they are; held beyond the ends. */
function smoothed(times: readonly number[], values: readonly number[], time: number): number {
  const after = times.findIndex((at) => at >= time);
  const middle = after < 0 ? times.length : after;
  const from = Math.max(0, Math.min(middle - reach, times.length - 2 * reach));
  const to = Math.min(times.length, Math.max(middle + reach, 2 * reach));
  const count = to - from;
  if (count === 1 || times[from] === times[to - 1]) return values[from]!;
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
  const used = values.slice(from, to);
  return Math.min(Math.max(mean + (covariance / variance) * (at - meanTime), Math.min(...used)), Math.max(...used));
}

/** Spread of the values that readings take at some times, about their mean; undefined where there are none. */
export function spreadOf(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** As {@link spreadOf}, of what was measured of a tag. */
export function spreadOfTag(windows: readonly WindowPlan[], name: string): number | undefined {
  return spreadOf(windows.flatMap(({ tags }) => tags.flatMap(({ tag, value }) => (tag === name ? Array.from(value) : []))));
}
