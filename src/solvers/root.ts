/** A bracketed root: where a continuous function changes sign. */

/**
 * Finds where f leaves the sign it has at `low`, and returns a point at which it has left it, at most `tolerance` after one at which it
 * has not.
 *
 * @param f  f(low) and f(high) have different signs, or f(high) is 0
 *
 * @see T. R. Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without using
 *   derivatives", Adv. Eng. Softw. 28 (1997) 145–149, doi:10.1016/S0965-9978(96)00051-8.
 */
export function bracketedRoot(
  f: (at: number) => number,
  low: number,
  high: number,
  fLow: number,
  fHigh: number,
  tolerance: number,
): number {
  let [before, fBefore, after, fAfter] = [low, fLow, high, fHigh];
  let share = 0.5;
  for (let turn = 0; turn < 120; turn++) {
    if (fAfter === 0 || after - before <= tolerance) return after;
    // Never closer to an end than half the tolerance: the bracket must shrink from both sides.
    const room = Math.min(0.5, tolerance / (2 * (after - before)));
    const at = before + Math.min(1 - room, Math.max(room, share)) * (after - before);
    if (at <= before || at >= after) return after;
    const value = f(at);
    const leaves = fBefore > 0 ? !(value > 0) : !(value < 0);
    // The point that drops out of the bracket, for inverse quadratic interpolation.
    const [gone, fGone] = leaves ? [after, fAfter] : [before, fBefore];
    if (leaves) [after, fAfter] = [at, value];
    else [before, fBefore] = [at, value];
    share = nextShare(before, fBefore, after, fAfter, gone, fGone, leaves);
  }
  return after;
}

/** Where in the bracket to look next: by inverse quadratic interpolation where that is safe, else in the middle. */
function nextShare(before: number, fBefore: number, after: number, fAfter: number, gone: number, fGone: number, leaves: boolean): number {
  const [a, fa, b, fb] = leaves ? [after, fAfter, before, fBefore] : [before, fBefore, after, fAfter];
  const xi = (a - b) / (gone - b);
  const phi = (fa - fb) / (fGone - fb);
  if (!(phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi)) return 0.5;
  const t = (fa / (fb - fa)) * (fGone / (fb - fGone)) + ((gone - a) / (b - a)) * (fa / (fGone - fa)) * (fb / (fGone - fb));
  const at = a + t * (b - a);
  return (at - before) / (after - before);
}
