/** Reads time stamps straight from bytes: ISO 8601, declared patterns, and numbers that count since an epoch. */
import { GreyboxError } from "../../core/index.ts";

/**
 * What a stamp says: seconds since 1970 as if its clock were UTC, and whether it carried an offset (then they are UTC).
 * One object is reused for every cell.
 */
export interface Stamp {
  seconds: number;
  absolute: boolean;
}

/** Reads bytes[start, end) into `stamp`; false when it is not a time. */
export type StampReader = (bytes: Uint8Array, start: number, end: number, stamp: Stamp) => boolean;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;

/** Days from 1970-01-01 in the Gregorian calendar. @see H. Hinnant, "chrono-compatible low-level date algorithms". */
export function daysFromCivil(year: number, month: number, dayOfMonth: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + dayOfMonth - 1;
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function validDate(year: number, month: number, dayOfMonth: number): boolean {
  if (month < 1 || month > 12 || dayOfMonth < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return dayOfMonth <= (month === 2 && leap ? 29 : monthLengths[month - 1]!);
}

/** Whole seconds with the decimals in bytes[from, to), rounded once. */
export function withDecimals(seconds: number, bytes: Uint8Array, from: number, to: number): number {
  const digits = to - from;
  if (digits <= 6 && Math.abs(seconds) < 9e9) {
    let fraction = 0;
    for (let i = from; i < to; i++) fraction = fraction * 10 + bytes[i]! - 48;
    const scale = 10 ** digits;
    return fraction === 0 ? seconds : (seconds * scale + fraction) / scale;
  }
  const decimals = String.fromCharCode(...bytes.subarray(from, to));
  if (/^0*$/.test(decimals)) return seconds;
  if (seconds >= 0) return Number(`${seconds}.${decimals}`);
  // Decimals count upwards also on the far side of 1970.
  return -Number(`${-seconds - 1}.${String(10n ** BigInt(digits) - BigInt(decimals)).padStart(digits, "0")}`);
}

/** The latest date that was read, and its first second. */
const latest = { year: -1, month: 0, dayOfMonth: 0, seconds: 0 };

/** `yyyy-MM-dd`, with `T` or a blank, `HH:mm`, `:ss`, a fraction, and `Z` or `±HH:mm`. Slashes and a decimal comma are accepted. */
export const readIso: StampReader = (bytes, start, end, stamp) => {
  if (end - start < 10) return false;
  const year = digitsAt(bytes, start, 4);
  const separator = bytes[start + 4];
  if (year < 0 || (separator !== 45 && separator !== 47) || bytes[start + 7] !== separator) return false;
  const month = digitsAt(bytes, start + 5, 2);
  const dayOfMonth = digitsAt(bytes, start + 8, 2);
  // Rows of one day usually follow each other.
  if (latest.dayOfMonth !== dayOfMonth || latest.month !== month || latest.year !== year) {
    if (!validDate(year, month, dayOfMonth)) return false;
    latest.year = year;
    latest.month = month;
    latest.dayOfMonth = dayOfMonth;
    latest.seconds = daysFromCivil(year, month, dayOfMonth) * 86400;
  }
  stamp.absolute = false;
  let { seconds } = latest;
  let i = start + 10;
  if (i === end) {
    stamp.seconds = seconds;
    return true;
  }
  if (bytes[i] !== 84 && bytes[i] !== 32 && bytes[i] !== 116) return false;
  const hour = digitsAt(bytes, i + 1, 2);
  const minute = digitsAt(bytes, i + 4, 2);
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || bytes[i + 3] !== 58 || i + 6 > end) return false;
  seconds += hour * 3600 + minute * 60;
  i += 6;
  let decimalsFrom = i;
  let decimalsTo = i;
  if (i < end && bytes[i] === 58) {
    const second = digitsAt(bytes, i + 1, 2);
    if (second < 0 || second > 60 || i + 3 > end) return false;
    seconds += second;
    i += 3;
    if (i < end && (bytes[i] === 46 || bytes[i] === 44)) {
      decimalsFrom = ++i;
      while (i < end && isDigit(bytes[i])) i++;
      decimalsTo = i;
      if (decimalsTo === decimalsFrom) return false;
    }
  }
  while (i < end && bytes[i] === 32) i++;
  if (i < end) {
    const offset = offsetIn(bytes, i, end);
    if (offset === undefined) return false;
    seconds -= offset;
    stamp.absolute = true;
  }
  stamp.seconds = withDecimals(seconds, bytes, decimalsFrom, decimalsTo);
  return true;
};

function digitsAt(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const byte = bytes[i];
    if (byte === undefined || byte < 48 || byte > 57) return -1;
    value = value * 10 + byte - 48;
  }
  return value;
}

