/** Square roots of symmetric matrices, row-major, that may be only half definite. */

/**
 * Lower triangle L with L·Lᵀ = A. Where a pivot is no larger than rounding the column of L is 0, so that a covariance of 0 along some
 * direction is no obstacle.
 *
 * @param a  row-major, shape (n, n); only its lower triangle is read
 * @param out  written, shape (n, n); may be `a` itself
 * @returns false when a pivot is negative by more than rounding, or not finite
 */
export function choleskyFactor(a: Float64Array, n: number, out: Float64Array): boolean {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a[i * n + i]!);
  const rounding = 1e-14 * n * largest;
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      let sum = a[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= out[rowI + k]! * out[rowJ + k]!;
      if (i === j) {
        if (!(sum >= -rounding)) return false;
        out[rowI + j] = sum > rounding ? Math.sqrt(sum) : 0;
      } else {
        const pivot = out[rowJ + j]!;
        out[rowI + j] = pivot > 0 ? sum / pivot : 0;
      }
    }
    for (let j = i + 1; j < n; j++) out[rowI + j] = 0;
  }
  return true;
}

/** Solves L·x = b in place, L lower triangular with a positive diagonal. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * n + k]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
}

/** Solves Lᵀ·x = b in place. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const x = b[i]! / l[i * n + i]!;
    b[i] = x;
    for (let k = 0; k < i; k++) b[k]! -= l[i * n + k]! * x;
  }
}
