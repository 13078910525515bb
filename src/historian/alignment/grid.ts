/** Tags on an even grid, for estimators that need one. What is estimated there is applied to archived points, never to the grid. */
import { medianOf } from "../cleaning/noise.ts";
import type { Series } from "../series.ts";
import { good, timelineOf } from "./timeline.ts";

/** Values on an even grid. */
export interface Gridded {
  readonly from: number;
  readonly step: number;
  /** 0 where `valid` is. */
  readonly value: Float64Array;
  /** 1 where there is a value. */
  readonly valid: Uint8Array;
}

/** Good points by time: x increasing, y as archived. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export function goodCurve(series: Series): Curve {
  const { time, value, level } = timelineOf(series, true);
  const places = Array.from(time.keys()).filter((k) => level[k] === good);
  return { x: Float64Array.from(places, (k) => time[k]!), y: Float64Array.from(places, (k) => value[k]!) };
}

/** Median step of a curve; 0 for fewer than two points. */
export function medianStep({ x }: Curve): number {
  return x.length < 2 ? 0 : medianOf(Float64Array.from({ length: x.length - 1 }, (_, i) => x[i + 1]! - x[i]!));
}

/**
 * A curve read at even places: held, or along straight lines. Stretches without points longer than `maxGap` have no values.
 */
export function onGrid({ x, y }: Curve, from: number, step: number, count: number, stepped: boolean, maxGap: number): Gridded {
  const value = new Float64Array(count);
  const valid = new Uint8Array(count);
  let k = -1;
  for (let i = 0; i < count; i++) {
    const at = from + i * step;
    while (k + 1 < x.length && x[k + 1]! <= at) k++;
    if (k < 0) continue;
    const last = k + 1 >= x.length;
    if (last ? at - x[k]! > (stepped ? maxGap : 1e-9 * step) : x[k + 1]! - x[k]! > maxGap && at > x[k]!) continue;
    valid[i] = 1;
    value[i] = stepped || last ? y[k]! : y[k]! + ((at - x[k]!) / (x[k + 1]! - x[k]!)) * (y[k + 1]! - y[k]!);
  }
  return { from, step, value, valid };
}
