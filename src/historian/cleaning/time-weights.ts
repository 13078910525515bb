/** How much less a point tells because it is not known exactly when it was measured. */

/**
 * Factors on the weight for times that may be wrong by anything up to ±w: such an error moves a value that changes by s a second with the
 * variance s²w²/3, which adds to the variance σ² of the measurement. So the factor is σ²/(σ² + s²w²/3), with s from the neighbours.
 *
 * @param time  increasing [s], shape (k)
 * @param halfWidth  w [s]
 * @param sigma  0: not known, and every factor is 1
 */
export function timeWeights(time: Float64Array, value: Float64Array, halfWidth: number, sigma: number): Float64Array {
  const n = time.length;
  const weights = new Float64Array(n).fill(1);
  if (sigma <= 0 || n < 3) return weights;
  for (let k = 0; k < n; k++) {
    const [a, b] = [Math.max(k - 1, 0), Math.min(k + 1, n - 1)];
    const span = time[b]! - time[a]!;
    if (span <= 0) continue;
    // The two ends of the difference are measured as well: their noise is no movement.
    const change = Math.max((value[b]! - value[a]!) ** 2 - 2 * sigma ** 2, 0) / span ** 2;
    weights[k] = sigma ** 2 / (sigma ** 2 + (change * halfWidth ** 2) / 3);
  }
  return weights;
}
