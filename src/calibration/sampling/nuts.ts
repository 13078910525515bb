/**
 * The no-U-turn sampler: paths of a particle over the cost, as long as they do not turn back, on exact gradients.
 *
 * Multinomial sampling along the path, dual averaging of the step length, and a metric that is given: the information at the best point.
 *
 * @see M. D. Hoffman, A. Gelman, J. Machine Learning Res. 15 (2014) 1593–1623; M. Betancourt, arXiv:1701.02434 (2017), appendix A.
 */
import type { Random } from "../../core/index.ts";

/** Logarithm of a density and its gradient; −Infinity where there is none. */
export interface Target {
  readonly size: number;
  evaluate(z: Float64Array, gradient: Float64Array): number;
}

export const nutsDefaults = {
  /** Mean acceptance aimed at. */
  acceptance: 0.9,
  /** Doublings of a path at most. */
  depth: 8,
  /** Rise of the energy that ends a path as diverging. */
  divergence: 1000,
} as const;

export interface Draw {
  readonly z: Float64Array;
  readonly density: number;
  readonly diverged: boolean;
  readonly evaluations: number;
}

interface State {
  readonly z: Float64Array;
  readonly momentum: Float64Array;
  readonly gradient: Float64Array;
  readonly density: number;
}

interface Tree {
  readonly left: State;
  readonly right: State;
  readonly chosen: State;
  /** Logarithm of the sum of exp(−energy) over the path. */
  readonly weight: number;
  readonly sum: Float64Array;
  readonly going: boolean;
}

/**
 * Draws without end; the first `warmup` of them are for finding its pace and are not of the density.
 *
 * @param root  L of the inverse metric LLᵀ, which is a guess of the covariance; row-major, shape (q, q)
 */
export function* nuts(
  target: Target,
  start: Float64Array,
  root: Float64Array,
  warmup: number,
  random: Random,
): Generator<Draw, never, void> {
  const q = target.size;
  const { acceptance, depth: deepest, divergence } = nutsDefaults;
  let evaluations = 0;
  // In coordinates z = start + L·y the metric is the unit matrix.
  const position = (y: Float64Array): Float64Array => {
    const z = Float64Array.from(start);
    for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) z[i]! += root[i * q + j]! * y[j]!;
    return z;
  };
  const raw = new Float64Array(q);
  const evaluate = (y: Float64Array): { density: number; gradient: Float64Array } => {
    evaluations++;
    raw.fill(0);
    const density = target.evaluate(position(y), raw);
    const gradient = new Float64Array(q);
    for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) gradient[j]! += root[i * q + j]! * raw[i]!;
    return { density: Number.isFinite(density) ? density : -Infinity, gradient };
  };
  const energy = ({ density, momentum }: State): number => {
    let kinetic = 0;
    for (const value of momentum) kinetic += value * value;
    return kinetic / 2 - density;
  };
  const leap = (from: State, length: number): State => {
    const momentum = from.momentum.map((value, j) => value + 0.5 * length * from.gradient[j]!);
    const y = from.z.map((value, j) => value + length * momentum[j]!);
    const { density, gradient } = evaluate(y);
    if (density > -Infinity) for (let j = 0; j < q; j++) momentum[j]! += 0.5 * length * gradient[j]!;
    return { z: y, momentum, gradient, density };
  };
  const dot = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
    return sum;
  };
  const onward = (sum: Float64Array, left: State, right: State): boolean => dot(sum, left.momentum) > 0 && dot(sum, right.momentum) > 0;
  const logSum = (a: number, b: number): number => {
    const most = Math.max(a, b);
    return most === -Infinity ? -Infinity : most + Math.log(Math.exp(a - most) + Math.exp(b - most));
  };

  const origin = evaluate(new Float64Array(q));
  let now: State = { z: new Float64Array(q), momentum: new Float64Array(q), ...origin };
  let step = 0.5 / Math.cbrt(Math.max(q, 1));
  // Dual averaging, with the constants of Hoffman and Gelman.
  let [logAverage, drift, count] = [0, 0, 0];
  const anchor = Math.log(10 * step);

  for (let draw = 0; ; draw++) {
    const before = evaluations;
    const first: State = { ...now, momentum: Float64Array.from({ length: q }, () => random.normal()) };
    const level = energy(first);
    let [accepted, tried, diverged] = [0, 0, false];
    const grow = (from: State, side: 1 | -1, depth: number): Tree => {
      if (depth === 0) {
        const state = leap(from, side * step);
        const rise = energy(state) - level;
        tried++;
        accepted += Number.isFinite(rise) ? Math.min(1, Math.exp(-rise)) : 0;
        const going = rise < divergence;
        if (!going) diverged = true;
        return { left: state, right: state, chosen: state, weight: Number.isFinite(rise) ? -rise : -Infinity, sum: state.momentum, going };
      }
      const near = grow(from, side, depth - 1);
      if (!near.going) return near;
      const far = grow(side > 0 ? near.right : near.left, side, depth - 1);
      return joined(near, far, side, false);
    };
    const joined = (near: Tree, far: Tree, side: 1 | -1, progressive: boolean): Tree => {
      const weight = logSum(near.weight, far.weight);
      const chance = Math.exp(far.weight - (progressive ? near.weight : weight));
      const chosen = far.going && random.uniform() < chance ? far.chosen : near.chosen;
      const [left, right] = side > 0 ? [near.left, far.right] : [far.left, near.right];
      const sum = near.sum.map((value, j) => value + far.sum[j]!);
      return { left, right, chosen, weight, sum, going: far.going && onward(sum, left, right) };
    };
    let tree: Tree = { left: first, right: first, chosen: first, weight: 0, sum: first.momentum, going: true };
    for (let depth = 0; depth < deepest && tree.going; depth++) {
      const side = random.uniform() < 0.5 ? -1 : 1;
      const far = grow(side > 0 ? tree.right : tree.left, side, depth);
      tree = joined(tree, far, side, true);
    }
    now = tree.chosen;
    if (draw < warmup) {
      count++;
      const rate = tried > 0 ? accepted / tried : 0;
      drift += (acceptance - rate - drift) / (count + 10);
      const log = anchor - (Math.sqrt(count) / 0.05) * drift;
      const share = count ** -0.75;
      logAverage = share * log + (1 - share) * logAverage;
      step = Math.exp(draw === warmup - 1 ? logAverage : log);
    }
    yield { z: position(now.z), density: now.density, diverged, evaluations: evaluations - before };
  }
}
