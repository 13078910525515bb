/** LU factors of a small dense matrix, in place and without allocation: what an implicit step solves with. */

/**
 * Factors a square matrix with partial pivoting. `a` becomes L below the diagonal and U above it, with the reciprocals of the
 * pivots on the diagonal (so that {@link solveLU} does not divide).
 *
 * @param a  row-major, shape (n, n), overwritten
 * @param pivots  written: the row exchanged with row k at step k, shape (n)
 * @returns false when a column has no non-zero finite pivot; `a` is then unusable
 *
 * @see G. H. Golub, C. F. Van Loan, *Matrix Computations*, 4th ed., Johns Hopkins 2013, algorithm 3.4.1.
 *
 * @example
 * const a = Float64Array.of(0, 2, 1, 1);
 * const pivots = new Int32Array(2);
 * const b = Float64Array.of(4, 3);
 * factorLU(a, 2, pivots); // => true
 * solveLU(a, 2, pivots, b, 0);
 * b; // => Float64Array.of(1, 2)
 */
export function factorLU(a: Float64Array, n: number, pivots: Int32Array): boolean {
  for (let k = 0; k < n; k++) {
    const rowK = k * n;
    let pivot = k;
    let largest = Math.abs(a[rowK + k]!);
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(a[i * n + k]!);
      if (size > largest) {
        largest = size;
        pivot = i;
      }
    }
    pivots[k] = pivot;
    if (!(largest > 0 && largest < Infinity)) return false;
    if (pivot !== k) {
      const rowP = pivot * n;
      for (let j = 0; j < n; j++) {
        const swapped = a[rowK + j]!;
        a[rowK + j] = a[rowP + j]!;
        a[rowP + j] = swapped;
      }
    }
    const reciprocal = 1 / a[rowK + k]!;
    a[rowK + k] = reciprocal;
    for (let i = k + 1; i < n; i++) {
      const rowI = i * n;
      const factor = a[rowI + k]! * reciprocal;
      a[rowI + k] = factor;
      if (factor !== 0) for (let j = k + 1; j < n; j++) a[rowI + j]! -= factor * a[rowK + j]!;
    }
  }
  return true;
}

/**
 * Solves with the factors of {@link factorLU}.
 *
 * @param b  right-hand side in `b[offset … offset + n)`, overwritten by the solution
 */
export function solveLU(a: Float64Array, n: number, pivots: Int32Array, b: Float64Array, offset: number): void {
  for (let k = 0; k < n; k++) {
    const pivot = pivots[k]!;
    if (pivot !== k) {
      const swapped = b[offset + k]!;
      b[offset + k] = b[offset + pivot]!;
      b[offset + pivot] = swapped;
    }
  }
  for (let i = 1; i < n; i++) {
    let sum = b[offset + i]!;
    const row = i * n;
    for (let j = 0; j < i; j++) sum -= a[row + j]! * b[offset + j]!;
    b[offset + i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[offset + i]!;
    const row = i * n;
    for (let j = i + 1; j < n; j++) sum -= a[row + j]! * b[offset + j]!;
    b[offset + i] = sum * a[row + i]!;
  }
}
