/**
 * Reconciliation under linear constraints: measured values are moved as little as their errors allow until A·x + B·u = c holds, with
 * unmeasured u taken out by projection.
 *
 * @see C. M. Crowe, Y. A. García Campos, A. Hrymak, "Reconciliation of process flow rates by matrix projection, part I: linear case",
 *   AIChE J. 29 (1983) 881–888; with the projection from a QR factorisation as in C. L. E. Swartz, "Data reconciliation for generalized
 *   flowsheet applications", ACS Nat. Meeting, Dallas 1989.
 */
import { factorLU, solveLU } from "../../core/index.ts";
import { leftNullSpace, type PivotedQr, pivotedQr, solveDetermined } from "./pivoted-qr.ts";

/** Constraints A·x + B·u = c, row-major. */
export interface Constraints {
  readonly rows: number;
  /** Shape (rows, measured). */
  readonly a: Float64Array;
  /** Shape (rows, unmeasured). */
  readonly b: Float64Array;
  /** Shape (rows). */
  readonly c: Float64Array;
  readonly measured: number;
  readonly unmeasured: number;
}

export interface LinearReconciliation {
  /** Shape (measured). */
  readonly x: Float64Array;
  /** Standard deviations of the reconciled values. */
  readonly sd: Float64Array;
  /** Shape (unmeasured); 0 where not determined. */
  readonly u: Float64Array;
  readonly determined: Uint8Array;
  readonly reduced: Reduced;
}

/** The constraints between measured values alone: G·x = d, with full row rank, and their residuals. */
export interface Reduced {
  readonly degrees: number;
  /** Shape (degrees, measured). */
  readonly g: Float64Array;
  /** How each of the original constraints enters. Shape (degrees, rows). */
  readonly projection: Float64Array;
  /** G·x̃ − d, shape (degrees). */
  readonly residual: Float64Array;
  /** H⁻¹ of the covariance H = G·Σ·Gᵀ of the residuals, shape (degrees, degrees). */
  readonly inverse: Float64Array;
}

/**
 * Reconciles.
 *
 * @param values  shape (measured)
 * @param sigma  standard deviations of the measurement errors, independent of each other, shape (measured)
 */
export function reconcileLinear(constraints: Constraints, values: Float64Array, sigma: Float64Array): LinearReconciliation {
  const { rows, measured, unmeasured, a, b, c } = constraints;
  const qr = pivotedQr(b, rows, unmeasured);
  const reduced = reducedOf(constraints, qr, values, sigma);
  const { degrees, g, residual, inverse } = reduced;
  const x = values.slice();
  const sd = new Float64Array(measured);
  const multipliers = times(inverse, residual, degrees, degrees);
  const column = new Float64Array(degrees);
  for (let i = 0; i < measured; i++) {
    let pull = 0;
    for (let k = 0; k < degrees; k++) {
      column[k] = g[k * measured + i]!;
      pull += column[k]! * multipliers[k]!;
    }
    x[i]! -= sigma[i]! ** 2 * pull;
    // Σ − Σ·Gᵀ·H⁻¹·G·Σ on its diagonal; rounding may take it just below zero.
    sd[i] = Math.sqrt(Math.max(sigma[i]! ** 2 - sigma[i]! ** 4 * quadratic(inverse, column, degrees), 0));
  }
  const right = c.slice();
  for (let k = 0; k < rows; k++) for (let i = 0; i < measured; i++) right[k]! -= a[k * measured + i]! * x[i]!;
  const { x: u, determined } = solveDetermined(qr, right);
  return { x, sd, u: u.map((value, j) => (determined[j] === 1 ? value : 0)), determined, reduced };
}

function reducedOf({ rows, measured, a, c }: Constraints, qr: PivotedQr, values: Float64Array, sigma: Float64Array): Reduced {
  const left = leftNullSpace(qr);
  const kept = rows - qr.rank;
  const product = new Float64Array(kept * measured);
  for (let k = 0; k < kept; k++) {
    for (let i = 0; i < measured; i++) {
      let sum = 0;
      for (let l = 0; l < rows; l++) sum += left[k * rows + l]! * a[l * measured + i]!;
      product[k * measured + i] = Math.abs(sum) < 1e-12 ? 0 : sum;
    }
  }
  // Rows that repeat others say nothing more; the covariance of residuals would be singular with them.
  const transposed = new Float64Array(measured * kept);
  for (let k = 0; k < kept; k++) for (let i = 0; i < measured; i++) transposed[i * kept + k] = product[k * measured + i]!;
  const independent = pivotedQr(transposed, measured, kept);
  const chosen = Array.from(independent.pivots.subarray(0, independent.rank)).sort((p, q) => p - q);
  const degrees = chosen.length;
  const g = new Float64Array(degrees * measured);
  const projection = new Float64Array(degrees * rows);
  const residual = new Float64Array(degrees);
  chosen.forEach((from, k) => {
    g.set(product.subarray(from * measured, (from + 1) * measured), k * measured);
    projection.set(left.subarray(from * rows, (from + 1) * rows), k * rows);
    let sum = 0;
    for (let l = 0; l < rows; l++) sum -= left[from * rows + l]! * c[l]!;
    for (let i = 0; i < measured; i++) sum += g[k * measured + i]! * values[i]!;
    residual[k] = sum;
  });
  const h = new Float64Array(degrees * degrees);
  for (let k = 0; k < degrees; k++)
    for (let l = 0; l < degrees; l++)
      for (let i = 0; i < measured; i++) h[k * degrees + l]! += g[k * measured + i]! * sigma[i]! ** 2 * g[l * measured + i]!;
  return { degrees, g, projection, residual, inverse: inverseOf(h, degrees) };
}

/** Inverse of a regular matrix of few rows. */
export function inverseOf(matrix: Float64Array, n: number): Float64Array {
  const [lu, pivots, inverse, column] = [matrix.slice(), new Int32Array(n), new Float64Array(n * n), new Float64Array(n)];
  factorLU(lu, n, pivots);
  for (let j = 0; j < n; j++) {
    column.fill(0);
    column[j] = 1;
    solveLU(lu, n, pivots, column, 0);
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i]!;
  }
  return inverse;
}

/** Matrix (rows, columns) times vector. */
export function times(matrix: Float64Array, vector: Float64Array, rows: number, columns: number): Float64Array {
  const product = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) product[i]! += matrix[i * columns + j]! * vector[j]!;
  return product;
}

/** vᵀ·M·v. */
export function quadratic(matrix: Float64Array, vector: Float64Array, n: number): number {
  return dot(vector, times(matrix, vector, n, n));
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
