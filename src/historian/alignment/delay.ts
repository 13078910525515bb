/** Transport delays: fixed, or the time in which a volume is displaced, estimated from data or declared, and applied to archived points. */
import { GreyboxError, normalQuantile } from "../../core/index.ts";
import { type Duration, secondsOf } from "../duration.ts";
import type { Series } from "../series.ts";
import { correlationPeak } from "./correlation-peak.ts";
import { type Curve, goodCurve, medianStep, onGrid } from "./grid.ts";
import { inTimeOrder } from "./timeline.ts";
import { autoregression, filtered, moments } from "./whitening.ts";

export interface DelayOptions {
  /** Longest delay that is looked for; with `flow`, at its median. */
  readonly longest: Duration;
  /** Grid of the estimate. Default: the longer median step of the two tags. */
  readonly every?: Duration | undefined;
  /** Flow through the volume between the two places: the delay is then the time in which it fills that volume. */
  readonly flow?: Series | undefined;
  /** Confidence of the interval. */
  readonly level?: number | undefined;
}

export const delayDefaults = {
  level: 0.95,
  /** A second peak of this share of the first makes the answer ambiguous. */
  rival: 0.9,
  /** A standard error of more than this share of the search is no answer. */
  spread: 0.1,
  /** Fewest pairs of values. */
  pairs: 100,
} as const;

/** What was found, or why nothing was. */
export type DelayEstimate =
  | {
      readonly kind: "estimated";
      /** `time` [s], or `volume` in the unit of the flow times seconds. */
      readonly of: "time" | "volume";
      readonly value: number;
      /** Over stretches of the record, with the width of the grid. */
      readonly standardError: number;
      readonly interval: readonly [number, number];
      readonly correlation: number;
      /** Correlation that unrelated records reach once in a hundred times. */
      readonly threshold: number;
    }
  | {
      readonly kind: "refused";
      readonly why: "no-excitation" | "no-relation" | "ambiguous" | "at-limit" | "too-short";
      readonly message: string;
      readonly correlation: number;
      readonly threshold: number;
    };

/**
 * How much later one tag shows what another one showed before: the lag of the greatest correlation, after what the past of the first
 * foretells of itself was taken out of both.
 *
 * The answer is the delay of the first strong response. A lag behind the delay (a tank, a sensor) adds to it. An input that never moves,
 * a relation no stronger than chance, several lags alike (periodic inputs) and a peak at the end of the search are refused, each by name.
 * In a closed loop the controller answers its own delay: choose stretches in which the input was moved by hand.
 *
 * @throws GreyboxError `historian/align` when the two tags do not overlap, or the flow is not positive
 * @see G. E. P. Box, G. M. Jenkins, *Time Series Analysis*, Holden-Day 1970, §11.2
 *
 * @example
 * const value = Array.from({ length: 400 }, (_, i) => Math.sin(i * i) + Math.sin(0.3 * i));
 * const inlet = seriesOf("TI1", { time: value.map((_, i) => 60 * i), value });
 * const found = estimateDelay(inlet, delayed(inlet, "5 min"), { longest: "30 min" });
 * Math.round(found.value); // => 300
 */
export function estimateDelay(input: Series, output: Series, options: DelayOptions): DelayEstimate {
  const longest = secondsOf(options.longest, "longest");
  const [x, y] = [goodCurve(input), goodCurve(output)];
  requireOverlap("output", output.tag, x, y);
  const step = options.every === undefined ? Math.max(medianStep(x), medianStep(y)) : secondsOf(options.every, "every");
  if (options.flow === undefined) return peakOf(x, y, step, longest, input, output, "time", options.level);
  const flow = goodCurve(options.flow);
  const volume = cumulated(flow, options.flow);
  requireOverlap("flow", options.flow.tag, flow, y);
  const median = Float64Array.from(flow.y).sort()[flow.y.length >> 1]!;
  const carried = ({ x: times, y: values }: Curve): Curve => within(volume, times, values);
  return peakOf(carried(x), carried(y), step * median, longest * median, input, output, "volume", options.level);
}

