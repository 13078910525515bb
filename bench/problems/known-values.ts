/**
 * Published digits of exponentials, logarithms and powers, against which the reference arithmetic is checked before it judges.
 *
 * @see The On-Line Encyclopedia of Integer Sequences: A001113 (e), A068985 (1/e), A019774 (√e), A002162 (log 2), A002392 (log 10), A002391
 *   (log 3), A002193 (√2), A010467 (√10), A020760 (1/√3).
 */
import { exp, log, type Pair, pair, pow } from "./double-double.ts";

const known: readonly (readonly [text: string, digits: string, of: (out: Pair) => number | undefined])[] = [
  ["exp 1", "2.71828182845904523536028747135266249775724709369995", (out) => exp(out, 1)],
  ["exp −1", "0.36787944117144232159552377016146086744581113103177", (out) => exp(out, -1)],
  ["exp 10", "22026.4657948067165169579006452842443663535126185567811", (out) => exp(out, 10)],
  ["exp 0.5", "1.64872127070012814684865078781416357165377610071015", (out) => exp(out, 0.5)],
  ["log 2", "0.69314718055994530941723212145817656807550013436026", (out) => void log(out, 2)],
  ["log 10", "2.30258509299404568401799145468436420760110148862877", (out) => void log(out, 10)],
  ["log 3", "1.09861228866810969139524523692252570464749055782275", (out) => void log(out, 3)],
  ["2^½", "1.41421356237309504880168872420969807856967187537695", (out) => pow(out, 2, 0.5)],
  ["10^½", "3.16227766016837933199889354443271853372067247945291", (out) => pow(out, 10, 0.5)],
  ["3^−½", "0.57735026918962576450914878050195745564760175127013", (out) => pow(out, 3, -0.5)],
];

/** Largest relative difference of the reference from published digits. */
export function worstOfReference(): number {
  const one = 2n ** 220n;
  const fixed = (value: number): bigint => BigInt(Math.round(value * 2 ** 52 * 2 ** 60)) * 2n ** 108n;
  return Math.max(
    ...known.map(([, digits, of]) => {
      const out = pair();
      const k = BigInt(of(out) ?? 0);
      const decimals = digits.split(".")[1]!.length;
      const exact = (BigInt(digits.replace(".", "")) * one) / 10n ** BigInt(decimals);
      const unscaled = fixed(out.high) + fixed(out.low);
      const got = k >= 0n ? unscaled << k : unscaled >> -k;
      const difference = got > exact ? got - exact : exact - got;
      return Number((difference * 10n ** 60n) / exact) / 1e60;
    }),
  );
}
