/**
 * The extended Kalman filter, continuous in time and discrete in measurements.
 *
 * The estimate follows the equations by the solver; its covariance follows by the exact derivatives of that solution with respect to its
 * start, also through events. Cheap and good where the equations are nearly linear over the width of the uncertainty.
 */
import { GreyboxError } from "../../core/index.ts";
import { createSolver, refuseDelays, type SolveOptions } from "../../solvers/index.ts";
import { begin, checkOptions, type Estimate, type Setting } from "./estimate.ts";
import type { Filter, FilterOptions } from "./filter.ts";
import { linearise } from "./linearise.ts";
import { accumulatedNoise, congruence } from "./process-noise.ts";
import { type Expected, type Kind, runFilter } from "./run-filter.ts";

/**
 * An extended Kalman filter.
 *
 * @throws GreyboxError `filter/option`
 *
 * @see A. H. Jazwinski, *Stochastic Processes and Filtering Theory*, Academic Press 1970, §8.3.
 *
 * @example
 * const filter = ekf({ noise: { T: 0.2 } }).start(reactor.system(), Float64Array.of(0.5, 350));
 * filter.advance(0.5, Float64Array.of(100, 1, 350, 300));
 * filter.update("T", filter.observe("T").value + 0.2, 0.3).accepted; // => true
 */
export function ekf(options: FilterOptions = {}): Filter {
  checkOptions(options);
  return {
    kind: "ekf",
    options,
    start(system, x0, at = {}) {
      if (!system.differentiable) throw new GreyboxError("filter/not-differentiable", { system: system.name });
      const { setting, estimate } = begin(system, x0, at, options);
      return runFilter(setting, estimate, at, kindOf(setting));
    },
  };
}

function kindOf(setting: Setting): Kind {
  const { system, split, p, density, rtol } = setting;
  refuseDelays(system, "ekf");
  const { differential } = split;
  const [n, r, d, a] = [system.states.length, system.inputs.length, differential.length, system.active.length];
  const dx0 = new Float64Array(d * n);
  for (const [k, i] of differential.entries()) dx0[k * n + i] = 1;
  const directions = { count: d, dx0, dp: new Float64Array(d * a) };

  return {
    move(from, to, inputs) {
      const middle = from.time + (to - from.time) / 2;
      const samples = Float64Array.of(middle, to);
      const solver = createSolver(system, { rtol, ...carefulSteps(setting, from, to - from.time) });
      const solution = solver.solve({ span: [from.time, to], x0: from.x, p, inputs, samples, directions });
      const { end, outcome, states, inputs: u } = solution;
      const phi = new Float64Array(d * d);
      for (let k = 0; k < d; k++) for (const [row, i] of differential.entries()) phi[row * d + k] = end.tangents![k * n + i]!;
      const covariance = congruence(phi, from.covariance, d);
      const near = solution.times.length > 0 ? linearise(system, split, middle, states.subarray(0, n), u.subarray(0, r), p) : undefined;
      if (near) {
        const noise = accumulatedNoise(near.a, density, end.time - from.time);
        for (let i = 0; i < covariance.length; i++) covariance[i]! += noise[i]!;
      }
      const last = solution.times.length - 1;
      const estimate: Estimate = {
        time: end.time,
        x: end.x,
        covariance,
        inputs: last < 0 ? from.inputs : u.slice(last * r, (last + 1) * r),
      };
      return { outcome, estimate };
    },

    expect({ time, x, covariance, inputs }, observable): Expected {
      const values = new Float64Array(system.observe.size);
      system.observe.evaluate(time, x, inputs, p, values);
      const lift = linearise(system, split, time, x, inputs, p)?.lift;
      const along = { count: d, dt: new Float64Array(d), dx: columnsOf(lift, dx0, n, d), du: new Float64Array(d * r), dp: directions.dp };
      const slopes = new Float64Array(d * values.length);
      system.observe.tangent(time, x, inputs, p, along, slopes);
      const slope = Float64Array.from({ length: d }, (_, k) => slopes[k * values.length + observable]!);
      const cross = slope.map((_, row) => slope.reduce((sum, h, k) => sum + covariance[row * d + k]! * h, 0));
      const variance = slope.reduce((sum, h, k) => sum + h * cross[k]!, 0);
      return { value: values[observable]!, variance: Math.max(0, variance), cross, slope };
    },
  };
}

/**
 * How to step so that the derivatives are right as well. The solver's error control looks at the states only: at rest their error is 0 and
 * an explicit step would grow beyond its stability, where the derivative of the step has nothing to do with that of the equations. So a
 * stiff method is used where the system has a Jacobian, and a step does not span several of the shortest time constants; beyond `careful.most`
 * such steps the fast modes are left to the damping of the stiff method.
 */
function carefulSteps({ system, split, p }: Setting, { time, x, inputs }: Estimate, h: number): SolveOptions {
  const near = linearise(system, split, time, x, inputs, p);
  const d = split.differential.length;
  let rate = 0;
  for (let i = 0; near && i < d; i++) {
    let row = 0;
    for (let j = 0; j < d; j++)
      row += Math.abs(near.a[i * d + j]!) * (system.nominal[split.differential[j]!]! / system.nominal[split.differential[i]!]!);
    rate = Math.max(rate, row);
  }
  const short = rate > 0 ? careful.reach / rate : Infinity;
  if (!system.jacobian) return { maxStep: Math.min(short, h) };
  return { method: "rodas5p", maxStep: Math.min(h, Math.max(short, h / careful.most)) };
}

const careful = { reach: 2, most: 50 } as const;

/** The lift with one direction after the other; without one, the differential states alone. */
function columnsOf(lift: Float64Array | undefined, unit: Float64Array, n: number, d: number): Float64Array {
  if (!lift) return unit;
  const out = new Float64Array(d * n);
  for (let k = 0; k < d; k++) for (let i = 0; i < n; i++) out[k * n + i] = lift[i * d + k]!;
  return out;
}
