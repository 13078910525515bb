/** Dense linear solver: LU with partial pivoting. For small systems, and wherever the Jacobian's pattern is not known. */
import { factorLU, type Sparsity, solveLU } from "../../core/index.ts";
import { addChange, type LinearSolver } from "./linear-solver.ts";

/**
 * @param sparsity  places of the Jacobian's values; absent: all, row-major
 * @param mass  diagonal of M, shape (n); absent: ones
 */
export function denseSolver(n: number, sparsity: Sparsity | undefined, mass: Uint8Array | undefined): LinearSolver {
  const a = new Float64Array(n * n);
  const pivots = new Int32Array(n);
  const places = sparsity ? Int32Array.from(sparsity.rows, (row, i) => row * n + sparsity.columns[i]!) : undefined;
  const diagonal = Float64Array.from({ length: n }, (_, i) => mass?.[i] ?? 1);

  const all = sparsity ?? everywhere(n);
  const solve = (b: Float64Array, count: number): void => {
    for (let k = 0; k < count; k++) solveLU(a, n, pivots, b, k * n);
  };

  return {
    kind: "dense",
    factor(jacobian, shift) {
      if (places) {
        a.fill(0);
        for (let i = 0; i < places.length; i++) a[places[i]!] = -jacobian[i]!;
      } else {
        for (let i = 0; i < a.length; i++) a[i] = -jacobian[i]!;
      }
      for (let i = 0; i < n; i++) a[i * n + i]! += shift * diagonal[i]!;
      return factorLU(a, n, pivots);
    },
    solve,
    solveChanged(b, count, dJ, v) {
      addChange(b, count, n, all, dJ, v);
      solve(b, count);
    },
  };
}

/** Every place of a matrix, row-major. */
function everywhere(n: number): Sparsity {
  return {
    rows: Int32Array.from({ length: n * n }, (_, i) => Math.floor(i / n)),
    columns: Int32Array.from({ length: n * n }, (_, i) => i % n),
  };
}
