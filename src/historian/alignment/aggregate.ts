/**
 * Aggregates of OPC UA Part 13: one value for each interval, with a status that says how good its points were.
 *
 * The archived points stay as they are; an aggregate is a series of its own beside them.
 */
import { GreyboxError, nearestNames, reason, status } from "../../core/index.ts";
import type { Series } from "../series.ts";
import { countedOf, worstOf } from "./aggregate-counts.ts";
import { durationOf, meanOf } from "./aggregate-durations.ts";
import { edgeOf } from "./aggregate-edges.ts";
import { extremeOf } from "./aggregate-extremes.ts";
import { type AggregateName, aggregateKinds, aggregateBits as bits, withBits } from "./aggregate-kinds.ts";
import { interpolatedBound, isBad, noBound, simpleBound } from "./bounds.ts";
import { type IntervalOptions, intervalsOf, pointsWithin } from "./intervals.ts";
import { lengthsOf, regionsOf, type Shares } from "./regions.ts";
import type { Slice, SliceResult } from "./slice.ts";
import { good, timelineOf } from "./timeline.ts";

export interface AggregateOptions extends IntervalOptions, Partial<Shares> {
  /** A value lasts until the next one. Default: what the source says of the tag, else true. */
  readonly stepped?: boolean | undefined;
  /** After the last point go on along the line through the last two; else flat. Only for bounds across points (`interpolated`). */
  readonly slopedExtrapolation?: boolean | undefined;
}

/** As the specification and most servers have them. */
export const aggregateDefaults = {
  treatUncertainAsBad: true,
  percentDataBad: 100,
  percentDataGood: 100,
  slopedExtrapolation: false,
} as const;

/** One point an interval. Times are decreasing where the intervals run backwards. */
export interface Aggregated extends Series {
  /** Share of each interval in which the last point known was Good, in percent. */
  readonly percentGood: Float64Array;
}

/**
 * One aggregate of one tag over even intervals.
 *
 * Each interval includes its start and excludes its end. Averages by count go by points, all others by time, and so do their statuses. Where
 * the record begins or ends inside an interval, or the interval is the shorter rest, the Partial bit is set. Intervals without data are
 * Bad_NoData. Durations are in milliseconds, totals in the unit of the tag times seconds, as the specification has it; `WorstQuality` is a
 * StatusCode.
 *
 * @throws GreyboxError `historian/aggregate` for a name that is not an aggregate, `historian/option`
 *
 * @see OPC 10000-13 (IEC 62541-13), release 1.05
 *
 * @example
 * const hourly = aggregate(series, "TimeAverage2", { from: epoch, to: epoch + 7200, every: "1 h" });
 * hourly.value.length; // => 2
 */
export function aggregate(series: Series, name: AggregateName, options: AggregateOptions): Aggregated {
  if (!Object.hasOwn(aggregateKinds, name)) {
    throw new GreyboxError("historian/aggregate", { name, nearest: nearestNames(name, Object.keys(aggregateKinds)) });
  }
  const shares: Shares = {
    treatUncertainAsBad: options.treatUncertainAsBad ?? aggregateDefaults.treatUncertainAsBad,
    percentDataBad: percent("percentDataBad", options.percentDataBad ?? aggregateDefaults.percentDataBad),
    percentDataGood: percent("percentDataGood", options.percentDataGood ?? aggregateDefaults.percentDataGood),
  };
  const line = timelineOf(series, shares.treatUncertainAsBad);
  const stepped = options.stepped ?? series.info.stepped !== false;
  const slopedExtrapolation = options.slopedExtrapolation ?? aggregateDefaults.slopedExtrapolation;
  const intervals = intervalsOf(options);
  const count = intervals.length;
  const result = {
    tag: series.tag,
    info: unitless.has(name) ? { tag: series.tag, stepped: series.info.stepped } : series.info,
    time: new Float64Array(count),
    value: new Float64Array(count),
    status: new Uint32Array(count),
    reasons: new Uint32Array(count),
    percentGood: new Float64Array(count),
  };
  intervals.forEach((interval, i) => {
    const [first, stop] = pointsWithin(line, interval);
    const slice: Slice = { line, interval, first, stop, stepped, slopedExtrapolation, shares };
    const outcome = outcomeOf(name, slice);
    const found = !isBad(outcome.status) || isEdge(name);
    result.time[i] = outcome.time ?? interval.stamp;
    result.value[i] = found ? outcome.value : 0;
    result.status[i] = isBad(outcome.status) ? outcome.status : withBits(outcome.status, outcome.bits | partialBit(name, slice));
    let mask = found ? 0 : reason.notANumber;
    for (let k = first; k < stop; k++) mask |= line.reasons[k]! & ~reason.notANumber;
    if ((outcome.bits & bits.interpolated) !== 0 && found) mask |= reason.interpolated;
    result.reasons[i] = mask;
    result.percentGood[i] = (100 * lengthsOf(regionsOf(line, interval, stepped, true))[good]) / (interval.high - interval.low);
  });
  return result;
}

