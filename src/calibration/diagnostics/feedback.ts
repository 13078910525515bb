/** Whether an input answers to residuals of a tag, as the output of a controller does. */
import { normalCdf } from "../../core/index.ts";
import type { Feedback } from "./diagnosis.ts";
import type { InputSeries } from "./inputs.ts";
import { leastPoints } from "./whiteness.ts";

/** Points by which an input is looked at after and before a residual. */
const reach = 10;
/** How much stronger the input's answer must be than the tag's answer to the input. */
const stronger = 1.5;

/**
 * Correlation of what is new in residuals with what is new in the input, at the same time and later; undefined where it is weaker than
 * that with the input before, or no more than chance. Steps from point to point are taken for what is new.
 *
 * @param step  typical distance of points
 */
export function feedbackOf(input: string, all: readonly InputSeries[], step: number): Feedback | undefined {
  const residuals = all.map(({ series }) => steps(series.residual));
  const points = residuals.reduce((sum, { length }) => sum + length, 0);
  if (points < leastPoints || !(step > 0)) return undefined;
  const band = 1 / Math.sqrt(points);
  const at = (lag: number): number =>
    correlation(
      residuals,
      all.map((one) => steps(one.at(input, lag * step))),
    );
  let [later, before, place] = [0, 0, 0];
  for (let k = 0; k <= reach; k++) {
    const value = at(-k);
    if (Math.abs(value) > Math.abs(later)) [later, place] = [value, k];
    if (k > 0) before = Math.max(before, Math.abs(at(k)));
  }
  const p = Math.min(1, 2 * (reach + 1) * normalCdf(-Math.abs(later) / band));
  return Math.abs(later) > stronger * before ? { input, lag: place * step, correlation: later, p } : undefined;
}

/** Steps from point to point; rare large ones, such as moves of a set-point, count no more than three times a usual one. */
function steps(column: Float64Array): Float64Array {
  const all = Float64Array.from({ length: Math.max(column.length - 1, 0) }, (_, i) => column[i + 1]! - column[i]!);
  const usual = 1.4826 * (all.map(Math.abs).sort()[Math.floor(all.length / 2)] ?? 0);
  return usual > 0 ? all.map((step) => Math.min(Math.max(step, -3 * usual), 3 * usual)) : all;
}

function correlation(x: readonly Float64Array[], y: readonly Float64Array[]): number {
  let [both, xx, yy] = [0, 0, 0];
  for (const [w, one] of x.entries()) {
    const other = y[w]!;
    for (let i = 0; i < one.length; i++) {
      both += one[i]! * other[i]!;
      xx += one[i]! ** 2;
      yy += other[i]! ** 2;
    }
  }
  return xx > 0 && yy > 0 ? both / Math.sqrt(xx * yy) : 0;
}
