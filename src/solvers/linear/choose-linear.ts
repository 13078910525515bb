/** Which linear solver suits a system. */
import type { Sparsity, System } from "../../core/index.ts";
import { bandedSolver } from "./banded.ts";
import { denseSolver } from "./dense.ts";
import type { LinearSolver } from "./linear-solver.ts";
import { sparseSolver } from "./sparse.ts";
import { sparseLuSolver } from "./sparse-lu.ts";
import { straightLineSolver } from "./straight-line.ts";

export const choiceDefaults = {
  /** States up to which an order of elimination is looked for exhaustively (Markowitz), and walked through as a list. */
  listed: 80,
  /** Share of places that are not zero above which a matrix is dense to all intents. */
  dense: 0.3,
} as const;

/** Places of the Jacobian that are not zero, as far as they are known. */
export function patternOf({ jacobian, pattern }: System): Sparsity | undefined {
  return jacobian?.sparsity ?? pattern;
}

/**
 * The linear solver that suits a system, by its size and the pattern of its Jacobian: written out for small systems, loops over the band for
 * narrow ones, a sparse factorisation with pivoting for the others.
 */
export function linearSolver(system: System): LinearSolver {
  const { states, mass } = system;
  const n = states.length;
  const sparsity = patternOf(system);
  if (!sparsity) return denseSolver(n, undefined, mass);
  const small = straightLineSolver(n, sparsity, mass);
  if (small) return small;
  const banded = bandedSolver(n, sparsity, mass);
  if (banded) return banded;
  const { listed, dense } = choiceDefaults;
  const listable = n <= listed ? sparseSolver(n, sparsity, mass) : undefined;
  if (listable) return listable;
  const full = sparsity.rows.length > dense * n * n;
  return (full ? undefined : sparseLuSolver(n, sparsity, mass)) ?? denseSolver(n, sparsity, mass);
}
