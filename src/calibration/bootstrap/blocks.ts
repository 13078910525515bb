/** Residuals drawn again in blocks, so that what neighbours have in common stays in. */
import type { Random } from "../../core/index.ts";

/** Centred, with the variance that the errors have: residuals are smaller by what the fit took from them. */
export function spreadResiduals(residuals: Float64Array, points: number, unknowns: number): Float64Array {
  const count = residuals.length;
  const mean = residuals.reduce((sum, one) => sum + one, 0) / count;
  const grown = points > unknowns ? Math.sqrt(points / (points - unknowns)) : 1;
  return residuals.map((one) => (one - mean) * grown);
}

/**
 * Length of the blocks that suits the correlation of neighbours; 1 where there is none to speak of (twice its standard error).
 *
 * @see D. W. K. Andrews, Econometrica 59 (1991) 817–858, as used for blocks by E. Carlstein, Ann. Statist. 14 (1986) 1171–1179.
 */
export function blockLength(residuals: Float64Array): number {
  const count = residuals.length;
  let [products, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    squares += residuals[i]! ** 2;
    if (i > 0) products += residuals[i]! * residuals[i - 1]!;
  }
  const correlation = squares > 0 ? Math.min(Math.max(products / squares, -0.99), 0.99) : 0;
  if (Math.abs(correlation) < 2 / Math.sqrt(count)) return 1;
  const length = ((Math.sqrt(6) * Math.abs(correlation)) / (1 - correlation * correlation)) ** (2 / 3) * count ** (1 / 3);
  return Math.max(1, Math.min(Math.round(length), Math.floor(count / 4)));
}

/** As many residuals again, in blocks from random places; the record is closed to a ring, so that each is as likely as any other. */
export function resampled(residuals: Float64Array, length: number, draw: Random): Float64Array {
  const count = residuals.length;
  const out = new Float64Array(count);
  for (let i = 0; i < count; ) {
    const from = draw.integer(count);
    for (let k = 0; k < length && i < count; k++, i++) out[i] = residuals[(from + k) % count]!;
  }
  return out;
}
