/** What a binding says of laboratory values: when they were known, how sure the time of the sample is, what the method can tell apart. */
import type { Refuse } from "./bind-periods.ts";
import { type Duration, secondsOf } from "./duration.ts";

/** Numbers are in the unit of the binding. */
export interface LabFields {
  /** Tag that holds, at the time of each sample, when its result was known, in seconds since 1970 UTC. Absent: known at once. */
  readonly reported?: string | undefined;
  /** What the time of a sample is. `scheduled`: when it should have been drawn. Default: `actual`. */
  readonly sampleTime?: SampleTime | undefined;
  /** How far the true time may lie from the one given. Required unless it is `actual`. */
  readonly within?: Duration | undefined;
  /** Limits of detection: a result at or beyond one is a limit, not a value. undefined in a place: no such limit. */
  readonly detection?: readonly [number | null | undefined, (number | null | undefined)?] | undefined;
  /**
   * Repeatability limit r of the method: two results of one sample differ by less, 95 times of 100. Where `sigma` is not given, it is
   * r / 2.77.
   *
   * @see ISO 5725-6:1994, 4.1.4: r = 2.8 standard deviations, from 1.96·√2.
   */
  readonly repeatability?: number | undefined;
}

export type SampleTime = "actual" | "scheduled" | "unknown";

/** The same in model units. Plain data. */
export interface BoundLab {
  readonly sampleTime: SampleTime;
  /** [s]; 0 where the time is exact. */
  readonly within: number;
  /** Values at or beyond are limits; in the unit of the model. */
  readonly detection: { readonly low: number | undefined; readonly high: number | undefined };
}

/** From the repeatability limit to the standard deviation. */
const repeatabilityFactor = 1.96 * Math.SQRT2;

export function boundLab(
  lab: LabFields,
  { name, factor, shift }: { readonly name: string; readonly factor: number; readonly shift: number },
  refuse: Refuse,
): { readonly lab: BoundLab; readonly sigma: number | undefined } {
  const { reported, sampleTime = "actual", within, detection = [], repeatability } = lab;
  if (reported !== undefined && (typeof reported !== "string" || reported === "")) refuse("lab.reported", reported, "the name of a tag");
  if (!["actual", "scheduled", "unknown"].includes(sampleTime)) refuse("lab.sampleTime", sampleTime, '"actual", "scheduled" or "unknown"');
  if (sampleTime !== "actual" && within === undefined)
    refuse("lab.within", within, `given where the sample time is ${sampleTime}, such as "30 min"`);
  const [low, high] = [detection[0] ?? undefined, detection[1] ?? undefined];
  for (const limit of [low, high])
    if (limit !== undefined && !Number.isFinite(limit)) refuse("lab.detection", detection, "[lower, upper], finite numbers or null");
  if (low !== undefined && high !== undefined && !(low < high)) refuse("lab.detection", detection, "[lower, upper] with lower < upper");
  if (repeatability !== undefined && !(repeatability > 0 && Number.isFinite(repeatability)))
    refuse("lab.repeatability", repeatability, "greater than 0");
  const limit = (x: number | undefined): number | undefined => (x === undefined ? undefined : factor * x + shift);
  return {
    lab: {
      sampleTime,
      within: within === undefined ? 0 : secondsOf(within, `${name}.lab.within`),
      detection: factor > 0 ? { low: limit(low), high: limit(high) } : { low: limit(high), high: limit(low) },
    },
    sigma: repeatability === undefined ? undefined : (Math.abs(factor) * repeatability) / repeatabilityFactor,
  };
}
