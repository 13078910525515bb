/**
 * Exact arithmetic with the integers modulo a prime: what is zero is zero, whatever the number of operations. Numbers are doubles that hold
 * integers; products of two of them, and of one of them with a sum, are exact.
 */
import { type Random, random } from "../../core/index.ts";

/** The largest prime below 2²⁶. */
export const prime = 67_108_859;
const inverse = 1 / prime;

/** x mod p, for integers 0 ≤ x < 2⁵³. */
function reduced(x: number): number {
  const rest = x - Math.floor(x * inverse) * prime;
  return rest < 0 ? rest + prime : rest >= prime ? rest - prime : rest;
}

export function add(a: number, b: number): number {
  const sum = a + b;
  return sum >= prime ? sum - prime : sum;
}

export function subtract(a: number, b: number): number {
  const difference = a - b;
  return difference < 0 ? difference + prime : difference;
}

export function multiply(a: number, b: number): number {
  return reduced(a * b);
}

/** a/b; NaN where b is 0, as everything that is made of it. */
export function divide(a: number, b: number): number {
  if (!(b > 0)) return Number.NaN;
  // Euclid's algorithm.
  let [r, s, u, v] = [prime, b, 0, 1];
  while (s !== 0) {
    const quotient = Math.floor(r / s);
    [r, s] = [s, r - quotient * s];
    [u, v] = [v, u - quotient * v];
  }
  return reduced(a * (u < 0 ? u + prime : u));
}

/** a[i]·b[j] + a[i + 1]·b[j − 1] + … : the coefficient of a product of two series. */
export function convolve(a: Float64Array, i: number, b: Float64Array, j: number, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const x = sum + a[i + k]! * b[j - k]!;
    sum = x - Math.floor(x * inverse) * prime;
    if (sum < 0) sum += prime;
    else if (sum >= prime) sum -= prime;
  }
  return sum;
}

/** The decimal fraction that a number is written as: 0.1 is one tenth. */
export function exactly(value: number): number {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(value)) ?? [];
  if (whole === undefined) return Number.NaN;
  const digits = Number(BigInt(whole + fraction) % BigInt(prime));
  const power = Number(exponent) - fraction.length;
  const ten = toPower(10, Math.abs(power));
  const size = power < 0 ? divide(digits, ten) : multiply(digits, ten);
  return sign === "-" ? subtract(0, size) : size;
}

function toPower(base: number, exponent: number): number {
  let [result, square, left] = [1, base, exponent];
  for (; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

/** Numbers without any relation to one another, and functions of which nothing is known but their derivatives. */
export interface Generic {
  number(): number;
  /** The value of a function: the same for the same arguments, and otherwise without relation to anything; of a square root, the root. */
  value(name: string, argument: number): number;
  /** False where a square root was asked for of a number that has none. */
  exact(): boolean;
}

/** Values that functions must have for equations such as exp(0) = 1. */
const known: Readonly<Record<string, readonly [at: number, value: number]>> = {
  exp: [0, 1],
  log: [1, 0],
  tan: [0, 0],
  tanh: [0, 0],
  atan: [0, 0],
  asin: [0, 0],
};
const inverses: Readonly<Record<string, string>> = { exp: "log", log: "exp", tan: "atan", atan: "tan" };

export function generic(seed: number): Generic {
  const rng: Random = random(`identifiability/${seed}`);
  const values = new Map<string, number>();
  const number = (): number => 1 + rng.integer(prime - 1);
  let exact = true;
  return {
    number,
    exact: () => exact,
    value(name, argument) {
      const fixed = known[name];
      if (fixed && argument === fixed[0]) return fixed[1];
      if (name.startsWith("power") && argument === 1) return 1;
      if (name === "power 0.5") {
        // The prime is one less than a multiple of 4.
        const root = toPower(argument, (prime + 1) / 4);
        if (multiply(root, root) === argument) return root;
        exact = false;
      }
      const key = `${name} ${argument}`;
      const found = values.get(key);
      if (found !== undefined) return found;
      const value = number();
      values.set(key, value);
      const back = inverses[name];
      if (back !== undefined) values.set(`${back} ${value}`, argument);
      return value;
    },
  };
}
