/** What comes in: one instant of the plant, some of it bad, some of it missing. */
import { GreyboxError } from "../core/index.ts";

/** A reading with what its source says about it. */
export interface Reading {
  /** In the unit declared for the tag (`inputs`, `measured`), else in the unit of the model. Null: there is none. */
  readonly value: number | null;
  /** OPC UA StatusCode. Default Good. */
  readonly status?: number | undefined;
  /** When the source measured it, in seconds since 1970 UTC. Default: the time of the point. */
  readonly time?: number | undefined;
}

/** `null` or absent: no new reading. A number that is not finite is a reading without a value. */
export type PointValue = number | Reading | null | undefined;

/**
 * Readings of inputs and of measured observables, by name, at one time.
 *
 * `time` is in seconds since 1970 UTC; for data without a calendar, seconds from any origin. Where the model's time is a pure number
 * (`time: "1"`), `time` is in that. The first point sets the model's t = 0.
 */
export interface Point {
  readonly time: number;
  readonly [tag: string]: PointValue;
}

/** Seconds beyond the year 2286: such a stamp is in milliseconds or finer. */
const notSeconds = 1e10;

/** @throws GreyboxError `sensor/point-time` when the point has no usable time. Everything else in a point may be bad. */
export function checkTime(time: unknown): number {
  if (typeof time !== "number" || !Number.isFinite(time) || Math.abs(time) >= notSeconds) {
    throw new GreyboxError("sensor/point-time", { time: String(time) });
  }
  return time;
}

/** A reading in one shape, whatever shape it came in. `undefined`: nothing new was said. */
export function readingOf(given: PointValue, time: number): { value: number | null; status: number; time: number } | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === "number") return { value: given, status: 0, time };
  return { value: given.value, status: given.status ?? 0, time: given.time ?? time };
}
