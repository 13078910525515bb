/**
 * exp, log and pow as WebAssembly of our own, with errors below one unit in the last place over the whole range.
 *
 * exp and log have no branches that call anything: a call, even one that is never made, costs every value that is alive across it a trip
 * to memory. pow hands bases that are zero, negative, subnormal or not finite to the host, whose answers for them are exact by definition.
 *
 * @see W. J. Cody, W. Waite, *Software Manual for the Elementary Functions*, Prentice-Hall 1980, ch. 6 (reduction of exp);
 *   fdlibm 5.3, e_log.c, Sun Microsystems 1993 (log); T. J. Dekker, "A floating-point technique for extending the available precision",
 *   Numer. Math. 18 (1971) 224–242 (products with their error, for pow).
 */
import type { Test, Value } from "../kernel.ts";
import type { Code } from "./code.ts";
import { instruction, typeCode } from "./machine.ts";

const number = (value: number): Value => ({ op: "number", value });
const add = (left: Value, right: Value): Value => ({ op: "add", left, right });
const sub = (left: Value, right: Value): Value => ({ op: "sub", left, right });
const mul = (left: Value, right: Value): Value => ({ op: "mul", left, right });
const choice = (test: Test, yes: Value, no: Value): Value => ({ op: "select", test, yes, no });
const less = (left: Value, right: number): Test => ({ op: "lt", left, right: number(right) });
const greater = (left: Value, right: number): Test => ({ op: "gt", left, right: number(right) });
const div = (left: Value, right: Value): Value => ({ op: "div", left, right });

/** log 2 in two parts; the first has 33 bits, so that its product with an exponent is exact. */
const log2High = 0.6931471803691238;
const log2Low = 1.9082149292705877e-10;

/** Adding it rounds a double to a whole number, which then stands in its low bits. */
const shifter = 6755399441055744;
const bitsOfShifter = 0x4338000000000000n;

const leastNormal = 2 ** -1022;

/** Beyond these exp is 0 and infinite. */
const exponents = [-746, 710] as const;

/** Puts exp x on the stack. */
export function writeExp(code: Code, x: Value): void {
  scaledExp(code, x);
}

/** Puts log x on the stack. */
export function writeLog(code: Code, x: Value): void {
  const subnormal = less(x, leastNormal);
  const scaled = code.let(choice(subnormal, mul(x, number(2 ** 54)), x));
  const log = plainLog(code, scaled, choice(subnormal, number(-54), number(0)));
  const beyond = choice(
    { op: "eq", left: x, right: number(0) },
    number(-Infinity),
    choice(greater(x, 0), number(Infinity), number(Number.NaN)),
  );
  code.value(choice({ op: "and", left: greater(x, 0), right: less(x, Infinity) }, log, beyond));
}

/**
 * Puts x^y on the stack.
 *
 * @param otherwise  puts it there where a base or exponent is not ordinary
 */
export function writePow(code: Code, x: Value, y: Value, otherwise: () => void): void {
  const ordinary: Test = {
    op: "and",
    left: { op: "and", left: { op: "ge", left: x, right: number(leastNormal) }, right: less(x, Infinity) },
    right: { op: "le", left: { op: "abs", of: y }, right: number(1e100) },
  };
  const { bytes, machine } = code;
  code.test(ordinary);
  machine.everywhere();
  bytes.byte(instruction.if);
  bytes.byte(typeCode[machine.type]);
  const log = preciseLog(code, x);
  const product = exactProduct(code, y, log.high);
  const { high, low } = sumOf(code, product.high, code.let(add(product.low, mul(y, log.low))));
  scaledExp(code, high, low);
  bytes.byte(instruction.else);
  otherwise();
  bytes.byte(instruction.end);
}

