/** Lengths and points of time as people write them, in seconds. */
import { conversion, GreyboxError } from "../core/index.ts";
import { readIso, type Stamp } from "./files/stamps.ts";

/** Seconds, or text with a unit such as "10 min" or "7 day". */
export type Duration = number | string;

/** Seconds since 1970 UTC, a `Date`, or ISO 8601 text with its offset, such as "2026-03-01T06:00Z". For data without a calendar: seconds. */
export type Moment = number | string | Date;

/**
 * @param option  named when the duration is refused
 * @throws GreyboxError `historian/option`
 *
 * @example
 * secondsOf("10 min"); // => 600
 */
export function secondsOf(duration: Duration, option = "duration"): number {
  let seconds: number;
  try {
    seconds = typeof duration === "number" ? duration : conversion(duration, "s").factor;
  } catch (cause) {
    throw new GreyboxError(
      "historian/option",
      { option, value: JSON.stringify(duration), expected: 'seconds, or text such as "10 min"' },
      { cause },
    );
  }
  if (!(seconds > 0)) throw new GreyboxError("historian/option", { option, value: JSON.stringify(duration), expected: "greater than 0" });
  return seconds;
}

/** @throws GreyboxError `historian/option` also for text without an offset: a zone is never guessed */
export function momentOf(moment: Moment, option: string): number {
  if (moment instanceof Date) return moment.getTime() / 1000;
  if (typeof moment === "number") {
    if (Number.isNaN(moment)) throw new GreyboxError("historian/option", { option, value: "NaN", expected: "a point of time" });
    return moment;
  }
  const bytes = new TextEncoder().encode(moment.trim());
  const stamp: Stamp = { seconds: 0, absolute: false };
  if (!readIso(bytes, 0, bytes.length, stamp) || !stamp.absolute) {
    throw new GreyboxError("historian/option", {
      option,
      value: JSON.stringify(moment),
      expected: 'ISO 8601 with its offset, such as "2026-03-01T06:00Z"',
    });
  }
  return stamp.seconds;
}
