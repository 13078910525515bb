/** The errors of each tag made ready: what is given of them, and which of the unknowns say the rest. Plain data. */
import { GreyboxError } from "../../core/index.ts";
import type { Measured, Window } from "../../historian/index.ts";
import type { DensityKind } from "../likelihood/density.ts";
import { type ErrorSize, type Likelihood, likelihoodDefaults } from "../likelihood/likelihood.ts";
import { plainUnknown, type Unknown } from "./unknown.ts";

/** A number, or the index of the unknown that it is. */
export type Size = number | { readonly unknown: number };

export interface NoisePlan {
  readonly tag: string;
  readonly kind: DensityKind;
  readonly scale: "linear" | "log" | "log10";
  /** Degrees of freedom or threshold. */
  readonly shape: number;
  readonly deadBand: number;
  /** Values are known to lie within the dead band, and no more. */
  readonly within: boolean;
  /** Undefined: each window says it, or the model. */
  readonly sigma: Size | undefined;
  /** The observable that is σ. */
  readonly sigmaFrom: string | undefined;
  readonly proportional: Size | undefined;
  readonly correlationTime: Size | undefined;
}

/** True where nothing but independent Gaussian errors is asked for, whose σ has a closed form. */
export function isPlain(likelihood: Likelihood | undefined): boolean {
  if (!likelihood) return true;
  const { kind = likelihoodDefaults.kind, scale = likelihoodDefaults.scale, sigma, proportional, deadBand, correlationTime } = likelihood;
  return (
    kind === "gaussian" &&
    scale === "linear" &&
    sigma === undefined &&
    proportional === undefined &&
    correlationTime === undefined &&
    (deadBand === undefined || deadBand === 0)
  );
}

/**
 * The plan of one tag; unknowns that it needs are added to `unknowns`.
 *
 * @throws GreyboxError `calibration/likelihood`
 */
export function noisePlan(tag: string, likelihood: Likelihood, unit: string, windows: readonly Window[], unknowns: Unknown[]): NoisePlan {
  const kind = likelihood.kind ?? likelihoodDefaults.kind;
  const scale = likelihood.scale ?? likelihoodDefaults.scale;
  const columns = windows.flatMap(({ measured }) => (measured[tag] ? [measured[tag]] : []));
  checkValues(tag, likelihood, scale, columns);
  const add = (size: ErrorSize, what: string, sizeUnit: string, guess: number, least?: number): Size =>
    typeof size === "number" ? size : sizeUnknown(size, `${what} of ${tag}`, sizeUnit, guess, unknowns, least);
  const givenByAll = columns.every(({ sigma }) => sigma !== undefined);
  const chosen = likelihood.sigma;
  const sigmaFrom = typeof chosen === "object" && "observable" in chosen ? chosen.observable : undefined;
  const size = typeof chosen === "object" && "observable" in chosen ? undefined : chosen;
  const sigma = sigmaFrom !== undefined ? undefined : (size ?? (givenByAll ? undefined : ({ estimate: true } as const)));
  const scatter = scatterOf(columns, scale);
  const relative = scale !== "linear";
  return {
    tag,
    kind,
    scale,
    shape: kind === "huber" ? (likelihood.threshold ?? likelihoodDefaults.threshold) : (likelihood.freedom ?? likelihoodDefaults.freedom),
    deadBand: likelihood.deadBand ?? 0,
    within: false,
    sigmaFrom,
    sigma: sigma === undefined ? undefined : add(sigma, "sigma", relative ? "1" : unit, scatter),
    proportional: likelihood.proportional === undefined ? undefined : add(likelihood.proportional, "relative sigma", "1", 0.05),
    correlationTime:
      likelihood.correlationTime === undefined
        ? undefined
        : add(likelihood.correlationTime, "correlation time", windows[0]!.time, typicalStep(columns), distinct),
  };
}

/** How far a size is searched on both sides of where it starts. */
const range = 1e4;

/**
 * Steps of the record in the shortest correlation time that is looked for. Neighbours then have a correlation of 0.7 %; much below, errors
 * are white whatever the time is, and a search that gets there would have no slope to leave by.
 */
const distinct = 1 / 5;

/** @param least  smallest value that is looked for, as a multiple of the guess */
function sizeUnknown(
  size: Exclude<ErrorSize, number>,
  label: string,
  unit: string,
  guess: number,
  unknowns: Unknown[],
  least?: number,
): { readonly unknown: number } {
  const name = size.name ?? label;
  const known = unknowns.findIndex((one) => one.name === name);
  if (known >= 0) return { unknown: known };
  const start = size.value ?? guess;
  const [lower, upper] = size.bounds ?? [least === undefined ? start / range : Math.min(guess * least, start), start * range];
  unknowns.push({ ...plainUnknown, name, unit, scale: "log", nominal: start, start, lower, upper });
  return { unknown: unknowns.length - 1 };
}

function checkValues(tag: string, likelihood: Likelihood, scale: NoisePlan["scale"], columns: readonly Measured[]): void {
  const wrong = (why: string, instead: string): GreyboxError => new GreyboxError("calibration/likelihood", { tag, why, instead });
  const sizes = {
    sigma: typeof likelihood.sigma === "object" && "observable" in likelihood.sigma ? undefined : likelihood.sigma,
    proportional: likelihood.proportional,
    correlationTime: likelihood.correlationTime,
  };
  for (const [name, size] of Object.entries(sizes)) {
    const value = typeof size === "number" ? size : size?.value;
    if (value !== undefined && !(value > 0 && value < Infinity)) throw wrong(`${name} is ${value}`, "Give a number above 0.");
  }
  for (const name of ["freedom", "threshold"] as const) {
    const value = likelihood[name];
    if (value !== undefined && !(value > 0 && value < Infinity)) throw wrong(`${name} is ${value}`, "Give a number above 0.");
  }
  if (likelihood.deadBand !== undefined && !(likelihood.deadBand >= 0))
    throw wrong(`deadBand is ${likelihood.deadBand}`, "Give 0 or more.");
  if (likelihood.correlationTime !== undefined && (likelihood.deadBand ?? 0) > 0) {
    throw wrong("errors within a dead band have no correlation", "Leave out `deadBand` or `correlationTime`.");
  }
  if (scale === "linear") return;
  for (const { value, weight } of columns) {
    const place = value.findIndex((one, i) => weight[i]! > 0 && !(one > 0));
    if (place >= 0)
      throw wrong(`value ${place} is ${value[place]}, and it has no logarithm`, 'Leave the point out, or use `scale: "linear"`.');
  }
}

/** A tenth of the spread of the values: where the search for σ starts. */
function scatterOf(columns: readonly Measured[], scale: NoisePlan["scale"]): number {
  const size = (one: number): number => (scale === "linear" ? one : scale === "log" ? Math.log(one) : Math.log10(one));
  let [count, sum, squares] = [0, 0, 0];
  for (const { value, weight } of columns) {
    for (let i = 0; i < value.length; i++) {
      if (!(weight[i]! > 0)) continue;
      const one = size(value[i]!);
      count++;
      sum += one;
      squares += one * one;
    }
  }
  const spread = Math.sqrt(Math.max(squares / count - (sum / count) ** 2, 0));
  return 0.1 * (spread > 0 ? spread : Math.abs(sum / count)) || 1;
}

function typicalStep(columns: readonly Measured[]): number {
  const steps = columns.flatMap(({ time }) => (time.length > 1 ? [(time[time.length - 1]! - time[0]!) / (time.length - 1)] : []));
  return steps.length > 0 ? Math.max(...steps) : 1;
}
