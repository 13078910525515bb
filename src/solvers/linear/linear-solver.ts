/** The one thing an implicit step asks of linear algebra: solve with s·M − J, many times for one factorisation. */
import type { System } from "../../core/index.ts";
import { denseSolver } from "./dense.ts";
import { sparseSolver } from "./sparse.ts";
import { straightLineSolver } from "./straight-line.ts";

export interface LinearSolver {
  readonly kind: "dense" | "banded" | "sparse";
  /**
   * Factors shift·M − J.
   *
   * @param jacobian  values of J at the places of the sparsity the solver was made for
   * @returns false when the matrix is singular to working precision
   */
  factor(jacobian: Float64Array, shift: number): boolean;
  /** Solves in place for `count` right-hand sides of n elements, one after the other in b. */
  solve(b: Float64Array, count: number): void;
}

/** The linear solver that suits a system, by its size and the pattern of its Jacobian. */
export function linearSolver(system: System): LinearSolver {
  const { states, jacobian, mass } = system;
  const n = states.length;
  if (!jacobian) return denseSolver(n, undefined, mass);
  const { sparsity } = jacobian;
  return straightLineSolver(n, sparsity, mass) ?? sparseSolver(n, sparsity, mass) ?? denseSolver(n, sparsity, mass);
}
