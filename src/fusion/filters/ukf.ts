/**
 * The unscented Kalman filter: the uncertainty is carried by a few points that go through the equations as they are.
 *
 * Needs no derivatives and sees the bend of the equations; costs 2·d + 1 solves a step for d differential states. Weights are never
 * negative, so neither is a variance: κ = max(0, 3 − d), which is the cubature filter from three states on.
 */
import type { Outcome } from "../../core/index.ts";
import { createSolver, refuseDelays } from "../../solvers/index.ts";
import { choleskyFactor } from "../cholesky.ts";
import { begin, checkOptions, type Estimate, type Setting } from "./estimate.ts";
import type { Filter, FilterOptions } from "./filter.ts";
import { linearise, makeConsistent } from "./linearise.ts";
import { accumulatedNoise } from "./process-noise.ts";
import { type Expected, type Kind, runFilter } from "./run-filter.ts";

/**
 * An unscented Kalman filter.
 *
 * @throws GreyboxError `filter/option`
 *
 * @see S. J. Julier & J. K. Uhlmann, "Unscented filtering and nonlinear estimation", Proc. IEEE 92 (2004) 401–422; I. Arasaratnam &
 *   S. Haykin, "Cubature Kalman filters", IEEE Trans. Autom. Control 54 (2009) 1254–1269.
 *
 * @example
 * const filter = ukf().start(decay.system(), Float64Array.of(1));
 * filter.advance(1, new Float64Array(0)).kind; // => "success"
 */
export function ukf(options: FilterOptions = {}): Filter {
  checkOptions(options);
  return {
    kind: "ukf",
    options,
    start(system, x0, at = {}) {
      const { setting, estimate } = begin(system, x0, at, options);
      return runFilter(setting, estimate, at, kindOf(setting));
    },
  };
}

function kindOf(setting: Setting): Kind {
  const { system, split, p, density, rtol } = setting;
  refuseDelays(system, "ukf");
  const { differential } = split;
  const [n, r, d] = [system.states.length, system.inputs.length, differential.length];
  const solver = createSolver(system, { rtol });
  const kappa = Math.max(0, 3 - d);
  const weights = Float64Array.from({ length: 2 * d + 1 }, (_, j) => (j === 0 ? kappa : 0.5) / (d + kappa));

  /** Full states: the mean, then one point each way along each column of the root of the covariance. */
  const pointsOf = ({ time, x, covariance, inputs }: Estimate): Float64Array[] => {
    const root = rootOf(covariance, d);
    const reach = Math.sqrt(d + kappa);
    return Array.from(weights, (_, j) => {
      const point = Float64Array.from(x);
      if (j === 0) return point;
      const column = (j - 1) >> 1;
      const sign = j % 2 === 1 ? 1 : -1;
      for (const [k, i] of differential.entries()) {
        point[i] = Math.max(system.lower[i]!, x[i]! + sign * reach * root[k * d + column]!);
      }
      makeConsistent(system, split, time, point, inputs, p);
      return point;
    });
  };

  return {
    move(from, to, inputs) {
      const middle = from.time + (to - from.time) / 2;
      const moved: Float64Array[] = [];
      let outcome: Outcome = { kind: "success" };
      let near: Float64Array | undefined;
      let u = from.inputs;
      for (const [j, x0] of pointsOf(from).entries()) {
        const solution = solver.solve({ span: [from.time, to], x0, p, inputs, samples: Float64Array.of(middle, to) });
        outcome = solution.outcome;
        // One point that cannot be carried is as good as none: the belief would be of another shape.
        if (outcome.kind !== "success") return { outcome, estimate: from };
        moved.push(solution.end.x);
        if (j === 0) {
          near = linearise(system, split, middle, solution.states.subarray(0, n), solution.inputs.subarray(0, r), p)?.a;
          u = solution.inputs.slice(r, 2 * r);
        }
      }
      const x = meanOf(moved, weights);
      const covariance = spreadOf(moved, x, weights, differential);
      if (near) {
        const noise = accumulatedNoise(near, density, to - from.time);
        for (let i = 0; i < covariance.length; i++) covariance[i]! += noise[i]!;
      }
      return { outcome, estimate: { time: to, x, covariance, inputs: u } };
    },

    expect(estimate, observable): Expected {
      const points = pointsOf(estimate);
      const values = new Float64Array(system.observe.size);
      const readings = Float64Array.from(points, (point) => {
        system.observe.evaluate(estimate.time, point, estimate.inputs, p, values);
        return values[observable]!;
      });
      const value = readings.reduce((sum, reading, j) => sum + weights[j]! * reading, 0);
      let variance = 0;
      const cross = new Float64Array(d);
      for (const [j, point] of points.entries()) {
        const off = weights[j]! * (readings[j]! - value);
        variance += off * (readings[j]! - value);
        for (const [k, i] of differential.entries()) cross[k]! += off * (point[i]! - estimate.x[i]!);
      }
      return { value, variance, cross, slope: undefined };
    },
  };
}

/** A lower root of a covariance that rounding may have made slightly indefinite: a little is added to its diagonal until there is one. */
function rootOf(covariance: Float64Array, d: number): Float64Array {
  const root = new Float64Array(d * d);
  if (choleskyFactor(covariance, d, root)) return root;
  // With its own largest variance added any covariance is definite, by Gershgorin's circles at the latest.
  for (let share = 1e-12; share < 2 * d; share *= 10) if (choleskyFactor(raised(covariance, d, share), d, root)) break;
  return root;
}

function raised(covariance: Float64Array, d: number, share: number): Float64Array {
  let largest = 0;
  for (let i = 0; i < d; i++) largest = Math.max(largest, covariance[i * d + i]!);
  return covariance.map((entry, i) => (i % (d + 1) === 0 ? entry + share * largest : entry));
}

function meanOf(points: readonly Float64Array[], weights: Float64Array): Float64Array {
  return points[0]!.map((_, i) => points.reduce((sum, point, j) => sum + weights[j]! * point[i]!, 0));
}

function spreadOf(points: readonly Float64Array[], mean: Float64Array, weights: Float64Array, differential: Int32Array): Float64Array {
  const d = differential.length;
  const out = new Float64Array(d * d);
  for (const [row, i] of differential.entries()) {
    for (let c = 0; c <= row; c++) {
      const k = differential[c]!;
      let sum = 0;
      for (const [j, point] of points.entries()) sum += weights[j]! * (point[i]! - mean[i]!) * (point[k]! - mean[k]!);
      out[row * d + c] = sum;
      out[c * d + row] = sum;
    }
  }
  return out;
}
