/**
 * Consistent values of algebraic states: where a run starts and after every jump, and what they do to the derivatives.
 *
 * Differential states are given; algebraic states are solved for by Newton's method, damped by the natural monotonicity test, and where
 * that stalls by a homotopy from the guesses.
 */
import { type Directions, factorLU, solveLU } from "../core/index.ts";
import { jacobianOf } from "./jacobian.ts";
import { walkToConsistent } from "./steady/consistent-homotopy.ts";
import type { Iterate } from "./stepper.ts";

export interface ConsistencyFailure {
  /** State whose equation is missed by the most. */
  readonly equation: number;
  readonly residual: number;
}

export interface Consistency {
  /** Solves for the algebraic part of `iterate.x`. Undefined on success. */
  solve(t: number): ConsistencyFailure | undefined;
  /** Algebraic rows of `iterate.s` from the differential ones: the implicit function theorem at (t, x). */
  differentiate(t: number): void;
  /** Writes dx/dt at (t, x), of algebraic states too. */
  rate(t: number, out: Float64Array): void;
}

export const consistencyDefaults = {
  maxIterations: 50,
  /** A Newton step below this, relative to the state or its nominal size, ends the search. */
  step: 1e-13,
  /** The same where the iteration no longer gains: accepted as the accuracy that the equation allows. */
  stalledStep: 1e-9,
  leastDamping: 1e-6,
} as const;

export function consistency(iterate: Iterate): Consistency {
  const { system, inputs, x } = iterate;
  const n = x.length;
  const { mass, nominal } = system;
  const algebraic = mass ? Int32Array.from({ length: n }, (_, i) => i).filter((i) => mass[i] === 0) : new Int32Array(0);
  const f = new Float64Array(n);
  const jacobian = algebraic.length > 0 ? jacobianOf(iterate) : undefined;
  const matrix = new Float64Array(algebraic.length > 0 ? n * n : 0);
  const pivots = new Int32Array(n);
  const step = new Float64Array(n);
  const trial = new Float64Array(n);
  const from = new Float64Array(n);
  const along: Directions = {
    count: 1,
    dt: Float64Array.of(1),
    dx: new Float64Array(n),
    du: inputs.slope,
    dp: new Float64Array(system.active.length),
  };

  /** Rows of differential states: identity; rows of algebraic states: those of the Jacobian. */
  function factor(t: number): boolean {
    if (!jacobian || !mass) return true;
    jacobian.evaluate(t, x, f);
    matrix.fill(0);
    const { values, sparsity } = jacobian;
    for (let z = 0; z < values.length; z++) {
      const row = sparsity ? sparsity.rows[z]! : Math.floor(z / n);
      if (mass[row] === 0) matrix[row * n + (sparsity ? sparsity.columns[z]! : z % n)] = values[z]!;
    }
    for (let i = 0; i < n; i++) if (mass[i] !== 0) matrix[i * n + i] = 1;
    return factorLU(matrix, n, pivots);
  }

  function evaluate(t: number): void {
    inputs.at(t);
    system.rhs.evaluate(t, x, inputs.u, iterate.p, f);
    iterate.statistics.rhs++;
  }

  /** Newton step of the algebraic states, by the matrix factored last; its length relative to the states. */
  function newtonStep(out: Float64Array): number {
    for (let i = 0; i < n; i++) out[i] = mass![i] === 0 ? -f[i]! : 0;
    solveLU(matrix, n, pivots, out, 0);
    let sum = 0;
    for (const i of algebraic) sum += (out[i]! / Math.max(Math.abs(from[i]!), nominal[i]!)) ** 2;
    return Math.sqrt(sum / algebraic.length);
  }

  function failure(): ConsistencyFailure {
    let worst = algebraic[0]!;
    for (const i of algebraic) if (!(Math.abs(f[i]!) <= Math.abs(f[worst]!))) worst = i;
    return { equation: worst, residual: f[worst]! };
  }

  function newton(t: number): ConsistencyFailure | undefined {
    evaluate(t);
    for (let iteration = 0; iteration < consistencyDefaults.maxIterations; iteration++) {
      for (let i = 0; i < n; i++) from[i] = x[i]!;
      if (!factor(t)) return failure();
      const length = newtonStep(step);
      if (!(length < Infinity)) return failure();
      let damping = 1;
      for (;;) {
        for (const i of algebraic) x[i] = from[i]! + damping * step[i]!;
        evaluate(t);
        if (length <= consistencyDefaults.step) return undefined;
        const next = newtonStep(trial);
        if (next <= (1 - damping / 4) * length) break;
        if (length <= consistencyDefaults.stalledStep) return undefined;
        damping /= 2;
        if (damping < consistencyDefaults.leastDamping) {
          for (const i of algebraic) x[i] = from[i]!;
          evaluate(t);
          return failure();
        }
      }
    }
    return failure();
  }

  return {
    solve(t) {
      if (algebraic.length === 0) return undefined;
      const guess = x.slice();
      const failed = newton(t);
      if (!failed || !guess.every(Number.isFinite)) return failed;
      const stalled = x.slice();
      x.set(guess);
      if (walkToConsistent(iterate, t) && !newton(t)) return undefined;
      x.set(stalled);
      evaluate(t);
      return failed;
    },

    differentiate(t) {
      if (algebraic.length === 0) return;
      iterate.tape?.consistent(t);
      if (iterate.count === 0) return;
      const { count, s, dp, du, p } = iterate;
      inputs.at(t);
      evaluate(t);
      if (!factor(t)) return;
      const differential = Float64Array.from(s, (value, i) => (mass![i % n] === 0 ? 0 : value));
      const out = new Float64Array(count * n);
      system.rhs.tangent(t, x, inputs.u, p, { count, dt: new Float64Array(count), dx: new Float64Array(count * n), du, dp }, out);
      for (let i = 0; i < out.length; i++) out[i] = mass![i % n] === 0 ? -out[i]! : differential[i]!;
      for (let direction = 0; direction < count; direction++) solveLU(matrix, n, pivots, out, direction * n);
      s.set(out);
    },

    rate(t, out) {
      evaluate(t);
      if (algebraic.length === 0) {
        out.set(f);
        return;
      }
      const alongTime = trial;
      system.rhs.tangent(t, x, inputs.u, iterate.p, along, alongTime);
      const rates = Float64Array.from(f, (value, i) => (mass![i] === 0 ? -alongTime[i]! : value));
      if (factor(t)) solveLU(matrix, n, pivots, rates, 0);
      out.set(rates);
    },
  };
}
