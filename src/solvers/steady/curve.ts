/**
 * A curve of states: n equations f(x, λ) = 0 for n + 1 unknowns, as continuation sees them, with what moves along it.
 *
 * A point z is (x, λ) in one array of n + 1 numbers. Distances and directions are in scaled units: each state relative to its size and
 * divided by √n, so that large systems are not all state, and λ relative to its range.
 */
import type { System } from "../../core/index.ts";
import type { Jacobian } from "../jacobian.ts";
import type { LinearSolver } from "../linear/linear-solver.ts";
import { type Bordered, borderedSolver } from "./bordered.ts";

export interface Curve {
  readonly n: number;
  /** What a unit of distance is in each state and in λ; shape (n + 1). */
  readonly units: Float64Array;
  readonly jacobian: Jacobian;
  readonly linear: LinearSolver;
  evaluate(z: Float64Array, f: Float64Array): void;
  /** Makes `jacobian` that of z, where f was found. */
  differentiate(z: Float64Array, f: Float64Array): void;
  /** ∂f/∂λ. */
  slope(z: Float64Array, out: Float64Array): void;
}

export const curveDefaults = {
  /** Newton iterations that bring a predicted point onto the curve. */
  maxIterations: 10,
  /** Distance moved by the last of them. */
  step: 1e-11,
  /** The same where iterations no longer gain: what round-off allows. */
  stalledStep: 1e-8,
} as const;

export interface Walker {
  readonly curve: Curve;
  /**
   * Moves z onto the curve within the plane through it across `across`.
   *
   * @returns iterations; 0 when it did not get there
   */
  correct(z: Float64Array, across: Float64Array): number;
  /** Unit tangent at a point of the curve, on the side of `along`. False where there is none. */
  tangent(z: Float64Array, along: Float64Array, out: Float64Array): boolean;
  distance(one: Float64Array, other: Float64Array): number;
}

export function walkerOn(curve: Curve): Walker {
  const { n, units } = curve;
  const f = new Float64Array(n);
  const slope = new Float64Array(n);
  const step = new Float64Array(n + 1);
  const bordered: Bordered = borderedSolver(curve);

  function factor(z: Float64Array, across: Float64Array): boolean {
    curve.differentiate(z, f);
    curve.slope(z, slope);
    return bordered.factor(slope, across);
  }

  return {
    curve,

    correct(z, across) {
      let before = Infinity;
      for (let iteration = 1; iteration <= curveDefaults.maxIterations; iteration++) {
        curve.evaluate(z, f);
        if (!f.every(Number.isFinite) || !factor(z, across)) return 0;
        for (let i = 0; i < n; i++) step[i] = -f[i]!;
        step[n] = 0;
        bordered.solve(step);
        let sum = 0;
        for (let i = 0; i <= n; i++) sum += (step[i]! / units[i]!) ** 2;
        const length = Math.sqrt(sum);
        if (!(length < Infinity)) return 0;
        // Far from the curve the first steps may be of like length; later ones must shrink.
        if (length > before && iteration > 2) return before <= curveDefaults.stalledStep ? iteration : 0;
        for (let i = 0; i <= n; i++) z[i]! += step[i]!;
        if (length <= curveDefaults.step) return iteration;
        before = length;
      }
      return before <= curveDefaults.stalledStep ? curveDefaults.maxIterations : 0;
    },

    tangent(z, along, out) {
      curve.evaluate(z, f);
      if (!factor(z, along)) return false;
      step.fill(0);
      step[n] = 1;
      bordered.solve(step);
      let sum = 0;
      for (let i = 0; i <= n; i++) {
        out[i] = step[i]! / units[i]!;
        sum += out[i]! * out[i]!;
      }
      const norm = Math.sqrt(sum);
      if (!(norm > 0 && norm < Infinity)) return false;
      for (let i = 0; i <= n; i++) out[i]! /= norm;
      return true;
    },

    distance(one, other) {
      let sum = 0;
      for (let i = 0; i <= n; i++) sum += ((one[i]! - other[i]!) / units[i]!) ** 2;
      return Math.sqrt(sum);
    },
  };
}

/** Units of distance: see above. */
export function unitsOf(system: System, x: Float64Array, range: number): Float64Array {
  const n = x.length;
  const root = Math.sqrt(n);
  return Float64Array.from({ length: n + 1 }, (_, i) => (i < n ? root * Math.max(Math.abs(x[i]!), system.nominal[i]!) : range));
}

/** The direction in which only λ changes. */
export function alongLambda(n: number): Float64Array {
  const direction = new Float64Array(n + 1);
  direction[n] = 1;
  return direction;
}
