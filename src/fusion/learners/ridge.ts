/**
 * Ridge regression: linear in the features, shrunk towards zero, with the shrinkage chosen by generalised cross-validation.
 *
 * The first learner to try: it has one number to choose, cannot wiggle, and its coefficients can be read.
 */
import { GreyboxError } from "../../core/index.ts";
import type { Learned, Learner } from "../learner.ts";
import { type LinearState, predictLinear } from "./linear.ts";
import { prepare } from "./prepared.ts";
import { type Spectrum, shrunk, spectrumOf, strength } from "./spectrum.ts";

export interface RidgeOptions {
  /** Penalty on the squared coefficients of columns scaled to unit variance, against the mean squared error; dimensionless. Absent: chosen. */
  readonly lambda?: number | undefined;
}

export interface RidgeState extends LinearState {
  readonly lambda: number;
  /** Effective number of coefficients: the trace of the hat matrix, the mean not counted. */
  readonly freedom: number;
}

/** Range in which the penalty is chosen, relative to the variance of a column. */
export const ridgeDefaults = { smallest: 1e-10, largest: 1e4, grid: 57 } as const;

/**
 * A ridge learner.
 *
 * @throws GreyboxError `learner/option` when lambda is negative or not a number
 *
 * @see A. E. Hoerl & R. W. Kennard, Technometrics 12 (1970) 55–67; G. H. Golub, M. Heath & G. Wahba, "Generalized cross-validation as a
 *   method for choosing a good ridge parameter", Technometrics 21 (1979) 215–223.
 *
 * @example
 * const features = { rows: 3, columns: 1, data: Float64Array.of(1, 2, 3) };
 * const line = await ridge({ lambda: 0 }).learn(features, Float64Array.of(3, 5, 7), { seed: 0 });
 * Math.round(line.predict({ rows: 1, columns: 1, data: Float64Array.of(10) })[0]); // => 21
 */
export function ridge(options: RidgeOptions = {}): Learner {
  const { lambda } = options;
  if (lambda !== undefined && !(lambda >= 0 && lambda < Infinity)) {
    throw new GreyboxError("learner/option", { learner: "ridge", option: "lambda", value: lambda, needed: "a finite number ≥ 0" });
  }
  return {
    kind: "ridge",
    options: lambda === undefined ? {} : { lambda },
    async learn(features, target, context) {
      const data = prepare("ridge", features, target, context);
      const spectrum = await spectrumOf(data.x, data.y, data.weight);
      const chosen = lambda ?? bestPenalty(spectrum, data.rows);
      const { coefficients, freedom } = shrunk(spectrum, chosen);
      return restoreRidge({ ...data.scaling, coefficients, lambda: chosen, freedom });
    },
  };
}

export function restoreRidge(state: RidgeState): Learned {
  return { kind: "ridge", state, predict: (features) => predictLinear(state, features) };
}

/** Generalised cross-validation: mean squared residual over (1 − used freedom / rows)², smallest over a grid of penalties. */
function bestPenalty(spectrum: Spectrum, rows: number): number {
  const { smallest, largest, grid } = ridgeDefaults;
  const penalties = Array.from({ length: grid }, (_, i) => smallest * (largest / smallest) ** (i / (grid - 1)));
  let best: { lambda: number; score: number } = { lambda: largest, score: Infinity };
  // From the strongest penalty down: where two are as good, the stronger is kept.
  for (const lambda of penalties.reverse()) {
    const score = validationScore(spectrum, rows, lambda);
    if (score < best.score) best = { lambda, score };
  }
  return best.lambda;
}

function validationScore({ singular, along, rest }: Spectrum, rows: number, lambda: number): number {
  const top = Math.max(...singular);
  let residual = rest;
  let freedom = 1;
  for (const [i, s] of singular.entries()) {
    const power = strength(s, top);
    const share = power === 0 ? 0 : power / (power + lambda);
    residual += ((1 - share) * along[i]!) ** 2;
    freedom += share;
  }
  const left = 1 - freedom / rows;
  return left > 0 ? residual / (left * left) : Infinity;
}
