/** Clocks of sources that disagree: offset and drift from two tags that show the same thing, and the correction as a layer. */
import { GreyboxError, studentQuantile } from "../../core/index.ts";
import type { Layer } from "../cleaning/layers.ts";
import { medianOf } from "../cleaning/noise.ts";
import { type Duration, secondsOf } from "../duration.ts";
import type { Series } from "../series.ts";
import { type Curve, goodCurve, medianStep, onGrid } from "./grid.ts";

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
  /** What single stretches say: middle [s], offset [s], standard error [s], correlation. */
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
 * const fit = fitClock(reference, suspect, { largest: "10 min" });
 * const view = fit.kind === "fitted" ? withLayer(bareView(suspect), clockLayer(suspect, fit)) : bareView(suspect);
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

type Shift = ClockFit["stretches"][number];

/** The shift of y behind x in one stretch; undefined where one of them is still. */
function shiftOf(x: Curve, y: Curve, [from, to]: readonly [number, number], largest: number, step: number): Shift | undefined {
  const places: number[] = [];
  for (let k = 0; k < y.x.length; k++) if (y.x[k]! >= from && y.x[k]! < to) places.push(k);
  if (places.length < 20) return undefined;
  let [best, offset] = [-Infinity, 0];
  const values = Float64Array.from(places, (k) => y.y[k]!);
  const trial = new Float64Array(places.length);
  for (let shift = -largest; shift <= largest; shift += step) {
    readAt(x, places, y.x, shift, trial);
    const r = correlationOf(trial, values);
    if (r > best) [best, offset] = [r, shift];
  }
  if (!Number.isFinite(best)) return undefined;
  return improved(x, y, places, values, { offset, correlation: best }, step, largest, (from + to) / 2);
}

/** Gauss–Newton on shift, gain and level, with the slope of x taken over one grid step to either side. */
function improved(
  x: Curve,
  y: Curve,
  places: readonly number[],
  values: Float64Array,
  start: { readonly offset: number; readonly correlation: number },
  step: number,
  largest: number,

  at: number,
): Shift {
  const n = places.length;
  const [now, later, sooner] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let { offset } = start;
  let standardError = step;
  for (let turn = 0; turn < 8; turn++) {
    readAt(x, places, y.x, offset, now);
    readAt(x, places, y.x, offset - step / 2, later);
    readAt(x, places, y.x, offset + step / 2, sooner);
    const fit = slopeFit(now, (i) => (later[i]! - sooner[i]!) / step, values);
    if (fit === undefined) break;
    standardError = fit.standardError;
    const change = Math.max(-2 * step, Math.min(2 * step, fit.shift));
    offset = Math.max(-largest, Math.min(largest, offset + change));
    if (Math.abs(change) < 1e-4 * step) break;
  }
  return { at, offset, standardError: Math.max(standardError, 1e-6 * step), correlation: start.correlation };
}

/** Least squares of y ≈ level + gain·x − gain·shift·x'; the error of the shift allows for residuals that follow each other. */
function slopeFit(x: Float64Array, slopeAt: (i: number) => number, y: Float64Array): { shift: number; standardError: number } | undefined {
  const n = x.length;
  let [mx, ms, my] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    mx += x[i]! / n;
    ms += slopeAt(i) / n;
    my += y[i]! / n;
  }
  let [xx, xs, ss, xy, sy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [u, s, v] = [x[i]! - mx, slopeAt(i) - ms, y[i]! - my];
    xx += u * u;
    xs += u * s;
    ss += s * s;
    xy += u * v;
    sy += s * v;
  }
  const determinant = xx * ss - xs * xs;
  if (!(determinant > 1e-12 * xx * ss)) return undefined;
  const gain = (ss * xy - xs * sy) / determinant;
  const c = (xx * sy - xs * xy) / determinant;
  if (!(Math.abs(gain) > 0)) return undefined;
  let [rr, r1, previous] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const rest = y[i]! - my - gain * (x[i]! - mx) - c * (slopeAt(i) - ms);
    rr += rest * rest;
    r1 += rest * previous;
    previous = rest;
  }
  const rho = rr > 0 ? Math.max(0, Math.min(0.99, r1 / rr)) : 0;
  const variance = ((rr / Math.max(1, n - 3)) * (xx / determinant) * ((1 + rho) / (1 - rho))) / (gain * gain);
  return { shift: -c / gain, standardError: Math.sqrt(variance) };
}

/**
 * A curve on an even grid, averaged over five of its places with weights 1 2 3 2 1. Both tags are treated alike, so that no shift comes of it;
 * without it the noise of a tag, which is less between two points than at one, would draw the shift to halves of a step. Stretches without
 * points for ten steps are left out.
 */
function smoothed(curve: Curve, step: number, held: boolean): Curve {
  const from = curve.x[0]!;
  const count = Math.floor((curve.x.at(-1)! - from) / step) + 1;
  const { value, valid } = onGrid(curve, from, step, count, held, 10 * step);
  const [x, y]: [number[], number[]] = [[], []];
  const weights = [1, 2, 3, 2, 1];
  for (let i = 2; i < count - 2; i++) {
    let sum = 0;
    let whole = true;
    for (let j = 0; j < 5; j++) {
      sum += (weights[j]! / 9) * value[i + j - 2]!;
      whole &&= valid[i + j - 2] === 1;
    }
    if (!whole) continue;
    x.push(from + i * step);
    y.push(sum);
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** x at the times of some points of y, less a shift. */
function readAt({ x, y }: Curve, places: readonly number[], times: Float64Array, shift: number, out: Float64Array): void {
  let k = 0;
  for (let i = 0; i < places.length; i++) {
    const at = times[places[i]!]! - shift;
    while (k + 2 < x.length && x[k + 1]! <= at) k++;
    const share = Math.max(0, Math.min(1, (at - x[k]!) / (x[k + 1]! - x[k]!)));
    out[i] = y[k]! + share * (y[k + 1]! - y[k]!);
  }
}

function correlationOf(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let [ma, mb] = [0, 0];
  for (let i = 0; i < n; i++) {
    ma += a[i]! / n;
    mb += b[i]! / n;
  }
  let [aa, ab, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    aa += (a[i]! - ma) ** 2;
    ab += (a[i]! - ma) * (b[i]! - mb);
    bb += (b[i]! - mb) ** 2;
  }
  const still = 1e-20 * n;
  return aa > still * ma * ma && bb > still * mb * mb ? ab / Math.sqrt(aa * bb) : -Infinity;
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