function peakOf(
  x: Curve,
  y: Curve,
  step: number,
  longest: number,
  input: Series,
  output: Series,
  of: "time" | "volume",
  level: number = delayDefaults.level,
): DelayEstimate {
  const from = Math.max(x.x[0]!, y.x[0]!);
  const to = Math.min(x.x[x.x.length - 1]!, y.x[y.x.length - 1]!);
  const count = Math.floor((to - from) / step) + 1;
  const lags = Math.ceil(longest / step);
  const refused = (
    why: Extract<DelayEstimate, { kind: "refused" }>["why"],
    message: string,
    correlation = 0,
    threshold = 0,
  ): DelayEstimate => ({
    kind: "refused",
    why,
    message,
    correlation,
    threshold,
  });
  if (count < delayDefaults.pairs + lags) {
    return refused(
      "too-short",
      `The tags overlap in ${count} steps of the grid; ${delayDefaults.pairs + lags} are needed for this search.`,
    );
  }
  const gap = 10 * step;
  const u = onGrid(x, from, step, count, input.info.stepped === true, Math.max(gap, 10 * medianStep(x)));
  const v = onGrid(y, from, step, count, output.info.stepped === true, Math.max(gap, 10 * medianStep(y)));
  const [inputs, outputs] = [moments(u), moments(v)];
  const still = (one: { mean: number; deviation: number }): boolean => !(one.deviation > 1e-9 * (Math.abs(one.mean) + one.deviation));
  if (still(inputs)) return refused("no-excitation", `"${input.tag}" does not move.`);
  if (still(outputs)) return refused("no-excitation", `"${output.tag}" does not move.`);
  const a = autoregression(u, inputs.mean);
  const peak = correlationPeak(filtered(u, inputs.mean, a), filtered(v, outputs.mean, a), 0, lags);
  const { correlation, threshold } = peak;
  if (peak.pairs < delayDefaults.pairs) return refused("too-short", `Only ${Math.round(peak.pairs)} pairs of values remain beside gaps.`);
  if (Math.abs(correlation) < threshold) {
    return refused(
      "no-relation",
      `No lag shows more than chance: the greatest correlation is ${correlation.toFixed(3)}, and ${threshold.toFixed(3)} occurs by chance.`,
      correlation,
      threshold,
    );
  }
  if (peak.rival > delayDefaults.rival) {
    return refused("ambiguous", "Several lags fit alike, as they do where an input repeats itself.", correlation, threshold);
  }
  if (peak.standardError > delayDefaults.spread * lags) {
    return refused("no-relation", "Without one stretch of the record or another the best lag is elsewhere.", correlation, threshold);
  }
  if (peak.atLimit && peak.lag > 0) return refused("at-limit", "The best lag is the longest that was tried.", correlation, threshold);
  const value = peak.lag * step;
  const standardError = Math.hypot(peak.standardError * step, step / Math.sqrt(12));
  const reach = normalQuantile((1 + level) / 2) * standardError;
  return { kind: "estimated", of, value, standardError, interval: [Math.max(0, value - reach), value + reach], correlation, threshold };
}

/** A delay to apply: seconds, or a volume (in the unit of the flow times seconds) and the flow that displaces it. */
export type DelayToApply = Duration | { readonly volume: number; readonly flow: Series };

/**
 * The points of a tag at the times at which what they tell arrives downstream. Values and statuses stay; points whose arrival lies beyond
 * the record of the flow are left out.
 *
 * @throws GreyboxError `historian/align` for a flow that is not positive
 *
 * @example
 * delayed(seriesOf("AI", { time: [0, 60], value: [1, 2] }), "2 min").time[0]; // => 120
 */
export function delayed(series: Series, delay: DelayToApply): Series {
  if (typeof delay !== "object") {
    const seconds = delay === 0 ? 0 : secondsOf(delay, "delay");
    return { ...series, time: series.time.map((t) => t + seconds) };
  }
  const ordered = inTimeOrder(series);
  const flow = goodCurve(delay.flow);
  const volume = cumulated(flow, delay.flow);
  const entered = within(volume, ordered.time, ordered.time);
  const back: Curve = { x: volume.y, y: volume.x };
  const left = within(
    back,
    entered.x.map((v) => v + delay.volume),
    entered.y,
  );
  const places = new Map(Array.from(ordered.time, (t, k) => [t, k]));
  const kept = Array.from(left.y, (t) => places.get(t)!);
  return {
    ...ordered,
    time: left.x,
    value: Float64Array.from(kept, (k) => ordered.value[k]!),
    status: Uint32Array.from(kept, (k) => ordered.status[k]!),
    reasons: Uint32Array.from(kept, (k) => ordered.reasons[k]!),
  };
}

/** What has flowed since the start, by time. */
function cumulated({ x, y }: Curve, { tag, info }: Series): Curve {
  const sum = new Float64Array(x.length);
  for (let k = 1; k < x.length; k++)
    sum[k] = sum[k - 1]! + (info.stepped === true ? y[k - 1]! : (y[k]! + y[k - 1]!) / 2) * (x[k]! - x[k - 1]!);
  for (let k = 1; k < x.length; k++) {
    if (!(sum[k]! > sum[k - 1]!)) {
      throw new GreyboxError("historian/align", {
        argument: "flow",
        tag,
        why: `it is not positive throughout, first at ${x[k - 1]} s`,
      });
    }
  }
  return { x, y: sum };
}

/** Points carried from one axis to another along a curve; those beyond its ends are left out. */
function within(curve: Curve, places: Float64Array, values: Float64Array): Curve {
  const [x, y]: [number[], number[]] = [[], []];
  let k = 0;
  for (let i = 0; i < places.length; i++) {
    const at = places[i]!;
    if (!(at >= curve.x[0]!) || at > curve.x[curve.x.length - 1]!) continue;
    while (k + 2 < curve.x.length && curve.x[k + 1]! <= at) k++;
    const share = (at - curve.x[k]!) / (curve.x[k + 1]! - curve.x[k]!);
    x.push(curve.y[k]! + share * (curve.y[k + 1]! - curve.y[k]!));
    y.push(values[i]!);
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

function requireOverlap(argument: string, tag: string, a: Curve, b: Curve): void {
  const last = ({ x }: Curve): number => x[x.length - 1] ?? -Infinity;
  const shared = Math.min(last(a), last(b)) - Math.max(a.x[0] ?? Infinity, b.x[0] ?? Infinity);
  if (!(shared > 0))
    throw new GreyboxError("historian/align", { argument, tag, why: "it has no usable points at the times of the other tag" });
}
