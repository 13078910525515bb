/** Linear equations with one row and column more than the Jacobian: regular at turning points, where the Jacobian itself is not. */
import { factorLU, solveLU } from "../../core/index.ts";
import type { Curve } from "./curve.ts";

export interface Bordered {
  /**
   * Factors the matrix of J and `slope` beside it, with the row `across` (in scaled units) below.
   *
   * @param slope  ∂f/∂λ, shape (n)
   * @param across  shape (n + 1)
   */
  factor(slope: Float64Array, across: Float64Array): boolean;
  /** Solves in place: n equations, then the row below; shape (n + 1), not in scaled units. */
  solve(b: Float64Array): void;
}

export const borderedDefaults = {
  /** States up to which the matrix is factored as a whole. */
  dense: 60,
  /** Share of the Jacobian's size that is added to its diagonal where it cannot be factored as it is. */
  nudge: 1e-12,
} as const;

export function borderedSolver(curve: Pick<Curve, "n" | "units" | "jacobian" | "linear">): Bordered {
  return curve.n <= borderedDefaults.dense ? whole(curve) : byBlocks(curve);
}

/** One dense matrix; rows are brought to like size, columns to scaled units. */
function whole({ n, units, jacobian }: Pick<Curve, "n" | "units" | "jacobian">): Bordered {
  const size = n + 1;
  const a = new Float64Array(size * size);
  const rowSizes = new Float64Array(size);
  const pivots = new Int32Array(size);
  return {
    factor(slope, across) {
      a.fill(0);
      const { values, sparsity } = jacobian;
      for (let z = 0; z < values.length; z++) {
        const [row, column] = sparsity ? [sparsity.rows[z]!, sparsity.columns[z]!] : [Math.floor(z / n), z % n];
        a[row * size + column] = values[z]! * units[column]!;
      }
      for (let i = 0; i < n; i++) a[i * size + n] = slope[i]! * units[n]!;
      for (let j = 0; j < size; j++) a[n * size + j] = across[j]!;
      for (let i = 0; i < size; i++) {
        let most = 0;
        for (let j = 0; j < size; j++) most = Math.max(most, Math.abs(a[i * size + j]!));
        if (!(most > 0 && most < Infinity)) return false;
        rowSizes[i] = most;
        for (let j = 0; j < size; j++) a[i * size + j]! /= most;
      }
      return factorLU(a, size, pivots);
    },
    solve(b) {
      for (let i = 0; i < size; i++) b[i]! /= rowSizes[i]!;
      solveLU(a, size, pivots, b, 0);
      for (let i = 0; i < size; i++) b[i]! *= units[i]!;
    },
  };
}

/**
 * By the factors of the Jacobian, whose structure is used that way, and one step of refinement, which gives back what is lost where the
 * Jacobian is nearly singular.
 *
 * @see W. Govaerts, "Stable solvers and block elimination for bordered systems", SIAM J. Matrix Anal. Appl. 12 (1991) 469–483.
 */
function byBlocks({ n, units, jacobian, linear }: Pick<Curve, "n" | "units" | "jacobian" | "linear">): Bordered {
  const v = new Float64Array(n);
  const beside = new Float64Array(n);
  const below = new Float64Array(n + 1);
  const first = new Float64Array(n + 1);
  const rest = new Float64Array(n + 1);
  let corner = 0;

  const dot = (x: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += below[i]! * x[i]!;
    return sum;
  };

  /** The linear solver holds −J. */
  function once(b: Float64Array): void {
    for (let i = 0; i < n; i++) first[i] = -b[i]!;
    linear.solve(first.subarray(0, n), 1);
    const lambda = (b[n]! - dot(first)) / corner;
    for (let i = 0; i < n; i++) b[i] = first[i]! - lambda * v[i]!;
    b[n] = lambda;
  }

  return {
    factor(slope, across) {
      if (!linear.factor(jacobian.values, 0)) {
        let most = 0;
        for (const value of jacobian.values) most = Math.max(most, Math.abs(value));
        if (!linear.factor(jacobian.values, borderedDefaults.nudge * most)) return false;
      }
      beside.set(slope);
      for (let i = 0; i <= n; i++) below[i] = across[i]! / units[i]!;
      for (let i = 0; i < n; i++) v[i] = -slope[i]!;
      linear.solve(v, 1);
      corner = below[n]! - dot(v);
      return Number.isFinite(corner) && corner !== 0;
    },
    solve(b) {
      rest.set(b);
      once(b);
      const { values, sparsity } = jacobian;
      for (let z = 0; z < values.length; z++) {
        const [row, column] = sparsity ? [sparsity.rows[z]!, sparsity.columns[z]!] : [Math.floor(z / n), z % n];
        rest[row]! -= values[z]! * b[column]!;
      }
      for (let i = 0; i < n; i++) rest[i]! -= beside[i]! * b[n]!;
      rest[n]! -= dot(b) + below[n]! * b[n]!;
      once(rest);
      for (let i = 0; i <= n; i++) b[i]! += rest[i]!;
    },
  };
}
