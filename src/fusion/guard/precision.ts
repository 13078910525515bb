/** Inverse of a small symmetric positive definite matrix. */

/**
 * @param matrix  row-major, shape (n, n); not changed
 * @returns its inverse by Gauss–Jordan elimination, which needs no pivoting on a positive definite matrix
 */
export function inverse(matrix: Float64Array, n: number): Float64Array {
  const a = Float64Array.from(matrix);
  for (let pivot = 0; pivot < n; pivot++) {
    const scale = 1 / a[pivot * n + pivot]!;
    a[pivot * n + pivot] = 1;
    for (let c = 0; c < n; c++) a[pivot * n + c]! *= scale;
    for (let row = 0; row < n; row++) {
      if (row === pivot) continue;
      const factor = a[row * n + pivot]!;
      a[row * n + pivot] = 0;
      for (let c = 0; c < n; c++) a[row * n + c]! -= factor * a[pivot * n + c]!;
    }
  }
  return a;
}
