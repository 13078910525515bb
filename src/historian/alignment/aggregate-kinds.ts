/** The aggregates of OPC UA Part 13 by name, and what each of them is made from. */

/** How the value of an aggregate comes about, and with it how its status does. */
export type AggregateFamily = "bound" | "values" | "mean" | "extreme" | "edge" | "duration" | "quality";

/**
 * `bounds`: what is taken at the ends of an interval: nothing, `simple` (from the nearest points, whatever they are) or `interpolated`
 * (from the nearest usable points). `signed`: a result that changes its sign when intervals run backwards.
 */
export interface AggregateFacts {
  readonly family: AggregateFamily;
  readonly bounds: "none" | "simple" | "interpolated";
}

/**
 * Facts by name.
 *
 * @see OPC 10000-13 (IEC 62541-13), release 1.05, §5.4.3.4 to §5.4.3.40. AnnotationCount is not among them: points carry no annotations here.
 */
export const aggregateKinds = {
  Interpolative: { family: "bound", bounds: "interpolated" },
  Average: { family: "values", bounds: "none" },
  TimeAverage: { family: "mean", bounds: "interpolated" },
  TimeAverage2: { family: "mean", bounds: "simple" },
  Total: { family: "mean", bounds: "interpolated" },
  Total2: { family: "mean", bounds: "simple" },
  Minimum: { family: "extreme", bounds: "none" },
  Maximum: { family: "extreme", bounds: "none" },
  MinimumActualTime: { family: "extreme", bounds: "none" },
  MaximumActualTime: { family: "extreme", bounds: "none" },
  Range: { family: "extreme", bounds: "none" },
  Minimum2: { family: "extreme", bounds: "simple" },
  Maximum2: { family: "extreme", bounds: "simple" },
  MinimumActualTime2: { family: "extreme", bounds: "simple" },
  MaximumActualTime2: { family: "extreme", bounds: "simple" },
  Range2: { family: "extreme", bounds: "simple" },
  Count: { family: "values", bounds: "none" },
  NumberOfTransitions: { family: "values", bounds: "none" },
  DurationInStateZero: { family: "duration", bounds: "simple" },
  DurationInStateNonZero: { family: "duration", bounds: "simple" },
  Start: { family: "edge", bounds: "none" },
  End: { family: "edge", bounds: "none" },
  Delta: { family: "edge", bounds: "none" },
  StartBound: { family: "bound", bounds: "simple" },
  EndBound: { family: "bound", bounds: "simple" },
  DeltaBounds: { family: "bound", bounds: "simple" },
  DurationGood: { family: "duration", bounds: "simple" },
  DurationBad: { family: "duration", bounds: "simple" },
  PercentGood: { family: "duration", bounds: "simple" },
  PercentBad: { family: "duration", bounds: "simple" },
  WorstQuality: { family: "quality", bounds: "none" },
  WorstQuality2: { family: "quality", bounds: "simple" },
  StandardDeviationSample: { family: "values", bounds: "none" },
  StandardDeviationPopulation: { family: "values", bounds: "none" },
  VarianceSample: { family: "values", bounds: "none" },
  VariancePopulation: { family: "values", bounds: "none" },
} as const satisfies Record<string, AggregateFacts>;

export type AggregateName = keyof typeof aggregateKinds;

/** Information bits of a StatusCode that an aggregate sets. @see OPC 10000-4 §7.39, OPC 10000-11 §6.3.2 */
export const aggregateBits = {
  raw: 0,
  calculated: 0x01,
  interpolated: 0x02,
  partial: 0x04,
  extraData: 0x08,
  multipleValues: 0x10,
} as const;

/** Says that the low bits of a StatusCode are about a value. */
const dataValueInfo = 0x0400;

/** A StatusCode with aggregate bits in place of those it had; untouched for `raw`. */
export function withBits(code: number, bits: number): number {
  return bits === 0 ? code >>> 0 : ((code & 0xffff0000) | dataValueInfo | bits) >>> 0;
}
