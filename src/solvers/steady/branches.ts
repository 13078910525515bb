/** Branches of steady states over a parameter or an input: searched for, walked, with their stability and special points. */
import type { Iterate } from "../stepper.ts";
import { type Curve, type Walker, walkerOn } from "./curve.ts";
import { curveOver, type Varied } from "./curves.ts";
import { type CurvePoint, follow, pointAt, type WalkEnd } from "./follow.ts";
import { isRegular } from "./regular.ts";
import { type SpecialPoint, specialPoints } from "./special-points.ts";
import { type Stability, stabilityOf } from "./stability.ts";

export interface Branch {
  readonly points: readonly CurvePoint[];
  /** One for each point; undefined where not asked for, or not to be had. */
  readonly stability: readonly (Stability | undefined)[];
  readonly special: readonly SpecialPoint[];
  /** Why it ends where it begins, and where it ends. */
  readonly ends: readonly [WalkEnd, WalkEnd];
}

export interface BranchOptions {
  readonly low: number;
  readonly high: number;
  readonly maxPoints?: number | undefined;
  /** Longest step, as a share of the range. */
  readonly maxStep?: number | undefined;
  readonly stability: boolean;
}

export interface BranchWalker {
  /** The branch through a steady state at a value of λ. */
  branch(x: Float64Array, lambda: number): Branch;
  /** The points of a branch at a value of λ, exactly. */
  crossings(branch: Branch, lambda: number): Float64Array[];
  stabilityAt(z: Float64Array): Stability | undefined;
  /** False where the Jacobian is singular to working precision. */
  regularAt(z: Float64Array): boolean;
  same(one: Float64Array, other: Float64Array): boolean;
}

/** Distance, in scaled units, within which two points are one. */
const samePoint = 1e-5;
/** How far below its limit a state may be, relative to its size, by round-off. */
const below = 1e-7;

export function branchWalker(iterate: Iterate, time: number, varied: Varied, options: BranchOptions): BranchWalker {
  const { system } = iterate;
  const n = system.states.length;
  const { low, high } = options;
  const curve: Curve = curveOver(iterate, time, varied, high - low);
  const walker: Walker = walkerOn(curve);
  const f = new Float64Array(n);

  const stabilityAt = (z: Float64Array): Stability | undefined => {
    curve.evaluate(z, f);
    curve.differentiate(z, f);
    return stabilityOf(curve.jacobian.values, curve.jacobian.sparsity, system.mass, n);
  };
  const refuse = (z: Float64Array): boolean => {
    for (let i = 0; i < n; i++) if (z[i]! < system.lower[i]! - below * Math.max(Math.abs(z[i]!), system.nominal[i]!)) return true;
    return false;
  };

  function branch(x: Float64Array, lambda: number): Branch {
    const start = new Float64Array(n + 1);
    start.set(x);
    start[n] = lambda;
    const { maxPoints, maxStep } = options;
    const walk = (direction: 1 | -1) => follow(walker, start, { low, high, direction, maxPoints, maxStep, refuse });
    const up = lambda < high ? walk(1) : undefined;
    const down = lambda > low && up?.end !== "closed" ? walk(-1) : undefined;
    const back = down ? down.points.slice(up ? 1 : 0).reverse() : [];
    const turned = back.map(({ z, tangent }) => ({ z, tangent: tangent.map((value) => -value) }));
    const points = [...turned, ...(up?.points ?? [])];
    const ends = [down?.end ?? (up?.end === "closed" ? "closed" : "low"), up?.end ?? "high"] as const;
    const stability = points.map(({ z }) => (options.stability ? stabilityAt(z) : undefined));
    return { points, stability, special: specialPoints(walker, points, stability, options.stability ? stabilityAt : undefined), ends };
  }

  return {
    branch,
    stabilityAt,
    regularAt(z) {
      curve.evaluate(z, f);
      curve.differentiate(z, f);
      const size = (i: number): number => Math.max(Math.abs(z[i]!), system.nominal[i]!);
      return curve.linear.factor(curve.jacobian.values, 0) && isRegular(curve.jacobian, curve.linear, n, size);
    },
    same: (one, other) => walker.distance(one, other) < samePoint,
    crossings({ points }, lambda) {
      const found: Float64Array[] = [];
      for (const [i, point] of points.entries()) {
        const next = points[i + 1];
        if (point.z[n] === lambda) found.push(point.z);
        else if (next && next.z[n] !== lambda && (point.z[n]! - lambda) * (next.z[n]! - lambda) < 0) {
          const at = pointAt(walker, point, next, lambda);
          if (at) found.push(at.z);
        }
      }
      return found;
    },
  };
}
