/** How well a Gaussian process explains its data, as a function of its hyperparameters, with the gradient. */
import { choleskyFactor, solveLower, solveUpper } from "../cholesky.ts";

/** Scaled data of a Gaussian process. */
export interface ProcessData {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, shape (rows, columns). */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** > 0: the noise variance of a row is divided by it. */
  readonly weight: Float64Array;
}

/** θ = (log length of each column, log amplitude, log noise deviation): the covariance of two rows is amplitude²·exp(−½ Σ (Δ/length)²). */
export type Hyperparameters = Float64Array;

/** The squared exponential, without the noise. Row-major, shape (rows, rows). */
export function covariance({ rows, columns, x }: Pick<ProcessData, "rows" | "columns" | "x">, theta: Hyperparameters): Float64Array {
  const inverse = theta.subarray(0, columns).map((log) => Math.exp(-log));
  const power = Math.exp(2 * theta[columns]!);
  const out = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let distance = 0;
      for (let c = 0; c < columns; c++) distance += ((x[i * columns + c]! - x[j * columns + c]!) * inverse[c]!) ** 2;
      const value = power * Math.exp(-distance / 2);
      out[i * rows + j] = value;
      out[j * rows + i] = value;
    }
  }
  return out;
}

/** Lower Cholesky factor of the covariance with noise; undefined where it is not definite. */
export function factorOf(data: ProcessData, theta: Hyperparameters, kernel = covariance(data, theta)): Float64Array | undefined {
  const { rows, columns, weight } = data;
  const noise = Math.exp(2 * theta[columns + 1]!);
  const noisy = Float64Array.from(kernel);
  for (let i = 0; i < rows; i++) noisy[i * rows + i]! += noise / weight[i]!;
  if (!choleskyFactor(noisy, rows, noisy)) return undefined;
  for (let i = 0; i < rows; i++) if (noisy[i * rows + i] === 0) return undefined;
  return noisy;
}

/**
 * Minus the logarithm of the marginal likelihood, per row, without its constant.
 *
 * @param gradient  written, shape of theta
 * @returns Infinity where the covariance is not definite
 *
 * @see C. E. Rasmussen & C. K. I. Williams, *Gaussian Processes for Machine Learning*, MIT Press 2006, equations 5.8 and 5.9.
 */
export function negativeLogLikelihood(data: ProcessData, theta: Hyperparameters, gradient: Float64Array): number {
  const { rows, columns, x, y, weight } = data;
  const kernel = covariance(data, theta);
  const factor = factorOf(data, theta, kernel);
  if (!factor) return Infinity;
  const alpha = Float64Array.from(y);
  solveLower(factor, rows, alpha);
  solveUpper(factor, rows, alpha);
  let value = 0;
  for (let i = 0; i < rows; i++) value += 0.5 * y[i]! * alpha[i]! + Math.log(factor[i * rows + i]!);

  // ½ tr((K⁻¹ − α·αᵀ)·∂K/∂θ), with all ∂K/∂θ read off the kernel.
  const inverse = inverseOf(factor, rows);
  const scale = theta.subarray(0, columns).map((log) => Math.exp(-2 * log));
  const noise = Math.exp(2 * theta[columns + 1]!);
  gradient.fill(0);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const pull = (inverse[i * rows + j]! - alpha[i]! * alpha[j]!) * kernel[i * rows + j]!;
      gradient[columns]! += 2 * pull;
      for (let c = 0; c < columns; c++) gradient[c]! += pull * (x[i * columns + c]! - x[j * columns + c]!) ** 2 * scale[c]!;
    }
    const own = inverse[i * rows + i]! - alpha[i]! ** 2;
    gradient[columns]! += own * kernel[i * rows + i]!;
    gradient[columns + 1]! += (own * noise) / weight[i]!;
  }
  for (let k = 0; k < gradient.length; k++) gradient[k]! /= rows;
  return value / rows;
}

/** (L·Lᵀ)⁻¹; its lower triangle. */
function inverseOf(factor: Float64Array, n: number): Float64Array {
  // Rows of M = L⁻¹ (transposed in storage: m[j·n + i] = M[i][j]), so that the inner loops run along memory.
  const m = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    m[j * n + j] = 1 / factor[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum += factor[i * n + k]! * m[j * n + k]!;
      m[j * n + i] = -sum / factor[i * n + i]!;
    }
  }
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += m[i * n + k]! * m[j * n + k]!;
      out[i * n + j] = sum;
    }
  }
  return out;
}
