/** The quantities that are estimated, and the coordinates in which they are searched. Plain data. */
import { GreyboxError } from "../../core/index.ts";

/** A parameter, or an initial value of one window or of all. */
export interface Unknown {
  /** `"k0"`, `"cA(0)"`, or `"cA(0) in monday"` where each window has its own. */
  readonly name: string;
  /** Index into `system.parameters`; undefined for an initial value. */
  readonly parameter: number | undefined;
  /** Index into `system.states` and, unless all windows share it, the window; undefined for a parameter. */
  readonly initial: { readonly state: number; readonly window: number | undefined } | undefined;
  readonly unit: string;
  readonly scale: "linear" | "log";
  /** What 1 means in the search coordinate of a linear quantity, in `unit`. */
  readonly nominal: number;
  /** Where the search starts and may go, in `unit`. */
  readonly start: number;
  readonly lower: number;
  readonly upper: number;
  /** What physics allows. */
  readonly physical: readonly [number, number] | undefined;
}

/** Search coordinate of a value: its logarithm, or its multiple of the nominal size. */
export function toSearch({ scale, nominal }: Unknown, value: number): number {
  return scale === "log" ? Math.log(value) : value / nominal;
}

export function fromSearch({ scale, nominal, lower, upper }: Unknown, x: number): number {
  const value = scale === "log" ? Math.exp(x) : x * nominal;
  // Bounds are kept to the last digit, which logarithm and exponential are not.
  return Math.min(Math.max(value, lower), upper);
}

/** Derivative of the value with respect to its search coordinate. */
export function slopeOf({ scale, nominal }: Unknown, value: number): number {
  return scale === "log" ? value : nominal;
}

/** @throws GreyboxError `calibration/log-scale`, `calibration/start-outside-bounds` */
export function checkUnknown(unknown: Unknown): Unknown {
  const { name, start, lower, upper, unit, scale } = unknown;
  if (!(lower <= start && start <= upper))
    throw new GreyboxError("calibration/start-outside-bounds", { name, value: start, lower, upper, unit });
  if (scale === "log" && !(start > 0)) throw new GreyboxError("calibration/log-scale", { name, value: start, unit });
  return unknown;
}
