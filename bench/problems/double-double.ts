/**
 * exp, log and pow to about 30 digits, as sums of two doubles: the reference for those of generated WebAssembly. Slow beside them, and made of
 * nothing but additions and products, whose rounding errors are known exactly.
 *
 * @see T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971) 224–242.
 */

/** A value `high + low`; functions write into one that is given, because ten million are made. */
export interface Pair {
  high: number;
  low: number;
}

export const pair = (high = 0, low = 0): Pair => ({ high, low });

const splitter = 2 ** 27 + 1;

function setSum(out: Pair, a: number, b: number): void {
  const sum = a + b;
  const part = sum - a;
  out.low = a - (sum - part) + (b - part);
  out.high = sum;
}

function setProduct(out: Pair, a: number, b: number): void {
  const product = a * b;
  const a1 = splitter * a - (splitter * a - a);
  const b1 = splitter * b - (splitter * b - b);
  const [a2, b2] = [a - a1, b - b1];
  out.low = a1 * b1 - product + a1 * b2 + a2 * b1 + a2 * b2;
  out.high = product;
}

const work = pair();

function add(out: Pair, a: Pair, b: Pair): void {
  const { low: aLow } = a;
  const { low: bLow } = b;
  setSum(work, a.high, b.high);
  const rest = work.low + (aLow + bLow);
  setSum(out, work.high, rest);
}

/** Adds more exactly where both nearly cancel. */
function addCarefully(out: Pair, a: Pair, b: Pair): void {
  const lows = pair();
  setSum(lows, a.low, b.low);
  setSum(work, a.high, b.high);
  setSum(work, work.high, work.low + lows.high);
  setSum(out, work.high, work.low + lows.low);
}

function multiply(out: Pair, a: Pair, b: Pair): void {
  const crossed = a.high * b.low + a.low * b.high;
  setProduct(work, a.high, b.high);
  setSum(out, work.high, work.low + crossed);
}

/** log 2 in three parts; the first has 32 bits, so that its products with exponents are exact. */
const log2 = [0.6931471803691238, pair(1.9082149292705877e-10, 0)] as const;
/** What is left: log 2 − both parts, from log 2 = 0.69314718055994530941723212145817656807550013436026. */
const log2Rest = restOfLog2();

function restOfLog2(): number {
  const scale = 2n ** 200n;
  const exact = (69314718055994530941723212145817656807550013436026n * scale) / 10n ** 50n;
  const fixed = (value: number): bigint => BigInt(value * 2 ** 100) * 2n ** 100n;
  return Number(exact - fixed(log2[0]) - fixed(log2[1].high)) / 2 ** 200;
}

/** 1/n! for n = 2 …, each to 30 digits. */
const inverseFactorials = Array.from({ length: 10 }, (_, i): Pair => {
  const factorial = Array.from({ length: i + 2 }, (__, k) => k + 1).reduce((product, k) => product * k, 1);
  const high = 1 / factorial;
  const product = pair();
  setProduct(product, high, factorial);
  return pair(high, (1 - product.high - product.low) / factorial);
});

const halvings = 8;
const reduced = pair();
const sum = pair();
const square = pair();
const scaledPart = pair();

/** e^x − 1 for |x| ≤ 0.4, to 30 digits of itself. */
function expMinus1(out: Pair, x: Pair): void {
  const scale = 2 ** -halvings;
  reduced.high = x.high * scale;
  reduced.low = x.low * scale;
  const last = inverseFactorials.at(-1)!;
  sum.high = last.high;
  sum.low = last.low;
  for (let n = inverseFactorials.length - 2; n >= 0; n--) {
    multiply(sum, sum, reduced);
    add(sum, sum, inverseFactorials[n]!);
  }
  // x + x²·(1/2! + x/3! + …)
  multiply(square, reduced, reduced);
  multiply(sum, sum, square);
  add(sum, sum, reduced);
  for (let i = 0; i < halvings; i++) {
    multiply(square, sum, sum);
    sum.high *= 2;
    sum.low *= 2;
    add(sum, sum, square);
  }
  out.high = sum.high;
  out.low = sum.low;
}

const one = pair(1);

/** e^x = out · 2^k with out in 0.7 … 1.5; k is returned. */
function scaledExp(out: Pair, x: Pair): number {
  const k = Math.round(x.high / Math.LN2);
  if (k === 0) {
    scaledPart.high = x.high;
    scaledPart.low = x.low;
  } else {
    setSum(scaledPart, x.high - k * log2[0], x.low);
    const second = pair();
    setProduct(second, -k, log2[1].high);
    addCarefully(scaledPart, scaledPart, second);
    addCarefully(scaledPart, scaledPart, pair(-k * log2Rest));
  }
  expMinus1(out, scaledPart);
  add(out, out, one);
  return k;
}

const argument = pair();
const factor = pair();
const correction = pair();

/** log x to 30 digits of itself, for normal x > 0: Newton's step from the host's logarithm, whose error it squares. */
export function log(out: Pair, x: number): void {
  const guess = Math.log(x);
  argument.high = -guess;
  argument.low = 0;
  // x·e^(−guess) = 1 + d with a tiny d; log x = guess + d − d²/2 …
  if (Math.abs(guess) < 0.3) {
    expMinus1(factor, argument);
    multiply(correction, factor, pair(x));
    setSum(factor, x, -1);
    addCarefully(correction, correction, factor);
  } else {
    const k = scaledExp(factor, argument);
    // Two factors, because 2^k alone may be out of range.
    const half = Math.trunc(k / 2);
    multiply(correction, factor, pair(x * 2 ** half * 2 ** (k - half)));
    addCarefully(correction, correction, pair(-1));
  }
  const d = correction.high;
  correction.low += -(d * d) / 2;
  addCarefully(out, pair(guess), correction);
}

/** `out · 2^k` = e^x; k is returned. */
export function exp(out: Pair, x: number): number {
  argument.high = x;
  argument.low = 0;
  return scaledExp(out, argument);
}

const logarithm = pair();

/** `out · 2^k` = x^y for normal x > 0; k is returned. */
export function pow(out: Pair, x: number, y: number): number {
  log(logarithm, x);
  multiply(logarithm, logarithm, pair(y));
  return scaledExp(out, logarithm);
}

const bits = new DataView(new ArrayBuffer(8));

/** Distance of a double from `exact · 2^k`, in units of the last place of the exact value; results below the normal range are not for this. */
export function unitsInLastPlace(value: number, exact: Pair, k = 0): number {
  const half = Math.trunc(k / 2);
  const scaled = value * 2 ** -half * 2 ** (half - k);
  bits.setFloat64(0, exact.high);
  const exponent = ((bits.getUint16(0) >> 4) & 0x7ff) - 1023;
  return Math.abs(scaled - exact.high - exact.low) / 2 ** (exponent - 52);
}
