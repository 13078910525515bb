/** Day and month the wrong way round: 03/04 parses either way, and only the order of the rows can tell. */
import { GreyboxError } from "../../core/index.ts";
import { daysFromCivil } from "./stamps.ts";

const day = 86400;

/** True for patterns with day and month in figures, which can be mistaken for each other. */
export function confusesDayAndMonth(pattern: string): boolean {
  return /(d[^a-z]*mm?(?!m))|((?<!m)mm?[^a-z]*d)/i.test(pattern.replaceAll(/h.*$/gi, "")) && !/^iso$/i.test(pattern);
}

/**
 * Refuses a file in which no day is above 12, whose times go back and forth as declared, and run in order with day and month exchanged.
 *
 * @param local  as if the local clock were UTC [s], in the order of the rows
 * @throws GreyboxError `historian/day-month`
 */
export function checkDayMonth(path: string, column: string, pattern: string, local: Float64Array, row: (place: number) => number): void {
  const exchanged = new Map<number, number>();
  const declared = { back: 0, forth: 0, place: -1 };
  const other = { back: 0, forth: 0 };
  let previous = Number.NaN;
  for (let i = 0; i < local.length; i++) {
    const number = Math.floor(local[i]! / day);
    let turned = exchanged.get(number);
    if (turned === undefined) {
      const date = new Date(number * day * 1000);
      if (date.getUTCDate() > 12) return;
      turned = daysFromCivil(date.getUTCFullYear(), date.getUTCDate(), date.getUTCMonth() + 1);
      exchanged.set(number, turned);
    }
    const moved = turned * day + (local[i]! - number * day);
    if (i > 0) {
      if (local[i]! > local[i - 1]!) declared.forth++;
      else if (local[i]! < local[i - 1]!) {
        declared.back++;
        if (declared.place < 0) declared.place = i;
      }
      if (moved > previous) other.forth++;
      else if (moved < previous) other.back++;
    }
    previous = moved;
  }
  if (Math.min(declared.back, declared.forth) === 0 || Math.min(other.back, other.forth) > 0) return;
  throw new GreyboxError("historian/day-month", {
    path,
    column,
    row: row(declared.place),
    declared: pattern,
    first: isoDay(local[0]!),
    exchanged: isoDay(exchanged.get(Math.floor(local[0]! / day))! * day),
  });
}

function isoDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
