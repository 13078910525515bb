/** Clocks of sources that disagree: offset and drift from two tags that show the same thing, and the correction as a layer. */
import { GreyboxError, studentQuantile } from "../../core/index.ts";
import type { Layer } from "../cleaning/layers.ts";
import { medianOf } from "../cleaning/noise.ts";
import { type Duration, secondsOf } from "../duration.ts";
import type { Series } from "../series.ts";
import { type Shift, shiftOf, smoothed } from "./clock-shift.ts";
import { goodCurve, medianStep } from "./grid.ts";

export interface ClockOptions {
  /** Largest offset that is looked for, in either direction. */
  readonly largest: Duration;
  /** The record is compared in so many stretches; a drift shows as offsets that differ between them. Default: 12. */
  readonly stretches?: number | undefined;
  /** Confidence of the intervals. */
  readonly level?: number | undefined;
}

export const clockDefaults = {
  stretches: 12,
  level: 0.95,
  /** Fewest stretches that agree with themselves. */
  fewest: 4,
  /** Least correlation of a stretch. */
  correlation: 0.5,
} as const;

/** Stamps of the clock = true time + offset + drift · (true time − at). */
export interface ClockFit {
  readonly kind: "fitted";
  /** Middle of the record [s]; there offset and drift are independent. */
  readonly at: number;
  /** How much the clock is ahead at that time [s]. */
  readonly offset: number;
  readonly offsetError: number;
  readonly offsetInterval: readonly [number, number];
  /** Seconds per second; 1e-6 is one part per million. */
  readonly drift: number;
  readonly driftError: number;
  readonly driftInterval: readonly [number, number];
  /** What single stretches of the record say. */
  readonly stretches: readonly {
    readonly at: number;
    readonly offset: number;
    readonly standardError: number;
    readonly correlation: number;
  }[];
}

export interface ClockRefused {
  readonly kind: "refused";
  readonly why: "no-excitation" | "no-relation" | "at-limit";
  readonly message: string;
}

/**
 * Offset and drift of the clock behind one tag against the clock behind another that shows the same quantity, or one that moves with it at
 * once.
 *
 * In each stretch of the record the shift of best agreement is found (correlation on a grid of trial shifts, then Gauss–Newton on shift,
 * gain and level); a line through the shifts, weighted by their errors, gives offset and drift. A delay of the process between the two places
 * cannot be told from an offset: choose tags without one.
 *
 * @throws GreyboxError `historian/align` when the tags do not overlap, `historian/option`
 *
 * @example
 * const time = Array.from({ length: 2000 }, (_, i) => 10 * i);
 * const value = time.map((t) => Math.sin(t / 300) + Math.sin(t / 130));
 * const reference = seriesOf("TI1", { time, value }, { stepped: false });
 * const suspect = seriesOf("TI2", { time: time.map((t) => t + 42), value }, { stepped: false });
 * const fit = fitClock(reference, suspect, { largest: "3 min" });
 * Math.round(fit.offset); // => 42
 * withLayer(bareView(suspect), clockLayer(suspect, fit)).layers.length; // => 1
 */
