/** What the model does not know, as noise that drives its states. */

/**
 * Covariance that white noise of the given density leaves after a time h in dx/dt = A·x + w: ∫ e^{As}·Q·e^{Aᵀs} ds over [0, h].
 * A short step by its Taylor series, then doubled; exact to rounding for a constant A, however stiff.
 *
 * @param a  row-major, shape (d, d)
 * @param density  variance per unit of time, shape (d)
 * @returns row-major, shape (d, d)
 *
 * @see C. F. Van Loan, "Computing integrals involving the matrix exponential", IEEE Trans. Autom. Control 23 (1978) 395–404.
 */
export function accumulatedNoise(a: Float64Array, density: Float64Array, h: number): Float64Array {
  const d = density.length;
  const noise = new Float64Array(d * d);
  if (!density.some((q) => q > 0) || h === 0) return noise;
  let norm = 0;
  for (let i = 0; i < d; i++) {
    let row = 0;
    for (let j = 0; j < d; j++) row += Math.abs(a[i * d + j]!);
    norm = Math.max(norm, row);
  }
  const doublings = Math.max(0, Math.ceil(Math.log2(norm * h * 8)));
  const step = h / 2 ** doublings;

  // Q_step = Σ stepʲ⁺¹/(j+1)! · C_j with C_0 = Q, C_{j+1} = A·C_j + C_j·Aᵀ; Φ = Σ (A·step)ʲ/j!.
  let term = new Float64Array(d * d);
  for (let i = 0; i < d; i++) term[i * d + i] = density[i]!;
  let power = identity(d);
  let transition = identity(d);
  let factor = step;
  for (let j = 0; j < order; j++) {
    for (let i = 0; i < noise.length; i++) noise[i]! += factor * term[i]!;
    const moved = multiply(a, term, d);
    term = moved.map((value, i) => value + moved[(i % d) * d + Math.floor(i / d)]!);
    power = multiply(a, power, d).map((value) => (value * step) / (j + 1));
    transition = transition.map((value, i) => value + power[i]!);
    factor *= step / (j + 2);
  }
  for (let turn = 0; turn < doublings; turn++) {
    const carried = congruence(transition, noise, d);
    for (let i = 0; i < noise.length; i++) noise[i]! += carried[i]!;
    transition = multiply(transition, transition, d);
  }
  return noise;
}

const order = 10;

/**
 * The default density: a state that relaxes at its own rate r under noise of density q wanders with variance q/(2r); q is such that it
 * wanders by a share of its nominal size. The rate is the largest influence of any state on it, each scaled to its nominal size.
 *
 * @param a  row-major, shape (d, d)
 * @returns variance per unit of time, shape (d); 0 for a state that no state moves
 */
export function defaultDensity(a: Float64Array, nominal: Float64Array, share: number): Float64Array {
  const d = nominal.length;
  return nominal.map((size, i) => {
    let rate = 0;
    for (let j = 0; j < d; j++) rate = Math.max(rate, (Math.abs(a[i * d + j]!) * nominal[j]!) / size);
    return 2 * rate * (share * size) ** 2;
  });
}

/** Φ·P·Φᵀ, exactly symmetric. */
export function congruence(phi: Float64Array, p: Float64Array, d: number): Float64Array {
  const half = multiply(phi, p, d);
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += half[i * d + k]! * phi[j * d + k]!;
      out[i * d + j] = sum;
      out[j * d + i] = sum;
    }
  }
  return out;
}

function multiply(a: Float64Array, b: Float64Array, d: number): Float64Array {
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const factor = a[i * d + k]!;
      if (factor !== 0) for (let j = 0; j < d; j++) out[i * d + j]! += factor * b[k * d + j]!;
    }
  }
  return out;
}

function identity(d: number): Float64Array {
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) out[i * d + i] = 1;
  return out;
}
