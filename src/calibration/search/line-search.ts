/** How far to go along a direction: far enough that the slope has become small, never where nothing can be computed. */

/** Value and slope at a step; undefined where nothing can be computed. */
export type Along = (step: number) => { readonly value: number; readonly slope: number } | undefined;

/** Share of the predicted fall that a step must bring. */
const fall = 1e-4;
/** Share of the first slope that may be left. */
const flat = 0.9;
const trials = 25;

/**
 * A step that satisfies the strong Wolfe conditions, or the one of those tried that lowered the value most; 0 where none did. A step at `most`
 * need not be flat.
 *
 * @param slope  at step 0, < 0
 * @see J. Nocedal, S. J. Wright, *Numerical Optimization*, 2nd ed., Springer 2006, algorithms 3.5 and 3.6. A step that cannot be computed
 *   counts as infinitely high: the bracket closes towards 0 by tenths.
 */
export function strongWolfe(along: Along, value: number, slope: number, first: number, most: number): number {
  let low = { step: 0, value, slope };
  let high: { readonly step: number; readonly value: number; readonly slope: number | undefined } | undefined;
  let step = Math.min(first, most);
  let best = low;
  for (let trial = 0; trial < trials; trial++) {
    const found = along(step);
    const here = found && { step, ...found };
    if (here && here.value < best.value) best = here;
    if (!here || here.value > value + fall * step * slope || (here.value >= low.value && low.step > 0)) {
      high = here ?? { step, value: Infinity, slope: undefined };
    } else {
      if (Math.abs(here.slope) <= -flat * slope) return step;
      if (!high && here.slope < 0) {
        if (step >= most) return step;
        low = here;
        step = Math.min(Math.max(2 * step, lowestOf(low, here)), 8 * step, most);
        continue;
      }
      // Beyond the lowest point: what was low is now the other end.
      if (here.slope * ((high?.step ?? Infinity) - low.step) >= 0) high = low;
      low = here;
    }
    if (!high) continue;
    const width = high.step - low.step;
    if (Math.abs(width) <= 1e-14 * Math.max(step, 1e-300)) break;
    step = Number.isFinite(high.value) ? within(low.step, high.step, lowestOf(low, high)) : low.step + 0.1 * width;
  }
  return best.step;
}

interface Point {
  readonly step: number;
  readonly value: number;
  readonly slope: number | undefined;
}

/** The lowest point of the cubic, or parabola, through two points. */
function lowestOf(a: Point & { readonly slope: number }, b: Point): number {
  const h = b.step - a.step;
  if (h === 0) return a.step;
  const mean = (b.value - a.value) / h;
  if (b.slope === undefined) return a.step - (a.slope * h) / (2 * (mean - a.slope));
  const theta = a.slope + b.slope - 3 * mean;
  const root = Math.sign(h) * Math.sqrt(Math.max(theta * theta - a.slope * b.slope, 0));
  return b.step - (h * (b.slope + root - theta)) / (b.slope - a.slope + 2 * root);
}

/** Not nearer to the ends than a tenth. */
function within(a: number, b: number, step: number): number {
  const share = (step - a) / (b - a);
  return a + (b - a) * (share >= 0.1 && share <= 0.9 ? share : share < 0.1 ? 0.1 : share > 0.9 ? 0.9 : 0.5);
}
