/**
 * The confounding index: how much of what was learned a change of the calibrated parameters would do as well.
 *
 * Near 1 the learned part stands in for physics that was calibrated badly; near its value by chance it adds what the mechanism cannot say.
 */
import type { Confounding } from "./hybrid.ts";
import { shrunk, spectrumOf } from "./learners/spectrum.ts";

export interface ConfoundingQuestion {
  /** The learned part at each row, in the unit of the observable. */
  readonly learned: Float64Array;
  /** Derivatives of the observable with respect to the parameters, row-major, shape (rows, parameters). */
  readonly sensitivity: Float64Array;
  /** ≥ 0, shape (rows). */
  readonly weight: Float64Array;
  readonly parameters: readonly string[];
  /** In the order of the parameters; undefined where the data does not fix one. */
  readonly standardErrors: readonly (number | undefined)[];
}

/** Projects the learned part on the span of the sensitivities. Undefined where there is nothing learned, or nothing calibrated. */
export async function confounding(question: ConfoundingQuestion): Promise<Confounding | undefined> {
  const { learned, sensitivity, parameters, standardErrors } = question;
  const [rows, count] = [learned.length, parameters.length];
  const total = question.weight.reduce((sum, w) => sum + w, 0);
  const weight = question.weight.map((w) => (w * rows) / total);
  if (count === 0 || !learned.some((value, row) => value !== 0 && weight[row]! > 0)) return undefined;
  const size = parameters.map((_, c) => Math.sqrt(weight.reduce((sum, w, row) => sum + w * sensitivity[row * count + c]! ** 2, 0) / rows));
  const scaled = sensitivity.map((value, i) => (size[i % count]! > 0 ? value / size[i % count]! : 0));
  const spectrum = await spectrumOf(scaled, learned, weight);
  const largest = Math.max(...spectrum.singular);
  const reached = spectrum.along.reduce((sum, value, i) => sum + (spectrum.singular[i]! > spanTolerance * largest ? value * value : 0), 0);
  const all = spectrum.along.reduce((sum, value) => sum + value * value, spectrum.rest);
  // A whiff of shrinkage: along directions that the data does not fix the nearest shift would be any number.
  const { coefficients } = shrunk(spectrum, (spanTolerance * largest) ** 2);
  const shift = parameters.map((name, c) => {
    const by = size[c]! > 0 ? coefficients[c]! / size[c]! : 0;
    const error = standardErrors[c];
    return [name, { by, standardErrors: error === undefined || !(error > 0) ? undefined : by / error }] as const;
  });
  return { index: Math.min(1, reached / all), byChance: Math.min(1, count / rows), shift: Object.fromEntries(shift) };
}

/** Singular values below this share of the largest do not span anything. */
const spanTolerance = 1e-8;
