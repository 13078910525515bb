/** Times that count since an epoch, read digit by digit: a double cannot hold nanoseconds, nor ticks of 100 ns, of this century. */
import { type NumberSyntax, numberAt } from "./numbers.ts";
import { type StampReader, withDecimals } from "./stamps.ts";

/**
 * Counts since 1970 UTC in s, ms, us or ns; `filetime`, of 100 ns since 1601 UTC; `dotnet`, of 100 ns since the year 1 UTC; `excel`, of days
 * since 1899-12-30 in local time.
 */
export const epochs = ["s", "ms", "us", "ns", "excel", "filetime", "dotnet"] as const;
export type Epoch = (typeof epochs)[number];

/** Decimal digits below the second, and the epoch before 1970 [s]. */
const scales = {
  s: { digits: 0, before: 0 },
  ms: { digits: 3, before: 0 },
  us: { digits: 6, before: 0 },
  ns: { digits: 9, before: 0 },
  filetime: { digits: 7, before: 11644473600 },
  dotnet: { digits: 7, before: 62135596800 },
} as const;

const daysTo1970 = 25569;
/** Counts in powers of ten must tell at least this much [s]. */
const coarsest = 1e-3;

/** Seconds since 1970 of a count that was a number already. Dividing by a power of ten rounds once; multiplying by 1e-3 would round twice. */
export function epochSeconds(count: number, epoch: Epoch): number {
  if (epoch === "excel") return Math.round((count - daysTo1970) * 86400e3) / 1e3;
  const { digits, before } = scales[epoch];
  return digits === 0 ? count : count / 10 ** digits - before;
}

/** The count of a time, for messages. */
export function countOf(seconds: number, epoch: Epoch): number {
  if (epoch === "excel") return seconds / 86400 + daysTo1970;
  const { digits, before } = scales[epoch];
  return (seconds + before) * 10 ** digits;
}

/**
 * Reads whole counts exactly, rounded once to the nearest double of seconds. Numbers with a decimal sign or a power of ten go through a double; one
 * whose last digit means more than a millisecond, as spreadsheets write them (1.70E+12), is no time.
 */
export function countReader(epoch: Epoch, syntax: NumberSyntax): StampReader {
  const scale = epoch === "excel" ? undefined : scales[epoch];
  return (bytes, start, end, stamp) => {
    stamp.absolute = scale !== undefined;
    if (start === end) return false;
    if (scale !== undefined && areDigits(bytes, start, end)) {
      const split = Math.max(end - scale.digits, start);
      let seconds = -scale.before;
      let whole = 0;
      for (let i = start; i < split; i++) whole = whole * 10 + bytes[i]! - 48;
      seconds += whole;
      stamp.seconds =
        end - split === scale.digits ? withDecimals(seconds, bytes, split, end) : epochSeconds(small(bytes, start, end), epoch);
      return true;
    }
    const count = numberAt(bytes, start, end, syntax);
    stamp.seconds = epochSeconds(count, epoch);
    return !Number.isNaN(count) && (scale === undefined || lastDigit(bytes, start, end) <= coarsest * 10 ** scale.digits);
  };
}

function areDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! < 48 || bytes[i]! > 57) return false;
  return true;
}

/** A count of fewer digits than a second has. */
function small(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) count = count * 10 + bytes[i]! - 48;
  return count;
}

/** What the last digit written means, in counts: 1e10 for 1.70E+12. 0 for numbers without a power of ten. */
function lastDigit(bytes: Uint8Array, start: number, end: number): number {
  const text = String.fromCharCode(...bytes.subarray(start, end));
  const match = /[.,]?(\d*)[eE]([+-]?\d+)$/.exec(text);
  if (match === null) return 0;
  const decimals = /[.,]\d*[eE]/.test(text) ? match[1]!.length : 0;
  return 10 ** (Number(match[2]) - decimals);
}
