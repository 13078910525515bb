/**
 * The clock of one record against that of another, which is believed: zones that were never declared or changed on the way, offsets and slow
 * drift.
 */

import { medianOf } from "../cleaning/noise.ts";
import type { Rules } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";
import type { Suspicion } from "../suspicion/suspicion.ts";
import { trendOf } from "../suspicion/trend.ts";
import { zoneOf } from "../zone.ts";
import { type Lag, lagBetween, type Trace } from "./lag.ts";

export interface ClockCheckOptions {
  readonly rules?: Partial<Rules> | undefined;
  /** Length of the pieces whose lag is estimated [s]. Default: a sixteenth of the record, at least 200 steps. */
  readonly piece?: number | undefined;
  /** Largest lag that is tried [s]. */
  readonly maxLag?: number | undefined;
  /** Distance of the grid on which both are read [s]. Default: the longer of their median steps. */
  readonly step?: number | undefined;
}

export const clockCheckDefaults = { maxLag: 15 * 3600, pieces: 16, leastSteps: 200 } as const;

/** lag(t) = offset + drift · (t − at), with standard deviations. */
export interface LagLine {
  readonly at: number;
  /** [s] */
  readonly offset: number;
  readonly offsetSigma: number;
  /** Seconds in a second; 1e-6 is 1 ppm. */
  readonly drift: number;
  readonly driftSigma: number;
}

export interface ClockComparison {
  /** Lag of each piece in which something happened. */
  readonly pieces: readonly (Lag & { readonly from: number; readonly to: number })[];
  /** One line through the lags; undefined where the lag steps, or nothing happened. */
  readonly fit: LagLine | undefined;
  readonly suspicions: readonly Suspicion[];
}

/** Zones differ by multiples of this [s]. */
const quarter = 900;
/** Zones whose clocks change on different days; one of each kind is tried. */
const zonesTried = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Santiago", "Pacific/Auckland", "Asia/Jerusalem"];

/**
 * Lags of a record behind a reference, piece by piece, and what they mean. A process that itself lags adds to the offset: only steps of whole
 * quarters of an hour, and drift, betray the clock.
 *
 * @example
 * const time = Array.from({ length: 4000 }, (_, i) => 60 * i);
 * const value = time.map((t) => Math.sin(t / 700) + Math.sin(t / 1900) + Math.sin(t / 313));
 * const utc = seriesOf("TI1", { time, value });
 * const moved = seriesOf("TI2", { time: time.map((t) => (t < 120_000 ? t : t + 3600)), value });
 * compareClocks(moved, utc).suspicions.map((one) => one.kind); // => ["clock-step"]
 */
export function compareClocks(series: Series, reference: Series, options: ClockCheckOptions = {}): ClockComparison {
  const { maxLag = clockCheckDefaults.maxLag, rules } = options;
  // Points in doubt for their time alone are what is looked for; here they would only be missing.
  const [a, b] = [trendOf(series, rules), trendOf(reference, rules)];
  if (a.time.length < 2 || b.time.length < 2) return { pieces: [], fit: undefined, suspicions: [] };
  const step = options.step ?? Math.max(a.grain.step, b.grain.step);
  const [start, end] = [Math.max(a.time[0]!, b.time[0]!), Math.min(a.time.at(-1)!, b.time.at(-1)!)];
  const length = options.piece ?? Math.max((end - start) / clockCheckDefaults.pieces, clockCheckDefaults.leastSteps * step);
  const pieces: (Lag & { from: number; to: number })[] = [];
  for (let from = start; from + length <= end + 1e-6 * length; from += length) {
    const lag = lagBetween(a, b, from, from + length, { maxLag, step });
    if (lag) pieces.push({ ...lag, from, to: from + length });
  }
  const settled = withoutStrays(pieces);
  const steps = stepsOf(settled);
  const names = [series.tag, reference.tag];
  if (steps.length > 0) {
    const suspicions = steps.map(({ before, after, size }, i): Suspicion => {
      const at = placed(a, b, before, after);
      const change = zonesTried.find((name) => changesAt(name, at, Math.max(after.to - before.from, 86_400), size));
      const until = steps[i + 1]?.before.to ?? Infinity;
      return {
        kind: change === undefined ? "clock-step" : "local-time",
        tags: names,
        from: at,
        to: until,
        reason: "timeSuspect",
        evidence: `${names[0]} beside ${names[1]}: its clock steps by ${size} s at ${isoMinute(at)}${change === undefined ? "" : `, when clocks change in zones like ${change}`}`,
        proposal:
          change === undefined
            ? "Close the validity period there, and declare zone or offset of each part."
            : `It seems to be in local time: read it again with its zone declared, such as \`zone: "${change}"\`.`,
        figures: { at, size, before: before.lag, after: after.lag },
      };
    });
    return { pieces: settled, fit: undefined, suspicions };
  }
  const fit = settled.length >= 3 ? lineThrough(settled) : undefined;
  return { pieces: settled, fit, suspicions: fit ? driftOf(names, fit, end - start) : [] };
}

/** Pieces in which the clock stepped or hardly anything happened, and those whose lag agrees with neither neighbour: chance peaks. */
function withoutStrays(pieces: readonly Piece[]): readonly Piece[] {
  const usual = medianOf(Float64Array.from(pieces, ({ sigma }) => sigma));
  const sure = pieces.filter(({ sigma }) => sigma <= 4 * usual);
  return sure.filter((piece, i) => {
    const near = [sure[i - 1], sure[i + 1]].filter((one) => one !== undefined);
    return near.length === 0 || near.some((one) => Math.abs(one.lag - piece.lag) < quarter / 3);
  });
}

