/** Steps down a noisy gradient, each weight at a pace of its own. */

/** Decay of the averages of the gradient and of its square, and what keeps the quotient finite: those of the publication. */
const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

/**
 * Adam for one array of weights.
 *
 * @param rate  largest step, about
 * @returns takes one step in place: `decay` adds decay·w² to what is minimised
 *
 * @see D. P. Kingma & J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
 */
export function adam(size: number, rate: number): (weights: Float32Array, gradient: Float32Array, decay: number) => void {
  const [mean, square] = [new Float64Array(size), new Float64Array(size)];
  let [left1, left2] = [1, 1];
  return (weights, gradient, decay) => {
    left1 *= beta1;
    left2 *= beta2;
    for (let i = 0; i < size; i++) {
      const slope = gradient[i]! + 2 * decay * weights[i]!;
      mean[i] = beta1 * mean[i]! + (1 - beta1) * slope;
      square[i] = beta2 * square[i]! + (1 - beta2) * slope * slope;
      weights[i]! -= (rate * (mean[i]! / (1 - left1))) / (Math.sqrt(square[i]! / (1 - left2)) + epsilon);
    }
  };
}