export function fitClock(reference: Series, suspect: Series, options: ClockOptions): ClockFit | ClockRefused {
  const largest = secondsOf(options.largest, "largest");
  const count = options.stretches ?? clockDefaults.stretches;
  const level = options.level ?? clockDefaults.level;
  if (!(count >= clockDefaults.fewest && Number.isInteger(count)))
    throw new GreyboxError("historian/option", {
      option: "stretches",
      value: String(count),
      expected: `a whole number of at least ${clockDefaults.fewest}`,
    });
  const [x, y] = [goodCurve(reference), goodCurve(suspect)];
  const from = Math.max(x.x[0] ?? Infinity, y.x[0] ?? Infinity) + largest;
  const to = Math.min(x.x.at(-1) ?? -Infinity, y.x.at(-1) ?? -Infinity) - largest;
  if (!(to > from))
    throw new GreyboxError("historian/align", {
      argument: "suspect",
      tag: suspect.tag,
      why: `it does not overlap with "${reference.tag}" by more than the largest offset on each side`,
    });
  const step = Math.max(medianStep(x), medianStep(y), largest / 2000);
  const [smoothX, smoothY] = [smoothed(x, step, reference.info.stepped === true), smoothed(y, step, suspect.info.stepped === true)];
  const found = Array.from({ length: count }, (_, i) => {
    const part: [number, number] = [from + (i * (to - from)) / count, from + ((i + 1) * (to - from)) / count];
    return shiftOf(smoothX, smoothY, part, largest, step);
  });
  const moving = found.filter((one) => one !== undefined);
  if (moving.length < clockDefaults.fewest) {
    return {
      kind: "refused",
      why: "no-excitation",
      message: `The tags move in ${moving.length} of ${count} stretches only; ${clockDefaults.fewest} are needed.`,
    };
  }
  const agreeing = moving.filter(({ correlation }) => correlation >= clockDefaults.correlation);
  if (agreeing.length < clockDefaults.fewest) {
    return { kind: "refused", why: "no-relation", message: `The tags follow each other in ${agreeing.length} of ${count} stretches only.` };
  }
  if (agreeing.filter(({ offset }) => Math.abs(offset) > 0.98 * largest).length > agreeing.length / 2) {
    return { kind: "refused", why: "at-limit", message: "The best offset is the largest that was tried." };
  }
  return lineThrough(agreeing, (from + to) / 2, level);
}

/**
 * Weighted line through the shifts. Where they scatter more than their errors say, the errors grow accordingly; a shift further than five
 * robust deviations from the others is left out.
 */
function lineThrough(all: readonly Shift[], at: number, level: number): ClockFit | ClockRefused {
  const offsets = Float64Array.from(all, ({ offset }) => offset);
  const middle = medianOf(offsets.slice());
  const spread = 1.4826 * medianOf(offsets.map((o) => Math.abs(o - middle))) + 1e-12;
  const span = Math.max(...all.map((one) => one.at)) - Math.min(...all.map((one) => one.at));
  const stretches = all.filter(({ offset }) => Math.abs(offset - middle) <= 5 * spread + 1e-3 * span);
  if (stretches.length < clockDefaults.fewest) {
    return { kind: "refused", why: "no-relation", message: "The stretches of the record disagree about the offset." };
  }
  let [w, wt, wtt, wo, wto] = [0, 0, 0, 0, 0];
  for (const one of stretches) {
    const weight = 1 / one.standardError ** 2;
    const t = one.at - at;
    w += weight;
    wt += weight * t;
    wtt += weight * t * t;
    wo += weight * one.offset;
    wto += weight * t * one.offset;
  }
  const determinant = w * wtt - wt * wt;
  const drift = (w * wto - wt * wo) / determinant;
  const offset = (wtt * wo - wt * wto) / determinant;
  const freedom = stretches.length - 2;
  const scatter =
    stretches.reduce((sum, one) => sum + ((one.offset - offset - drift * (one.at - at)) / one.standardError) ** 2, 0) / freedom;
  const growth = Math.sqrt(Math.max(1, scatter));
  const [offsetError, driftError] = [growth * Math.sqrt(wtt / determinant), growth * Math.sqrt(w / determinant)];
  const t = studentQuantile((1 + level) / 2, freedom);
  const around = (value: number, error: number): [number, number] => [value - t * error, value + t * error];
  return {
    kind: "fitted",
    at,
    offset,
    offsetError,
    offsetInterval: around(offset, offsetError),
    drift,
    driftError,
    driftInterval: around(drift, driftError),
    stretches,
  };
}

/** The times that a clock of that offset and drift stamped, set right. */
export function trueTimes(times: Float64Array, { at, offset, drift }: Pick<ClockFit, "at" | "offset" | "drift">): Float64Array {
  return times.map((stamp) => at + (stamp - at - offset) / (1 + drift));
}

/** The correction as a cleaning layer: every point keeps its value and gets its true time; the raw series stays. */
export function clockLayer(series: Series, fit: Pick<ClockFit, "at" | "offset" | "drift">): Layer {
  return {
    method: "clock-fit",
    reason: "timeCoarse",
    places: Int32Array.from(series.time.keys()),
    status: 0,
    omit: false,
    times: trueTimes(series.time, fit),
  };
}