type Piece = Lag & { readonly from: number; readonly to: number };

function stepsOf(pieces: readonly Piece[]): { before: Piece; after: Piece; size: number }[] {
  const steps: { before: Piece; after: Piece; size: number }[] = [];
  for (let i = 1; i < pieces.length; i++) {
    const [before, after] = [pieces[i - 1]!, pieces[i]!];
    const size = quarter * Math.round((after.lag - before.lag) / quarter);
    if (size !== 0 && Math.abs(after.lag - before.lag - size) < quarter / 3) steps.push({ before, after, size });
  }
  return steps;
}

/** Where in the two pieces the clock stepped: the point from which on the second lag explains the values better than the first. */
function placed(a: Trace, b: Trace, before: Piece, after: Piece): number {
  const [from, to] = [before.from, after.to];
  const line = lineOf(a, b, before);
  const misfit = (lag: number, i: number): number => {
    const other = valueAt(b, a.time[i]! - lag);
    return other === undefined ? 0 : (a.value[i]! - line.offset - line.slope * other) ** 2;
  };
  let [sum, best, at] = [0, 0, (before.to + after.from) / 2];
  for (let i = 0; i < a.time.length; i++) {
    const t = a.time[i]!;
    if (t < from || t >= to) continue;
    // What is gained by taking the second lag from here on is what was lost by the first up to here.
    if (sum < best) [best, at] = [sum, t];
    sum += misfit(before.lag, i) - misfit(after.lag, i);
  }
  return at;
}

/** Least squares of the first record on the second within a piece, at its lag. */
function lineOf(a: Trace, b: Trace, { from, to, lag }: Piece): { readonly slope: number; readonly offset: number } {
  let [n, mx, my, sxx, sxy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < a.time.length; i++) {
    if (a.time[i]! < from || a.time[i]! >= to) continue;
    const x = valueAt(b, a.time[i]! - lag);
    if (x === undefined) continue;
    n++;
    const [dx, dy] = [x - mx, a.value[i]! - my];
    mx += dx / n;
    my += dy / n;
    sxx += dx * (x - mx);
    sxy += dx * (a.value[i]! - my);
  }
  const slope = sxx > 0 ? sxy / sxx : 1;
  return { slope, offset: my - slope * mx };
}

function valueAt({ time, value }: Trace, t: number): number | undefined {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  if (low === 0 || low === time.length) return undefined;
  return value[low - 1]! + ((t - time[low - 1]!) / (time[low]! - time[low - 1]!)) * (value[low]! - value[low - 1]!);
}

/** True when the clocks of a zone change by that much within some time of an instant. */
function changesAt(name: string, at: number, within: number, size: number): boolean {
  const zone = zoneOf(name);
  return zone.offsetAt(at + within) - zone.offsetAt(at - within) === size;
}

/** Least squares of the lags over time, weighted by their uncertainty, which is enlarged where they scatter more than it says. */
function lineThrough(pieces: readonly Piece[]): LagLine {
  const weights = pieces.map(({ sigma }) => 1 / sigma ** 2);
  const all = weights.reduce((sum, w) => sum + w, 0);
  const mean = (of: (piece: Piece) => number): number => pieces.reduce((sum, piece, i) => sum + weights[i]! * of(piece), 0) / all;
  const middle = (piece: Piece): number => (piece.from + piece.to) / 2;
  const [at, offset] = [mean(middle), mean(({ lag }) => lag)];
  const spread = pieces.reduce((sum, piece, i) => sum + weights[i]! * (middle(piece) - at) ** 2, 0);
  const drift = pieces.reduce((sum, piece, i) => sum + weights[i]! * (middle(piece) - at) * (piece.lag - offset), 0) / spread;
  const misfit = pieces.reduce((sum, piece, i) => sum + weights[i]! * (piece.lag - offset - drift * (middle(piece) - at)) ** 2, 0);
  const scatter = Math.max(misfit / Math.max(pieces.length - 2, 1), 1);
  return { at, offset, offsetSigma: Math.sqrt(scatter / all), drift, driftSigma: Math.sqrt(scatter / spread) };
}

function driftOf(tags: readonly string[], fit: LagLine, span: number): Suspicion[] {
  if (Math.abs(fit.drift) < 4 * fit.driftSigma || Math.abs(fit.drift) * span < 1) return [];
  const ppm = fit.drift * 1e6;
  return [
    {
      kind: "clock-drift",
      tags,
      from: -Infinity,
      to: Infinity,
      reason: "timeCoarse",
      evidence: `${tags[0]} beside ${tags[1]}: its clock runs by ${ppm.toPrecision(3)} ± ${(fit.driftSigma * 1e6).toPrecision(2)} ppm ${fit.drift > 0 ? "fast" : "slow"}, ${(fit.drift * span).toPrecision(3)} s over the record`,
      proposal: "Correct its times by `fitClock` and `clockLayer`, and have the clock synchronised.",
      figures: { ppm, ppmSigma: fit.driftSigma * 1e6, offset: fit.offset, offsetSigma: fit.offsetSigma, at: fit.at },
    },
  ];
}

function isoMinute(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16)}Z`;
}
