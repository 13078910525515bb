/** What a filter believes and how it starts to: checked arguments and defaults, the same for every filter. */
import { GreyboxError, type System } from "../../core/index.ts";
import { defaults, type FilterOptions, type FilterStart } from "./filter.ts";
import { linearise, makeConsistent, type Split, splitOf } from "./linearise.ts";
import { defaultDensity } from "./process-noise.ts";

/** The belief at one time; replaced as a whole when the filter moves. */
export interface Estimate {
  readonly time: number;
  /** All states, shape (n). */
  readonly x: Float64Array;
  /** Covariance of the differential states, row-major, shape (d, d). */
  readonly covariance: Float64Array;
  /** Shape (r). */
  readonly inputs: Float64Array;
}

/** What stays the same while a filter runs. */
export interface Setting {
  readonly system: System;
  readonly split: Split;
  readonly p: Float64Array;
  /** Process noise of the differential states, variance per unit of time, shape (d). */
  readonly density: Float64Array;
  readonly gate: number;
  readonly patience: number;
  readonly rtol: number;
}

/** @throws GreyboxError `filter/option` */
export function checkOptions(options: FilterOptions): void {
  const { gate, patience, rtol } = options;
  if (gate !== undefined && !(gate > 0)) throw wrong("gate", gate, "a number of standard deviations > 0, or Infinity");
  if (patience !== undefined && !(patience >= 1)) throw wrong("patience", patience, "a number ≥ 1, or Infinity");
  if (rtol !== undefined && !(rtol > 0 && rtol < 1)) throw wrong("rtol", rtol, "between 0 and 1");
  for (const option of ["noise", "initial"] as const) {
    for (const [name, value] of Object.entries(options[option] ?? {})) {
      if (!(value >= 0 && value < Infinity)) throw wrong(`${option}.${name}`, value, "a finite standard deviation ≥ 0");
    }
  }
}

/** @throws GreyboxError `filter/shape`, `filter/name`, `filter/option` */
export function begin(system: System, x0: Float64Array, at: FilterStart, options: FilterOptions): { setting: Setting; estimate: Estimate } {
  const [n, r] = [system.states.length, system.inputs.length];
  shape("x0", n, x0);
  shape("covariance", n * n, at.covariance);
  shape("density", n, at.density);
  shape("p", system.p.length, at.p);
  shape("inputs", r, at.inputs);
  for (const name of [...Object.keys(options.noise ?? {}), ...Object.keys(options.initial ?? {})]) {
    if (!system.states.includes(name)) throw new GreyboxError("filter/name", { name, known: system.states });
  }
  const split = splitOf(system);
  const p = at.p ?? system.p;
  const time = at.time ?? 0;
  const inputs = Float64Array.from(at.inputs ?? new Float64Array(r));
  const x = Float64Array.from(x0);
  makeConsistent(system, split, time, x, inputs, p);
  const estimate = { time, x, covariance: startCovariance(system, split, at, options), inputs };
  const density = at.density
    ? Float64Array.from(split.differential, (i) => at.density![i]!)
    : densityOf(system, split, estimate, p, options);
  return {
    setting: {
      system,
      split,
      p,
      density,
      gate: options.gate ?? defaults.gate,
      patience: options.patience ?? defaults.patience,
      rtol: options.rtol ?? defaults.rtol,
    },
    estimate,
  };
}

function startCovariance(
  system: System,
  { differential }: Split,
  { covariance }: FilterStart,
  { initial = {} }: FilterOptions,
): Float64Array {
  const [n, d] = [system.states.length, differential.length];
  const out = new Float64Array(d * d);
  for (const [row, i] of differential.entries()) {
    if (covariance) for (const [c, j] of differential.entries()) out[row * d + c] = covariance[i * n + j]!;
    else out[row * d + row] = (initial[system.states[i]!] ?? defaults.initialShare * system.nominal[i]!) ** 2;
  }
  return out;
}

function densityOf(
  system: System,
  split: Split,
  { time, x, inputs }: Estimate,
  p: Float64Array,
  { noise = {} }: FilterOptions,
): Float64Array {
  const near = linearise(system, split, time, x, inputs, p);
  const nominal = Float64Array.from(split.differential, (i) => system.nominal[i]!);
  const usual = near ? defaultDensity(near.a, nominal, defaults.noiseShare) : new Float64Array(nominal.length);
  return usual.map((value, k) => {
    const own = noise[system.states[split.differential[k]!]!];
    return own === undefined ? value : own ** 2;
  });
}

function shape(argument: string, expected: number, given: Float64Array | undefined): void {
  if (given && given.length !== expected) throw new GreyboxError("filter/shape", { argument, expected, actual: given.length });
  for (const value of given ?? []) if (!Number.isFinite(value)) throw wrong(argument, value, "finite numbers");
}

function wrong(option: string, value: unknown, needed: string): GreyboxError {
  return new GreyboxError("filter/option", { option, value, needed });
}
