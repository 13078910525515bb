/** The one thing an implicit step asks of linear algebra: solve with s·M − J, many times for one factorisation. */
import type { Sparsity } from "../../core/index.ts";

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
  /**
   * The same for right-hand sides b + (dJ)·v, where row k of `dJ`, shape (count, non-zeros), is a change of the Jacobian's values: what
   * the derivative of an implicit step solves.
   */
  solveChanged(b: Float64Array, count: number, dJ: Float64Array, v: Float64Array): void;
}

/** b ← b + (dJ)·v, row by row: for linear solvers that do not do so while solving. */
export function addChange(b: Float64Array, count: number, n: number, { rows, columns }: Sparsity, dJ: Float64Array, v: Float64Array): void {
  const nonZeros = rows.length;
  for (let k = 0; k < count; k++) {
    const [from, to] = [k * nonZeros, k * n];
    for (let z = 0; z < nonZeros; z++) b[to + rows[z]!]! += dJ[from + z]! * v[columns[z]!]!;
  }
}