/** Seconds ahead of UTC from `Z`, `UTC`, `+01:00`, `+0100` or `+01`; undefined for anything else. */
function offsetIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start === 1 && bytes[start] === 90) return 0;
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 8)));
  if (text === "Z" || text === "z" || text === "UTC") return 0;
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (!match || end - start > 8) return undefined;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60);
}

type Part = {
  readonly kind: "year" | "month" | "monthName" | "day" | "hour" | "minute" | "second" | "fraction" | "half";
  readonly width: number;
};

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * A reader for a declared pattern.
 *
 * Letters: `yyyy` or `yy`, `MM` (`MMM` for Jan … Dec), `dd`, `HH`, `mm`, `ss`, `SSS` (a fraction of any length), `a` (AM/PM). Small and capital
 * letters are alike; `mm` means minutes after the hour and the month elsewhere. Everything else must stand in the text as in the pattern.
 *
 * @throws GreyboxError `historian/option` for a pattern without day, month and year
 *
 * @example
 * patternReader("dd.MM.yyyy HH:mm:ss");
 */
export function patternReader(pattern: string): StampReader {
  const parts = partsOf(pattern);
  const kinds = new Set(parts.map((part) => (typeof part === "string" ? part : part.kind)));
  if (!kinds.has("year") || !kinds.has("day") || !(kinds.has("month") || kinds.has("monthName"))) {
    throw new GreyboxError("historian/option", {
      option: "time.format",
      value: JSON.stringify(pattern),
      expected: '"iso" or a pattern with day, month and year, such as "dd.MM.yyyy HH:mm:ss"',
    });
  }
  const field = { year: 1970, month: 1, monthName: 0, day: 1, hour: 0, minute: 0, second: 0, half: -1 };
  return (bytes, start, end, stamp) => {
    Object.assign(field, { hour: 0, minute: 0, second: 0, half: -1 });
    let [i, decimalsFrom, decimalsTo] = [start, 0, 0];
    for (const part of parts) {
      if (typeof part === "string") {
        if (bytes[i] !== part.charCodeAt(0)) return false;
        i++;
      } else if (part.kind === "monthName" || part.kind === "half") {
        const word = String.fromCharCode(...bytes.subarray(i, i + (part.kind === "half" ? 2 : 3))).toLowerCase();
        if (part.kind === "half") field.half = word === "am" ? 0 : word === "pm" ? 1 : 9;
        else field.month = months.indexOf(word) + 1;
        if (field.half === 9 || field.month === 0) return false;
        i += word.length;
      } else {
        const [from, limit] = [i, part.kind === "fraction" ? 9 : Math.max(part.width, 2)];
        let value = 0;
        for (; i < end && i - from < limit && isDigit(bytes[i]); i++) value = value * 10 + bytes[i]! - 48;
        if (i === from || (part.kind === "year" && i - from !== part.width)) return false;
        if (part.kind === "fraction") [decimalsFrom, decimalsTo] = [from, i];
        else field[part.kind] = part.kind === "year" && part.width === 2 ? value + (value < 70 ? 2000 : 1900) : value;
      }
    }
    if (i !== end || !validDate(field.year, field.month, field.day)) return false;
    if (field.half >= 0 && (field.hour < 1 || field.hour > 12)) return false;
    const hour = field.half >= 0 ? (field.hour % 12) + 12 * field.half : field.hour;
    if (hour > 24 || field.minute > 59 || field.second > 60) return false;
    const seconds = daysFromCivil(field.year, field.month, field.day) * 86400 + hour * 3600 + field.minute * 60 + field.second;
    stamp.seconds = withDecimals(seconds, bytes, decimalsFrom, decimalsTo);
    stamp.absolute = false;
    return true;
  };
}

function partsOf(pattern: string): (Part | string)[] {
  const parts: (Part | string)[] = [];
  let hourSeen = false;
  let secondSeen = false;
  for (const [run] of pattern.matchAll(/y+|m+|d+|h+|s+|f+|a+|[^ymdhsfa]/gi)) {
    const width = run.length;
    switch (run[0]!.toLowerCase()) {
      case "y":
        parts.push({ kind: "year", width: width <= 2 ? 2 : 4 });
        break;
      case "m":
        parts.push({ kind: hourSeen ? "minute" : width >= 3 ? "monthName" : "month", width });
        break;
      case "d":
        parts.push({ kind: "day", width });
        break;
      case "h":
        hourSeen = true;
        parts.push({ kind: "hour", width });
        break;
      case "s":
        parts.push({ kind: secondSeen ? "fraction" : "second", width });
        secondSeen = true;
        break;
      case "f":
        parts.push({ kind: "fraction", width });
        break;
      case "a":
        parts.push({ kind: "half", width });
        break;
      default:
        parts.push(...run);
    }
  }
  return parts;
}
