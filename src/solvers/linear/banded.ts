/** Banded linear solver: LU with partial pivoting inside the band. Time and memory are linear in the number of states. */
import type { Sparsity } from "../../core/index.ts";
import { type BandOrder, bandOrder } from "./band-order.ts";
import { addChange, type LinearSolver } from "./linear-solver.ts";

export const bandedDefaults = {
  /** Widest band, as a share of n, of which loops over the band are quicker than over lists of places. */
  share: 0.125,
  /** Places on both sides of the diagonal together up to which the same is true whatever n. */
  narrow: 12,
  /** Beyond, an elimination by a good order fills in less than the band. */
  widest: 64,
} as const;

const orders = new WeakMap<Sparsity, BandOrder>();

/** The order that the band of a pattern has, found once. */
export function bandOf(n: number, sparsity: Sparsity): BandOrder {
  let order = orders.get(sparsity);
  if (!order) {
    order = bandOrder(n, sparsity);
    orders.set(sparsity, order);
  }
  return order;
}

/** Undefined where the pattern is not a narrow band in any order that was found. */
export function bandedSolver(n: number, sparsity: Sparsity, mass: Uint8Array | undefined): LinearSolver | undefined {
  const { order, below, above } = bandOf(n, sparsity);
  const wide = below + above;
  if (wide > bandedDefaults.widest || (wide > bandedDefaults.narrow && wide > bandedDefaults.share * n)) return undefined;
  // Row i starts at i·width with column i − below; row exchanges fill in up to below + above to the right.
  const width = 2 * below + above + 1;
  const a = new Float64Array(n * width);
  const pivots = new Int32Array(n);
  const ends = new Int32Array(n);
  const y = new Float64Array(n);
  const place = new Int32Array(n);
  for (let k = 0; k < n; k++) place[order[k]!] = k;
  const at = (i: number, j: number): number => place[i]! * width + (place[j]! - place[i]! + below);
  const ofJacobian = Int32Array.from(sparsity.rows, (row, z) => at(row, sparsity.columns[z]!));
  const ofDiagonal = Int32Array.from({ length: n }, (_, i) => i)
    .filter((i) => mass?.[i] !== 0)
    .map((i) => at(i, i));

  const solve = (b: Float64Array, count: number): void => {
    for (let k = 0; k < count; k++) substitute(b, k * n);
  };

  function substitute(b: Float64Array, from: number): void {
    for (let k = 0; k < n; k++) y[k] = b[from + order[k]!]!;
    for (let k = 0; k < n; k++) {
      const pivot = pivots[k]!;
      const value = y[pivot]!;
      if (pivot !== k) {
        y[pivot] = y[k]!;
        y[k] = value;
      }
      const last = Math.min(n - 1, k + below);
      for (let i = k + 1, entry = i * width + below - 1; i <= last; i++, entry += width - 1) y[i]! -= a[entry]! * value;
    }
    for (let k = n - 1; k >= 0; k--) {
      const diagonal = k * width + below;
      const end = ends[k]!;
      let sum = y[k]!;
      for (let j = k + 1, entry = diagonal + 1; j <= end; j++, entry++) sum -= a[entry]! * y[j]!;
      y[k] = sum * a[diagonal]!;
    }
    for (let k = 0; k < n; k++) b[from + order[k]!] = y[k]!;
  }

  return {
    kind: "banded",
    factor(jacobian, shift) {
      a.fill(0);
      for (let z = 0; z < ofJacobian.length; z++) a[ofJacobian[z]!] = -jacobian[z]!;
      for (let i = 0; i < ofDiagonal.length; i++) a[ofDiagonal[i]!]! += shift;
      return factorBand(a, n, width, below, above, pivots, ends);
    },
    solve,
    solveChanged(b, count, dJ, v) {
      addChange(b, count, n, sparsity, dJ, v);
      solve(b, count);
    },
  };
}

/**
 * Factors in place; the diagonal holds reciprocals, multipliers stand where they were eliminated.
 *
 * @param ends  written: the last column of each row of U
 * @returns false when a column has no non-zero finite pivot
 *
 * @see E. Anderson et al., *LAPACK Users' Guide*, 3rd ed., SIAM 1999, `xGBTRF` (unblocked).
 */
function factorBand(
  a: Float64Array,
  n: number,
  width: number,
  below: number,
  above: number,
  pivots: Int32Array,
  ends: Int32Array,
): boolean {
  let reach = 0;
  for (let k = 0; k < n; k++) {
    const last = Math.min(n - 1, k + below);
    const diagonal = k * width + below;
    let pivot = k;
    let largest = Math.abs(a[diagonal]!);
    for (let i = k + 1, entry = diagonal + width - 1; i <= last; i++, entry += width - 1) {
      const size = Math.abs(a[entry]!);
      if (size > largest) {
        largest = size;
        pivot = i;
      }
    }
    if (!(largest > 0 && largest < Infinity)) return false;
    pivots[k] = pivot;
    reach = Math.max(reach, Math.min(n - 1, pivot + above));
    ends[k] = reach;
    const count = reach - k;
    if (pivot !== k) {
      const other = diagonal + (pivot - k) * (width - 1);
      for (let j = 0; j <= count; j++) {
        const swapped = a[diagonal + j]!;
        a[diagonal + j] = a[other + j]!;
        a[other + j] = swapped;
      }
    }
    const reciprocal = 1 / a[diagonal]!;
    a[diagonal] = reciprocal;
    for (let i = k + 1, entry = diagonal + width - 1; i <= last; i++, entry += width - 1) {
      const factor = a[entry]! * reciprocal;
      a[entry] = factor;
      if (factor !== 0) for (let j = 1; j <= count; j++) a[entry + j]! -= factor * a[diagonal + j]!;
    }
  }
  return true;
}
