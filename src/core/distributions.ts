/** Distribution functions and quantiles: normal, Student's t, chi-square. */

/**
 * Quantile of Student's t.
 *
 * @param probability  between 0 and 1
 * @param freedom  degrees of freedom, > 0; Infinity gives the normal distribution
 */
export function studentQuantile(probability: number, freedom: number): number {
  if (probability === 0.5) return 0;
  if (probability < 0.5) return -studentQuantile(1 - probability, freedom);
  if (freedom > 1e7) return normalQuantile(probability);
  // Bisection in log t on the tail: slow, certain, and called once a fit.
  const tail = 1 - probability;
  let low = -40;
  let high = 700;
  for (let i = 0; i < 200 && high - low > 1e-16 * Math.abs(high); i++) {
    const middle = (low + high) / 2;
    const t = Math.exp(middle);
    const beyond = incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2;
    if (beyond > tail) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/**
 * Quantile of the standard normal distribution, to about 1e-15.
 *
 * @see M. J. Wichura, "Algorithm AS 241", Appl. Statist. 37 (1988) 477–484 (PPND16).
 */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(central.over, r)) / horner(central.under, r);
  }
  const r = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  const part = r <= 5 ? horner(near.over, r - 1.6) / horner(near.under, r - 1.6) : horner(far.over, r - 5) / horner(far.under, r - 5);
  return q < 0 ? -part : part;
}

const central = {
  over: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
    2509.0809287301227,
  ],
  under: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
    5226.495278852546,
  ],
} as const;
const near = {
  over: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
    0.022723844989269184, 0.0007745450142783414,
  ],
  under: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
    1.0507500716444169e-9,
  ],
} as const;
const far = {
  over: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
    2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  under: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7,
    2.0442631033899397e-15,
  ],
} as const;

/** Coefficients of rising powers. */
function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/**
 * Regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz).
 *
 * @see W. H. Press et al., *Numerical Recipes*, 3rd ed., Cambridge 2007, §6.4.
 */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front * fraction;
}

/** ln Γ(x), x > 0: Stirling's series after shifting x above 15. Error about 1e-15 relative. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 15) {
    shift += Math.log(z);
    z++;
  }
  const w = 1 / (z * z);
  const series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360)))))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/**
 * Standard normal distribution function, with full relative accuracy in the lower tail.
 *
 * @example
 * normalCdf(0); // => 0.5
 */
export function normalCdf(x: number): number {
  const tail = 0.5 * upperGamma(0.5, 0.5 * x * x);
  return x < 0 ? tail : 1 - tail;
}

/** Probability that chi-square with `freedom` degrees of freedom exceeds x. */
export function chiSquareTail(x: number, freedom: number): number {
  return x <= 0 ? 1 : upperGamma(freedom / 2, x / 2);
}

/**
 * Probability that Fisher's F with the given degrees of freedom exceeds x.
 *
 * @example
 * fisherTail(4.9646, 1, 10).toFixed(4); // => "0.0500"
 */
export function fisherTail(x: number, over: number, under: number): number {
  return x <= 0 ? 1 : incompleteBeta(under / 2, over / 2, under / (under + over * x));
}

/**
 * Quantile of chi-square.
 *
 * @param probability  between 0 and 1
 *
 * @example
 * chiSquareQuantile(0.95, 1).toFixed(6); // => "3.841459"
 */
export function chiSquareQuantile(probability: number, freedom: number): number {
  let [low, high] = [-80, Math.log(freedom + 40 * Math.sqrt(2 * freedom) + 1500)];
  for (let i = 0; i < 200 && high - low > 1e-16 * Math.abs(high); i++) {
    const middle = (low + high) / 2;
    if (chiSquareTail(Math.exp(middle), freedom) > 1 - probability) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/**
 * Regularised upper incomplete gamma function Q(a, x): its series below a + 1, its continued fraction (Lentz) above.
 *
 * @see W. H. Press et al., *Numerical Recipes*, 3rd ed., Cambridge 2007, §6.2.
 */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x > 1e4 * (a + 1)) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front * fraction;
}
