/** Follows a curve step by step, around its turning points: pseudo-arclength continuation with a predictor along the tangent. */
import { alongLambda, type Walker } from "./curve.ts";

export interface FollowOptions {
  /** Limits of λ. */
  readonly low: number;
  readonly high: number;
  /** Which way λ changes first. */
  readonly direction: 1 | -1;
  readonly maxPoints?: number | undefined;
  /** Longest step, in scaled units. */
  readonly maxStep?: number | undefined;
  /** Called with each point after the first; true ends the walk there. */
  readonly stop?: ((before: CurvePoint, now: CurvePoint) => boolean) | undefined;
  /** True for points that are not to be visited, such as negative concentrations. */
  readonly refuse?: ((z: Float64Array) => boolean) | undefined;
}

export interface CurvePoint {
  /** (x, λ), shape (n + 1). */
  readonly z: Float64Array;
  /** Unit tangent in scaled units, pointing on. */
  readonly tangent: Float64Array;
}

/**
 * Why a walk ended: λ reached its upper or its lower limit; the curve came back to where it started; a state reached a limit of the
 * model; `stop` said so; the budget of points is spent; or no step, however short, leads on.
 */
export type WalkEnd = "high" | "low" | "closed" | "limit" | "stopped" | "max-points" | "stuck";

export interface Walk {
  readonly points: readonly CurvePoint[];
  readonly end: WalkEnd;
}

export const followDefaults = {
  maxPoints: 2000,
  firstStep: 0.01,
  maxStep: 0.05,
  leastStep: 1e-9,
  /** How close a walk ends to the limit of a state. */
  toLimit: 1e-5,
  /** Iterations of the corrector at which the step stays as it is. */
  iterations: 4,
  /** Cosine of the greatest turn of the tangent in one step: 11°. */
  turn: 0.98,
  /** Distance from the predicted to the corrected point, as a share of the step: more may be another branch. */
  correction: 0.25,
} as const;

/**
 * Walks from a point of the curve until λ leaves its limits, where the last point lies on them.
 *
 * @see H. B. Keller, "Numerical solution of bifurcation and nonlinear eigenvalue problems", in P. Rabinowitz (ed.), *Applications of
 *   Bifurcation Theory*, Academic Press 1977, 359–384.
 * @see R. Seydel, *Practical Bifurcation and Stability Analysis*, 3rd ed., Springer 2010, chapter 4.
 */
export function follow(walker: Walker, start: Float64Array, options: FollowOptions): Walk {
  const n = start.length - 1;
  const { low, high, direction, maxPoints = followDefaults.maxPoints, maxStep = followDefaults.maxStep } = options;
  const { units } = walker.curve;
  const towards = alongLambda(n);
  towards[n] = direction;
  const tangent = new Float64Array(n + 1);
  if (!walker.tangent(start, towards, tangent)) return { points: [{ z: start.slice(), tangent: towards }], end: "stuck" };
  const points: CurvePoint[] = [{ z: start.slice(), tangent: tangent.slice() }];
  const z = new Float64Array(n + 1);
  let longest = maxStep;
  let ds = Math.min(followDefaults.firstStep, maxStep);

  const ended = (end: WalkEnd): Walk => ({ points, end });

  for (;;) {
    if (points.length >= maxPoints) return ended("max-points");
    const from = points[points.length - 1]!;
    if (ds < followDefaults.leastStep) return ended("stuck");
    for (let i = 0; i <= n; i++) z[i] = from.z[i]! + ds * from.tangent[i]! * units[i]!;
    const predicted = z.slice();
    const iterations = walker.correct(z, from.tangent);
    const near = iterations > 0 && walker.distance(z, predicted) <= followDefaults.correction * ds;
    if (!near || !walker.tangent(z, from.tangent, tangent) || dot(tangent, from.tangent) < followDefaults.turn) {
      ds /= 2;
      continue;
    }
    const limit = z[n]! > high ? high : z[n]! < low ? low : undefined;
    if (limit !== undefined) {
      const last = pointAt(walker, from, { z: z.slice(), tangent: tangent.slice() }, limit);
      if (!last) {
        ds /= 2;
        continue;
      }
      if (options.refuse?.(last.z)) return ended("limit");
      if (walker.distance(last.z, from.z) > followDefaults.leastStep) {
        points.push(last);
        options.stop?.(from, last);
      }
      return ended(limit === high ? "high" : "low");
    }
    if (options.refuse?.(z)) {
      // The last point shall be close to the limit.
      if (ds < followDefaults.toLimit) return ended("limit");
      longest = ds /= 2;
      continue;
    }
    const now = { z: z.slice(), tangent: tangent.slice() };
    points.push(now);
    if (options.stop?.(from, now)) return ended("stopped");
    if (points.length > 3 && passes(from, now, points[0]!, units)) return ended("closed");
    ds = Math.min(ds * Math.min(2, Math.max(0.5, 2 ** ((followDefaults.iterations - iterations) / 3))), longest);
  }
}

/** The point between two neighbours at which λ has a value that lies between theirs. Undefined where it cannot be found. */
export function pointAt(walker: Walker, before: CurvePoint, after: CurvePoint, lambda: number): CurvePoint | undefined {
  const n = before.z.length - 1;
  const share = (lambda - before.z[n]!) / (after.z[n]! - before.z[n]!);
  const z = before.z.map((value, i) => value + share * (after.z[i]! - value));
  z[n] = lambda;
  const across = alongLambda(n);
  const tangent = new Float64Array(n + 1);
  const reach = walker.distance(before.z, after.z);
  if (walker.correct(z, across) === 0) return undefined;
  z[n] = lambda;
  if (walker.distance(z, before.z) > 1.5 * reach || !walker.tangent(z, before.tangent, tangent)) return undefined;
  return { z, tangent };
}

/** True when the step from `before` to `now` passes the point where the walk began, in the direction it began. */
function passes(before: CurvePoint, now: CurvePoint, start: CurvePoint, units: Float64Array): boolean {
  if (dot(now.tangent, start.tangent) < 0.9) return false;
  let [along, square, reach] = [0, 0, 0];
  for (let i = 0; i < units.length; i++) {
    const toStart = (start.z[i]! - before.z[i]!) / units[i]!;
    const step = (now.z[i]! - before.z[i]!) / units[i]!;
    along += toStart * step;
    square += toStart * toStart;
    reach += step * step;
  }
  return along >= 0 && along <= reach && square - (along * along) / reach < 0.01 * reach;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
