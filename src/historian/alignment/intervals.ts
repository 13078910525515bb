/** The intervals over which aggregates are taken, and where each of them lies among the points. */
import { GreyboxError } from "../../core/index.ts";
import { type Duration, type Moment, momentOf, secondsOf } from "../duration.ts";
import { countBefore, placeAt, type Timeline } from "./timeline.ts";

export interface IntervalOptions {
  readonly from: Moment;
  /** Before `from`: the intervals run backwards, each including its later end. */
  readonly to: Moment;
  /** Length of one interval. Default: all in one. */
  readonly every?: Duration | undefined;
}

/** One interval, whatever its direction: low < high. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** True: includes `high` and excludes `low`; else the other way round. */
  readonly reversed: boolean;
  /** The time that its result is stamped with. */
  readonly stamp: number;
  /** True for the rest that is shorter than the others. */
  readonly cut: boolean;
}

const mostIntervals = 2e7;

/**
 * @throws GreyboxError `historian/option` where `from` and `to` are the same, or the intervals too many
 * @see OPC 10000-13 §5.4.2.2
 */
export function intervalsOf(options: IntervalOptions): Interval[] {
  const [from, to] = [momentOf(options.from, "from"), momentOf(options.to, "to")];
  const range = Math.abs(to - from);
  if (!(range > 0 && Number.isFinite(range))) {
    throw new GreyboxError("historian/option", { option: "to", value: String(options.to), expected: "a finite time other than `from`" });
  }
  const step = options.every === undefined ? range : Math.min(secondsOf(options.every, "every"), range);
  const count = Math.ceil(range / step - 1e-9);
  if (count > mostIntervals) {
    throw new GreyboxError("historian/option", {
      option: "every",
      value: String(options.every),
      expected: `at least ${range / mostIntervals} s`,
    });
  }
  const reversed = to < from;
  const sign = reversed ? -1 : 1;
  return Array.from({ length: count }, (_, i) => {
    const start = from + sign * i * step;
    const end = i === count - 1 ? to : from + sign * (i + 1) * step;
    return {
      low: Math.min(start, end),
      high: Math.max(start, end),
      reversed,
      stamp: start,
      cut: Math.abs(end - start) < step * (1 - 1e-9),
    };
  });
}

/** Places first … stop of the points of an interval. */
export function pointsWithin({ time }: Timeline, { low, high, reversed }: Interval): readonly [number, number] {
  if (reversed) return [placeAt(time, low) + 1, placeAt(time, high) + 1];
  return [countBefore(time, low), countBefore(time, high)];
}