/** Results that are not in the unit of the tag. */
const unitless = new Set<AggregateName>([
  "Total",
  "Total2",
  "Count",
  "NumberOfTransitions",
  "DurationGood",
  "DurationBad",
  "DurationInStateZero",
  "DurationInStateNonZero",
  "PercentGood",
  "PercentBad",
  "WorstQuality",
  "WorstQuality2",
  "VarianceSample",
  "VariancePopulation",
]);

const isEdge = (name: AggregateName): boolean => name === "Start" || name === "End";

function outcomeOf(name: AggregateName, slice: Slice): SliceResult {
  const { line, interval, stepped, slopedExtrapolation } = slice;
  if (name === "Interpolative") {
    const bound = interpolatedBound(line, interval.stamp, stepped, slopedExtrapolation);
    return { ...bound, bits: bound.interpolated ? bits.interpolated : bits.raw };
  }
  const extended = name === "TimeAverage" || name === "Total";
  const begun = interval.reversed ? line.first <= interval.high : line.first < interval.high;
  const over = interval.reversed ? line.last <= interval.low : line.last < interval.low;
  if (!begun || (over && !extended)) return { ...noBound, bits: 0 };
  switch (aggregateKinds[name].family) {
    case "bound":
      return boundOf(name, slice);
    case "values":
      return countedOf(name, slice);
    case "mean":
      return meanOf(name, slice);
    case "extreme":
      return extremeOf(name, slice);
    case "edge":
      return edgeOf(name, slice);
    case "duration":
      return durationOf(name, slice);
    case "quality":
      return worstOf(name, slice);
  }
}

/** StartBound, EndBound and DeltaBounds. */
function boundOf(name: AggregateName, { line, interval, stepped }: Slice): SliceResult {
  const [startAt, endAt] = interval.reversed ? [interval.high, interval.low] : [interval.low, interval.high];
  const start = simpleBound(line, startAt, stepped);
  if (name === "StartBound") return { ...start, bits: start.interpolated ? bits.interpolated : bits.raw };
  const end = simpleBound(line, endAt, stepped);
  if (name === "EndBound") return { ...end, bits: bits.calculated };
  if (isBad(start.status) || isBad(end.status)) return { ...noBound, bits: 0 };
  const clean = start.status >>> 30 === 0 && end.status >>> 30 === 0;
  return { value: end.value - start.value, status: clean ? status.good : status.uncertainDataSubNormal, bits: bits.calculated };
}

/** Set where the record begins or ends inside the interval, and for the shorter rest. */
function partialBit(name: AggregateName, { line, interval }: Slice): number {
  if (name === "Interpolative") return 0;
  const { low, high, cut } = interval;
  return cut || (line.first > low && line.first < high) || (line.last >= low && line.last < high) ? bits.partial : 0;
}

function percent(option: string, value: number): number {
  if (!(value >= 0 && value <= 100))
    throw new GreyboxError("historian/option", { option, value: String(value), expected: "between 0 and 100" });
  return value;
}
