/** Sparse linear solver for patterns too large to write out: the same elimination, walked through as a list of places. */
import type { Sparsity } from "../../core/index.ts";
import { denseSolver } from "./dense.ts";
import { type Elimination, eliminate } from "./elimination.ts";
import { addChange, type LinearSolver } from "./linear-solver.ts";

export const sparseDefaults = {
  /** Share of the operations of a dense factorisation up to which walking a list is quicker. Measured at n = 20 … 200. */
  share: 0.25,
  /** Sum of squares of the multipliers, for each of them, above which the fixed order of pivots is not trusted. */
  growth: 1e6,
} as const;

/** An elimination as flat lists. Step k has `below[k]` multipliers and `right[k]` entries to its right. */
interface Program {
  readonly n: number;
  readonly places: number;
  readonly ofJacobian: Int32Array;
  readonly diagonal: Int32Array;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly pivots: Int32Array;
  readonly below: Int32Array;
  readonly right: Int32Array;
  /** Multipliers, step by step: place, and row. */
  readonly multipliers: Int32Array;
  readonly multiplierRows: Int32Array;
  /** Entries to the right, step by step: place, and column. */
  readonly entries: Int32Array;
  readonly entryColumns: Int32Array;
  /** Places updated: for each multiplier one for each entry to the right. */
  readonly targets: Int32Array;
}

const programs = new WeakMap<Sparsity, Map<string, Program | undefined>>();

/** Undefined where elimination fills in so much that a dense solver is quicker, or the pattern leaves no fixed order of pivots. */
export function sparseSolver(n: number, sparsity: Sparsity, mass: Uint8Array | undefined): LinearSolver | undefined {
  const program = programFor(n, sparsity, mass);
  if (!program) return undefined;
  const factors = new Float64Array(program.places);
  const right = new Float64Array(n);
  const limit = sparseDefaults.growth * Math.max(1, program.multipliers.length);
  let pivoting: LinearSolver | undefined;
  let trusted = true;

  const solve = (b: Float64Array, count: number): void => {
    if (trusted) for (let k = 0; k < count; k++) substitute(program, factors, b, k * n, right);
    else pivoting!.solve(b, count);
  };

  return {
    kind: "sparse",
    factor(jacobian, shift) {
      factors.fill(0);
      const { ofJacobian, diagonal } = program;
      for (let z = 0; z < ofJacobian.length; z++) factors[ofJacobian[z]!] = -jacobian[z]!;
      for (let i = 0; i < diagonal.length; i++) factors[diagonal[i]!]! += shift;
      trusted = run(program, factors) <= limit;
      if (trusted) return true;
      pivoting ??= denseSolver(n, sparsity, mass);
      return pivoting.factor(jacobian, shift);
    },
    solve,
    solveChanged(b, count, dJ, v) {
      addChange(b, count, n, sparsity, dJ, v);
      solve(b, count);
    },
  };
}

/** Eliminates in place. Returns the sum of squares of the multipliers; NaN where a pivot is not a finite number or zero. */
function run(program: Program, factors: Float64Array): number {
  const { n, pivots, below, right, multipliers, entries, targets } = program;
  let growth = 0;
  let multiplier = 0;
  let entry = 0;
  let target = 0;
  for (let k = 0; k < n; k++) {
    const reciprocal = 1 / factors[pivots[k]!]!;
    factors[pivots[k]!] = reciprocal;
    growth += 0 * reciprocal;
    const width = right[k]!;
    for (let last = multiplier + below[k]!; multiplier < last; multiplier++) {
      const place = multipliers[multiplier]!;
      const factor = factors[place]! * reciprocal;
      factors[place] = factor;
      growth += factor * factor;
      for (let j = 0; j < width; j++) factors[targets[target++]!]! -= factor * factors[entries[entry + j]!]!;
    }
    entry += width;
  }
  return growth;
}

function substitute(program: Program, factors: Float64Array, b: Float64Array, from: number, right: Float64Array): void {
  const { n, rows, columns, pivots, below, right: widths, multipliers, multiplierRows, entries, entryColumns } = program;
  for (let i = 0; i < n; i++) right[i] = b[from + i]!;
  let multiplier = 0;
  for (let k = 0; k < n; k++) {
    const value = right[rows[k]!]!;
    for (let last = multiplier + below[k]!; multiplier < last; multiplier++) {
      right[multiplierRows[multiplier]!]! -= factors[multipliers[multiplier]!]! * value;
    }
  }
  let entry = entries.length;
  for (let k = n - 1; k >= 0; k--) {
    let sum = right[rows[k]!]!;
    const first = entry - widths[k]!;
    for (let j = first; j < entry; j++) sum -= factors[entries[j]!]! * b[from + entryColumns[j]!]!;
    entry = first;
    b[from + columns[k]!] = sum * factors[pivots[k]!]!;
  }
}

function programFor(n: number, sparsity: Sparsity, mass: Uint8Array | undefined): Program | undefined {
  const key = mass?.join("") ?? "";
  const byMass = programs.get(sparsity) ?? new Map<string, Program | undefined>();
  programs.set(sparsity, byMass);
  if (!byMass.has(key)) {
    const elimination = eliminate(n, sparsity, mass, (sparseDefaults.share * n ** 3) / 3);
    byMass.set(key, elimination && programOf(elimination));
  }
  return byMass.get(key);
}

function programOf({ n, places, ofJacobian, ofDiagonal, steps }: Elimination): Program {
  const below = steps.flatMap((step) => step.below);
  const right = steps.flatMap((step) => step.right);
  return {
    n,
    places,
    ofJacobian,
    diagonal: ofDiagonal.filter((place) => place >= 0),
    rows: Int32Array.from(steps, (step) => step.row),
    columns: Int32Array.from(steps, (step) => step.column),
    pivots: Int32Array.from(steps, (step) => step.pivot),
    below: Int32Array.from(steps, (step) => step.below.length),
    right: Int32Array.from(steps, (step) => step.right.length),
    multipliers: Int32Array.from(below, ({ place }) => place),
    multiplierRows: Int32Array.from(below, ({ row }) => row),
    entries: Int32Array.from(right, ({ place }) => place),
    entryColumns: Int32Array.from(right, ({ column }) => column),
    targets: Int32Array.from(below.flatMap(({ updates }) => updates.map(({ target }) => target))),
  };
}
