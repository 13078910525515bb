/** Derivatives by differences alone: the independent witness against exact ones. */

/**
 * Derivative of f at x by Ridders' extrapolation of central differences, and an estimate of its error.
 *
 * @see C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Adv. Eng. Software 4 (1982) 75–76.
 */
export function ridders(f: (x: number) => number, x: number, step: number): { value: number; error: number } {
  const shrink = 1.4;
  const rows = 10;
  let [value, error, h] = [Number.NaN, Number.POSITIVE_INFINITY, step];
  let before: number[] = [];
  for (let i = 0; i < rows; i++) {
    const row = [(f(x + h) - f(x - h)) / (2 * h)];
    let factor = shrink * shrink;
    for (let j = 1; j <= i; j++) {
      row.push((row[j - 1]! * factor - before[j - 1]!) / (factor - 1));
      factor *= shrink * shrink;
      const estimate = Math.max(Math.abs(row[j]! - row[j - 1]!), Math.abs(row[j]! - before[j - 1]!));
      if (estimate <= error) [value, error] = [row[j]!, estimate];
    }
    before = row;
    h /= shrink;
  }
  return { value, error };
}

/** Relative difference, with 1 as the size of small numbers. */
export const apart = (a: number, b: number): number => Math.abs(a - b) / (1 + Math.max(Math.abs(a), Math.abs(b)));
