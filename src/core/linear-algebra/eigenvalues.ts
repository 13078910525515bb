/** Eigenvalues of a small real matrix that need not be symmetric: balanced, reduced to Hessenberg form, then shifted QR steps. */

export interface Eigenvalues {
  /** Real parts, falling; shape (n). */
  readonly real: Float64Array;
  /** Imaginary parts; a pair stands together, the positive one first. Shape (n). */
  readonly imaginary: Float64Array;
}

/** QR steps for one eigenvalue after which the search is given up. None of the matrices of the tests needs more than 12. */
const maxSteps = 90;
/** After so many steps without convergence the shift is an arbitrary one. */
const exceptional = 10;
const unit = Number.EPSILON;

/**
 * All eigenvalues of a matrix. Costs about 10·n³ operations.
 *
 * Errors are of the size of round-off times the norm of the balanced matrix, times the condition of the eigenvalue: those of a defective
 * matrix (a Jordan block of m rows) are good to the m-th root of round-off only, whatever the algorithm.
 *
 * @param a  row-major, shape (n, n); not changed
 * @returns undefined when an entry is not a finite number, or the iteration does not converge
 *
 * @see J. G. F. Francis, "The QR transformation", Comput. J. 4 (1961) 265–271 and 332–345.
 * @see B. N. Parlett, C. Reinsch, "Balancing a matrix for calculation of eigenvalues and eigenvectors", Numer. Math. 13 (1969) 293–304.
 * @see G. H. Golub, C. F. Van Loan, *Matrix Computations*, 4th ed., Johns Hopkins 2013, §7.4–7.5.
 *
 * @example
 * eigenvalues(Float64Array.of(0, 1, -2, -3), 2)?.real; // => Float64Array.of(-1, -2)
 */
export function eigenvalues(a: Float64Array, n: number): Eigenvalues | undefined {
  if (!a.every(Number.isFinite)) return undefined;
  const h = a.slice();
  balance(h, n);
  toHessenberg(h, n);
  const [real, imaginary] = [new Float64Array(n), new Float64Array(n)];
  if (!deflateAll(h, n, real, imaginary)) return undefined;
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => real[j]! - real[i]! || imaginary[j]! - imaginary[i]!);
  return { real: Float64Array.from(order, (i) => real[i]!), imaginary: Float64Array.from(order, (i) => imaginary[i]!) };
}

/** Scales rows and columns by powers of two, which costs no accuracy, until they are of like size. */
function balance(a: Float64Array, n: number): void {
  for (let done = false; !done; ) {
    done = true;
    for (let i = 0; i < n; i++) {
      let [row, column] = [0, 0];
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        row += Math.abs(a[i * n + j]!);
        column += Math.abs(a[j * n + i]!);
      }
      if (row === 0 || column === 0) continue;
      const factor = 2 ** Math.round(Math.log2(row / column) / 2);
      if (column * factor + row / factor >= 0.95 * (column + row)) continue;
      done = false;
      for (let j = 0; j < n; j++) a[i * n + j]! /= factor;
      for (let j = 0; j < n; j++) a[j * n + i]! *= factor;
    }
  }
}

/** Householder reflections that leave zeros below the first subdiagonal. */
function toHessenberg(a: Float64Array, n: number): void {
  const v = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm = Math.hypot(norm, a[i * n + k]!);
    if (norm === 0) continue;
    const head = a[(k + 1) * n + k]!;
    const alpha = head > 0 ? -norm : norm;
    let square = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = (a[i * n + k]! - (i === k + 1 ? alpha : 0)) / norm;
      square += v[i]! * v[i]!;
    }
    for (let j = k; j < n; j++) {
      let sum = 0;
      for (let i = k + 1; i < n; i++) sum += v[i]! * a[i * n + j]!;
      sum *= 2 / square;
      for (let i = k + 1; i < n; i++) a[i * n + j]! -= sum * v[i]!;
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[i * n + j]! * v[j]!;
      sum *= 2 / square;
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= sum * v[j]!;
    }
    for (let i = k + 2; i < n; i++) a[i * n + k] = 0;
  }
}

/** QR steps with two shifts at once on the trailing block that has not come apart yet, until all are of one or two rows. */
function deflateAll(h: Float64Array, n: number, real: Float64Array, imaginary: Float64Array): boolean {
  let norm = 0;
  for (let i = 0; i < n; i++) for (let j = Math.max(i - 1, 0); j < n; j++) norm += Math.abs(h[i * n + j]!);
  let end = n - 1;
  let steps = 0;
  let moved = 0;
  while (end >= 0) {
    const start = blockStart(h, n, end, norm);
    const corner = h[end * n + end]!;
    if (start === end) {
      real[end--] = corner + moved;
      steps = 0;
      continue;
    }
    if (start === end - 1) {
      pairOf(h, n, end, moved, real, imaginary);
      end -= 2;
      steps = 0;
      continue;
    }
    if (steps === maxSteps) return false;
    let [x, y] = [corner, h[(end - 1) * n + end - 1]!];
    let w = h[end * n + end - 1]! * h[(end - 1) * n + end]!;
    if (steps > 0 && steps % exceptional === 0) {
      moved += x;
      for (let i = 0; i <= end; i++) h[i * n + i]! -= x;
      const s = Math.abs(h[end * n + end - 1]!) + Math.abs(h[(end - 1) * n + end - 2]!);
      x = y = 0.75 * s;
      w = -0.4375 * s * s;
    }
    steps++;
    francisStep(h, n, start, end, x, y, w);
  }
  return true;
}

