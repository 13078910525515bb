/** Numbers behind a multistep formula: weights of past points, from their times only. The same for states and their derivatives. */

/**
 * Weights that give the polynomial through the points at `times[0 … k]` at t + h, and h times its slope there, as a sum over differences
 * from the value at `times[0]`: x̂ = x₀ + Σⱼ value[j]·(xⱼ − x₀), h·x̂′ = Σⱼ slope[j]·(xⱼ − x₀), j = 1 … k.
 *
 * @param times  distinct
 * @param value  written from place 1 on
 */
export function predictorWeights(times: Float64Array, k: number, t: number, h: number, value: Float64Array, slope: Float64Array): void {
  const at = t + h;
  for (let j = 1; j <= k; j++) {
    let product = 1;
    let sum = 0;
    for (let i = 0; i <= k; i++) {
      if (i === j) continue;
      product *= (at - times[i]!) / (times[j]! - times[i]!);
      sum += 1 / (at - times[i]!);
    }
    value[j] = product;
    slope[j] = h * product * sum;
  }
}

/**
 * Weights of the divided difference of x over t + h and `times[0 … q]`, times h^(q+1)·(q + 1)!, which is h^(q+1) times a derivative of order q + 1:
 * Σⱼ weights[j]·xⱼ + weights[q + 1]·x(t + h).
 */
export function differenceWeights(times: Float64Array, q: number, t: number, h: number, weights: Float64Array): void {
  const at = t + h;
  let factorial = 1;
  for (let j = 2; j <= q + 1; j++) factorial *= j;
  for (let j = 0; j <= q + 1; j++) {
    const own = j <= q ? times[j]! : at;
    let product = factorial;
    for (let i = 0; i <= q + 1; i++) if (i !== j) product *= h / (own - (i <= q ? times[i]! : at));
    weights[j] = product;
  }
}

/**
 * Coefficients, by powers of θ, of the Lagrange polynomials of the points at t + h and `times[0 … k − 1]`, where times[0] = t:
 * row j belongs to times[j], row k to t + h; k + 1 coefficients each, rows of `width`.
 */
export function interpolantWeights(times: Float64Array, k: number, t: number, h: number, width: number, weights: Float64Array): void {
  weights.fill(0);
  for (let j = 0; j <= k; j++) {
    const own = j < k ? (times[j]! - t) / h : 1;
    const row = j * width;
    weights[row] = 1;
    let degree = 0;
    for (let i = 0; i <= k; i++) {
      if (i === j) continue;
      const other = i < k ? (times[i]! - t) / h : 1;
      const scale = 1 / (own - other);
      for (let m = ++degree; m > 0; m--) weights[row + m] = scale * (weights[row + m - 1]! - other * weights[row + m]!);
      weights[row] = -scale * other * weights[row]!;
    }
  }
}

/** σ = 1 + 1/2 + … + 1/k. */
export function leadingSum(k: number): number {
  let sum = 0;
  for (let j = 1; j <= k; j++) sum += 1 / j;
  return sum;
}
