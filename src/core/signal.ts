/** A tabulated input: what a valve, a jacket or a feed did, as known at some times. */
import { GreyboxError } from "./errors.ts";

/** `hold`: each value lasts until the next one. `linear`: straight lines between the points. */
export type Interpolation = "hold" | "linear";

export interface Signal {
  /** Increasing, in the time unit of the model. Shape (k), k ≥ 1. */
  readonly times: Float64Array;
  /** In the unit of the input. Shape (k). */
  readonly values: Float64Array;
  readonly interpolation: Interpolation;
}

/**
 * Makes a tabulated input.
 *
 * Before its first point and after its last a signal has no value: a run that needs one there is refused.
 * A `hold` signal lasts through the end of its last point's run only up to the last time; repeat the value to extend it.
 *
 * @param times  increasing, in the time unit of the model, shape (k)
 * @param values  in the unit of the input, shape (k)
 * @throws GreyboxError `signal/length`, `signal/order`, `signal/non-finite`
 *
 * @example
 * const jacket = signal([0, 5, 10], [300, 290, 290], "hold");
 * valueAt(jacket, 4.9); // => 300
 */
export function signal(times: ArrayLike<number>, values: ArrayLike<number>, interpolation: Interpolation = "hold"): Signal {
  if (times.length !== values.length || times.length === 0) {
    throw new GreyboxError("signal/length", { times: times.length, values: values.length });
  }
  for (let i = 0; i < times.length; i++) {
    const [time, value] = [times[i] as number, values[i] as number];
    if (!Number.isFinite(time) || !Number.isFinite(value)) throw new GreyboxError("signal/non-finite", { index: i, time, value });
    const previous = i > 0 ? (times[i - 1] as number) : -Infinity;
    if (time <= previous) throw new GreyboxError("signal/order", { index: i, time, previous });
  }
  return { times: Float64Array.from(times), values: Float64Array.from(values), interpolation };
}

/** Index of the segment that contains t: the last point not after t, at most the last but one; −1 before the first. */
export function segmentAt(times: Float64Array, t: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Value of a signal at t, from the right at a step. The first and last values are used outside its span. */
export function valueAt(signal: Signal, t: number): number {
  const { times, values, interpolation } = signal;
  const i = segmentAt(times, t);
  if (i < 0) return values[0]!;
  if (i >= times.length - 1) return values[times.length - 1]!;
  if (interpolation === "hold") return values[i]!;
  const share = (t - times[i]!) / (times[i + 1]! - times[i]!);
  return values[i]! + share * (values[i + 1]! - values[i]!);
}