/** First row of the trailing block: above it a subdiagonal entry is negligible, and is made zero. */
function blockStart(h: Float64Array, n: number, end: number, norm: number): number {
  for (let row = end; row > 0; row--) {
    const size = Math.abs(h[(row - 1) * n + row - 1]!) + Math.abs(h[row * n + row]!);
    if (Math.abs(h[row * n + row - 1]!) <= unit * (size > 0 ? size : norm)) {
      h[row * n + row - 1] = 0;
      return row;
    }
  }
  return 0;
}

/** The two eigenvalues of the block of two rows that ends at `end`. */
function pairOf(h: Float64Array, n: number, end: number, moved: number, real: Float64Array, imaginary: Float64Array): void {
  const [x, y] = [h[end * n + end]!, h[(end - 1) * n + end - 1]!];
  const w = h[end * n + end - 1]! * h[(end - 1) * n + end]!;
  const half = (y - x) / 2;
  const discriminant = half * half + w;
  const root = Math.sqrt(Math.abs(discriminant));
  if (discriminant >= 0) {
    const far = half + (half >= 0 ? root : -root);
    real[end - 1] = x + moved + far;
    real[end] = far === 0 ? real[end - 1]! : x + moved - w / far;
    return;
  }
  real[end - 1] = real[end] = x + moved + half;
  imaginary[end - 1] = root;
  imaginary[end] = -root;
}

/** One QR step with the shifts that are the eigenvalues of the trailing block of two rows, x, y on its diagonal and w across. */
function francisStep(h: Float64Array, n: number, start: number, end: number, x: number, y: number, w: number): void {
  const at = (i: number, j: number): number => h[i * n + j]!;
  let [p, q, r] = [0, 0, 0];
  let first = end - 2;
  for (; first >= start; first--) {
    const z = at(first, first);
    p = ((x - z) * (y - z) - w) / at(first + 1, first) + at(first, first + 1);
    q = at(first + 1, first + 1) - z - (x - z) - (y - z);
    r = at(first + 2, first + 1);
    const scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
    if (scale > 0) [p, q, r] = [p / scale, q / scale, r / scale];
    if (first === start) break;
    const left = Math.abs(at(first, first - 1)) * (Math.abs(q) + Math.abs(r));
    const right = Math.abs(p) * (Math.abs(at(first - 1, first - 1)) + Math.abs(z) + Math.abs(at(first + 1, first + 1)));
    if (left <= unit * right) break;
  }
  for (let i = first + 2; i <= end; i++) {
    h[i * n + i - 2] = 0;
    if (i > first + 2) h[i * n + i - 3] = 0;
  }
  for (let k = first; k < end; k++) {
    const last = k === end - 1;
    let scale = 1;
    if (k > first) {
      [p, q, r] = [at(k, k - 1), at(k + 1, k - 1), last ? 0 : at(k + 2, k - 1)];
      scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (scale === 0) continue;
      [p, q, r] = [p / scale, q / scale, r / scale];
    }
    const length = Math.sqrt(p * p + q * q + r * r);
    const s = p < 0 ? -length : length;
    if (s === 0) continue;
    if (k > first) h[k * n + k - 1] = -s * scale;
    else if (start < first) h[k * n + k - 1] = -at(k, k - 1);
    p += s;
    const [a, b, c] = [p / s, q / s, r / s];
    const [d, e] = [q / p, r / p];
    for (let j = k; j < n; j++) {
      const sum = at(k, j) + d * at(k + 1, j) + (last ? 0 : e * at(k + 2, j));
      h[k * n + j]! -= sum * a;
      h[(k + 1) * n + j]! -= sum * b;
      if (!last) h[(k + 2) * n + j]! -= sum * c;
    }
    const bottom = Math.min(end, k + 3);
    for (let i = 0; i <= bottom; i++) {
      const sum = a * at(i, k) + b * at(i, k + 1) + (last ? 0 : c * at(i, k + 2));
      h[i * n + k]! -= sum;
      h[i * n + k + 1]! -= sum * d;
      if (!last) h[i * n + k + 2]! -= sum * e;
    }
  }
}