/** log x + shift·log 2, for normal positive x. */
function plainLog(code: Code, x: Value, shift: Value): Value {
  const { exponent: unshifted, fraction } = splitNumber(code, x);
  const exponent = code.let(add(unshifted, shift));
  const f = code.let(sub(fraction, number(1)));
  const s = code.let(div(f, add(number(2), f)));
  const z = code.let(mul(s, s));
  const w = code.let(mul(z, z));
  const even = mul(w, add(number(0.3999999999940942), mul(w, add(number(0.22222198432149784), mul(w, number(0.15313837699209373))))));
  const odd = mul(
    z,
    add(
      number(0.6666666666666735),
      mul(w, add(number(0.2857142874366239), mul(w, add(number(0.1818357216161805), mul(w, number(0.14798198605116586)))))),
    ),
  );
  const half = code.let(mul(number(0.5), mul(f, f)));
  // log2High·k − ((f²/2 − (s·(f²/2 + R) + log2Low·k)) − f)
  const small = add(mul(s, add(half, add(even, odd))), mul(exponent, number(log2Low)));
  return sub(mul(exponent, number(log2High)), sub(sub(half, small), f));
}

/**
 * (exp r − 1 − r)/r² on |r| ≤ ½ log 2, by increasing powers: interpolation at the Chebyshev points, relative error of exp 3·10⁻¹⁹.
 */
const exponential = [
  0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326136, 0.0013888888888883748, 0.00019841269874820627, 2.4801587325547743e-5,
  2.7557255400206422e-6, 2.75572736431103e-7, 2.5105217004720745e-8, 2.0914686968086876e-9,
] as const;

/** Puts exp(x + rest) on the stack, |rest| ≤ ulp(x). */
function scaledExp(code: Code, argument: Value, rest?: Value): void {
  const [least, most] = exponents;
  // Selections that NaN passes unchanged, so that it stays NaN.
  const above = code.let(choice(less(argument, least), number(least), argument));
  const x = code.let(choice(greater(above, most), number(most), above));
  const shifted = code.let(add(mul(x, number(Math.LOG2E)), number(shifter)));
  const k = code.let(sub(shifted, number(shifter)));
  const high = code.let(sub(x, mul(k, number(log2High))));
  const low = mul(k, number(log2Low));
  const { high: r, low: error } = rest === undefined ? { high: code.let(sub(high, low)), low: undefined } : reduced(code, high, low, rest);
  const r2 = code.let(mul(r, r));
  const r4 = code.let(mul(r2, r2));
  const c = exponential.map(number);
  const pair = (n: number): Value => add(c[n]!, mul(r, c[n + 1]!));
  const four = (n: number): Value => add(pair(n), mul(r2, pair(n + 2)));
  const q = add(four(0), mul(r4, add(four(4), mul(r4, add(pair(8), mul(r2, c[10]!))))));
  const beyond = error === undefined ? mul(r2, q) : add(mul(r2, q), error);
  const [first, second] = halfPowers(code, shifted);
  code.value(mul(mul(add(number(1), add(r, beyond)), first), second));
}

/** Two powers of two whose product is 2^k, k being the number that `shifted` rounded to: one alone may not be a double where the result is. */
function halfPowers(code: Code, shifted: Value): readonly [Value, Value] {
  const { machine } = code;
  const [k, half] = [code.declare(machine.bitsType), code.declare(machine.bitsType)];
  const powerOfTop = (): void => {
    machine.bits(1023n);
    machine.op("addBits");
    machine.shift("shiftLeft", 52);
    machine.fromBits();
  };
  code.value(shifted);
  machine.toBits();
  machine.bits(bitsOfShifter);
  machine.op("subBits");
  code.set(k);
  code.get(k);
  machine.shift("shiftRight", 1);
  code.set(half);
  const first = code.fromStack(() => {
    code.get(half);
    powerOfTop();
  });
  const second = code.fromStack(() => {
    code.get(k);
    code.get(half);
    machine.op("subBits");
    powerOfTop();
  });
  return [first, second];
}

/** high − low + rest as a pair. */
function reduced(code: Code, high: Value, low: Value, rest: Value): Pair {
  const lower = code.let(low);
  const r = code.let(sub(high, lower));
  return sumOf(code, r, code.let(add(sub(sub(high, r), lower), rest)));
}

