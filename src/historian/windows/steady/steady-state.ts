/**
 * When a tag was at rest: stretches in which nothing but noise moved.
 *
 * The statistics ask for samples that do not depend on each other; a record whose noise has a memory is thinned out first, or it would be
 * called transient far too often.
 */
import { GreyboxError } from "../../../core/index.ts";
import { type Curve, goodCurve, medianStep } from "../../alignment/grid.ts";
import { medianOf } from "../../cleaning/noise.ts";
import { type Duration, secondsOf } from "../../duration.ts";
import type { Series } from "../../series.ts";
import { intersection, type Span } from "../spans.ts";
import { judged, limitsOf, verdict } from "./critical.ts";
import { meansMethod, ratioMethod, type SteadyMethod, slopeMethod } from "./statistics.ts";

export interface SteadyOptions {
  /** `ratio`: Cao and Rhinehart; `means`: two neighbouring windows; `slope`: a line through a window. */
  readonly method?: SteadyMethod["name"] | undefined;
  /** Share of the samples of a steady record that are called transient. */
  readonly significance?: number | undefined;
  /** Samples of a window, after thinning. */
  readonly window?: number | undefined;
  /** `past`: judged by what came before, as it would be live; `both`: also backwards, so that a transient is seen from its beginning. */
  readonly sides?: "past" | "both" | undefined;
  /** Time between samples. Default: as far apart as the memory of the noise asks for. */
  readonly spacing?: Duration | undefined;
  /** Shorter steady stretches are left out. Default: none. */
  readonly minimum?: Duration | undefined;
}

export const steadyDefaults = { method: "ratio", significance: 0.05, window: 20, sides: "both" } as const;

export interface SteadyState {
  readonly tag: string;
  readonly method: SteadyMethod["name"];
  /** Time between samples [s]. */
  readonly spacing: number;
  /** The statistic above which a record is taken to move. */
  readonly critical: number;
  /** The samples that were judged [s]. */
  readonly time: Float64Array;
  readonly statistic: Float64Array;
  /** 1 where it was steady. Samples before there were enough to judge by are not. */
  readonly steady: Uint8Array;
  readonly spans: readonly Span[];
}

/** Samples further apart than this many spacings belong to different stretches. */
const gap = 10;

/**
 * Finds the steady stretches of one tag.
 *
 * Once transient, a tag counts as steady again only when the statistic is back to what it is in half of a steady record.
 *
 * @throws GreyboxError `historian/option`
 *
 * @example
 * steadyState(series, { method: "ratio" }).method; // => "ratio"
 */
export function steadyState(series: Series, options: SteadyOptions = {}): SteadyState {
  const method = methodOf(options);
  const significance = options.significance ?? steadyDefaults.significance;
  if (!(significance > 0 && significance < 0.5))
    throw new GreyboxError("historian/option", { option: "significance", value: String(significance), expected: "between 0 and 0.5" });
  const curve = goodCurve(series);
  const spacing = options.spacing === undefined ? memoryOf(curve) * medianStep(curve) : secondsOf(options.spacing, "spacing");
  const places = thinned(curve.x, spacing);
  const sides = options.sides ?? steadyDefaults.sides;
  const limits = limitsOf(method, sides === "both" ? significance / 2 : significance);
  const time = Float64Array.from(places, (k) => curve.x[k]!);
  const statistic = new Float64Array(places.length);
  const steady = new Uint8Array(places.length);
  const spans: Span[] = [];
  for (const [first, stop] of stretchesOf(time, gap * spacing)) {
    const x = Float64Array.from({ length: stop - first }, (_, i) => curve.y[places[first + i]!]!);
    const forwards = method.of(x);
    const past = judged(forwards, method.warmup, limits);
    const future = sides === "past" ? past : judged(method.of(x.toReversed()), method.warmup, limits).reverse();
    statistic.set(forwards, first);
    // Where one side has too little to judge by, the other decides.
    for (let i = 0; i < x.length; i++) {
      const votes = [past[i]!, future[i]!].filter((vote) => vote !== verdict.unjudged);
      steady[first + i] = votes.length > 0 && !votes.includes(verdict.moves) ? 1 : 0;
    }
    spans.push(...spansOf(time, steady, first, stop));
  }
  const minimum = options.minimum === undefined ? 0 : secondsOf(options.minimum, "minimum");
  return {
    tag: series.tag,
    method: method.name,
    spacing,
    critical: limits.moves,
    time,
    statistic,
    steady,
    spans: spans.filter(({ from, to }) => to - from >= minimum && to > from),
  };
}

/** Stretches in which several tags were steady at once. */
export function steadyTogether(states: readonly SteadyState[], minimum: Duration = 0): Span[] {
  const least = minimum === 0 ? 0 : secondsOf(minimum, "minimum");
  const [first, ...others] = states;
  if (first === undefined) return [];
  return others
    .reduce<Span[]>((common, { spans }) => intersection(common, spans), [...first.spans])
    .filter(({ from, to }) => to - from >= least);
}

function methodOf({ method = steadyDefaults.method, window = steadyDefaults.window }: SteadyOptions): SteadyMethod {
  if (!(Number.isInteger(window) && window >= 4))
    throw new GreyboxError("historian/option", { option: "window", value: String(window), expected: "a whole number of at least 4" });
  switch (method) {
    case "ratio":
      return ratioMethod;
    case "means":
      return meansMethod(window);
    case "slope":
      return slopeMethod(window);
    default:
      throw new GreyboxError("historian/option", {
        option: "method",
        value: String(method satisfies never),
        expected: "ratio, means or slope",
      });
  }
}

/**
 * Points after which the noise has forgotten what it was: over twice as many points it changes no more than over as many. For a correlation
 * ρ a step the ratio of the mean squares is 1 + ρʰ. By medians, so that transients in less than half of the record do not count.
 */
export function memoryOf({ y }: Curve): number {
  const change = (lag: number): number =>
    medianOf(Float64Array.from({ length: Math.max(0, y.length - lag) }, (_, i) => Math.abs(y[i + lag]! - y[i]!)));
  for (let lag = 1; lag <= longestMemory && 4 * lag < y.length; lag *= 2) {
    const [once, twice] = [change(lag), change(2 * lag)];
    if (!((twice / once) ** 2 > 1 + forgotten)) return lag;
  }
  return longestMemory;
}

const longestMemory = 64;
/** Correlations up to here are taken for chance. */
const forgotten = 0.1;

/** Places at least the spacing apart. */
function thinned(time: Float64Array, spacing: number): number[] {
  const places: number[] = [];
  let last = -Infinity;
  for (let k = 0; k < time.length; k++) {
    if (time[k]! - last < spacing * (1 - 1e-9)) continue;
    places.push(k);
    last = time[k]!;
  }
  return places;
}

function stretchesOf(time: Float64Array, longest: number): [number, number][] {
  const stretches: [number, number][] = [];
  let first = 0;
  for (let i = 1; i <= time.length; i++) {
    if (i < time.length && time[i]! - time[i - 1]! <= longest) continue;
    stretches.push([first, i]);
    first = i;
  }
  return time.length === 0 ? [] : stretches;
}

function spansOf(time: Float64Array, steady: Uint8Array, first: number, stop: number): Span[] {
  const spans: Span[] = [];
  let from = -1;
  for (let i = first; i <= stop; i++) {
    const on = i < stop && steady[i] === 1;
    if (on && from < 0) from = i;
    if (!on && from >= 0) {
      spans.push({ from: time[from]!, to: time[i - 1]! });
      from = -1;
    }
  }
  return spans;
}
