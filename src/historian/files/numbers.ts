/** Reads numbers straight from bytes, correctly rounded, without making a string for the usual ones. */

const [plus, minus, zero, nine, upperE, lowerE] = [43, 45, 48, 57, 69, 101];

/** Powers of ten that a double holds exactly. */
const exactPowers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Largest mantissa to which another digit can be added exactly. */
const roomForDigit = 900719925474098;

/** How a file writes numbers: byte of the decimal sign, and of the sign between thousands (0: none). */
export interface NumberSyntax {
  readonly decimal: number;
  readonly thousands: number;
}

/**
 * The number in bytes[start, end), NaN when it is none: empty, words, several numbers, hexadecimal, "NaN" and "Infinity" alike.
 *
 * Digits with thousands signs must stand in groups of three. A mantissa below 2^53 with a power of ten up to 22 is computed directly,
 * which is exact to the last bit; everything else goes through `Number`.
 *
 * @see W. D. Clinger, "How to read floating point numbers accurately", PLDI 1990: the fast path.
 */
export function numberAt(bytes: Uint8Array, start: number, end: number, syntax: NumberSyntax): number {
  let i = start;
  let negative = false;
  const first = bytes[i]!;
  if (first === minus || first === plus) {
    negative = first === minus;
    i++;
  }
  let mantissa = 0;
  let digits = 0;
  let fraction = -1; // digits after the decimal sign; −1 before it
  let group = -1; // digits since the last thousands sign; −1 before the first
  let exact = true;
  for (; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= zero && byte <= nine) {
      if (mantissa > roomForDigit) exact = false;
      else mantissa = mantissa * 10 + (byte - zero);
      digits++;
      if (fraction >= 0) fraction++;
      else if (group >= 0) group++;
    } else if (byte === syntax.decimal && fraction < 0) {
      if (group >= 0 && group !== 3) return Number.NaN;
      fraction = 0;
    } else if (byte === syntax.thousands && fraction < 0 && syntax.thousands !== 0) {
      if (group < 0 ? digits === 0 || digits > 3 : group !== 3) return Number.NaN;
      group = 0;
    } else break;
  }
  if (digits === 0 || (fraction < 0 && group >= 0 && group !== 3)) return Number.NaN;
  let power = fraction > 0 ? -fraction : 0;
  if (i < end) {
    const byte = bytes[i]!;
    if (byte !== lowerE && byte !== upperE) return Number.NaN;
    const exponent = exponentAt(bytes, i + 1, end);
    if (Number.isNaN(exponent)) return Number.NaN;
    power += exponent;
  }
  if (!exact || power > 22 || power < -22) return slowNumber(bytes, start, end, syntax);
  const size = power < 0 ? mantissa / exactPowers[-power]! : mantissa * exactPowers[power]!;
  return negative ? -size : size;
}

function exponentAt(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  const sign = bytes[i] === minus ? -1 : 1;
  if (bytes[i] === minus || bytes[i] === plus) i++;
  if (i >= end) return Number.NaN;
  let exponent = 0;
  for (; i < end; i++) {
    const byte = bytes[i]!;
    if (byte < zero || byte > nine) return Number.NaN;
    exponent = Math.min(exponent * 10 + (byte - zero), 99999);
  }
  return sign * exponent;
}

/** For numbers already known to be well formed. Overflow to infinity is not a number here. */
function slowNumber(bytes: Uint8Array, start: number, end: number, syntax: NumberSyntax): number {
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === syntax.thousands && syntax.thousands !== 0) continue;
    text += byte === syntax.decimal ? "." : String.fromCharCode(byte);
  }
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}