/** x = 2^exponent · fraction, fraction between √½ and √2. For normal positive x. */
function splitNumber(code: Code, x: Value): { readonly exponent: Value; readonly fraction: Value } {
  const { machine } = code;
  const above = code.declare(machine.bitsType);
  const bitsOfHalfRoot = 0x3fe6a09e667f3bcdn;
  code.value(x);
  machine.toBits();
  machine.bits(bitsOfHalfRoot);
  machine.op("subBits");
  code.set(above);
  // A small integer becomes a double in the low bits of the shifter: there is no conversion of two at once.
  const exponent = code.fromStack(() => {
    code.get(above);
    machine.shift("shiftRight", 52);
    machine.bits(bitsOfShifter);
    machine.op("addBits");
    machine.fromBits();
    machine.number(shifter);
    machine.op("sub");
  });
  const fraction = code.fromStack(() => {
    code.value(x);
    machine.toBits();
    code.get(above);
    machine.bits(-(1n << 52n));
    machine.op("andBits");
    machine.op("subBits");
    machine.fromBits();
  });
  return { exponent, fraction };
}

/** A number as the sum of two doubles. */
interface Pair {
  readonly high: Value;
  readonly low: Value;
}

/**
 * log x to about 2⁻⁶⁴ of its size: log x = k·log 2 + 2s·(1 + s²/3 + s⁴/5 + …) with s = f/(2 + f), all but the far terms in pairs.
 */
function preciseLog(code: Code, x: Value): Pair {
  const { exponent, fraction } = splitNumber(code, x);
  const f = code.let(sub(fraction, number(1)));
  const g = code.let(add(number(2), f));
  const gLow = code.let(sub(f, sub(g, number(2))));
  const reciprocal = code.let(div(number(1), g));
  const sHigh = code.let(mul(f, reciprocal));
  const back = exactProduct(code, sHigh, g);
  const sLow = code.let(mul(sub(sub(sub(f, back.high), back.low), mul(sHigh, gLow)), reciprocal));

  const square = exactProduct(code, sHigh, sHigh);
  const z = square.high;
  const zLow = code.let(add(square.low, mul(number(2), mul(sHigh, sLow))));
  // Far terms: z²·(1/5 + z/7 + … + z¹⁰/25).
  let far: Value = number(1 / 25);
  for (let n = 23; n >= 5; n -= 2) far = add(number(1 / n), mul(z, far));
  const tail = code.let(mul(mul(z, z), far));
  const third = 1 / 3;
  const near = exactProduct(code, z, number(third));
  const nearLow = code.let(add(near.low, add(mul(z, number(thirdRest)), mul(zLow, number(third)))));
  const w = sumOf(code, near.high, tail);
  const one = sumOf(code, number(1), w.high);
  const oneLow = add(one.low, add(w.low, nearLow));
  const twice = code.let(mul(number(2), sHigh));
  const main = exactProduct(code, twice, one.high);
  const mainLow = code.let(add(main.low, add(mul(twice, oneLow), mul(mul(number(2), sLow), one.high))));

  const whole = code.let(mul(exponent, number(log2High)));
  const high = code.let(add(whole, main.high));
  const part = code.let(sub(high, whole));
  const lost = add(sub(whole, sub(high, part)), sub(main.high, part));
  const low = code.let(add(lost, add(mainLow, mul(exponent, number(log2Low)))));
  return sumOf(code, high, low);
}

/** a + b and what rounding took from it, for |a| ≥ |b|. */
function sumOf(code: Code, a: Value, b: Value): Pair {
  const high = code.let(add(a, b));
  return { high, low: code.let(add(sub(a, high), b)) };
}

/** 1/3 less its double. */
const thirdRest = 1.850371707708594e-17;

/** a·b and what rounding took from it. Needs |a|, |b| < 2⁹⁹⁵. */
function exactProduct(code: Code, a: Value, b: Value): Pair {
  const halves = (v: Value): Pair => {
    const shifted = code.let(mul(number(134217729), v));
    const high = code.let(sub(shifted, sub(shifted, v)));
    return { high, low: code.let(sub(v, high)) };
  };
  const high = code.let(mul(a, b));
  const [p, q] = [halves(a), halves(b)];
  const low = sub(mul(p.low, q.low), sub(sub(sub(high, mul(p.high, q.high)), mul(p.low, q.high)), mul(p.high, q.low)));
  return { high, low: code.let(low) };
}
