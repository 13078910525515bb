/** Singular values and vectors of a small dense matrix, with small singular values as accurate as large ones. */

export interface Svd {
  /** Decreasing. Shape (n). */
  readonly values: Float64Array;
  /** Left vectors as columns, row-major, shape (m, n); a column is 0 where its singular value is 0. */
  readonly left: Float64Array;
  /** Right vectors as columns, row-major, shape (n, n). */
  readonly right: Float64Array;
}

const sweeps = 60;
/** Cosine of two columns that counts as a right angle. */
const orthogonal = 4.4e-16;

/**
 * A = U·diag(s)·Vᵀ by one-sided Jacobi rotations.
 *
 * @param a  row-major, shape (m, n), finite; not changed
 *
 * @see G. H. Golub, C. F. Van Loan, *Matrix Computations*, 4th ed., Johns Hopkins 2013, §8.6.3; J. Demmel, K. Veselić, "Jacobi's method
 *   is more accurate than QR", SIAM J. Matrix Anal. Appl. 13 (1992) 1204–1245.
 *
 * @example
 * Array.from(svd(Float64Array.of(3, 0, 0, 4), 2, 2).values); // => [4, 3]
 */
export function svd(a: Float64Array, m: number, n: number): Svd {
  // Columns are kept contiguous: all work is on pairs of columns.
  const u = new Float64Array(n * m);
  const v = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    v[j * n + j] = 1;
    for (let i = 0; i < m; i++) u[j * m + i] = a[i * n + j]!;
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        if (orthogonalise(u, v, p, q, m, n)) rotated = true;
      }
    }
    if (!rotated) break;
  }

  const norms = Float64Array.from({ length: n }, (_, j) => norm(u, j * m, m));
  const order = Array.from(norms.keys()).sort((i, j) => norms[j]! - norms[i]! || i - j);
  const left = new Float64Array(m * n);
  const right = new Float64Array(n * n);
  const values = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const from = order[k]!;
    const size = norms[from]!;
    values[k] = size;
    for (let i = 0; i < m; i++) left[i * n + k] = size > 0 ? u[from * m + i]! / size : 0;
    for (let i = 0; i < n; i++) right[i * n + k] = v[from * n + i]!;
  }
  return { values, left, right };
}

/** Rotates columns p and q until they are orthogonal; false when they already are. */
function orthogonalise(u: Float64Array, v: Float64Array, p: number, q: number, m: number, n: number): boolean {
  let pp = 0;
  let qq = 0;
  let pq = 0;
  for (let i = 0; i < m; i++) {
    const x = u[p * m + i]!;
    const y = u[q * m + i]!;
    pp += x * x;
    qq += y * y;
    pq += x * y;
  }
  if (Math.abs(pq) <= orthogonal * Math.sqrt(pp * qq) || pq === 0) return false;
  const zeta = (qq - pp) / (2 * pq);
  const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  const s = c * t;
  rotate(u, p * m, q * m, m, c, s);
  rotate(v, p * n, q * n, n, c, s);
  return true;
}

function rotate(a: Float64Array, p: number, q: number, length: number, c: number, s: number): void {
  for (let i = 0; i < length; i++) {
    const x = a[p + i]!;
    const y = a[q + i]!;
    a[p + i] = c * x - s * y;
    a[q + i] = s * x + c * y;
  }
}

function norm(a: Float64Array, from: number, length: number): number {
  let largest = 0;
  for (let i = 0; i < length; i++) largest = Math.max(largest, Math.abs(a[from + i]!));
  if (largest === 0) return 0;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[from + i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}
