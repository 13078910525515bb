/** Householder QR with column pivoting of small dense matrices: ranks and null spaces of balances. Row-major. */

export interface PivotedQr {
  readonly m: number;
  readonly n: number;
  /** Orthogonal, shape (m, m). */
  readonly q: Float64Array;
  /** Upper trapezoidal: Qᵀ·A with its columns in the order of `pivots`. Shape (m, n). */
  readonly r: Float64Array;
  /** Column of A at each place of R. */
  readonly pivots: Int32Array;
  readonly rank: number;
}

/** Diagonal entries of R below this share of the first one count as zero. */
const rankTolerance = 1e-10;

/**
 * A·Π = Q·R with decreasing |R[k][k]|.
 *
 * @param a  shape (m, n), row-major; not changed
 * @see G. H. Golub, C. F. Van Loan, *Matrix Computations*, 4th ed., Johns Hopkins 2013, algorithm 5.4.1.
 */
export function pivotedQr(a: Float64Array, m: number, n: number): PivotedQr {
  const r = a.slice();
  const q = new Float64Array(m * m);
  for (let i = 0; i < m; i++) q[i * m + i] = 1;
  const pivots = Int32Array.from({ length: n }, (_, j) => j);
  const v = new Float64Array(m);
  let rank = 0;
  let first = 0;
  for (let k = 0; k < Math.min(m, n); k++) {
    let [best, longest] = [k, -1];
    for (let j = k; j < n; j++) {
      let norm = 0;
      for (let i = k; i < m; i++) norm += r[i * n + j]! ** 2;
      if (norm > longest) [best, longest] = [j, norm];
    }
    const norm = Math.sqrt(Math.max(longest, 0));
    if (k === 0) first = norm;
    if (!(norm > rankTolerance * first) || norm === 0) break;
    rank++;
    swapColumns(r, m, n, k, best);
    const pivot = pivots[k]!;
    pivots[k] = pivots[best]!;
    pivots[best] = pivot;
    const head = r[k * n + k]!;
    v.fill(0);
    for (let i = k; i < m; i++) v[i] = r[i * n + k]!;
    v[k]! += head >= 0 ? norm : -norm;
    reflect(v, k, m, r, n, k);
    reflectRight(v, k, m, q);
    for (let i = k + 1; i < m; i++) r[i * n + k] = 0;
  }
  return { m, n, q, r, pivots, rank };
}

function swapColumns(r: Float64Array, m: number, n: number, a: number, b: number): void {
  if (a === b) return;
  for (let i = 0; i < m; i++) {
    const kept = r[i * n + a]!;
    r[i * n + a] = r[i * n + b]!;
    r[i * n + b] = kept;
  }
}

/** R ← (I − 2vvᵀ/vᵀv)·R, columns from `start` on. */
function reflect(v: Float64Array, k: number, m: number, r: Float64Array, n: number, start: number): void {
  let length = 0;
  for (let i = k; i < m; i++) length += v[i]! ** 2;
  for (let j = start; j < n; j++) {
    let dot = 0;
    for (let i = k; i < m; i++) dot += v[i]! * r[i * n + j]!;
    const factor = (2 * dot) / length;
    for (let i = k; i < m; i++) r[i * n + j]! -= factor * v[i]!;
  }
}

/** Q ← Q·(I − 2vvᵀ/vᵀv). */
function reflectRight(v: Float64Array, k: number, m: number, q: Float64Array): void {
  let length = 0;
  for (let i = k; i < m; i++) length += v[i]! ** 2;
  for (let row = 0; row < m; row++) {
    let dot = 0;
    for (let i = k; i < m; i++) dot += v[i]! * q[row * m + i]!;
    const factor = (2 * dot) / length;
    for (let i = k; i < m; i++) q[row * m + i]! -= factor * v[i]!;
  }
}

/** An orthonormal basis of what is orthogonal to all columns, as rows: shape (m − rank, m). */
export function leftNullSpace({ q, m, rank }: PivotedQr): Float64Array {
  const rows = new Float64Array((m - rank) * m);
  for (let k = rank; k < m; k++) for (let i = 0; i < m; i++) rows[(k - rank) * m + i] = q[i * m + k]!;
  return rows;
}

/**
 * The least-squares solution with the columns beyond the rank at 0, and which unknowns it determines.
 *
 * An unknown is determined when no combination of columns beyond the rank moves it.
 */
export function solveDetermined(
  { q, r, pivots, m, n, rank }: PivotedQr,
  b: Float64Array,
): { readonly x: Float64Array; readonly determined: Uint8Array } {
  const x = new Float64Array(n);
  const determined = new Uint8Array(n);
  const [solved, moved] = [new Float64Array(rank), new Float64Array(rank)];
  for (let k = rank - 1; k >= 0; k--) {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += q[i * m + k]! * b[i]!;
    for (let j = k + 1; j < rank; j++) sum -= r[k * n + j]! * solved[j]!;
    solved[k] = sum / r[k * n + k]!;
  }
  const reach = new Float64Array(rank);
  for (let free = rank; free < n; free++) {
    for (let k = rank - 1; k >= 0; k--) {
      let sum = r[k * n + free]!;
      for (let j = k + 1; j < rank; j++) sum -= r[k * n + j]! * moved[j]!;
      moved[k] = sum / r[k * n + k]!;
      reach[k] = Math.max(reach[k]!, Math.abs(moved[k]!));
    }
  }
  for (let k = 0; k < rank; k++) {
    x[pivots[k]!] = solved[k]!;
    determined[pivots[k]!] = reach[k]! < 1e-9 ? 1 : 0;
  }
  return { x, determined };
}
