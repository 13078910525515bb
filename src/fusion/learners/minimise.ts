/** Minimises a smooth function of a few bounded variables: BFGS with projected, backtracked steps. */

/** Value at x; writes the gradient. A value that is not finite says that x cannot be evaluated. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface Bounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * @param start  inside the bounds, where the objective is finite
 * @param iterations  at most so many steps
 * @param tolerance  stops when no free component of the gradient is larger
 * @returns the best point found
 *
 * @see J. Nocedal & S. J. Wright, *Numerical Optimization*, 2nd ed., Springer 2006, §6.1 (BFGS), §3.1 (sufficient decrease).
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  { lower, upper }: Bounds,
  iterations: number,
  tolerance: number,
): { readonly x: Float64Array; readonly value: number } {
  const n = start.length;
  let x: Float64Array = Float64Array.from(start);
  let gradient: Float64Array = new Float64Array(n);
  let value = objective(x, gradient);
  let inverse = identity(n);
  for (let turn = 0; turn < iterations; turn++) {
    // A variable at its bound that wants to go further out does not take part in this step.
    const held = x.map((xi, i) => ((xi <= lower[i]! && gradient[i]! > 0) || (xi >= upper[i]! && gradient[i]! < 0) ? 1 : 0));
    if (gradient.every((g, i) => held[i] === 1 || Math.abs(g) <= tolerance)) break;
    let step = direction(inverse, gradient, held);
    if (!(dot(step, gradient) < 0)) {
      inverse = identity(n);
      step = direction(inverse, gradient, held);
    }
    const largest = step.reduce((most, s) => Math.max(most, Math.abs(s)), 0);
    let length = Math.min(1, longestStep / largest);
    let moved: { x: Float64Array; gradient: Float64Array; value: number } | undefined;
    for (let halving = 0; halving < 20 && !moved; halving++, length /= 2) {
      const trial = x.map((xi, i) => Math.min(upper[i]!, Math.max(lower[i]!, xi + length * step[i]!)));
      const slope = new Float64Array(n);
      const reached = objective(trial, slope);
      const expected = trial.reduce((sum, t, i) => sum + gradient[i]! * (t - x[i]!), 0);
      if (reached <= value + sufficient * expected && reached < value) moved = { x: trial, gradient: slope, value: reached };
    }
    if (!moved) break;
    const [s, y] = [moved.x.map((xi, i) => xi - x[i]!), moved.gradient.map((g, i) => g - gradient[i]!)];
    inverse = updated(inverse, s, y);
    [x, gradient, value] = [moved.x, moved.gradient, moved.value];
  }
  return { x, value };
}

/** Of a search in logarithms: a factor of about seven. */
const longestStep = 2;
/** Part of the decrease that the gradient promises which a step must bring. */
const sufficient = 1e-4;

function direction(inverse: Float64Array, gradient: Float64Array, held: Float64Array): Float64Array {
  const n = gradient.length;
  return gradient.map((_, i) => {
    if (held[i] === 1) return 0;
    let sum = 0;
    for (let j = 0; j < n; j++) if (held[j] === 0) sum -= inverse[i * n + j]! * gradient[j]!;
    return sum;
  });
}

/** H ← (I − s·yᵀ/ρ)·H·(I − y·sᵀ/ρ) + s·sᵀ/ρ with ρ = sᵀy; unchanged where the curvature is not positive. */
function updated(inverse: Float64Array, s: Float64Array, y: Float64Array): Float64Array {
  const n = s.length;
  const curvature = dot(s, y);
  if (!(curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)))) return inverse;
  const image = s.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += inverse[i * n + j]! * y[j]!;
    return sum;
  });
  const factor = (1 + dot(y, image) / curvature) / curvature;
  return inverse.map((entry, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return entry + factor * s[i]! * s[j]! - (image[i]! * s[j]! + s[i]! * image[j]!) / curvature;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
}
