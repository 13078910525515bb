/**
 * Speed constraints: a value that could only be reached faster than the process moves is repaired by the least change that makes all speeds
 * possible. Linear in the number of points.
 *
 * @see S. Song, A. Zhang, J. Wang, P. S. Yu, "SCREEN: stream data cleaning under speed constraints", SIGMOD 2015, 827–841: the median
 *   principle (proposition 5) and the order of repairs of algorithm 1.
 */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import { madToSigma, medianOf } from "./noise.ts";
import type { SpeedRule } from "./rules.ts";

/**
 * The layer of repairs: values in place of those that break the constraints, Uncertain_SubstituteValue.
 *
 * @param order  usable places by time, shape (k)
 */
export function speedLayer(view: View, order: Int32Array, rule: SpeedRule | false): Layer {
  const places: number[] = [];
  const values: number[] = [];
  if (rule && order.length > 2) {
    const time = Float64Array.from(order, (place) => view.time[place]!);
    const value = Float64Array.from(order, (place) => view.value[place]!);
    const limits = rule.limits ?? usualSpeeds(time, value);
    const repaired = screened(time, value, limits, rule.window);
    for (let k = 0; k < order.length; k++) {
      if (Math.abs(repaired[k]! - value[k]!) <= 1e-9 * Math.max(Math.abs(value[k]!), 1e-300)) continue;
      places.push(order[k]!);
      values.push(repaired[k]!);
    }
  }
  const byPlace = places.map((place, k) => [place, values[k]!] as const).sort((a, b) => a[0] - b[0]);
  return {
    method: "speed",
    reason: "substituted",
    places: Int32Array.from(byPlace, ([place]) => place),
    status: status.uncertainSubstituteValue,
    omit: false,
    values: Float64Array.from(byPlace, ([, repaired]) => repaired),
  };
}

/** Median ± 3 robust standard deviations of all speeds, as Apache IoTDB's ValueRepair takes them; with a floor where most points do not move. */
export function usualSpeeds(time: Float64Array, value: Float64Array): readonly [number, number] {
  const speeds = Float64Array.from(
    { length: Math.max(time.length - 1, 0) },
    (_, i) => (value[i + 1]! - value[i]!) / (time[i + 1]! - time[i]!),
  );
  const middle = medianOf(speeds.slice());
  const spread = madToSigma * medianOf(speeds.map((speed) => Math.abs(speed - middle)));
  const reach = spread > 0 ? 3 * spread : Math.max(...speeds.map(Math.abs), 0);
  return [middle - reach, middle + reach];
}

/**
 * Values that keep all speeds within limits, each point after the other: a point is moved to the median of what the point before allows and
 * of what the points after it, within the window, would need.
 *
 * @param time  strictly increasing, shape (k)
 * @param limits  slowest and fastest change [unit of the values per second]
 * @param window  how far ahead constraints reach [s]
 */
export function screened(time: Float64Array, value: Float64Array, limits: readonly [number, number], window: number): Float64Array {
  const [slowest, fastest] = limits;
  const repaired = value.slice();
  const n = value.length;
  const bounds: number[] = [];
  for (let k = 0; k < n; k++) {
    const [low, high] =
      k === 0
        ? [-Infinity, Infinity]
        : [repaired[k - 1]! + slowest * (time[k]! - time[k - 1]!), repaired[k - 1]! + fastest * (time[k]! - time[k - 1]!)];
    bounds.length = 0;
    bounds.push(value[k]!);
    for (let i = k + 1; i < n && time[i]! <= time[k]! + window; i++) {
      bounds.push(value[i]! - fastest * (time[i]! - time[k]!), value[i]! - slowest * (time[i]! - time[k]!));
    }
    const wanted = medianOf(Float64Array.from(bounds));
    repaired[k] = Math.min(Math.max(wanted, low), high);
  }
  return repaired;
}
