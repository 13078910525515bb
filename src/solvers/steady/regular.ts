/** Whether a Jacobian can be relied on to be inverted: it cannot where a total is conserved, and factors of round-off then look like any others. */
import type { Jacobian } from "../jacobian.ts";
import type { LinearSolver } from "../linear/linear-solver.ts";

/** Relative error of the probe above which the factors are those of a singular matrix. */
const limit = 1e-2;
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * Multiplies a probe by J and solves with its factors: a singular matrix does not give the probe back.
 *
 * @param linear  holds the factors of −J
 * @param size  of each state
 */
export function isRegular({ values, sparsity }: Jacobian, linear: LinearSolver, n: number, size: (i: number) => number): boolean {
  const probe = Float64Array.from({ length: n }, (_, i) => size(i) * (0.5 + (((i + 1) * golden) % 1)));
  const b = new Float64Array(n);
  for (let z = 0; z < values.length; z++) {
    const [row, column] = sparsity ? [sparsity.rows[z]!, sparsity.columns[z]!] : [Math.floor(z / n), z % n];
    b[row]! -= values[z]! * probe[column]!;
  }
  linear.solve(b, 1);
  return b.every((value, i) => Math.abs(value - probe[i]!) <= limit * probe[i]!);
}
