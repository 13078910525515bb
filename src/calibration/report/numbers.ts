/** Numbers as a person reads them in a report. */
import { short } from "../verdict/sentences.ts";

/** As many digits as the standard error lets mean something, and one more. */
export function digits(value: number, standardError: number | undefined): string {
  if (!standardError || value === 0) return readable(Number(short(value)));
  const meaningful = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(standardError)) + 2;
  return readable(Number(value.toPrecision(Math.min(Math.max(meaningful, 2), 12))));
}

/** Powers of ten where a row of zeros would have to be counted. */
export function readable(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return short(value);
  return size >= 1e6 || (size > 0 && size < 1e-4) ? value.toExponential().replace("e+", "e") : String(value);
}

/** Probabilities: two digits, and no pretence of more zeros. */
export function probability(p: number): string {
  return p < 1e-4 ? "< 0.0001" : String(Number(p.toPrecision(2)));
}

/** "12 … 14", with an open end where there is none. */
export function rangeText([low, high]: readonly [number | undefined, number | undefined], standardError: number | undefined): string {
  const end = (value: number | undefined): string => (value === undefined ? "open" : digits(value, standardError));
  return `${end(low)} … ${end(high)}`;
}
