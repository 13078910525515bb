/** Sizes of columns of a triangle: what steps are scaled by, and what is a small gradient. */
import { gradientOf } from "./bounded-step.ts";
import type { LeastSquares } from "./problem.ts";

/** Column norms of earlier points count less and less for the scale of a step. */
const forget = 0.9;

/** Largest cosine between the residual vector and a column of the Jacobian, over the directions that the bounds leave open. */
export function steepest(triangle: Float64Array, q: number, low: Float64Array, high: Float64Array, half: number): number {
  const gradient = gradientOf(triangle, q);
  let largest = 0;
  for (let j = 0; j < q; j++) {
    if ((gradient[j]! > 0 && low[j]! >= 0) || (gradient[j]! < 0 && high[j]! <= 0)) continue;
    const size = columnNorm(triangle, q, j) * Math.sqrt(2 * half);
    if (size > 0) largest = Math.max(largest, Math.abs(gradient[j]!) / size);
  }
  return largest;
}

function columnNorm(triangle: Float64Array, q: number, j: number): number {
  let sum = 0;
  for (let i = 0; i <= j; i++) sum += triangle[i * (q + 1) + j]! ** 2;
  return Math.sqrt(sum);
}

/** D: the largest column norms seen of late, all measured with the σ of the start, so that a falling σ does not shrink steps. */
export function growScale({ size: q, triangles }: LeastSquares, sigma: Float64Array, scale: Float64Array): void {
  for (let j = 0; j < q; j++) {
    let sum = 0;
    for (const [g, r] of triangles.entries()) sum += (columnNorm(r, q, j) / sigma[g]!) ** 2;
    scale[j] = Math.max(forget * scale[j]!, Math.sqrt(sum)) || 1;
  }
}
