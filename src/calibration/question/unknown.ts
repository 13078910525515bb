/** The quantities that are estimated, and the coordinates in which they are searched. Plain data. */
import { GreyboxError } from "../../core/index.ts";
import type { Prior } from "./prior.ts";

/** Something of a run that an unknown sets. */
export type Action =
  /** The parameter becomes factor · value. */
  | { readonly sets: "parameter"; readonly index: number; readonly factor: number }
  | { readonly sets: "initial"; readonly index: number }
  /** How far measured values correct a state: see `InnovationPlan`. */
  | { readonly sets: "gain" };

/** A parameter, an initial value, a property of errors or of a population: whatever a search looks for. */
export interface Unknown {
  /** `"k0"`, `"cA(0)"`, or `"cA(0) in monday"` where each window has its own. */
  readonly name: string;
  /** What it sets; nothing where it is a property of errors or of a population. */
  readonly acts: readonly Action[];
  /** Windows that it acts in; undefined: all. */
  readonly windows: readonly number[] | undefined;
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
  readonly prior: Prior | undefined;
}

/** What most unknowns have in common. */
export const plainUnknown = { acts: [], windows: undefined, physical: undefined, prior: undefined } as const;

/** The parameter that the unknown is, where it is one and the same in all windows: its index in the system. */
export function parameterOf({ acts, windows }: Unknown): number | undefined {
  const [first] = acts;
  return windows === undefined && first?.sets === "parameter" ? first.index : undefined;
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
