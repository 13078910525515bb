/** Which linear solver suits a system. */
import type { System } from "../../core/index.ts";
import { denseSolver } from "./dense.ts";
import type { LinearSolver } from "./linear-solver.ts";
import { sparseSolver } from "./sparse.ts";
import { straightLineSolver } from "./straight-line.ts";

/** The linear solver that suits a system, by its size and the pattern of its Jacobian. */
export function linearSolver(system: System): LinearSolver {
  const { states, jacobian, mass } = system;
  const n = states.length;
  if (!jacobian) return denseSolver(n, undefined, mass);
  const { sparsity } = jacobian;
  return straightLineSolver(n, sparsity, mass) ?? sparseSolver(n, sparsity, mass) ?? denseSolver(n, sparsity, mass);
}
