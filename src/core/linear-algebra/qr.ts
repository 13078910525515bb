/** Least squares, row by row: rows are folded into a triangle as they come, so that a tall matrix is never held. */

/** The triangle R of a QR factorisation of all rows added so far. Owns its work arrays; one per thread. */
export interface RowTriangle {
  /** Number of columns n, a right-hand side counted as one of them. */
  readonly columns: number;
  /** Upper triangle, row-major, shape (n, n); valid after {@link RowTriangle.finish}. Signs of its rows are arbitrary. */
  readonly r: Float64Array;
  /** Forgets all rows. */
  reset(): void;
  /** Where the next row is to be written: `rows[at … at + n)`. Call {@link RowTriangle.added} afterwards. */
  readonly rows: Float64Array;
  at(): number;
  /** Takes in the row that was written at {@link RowTriangle.at}. */
  added(): void;
  /** Folds what is pending into `r`. */
  finish(): void;
}

/** Rows kept before they are folded. More save nothing; fewer cost reflections. */
const block = 32;

/**
 * An empty triangle. Adding m rows costs about 2·m·n² operations; the error is that of Householder QR, not of normal equations.
 *
 * @see G. H. Golub, C. F. Van Loan, *Matrix Computations*, 4th ed., Johns Hopkins 2013, §5.2 and §6.5 (appending rows).
 *
 * @example
 * const triangle = rowTriangle(2);
 * for (const [x, y] of [[1, 2], [2, 4]]) {
 *   triangle.rows.set([x, y], triangle.at());
 *   triangle.added();
 * }
 * triangle.finish();
 * triangle.r[1] / triangle.r[0]; // => 2
 */
export function rowTriangle(columns: number): RowTriangle {
  const n = columns;
  const r = new Float64Array(n * n);
  const rows = new Float64Array(block * n);
  const work = new Float64Array(n);
  let pending = 0;

  const fold = (): void => {
    foldRows(r, n, rows, pending, work);
    pending = 0;
  };
  return {
    columns: n,
    r,
    rows,
    reset() {
      r.fill(0);
      pending = 0;
    },
    at: () => pending * n,
    added() {
      pending++;
      if (pending === block) fold();
    },
    finish: fold,
  };
}

/**
 * Householder reflections that carry `count` rows into the triangle `r`; the rows are destroyed.
 *
 * @param r  row-major upper triangle, shape (n, n), overwritten
 * @param rows  row-major, shape (≥ count, n), overwritten
 * @param work  shape (n), overwritten
 */
export function foldRows(r: Float64Array, n: number, rows: Float64Array, count: number, work: Float64Array): void {
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += rows[i * n + j]! * rows[i * n + j]!;
    if (sum === 0) continue;
    const old = r[j * n + j]!;
    const diagonal = old > 0 ? -Math.sqrt(old * old + sum) : Math.sqrt(old * old + sum);
    const head = old - diagonal;
    const tau = -head / diagonal;
    r[j * n + j] = diagonal;
    for (let k = j + 1; k < n; k++) work[k] = r[j * n + k]!;
    for (let i = 0; i < count; i++) {
      const row = i * n;
      const v = rows[row + j]! / head;
      rows[row + j] = v;
      for (let k = j + 1; k < n; k++) work[k]! += v * rows[row + k]!;
    }
    for (let k = j + 1; k < n; k++) {
      work[k]! *= tau;
      r[j * n + k]! -= work[k]!;
    }
    for (let i = 0; i < count; i++) {
      const row = i * n;
      const v = rows[row + j]!;
      for (let k = j + 1; k < n; k++) rows[row + k]! -= v * work[k]!;
    }
  }
}
