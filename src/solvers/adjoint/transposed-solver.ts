/** Solves with the transpose of shift·M − J: the same linear solvers, made for the mirrored pattern. */
import type { Sparsity, System } from "../../core/index.ts";
import { linearSolver } from "../linear/choose-linear.ts";
import type { LinearSolver } from "../linear/linear-solver.ts";

interface Mirrored {
  readonly sparsity: Sparsity;
  /** Place of each value of the mirrored pattern in the original. */
  readonly from: Int32Array;
}

/** By pattern: patterns are shared by all systems of a model, and code is generated once for each. */
const mirrors = new WeakMap<Sparsity, Mirrored>();

function mirrored(sparsity: Sparsity): Mirrored {
  let mirror = mirrors.get(sparsity);
  if (!mirror) {
    const { rows, columns } = sparsity;
    const from = Int32Array.from(rows, (_, z) => z).sort((a, b) => columns[a]! - columns[b]! || rows[a]! - rows[b]!);
    mirror = { from, sparsity: { rows: from.map((z) => columns[z]!), columns: from.map((z) => rows[z]!) } };
    mirrors.set(sparsity, mirror);
  }
  return mirror;
}

export interface TransposedSolver {
  /** Factors (shift·M − J)ᵀ; `jacobian` holds the values of J as they are. False: singular to working precision. */
  factor(jacobian: Float64Array, shift: number): boolean;
  /** Solves in place. */
  solve(b: Float64Array): void;
}

/** @param jacobian  the system's own: adjoints need its exact values */
export function transposedSolver(system: System, jacobian: NonNullable<System["jacobian"]>): TransposedSolver {
  const { from, sparsity } = mirrored(jacobian.sparsity);
  const linear: LinearSolver = linearSolver({ ...system, jacobian: { ...jacobian, size: from.length, sparsity } });
  const values = new Float64Array(from.length);
  return {
    factor(original, shift) {
      for (let z = 0; z < from.length; z++) values[z] = original[from[z]!]!;
      return linear.factor(values, shift);
    },
    solve: (b) => linear.solve(b, 1),
  };
}
