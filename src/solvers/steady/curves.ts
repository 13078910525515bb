/** The curves that continuation follows: steady states over a parameter or an input, and the way from any point to a steady state. */
import type { Directions } from "../../core/index.ts";
import { jacobianOf } from "../jacobian.ts";
import { linearSolver } from "../linear/choose-linear.ts";
import type { Iterate } from "../stepper.ts";
import { type Curve, unitsOf } from "./curve.ts";

/** What is varied: an index into `system.parameters` or `system.inputs`. */
export interface Varied {
  readonly kind: "parameter" | "input";
  readonly index: number;
}

/** Relative increment of a central difference. */
const increment = 2 ** -17;

/**
 * Steady states over a parameter or an input. Writes the varied value into the iterate's parameters or inputs, which must be its own.
 *
 * @param range  what counts as a change of 1
 */
export function curveOver(iterate: Iterate, time: number, varied: Varied, range: number): Curve {
  const { system, inputs, x } = iterate;
  const n = x.length;
  const values = varied.kind === "parameter" ? iterate.p : inputs.u;
  const column = varied.kind === "parameter" ? system.active.indexOf(varied.index) : varied.index;
  const exact = system.differentiable && column >= 0;
  const along: Directions = {
    count: 1,
    dt: new Float64Array(1),
    dx: new Float64Array(n),
    du: Float64Array.from(system.inputs, (_, i) => (varied.kind === "input" && i === varied.index ? 1 : 0)),
    dp: Float64Array.from(system.active, (i) => (varied.kind === "parameter" && i === varied.index ? 1 : 0)),
  };
  const ahead = new Float64Array(n);
  const jacobian = jacobianOf(iterate);

  function evaluate(z: Float64Array, f: Float64Array): void {
    x.set(z.subarray(0, n));
    values[varied.index] = z[n]!;
    system.rhs.evaluate(time, x, inputs.u, iterate.p, f);
    iterate.statistics.rhs++;
  }

  return {
    n,
    units: unitsOf(system, x, range),
    jacobian,
    linear: linearSolver(system),
    evaluate,
    differentiate(z, f) {
      x.set(z.subarray(0, n));
      values[varied.index] = z[n]!;
      jacobian.evaluate(time, x, f);
      iterate.statistics.factorisations++;
    },
    slope(z, out) {
      if (exact) {
        x.set(z.subarray(0, n));
        values[varied.index] = z[n]!;
        system.rhs.tangent(time, x, inputs.u, iterate.p, along, out);
        iterate.statistics.tangents++;
        return;
      }
      const step = increment * Math.max(Math.abs(z[n]!), 1e-3 * range);
      const moved = z.slice();
      moved[n] = z[n]! + step;
      evaluate(moved, ahead);
      moved[n] = z[n]! - step;
      evaluate(moved, out);
      for (let i = 0; i < n; i++) out[i] = (ahead[i]! - out[i]!) / (2 * step);
      values[varied.index] = z[n]!;
    },
  };
}

/**
 * The way from a point to a steady state, f(x) = (1 − λ)·f(start): the start at λ = 0, steady states wherever λ = 1. Walked on beyond the
 * first, it often comes back to others.
 *
 * @see M. Kuno, J. D. Seader, "Computing all real solutions to systems of nonlinear equations with a global fixed-point homotopy",
 *   Ind. Eng. Chem. Res. 27 (1988) 1320–1329.
 */
export function curveToRest(iterate: Iterate, time: number): Curve {
  const { system, inputs, x } = iterate;
  const n = x.length;
  const jacobian = jacobianOf(iterate);
  const start = new Float64Array(n);
  system.rhs.evaluate(time, x, inputs.u, iterate.p, start);
  const plain = new Float64Array(n);
  return {
    n,
    units: unitsOf(system, x, 1),
    jacobian,
    linear: linearSolver(system),
    evaluate(z, f) {
      x.set(z.subarray(0, n));
      system.rhs.evaluate(time, x, inputs.u, iterate.p, f);
      iterate.statistics.rhs++;
      for (let i = 0; i < n; i++) f[i]! -= (1 - z[n]!) * start[i]!;
    },
    differentiate(z, f) {
      x.set(z.subarray(0, n));
      // Differences start from the right-hand side itself.
      for (let i = 0; i < n; i++) plain[i] = f[i]! + (1 - z[n]!) * start[i]!;
      jacobian.evaluate(time, x, plain);
      iterate.statistics.factorisations++;
    },
    slope(_z, out) {
      out.set(start);
    },
  };
}
