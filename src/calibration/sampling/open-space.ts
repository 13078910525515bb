/**
 * Bounded search coordinates as unbounded ones: a sampler that feels no walls needs no rules at them. Uniform in the search coordinates
 * between the bounds, which the logarithm of the Jacobian sees to.
 */

export interface OpenSpace {
  /** Search coordinates of an open point. */
  closed(z: Float64Array, x: Float64Array): void;
  /** Open coordinates of a point; one at a bound is moved a little inside. */
  open(x: Float64Array): Float64Array;
  /** dx/dz, and adds the gradient of the logarithm of the Jacobian to `gradient`; gives that logarithm. */
  jacobian(z: Float64Array, slope: Float64Array, gradient: Float64Array): number;
}

/** Nearest to a bound that a start may be, as a share of the width, or of 1 where one side is open. */
const inside = 1e-3;

export function openSpace(lower: Float64Array, upper: Float64Array): OpenSpace {
  const kind = Array.from(lower, (low, j) => (Number.isFinite(low) ? 1 : 0) + (Number.isFinite(upper[j]!) ? 2 : 0));
  const sigmoid = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
  return {
    closed(z, x) {
      for (let j = 0; j < z.length; j++) {
        const value = z[j]!;
        if (kind[j] === 0) x[j] = value;
        else if (kind[j] === 1) x[j] = lower[j]! + Math.exp(value);
        else if (kind[j] === 2) x[j] = upper[j]! - Math.exp(value);
        else x[j] = lower[j]! + (upper[j]! - lower[j]!) * sigmoid(value);
      }
    },
    open(x) {
      return x.map((value, j) => {
        if (kind[j] === 0) return value;
        if (kind[j] === 1) return Math.log(Math.max(value - lower[j]!, inside));
        if (kind[j] === 2) return Math.log(Math.max(upper[j]! - value, inside));
        const share = Math.min(Math.max((value - lower[j]!) / (upper[j]! - lower[j]!), inside), 1 - inside);
        return Math.log(share / (1 - share));
      });
    },
    jacobian(z, slope, gradient) {
      let sum = 0;
      for (let j = 0; j < z.length; j++) {
        const value = z[j]!;
        if (kind[j] === 0) slope[j] = 1;
        else if (kind[j] === 3) {
          const share = sigmoid(value);
          slope[j] = (upper[j]! - lower[j]!) * share * (1 - share);
          gradient[j]! += 1 - 2 * share;
          sum += Math.log(slope[j]!);
        } else {
          slope[j] = (kind[j] === 1 ? 1 : -1) * Math.exp(value);
          gradient[j]! += 1;
          sum += value;
        }
      }
      return sum;
    },
  };
}
