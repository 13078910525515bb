/** Data values of OPC UA as columns: source time, value, status code as it is. */
import { reason, status } from "../../../core/index.ts";
import type { Cell, Rows } from "../cells.ts";
import { type DataValue, ua, type Variant } from "./package.ts";

/** A data value as numbers. `value` is NaN where there is none, or where it is text. */
export interface Reading {
  readonly time: number;
  readonly value: number;
  readonly text: string | undefined;
  readonly status: number;
  readonly reasons: number;
}

/**
 * Time, value and status of one data value; undefined where it has no time at all.
 *
 * The status code is kept to the last bit. Time is the source's; where there is none, the server's, which is doubted for it.
 */
export function readingOf(data: DataValue): Reading | undefined {
  const { statusCode, sourceTimestamp, serverTimestamp, sourcePicoseconds = 0 } = data;
  const stamp = sourceTimestamp ?? serverTimestamp;
  if (!stamp) return undefined;
  const picoseconds = sourceTimestamp ? sourcePicoseconds : 0;
  // Whole microseconds first: their sum is exact, and one division rounds once.
  const time = (stamp.getTime() * 1000 + picoseconds / 1e6) / 1e6;
  const value = numberOf(data.value);
  return {
    time,
    value,
    text: typeof data.value?.value === "string" ? data.value.value : undefined,
    status: statusCode.value >>> 0,
    reasons: sourceTimestamp ? 0 : reason.timeSuspect,
  };
}

/** Numbers, switches, words of 64 bits and times; NaN for all else. Times are seconds since 1970 UTC. */
function numberOf(variant: Variant | undefined): number {
  const content = variant?.value;
  if (typeof content === "number") return content;
  if (typeof content === "boolean") return content ? 1 : 0;
  if (typeof content === "bigint") return Number(content);
  if (content instanceof Date) return content.getTime() / 1000;
  // Two halves of 32 bits, the upper first.
  if (Array.isArray(content) && content.length === 2) {
    const [high, low] = content as [number, number];
    const upper = variant?.dataType === ua.type.int64 ? high | 0 : high;
    return upper * 2 ** 32 + low;
  }
  return Number.NaN;
}

/** Columns of one page of history. What is not a number is left to the rules for texts. */
export function rowsOf(values: readonly DataValue[]): Rows {
  const readings = values.flatMap((data) => readingOf(data) ?? []);
  const count = readings.length;
  const [time, codes, reasons] = [new Float64Array(count), new Uint32Array(count), new Uint32Array(count)];
  const numbers = new Float64Array(count);
  let words: Cell[] | undefined;
  readings.forEach((reading, i) => {
    time[i] = reading.time;
    codes[i] = reading.status;
    reasons[i] = reading.reasons;
    numbers[i] = reading.value;
    if (reading.text !== undefined) words ??= [];
    if (words) words[i] = reading.text;
  });
  const value = words ? readings.map(({ text, value: number }): Cell => text ?? (Number.isFinite(number) ? number : null)) : numbers;
  return { time, value, status: codes, reasons };
}

/** A number for a live point, with Bad where there is none. */
export function livePoint(reading: Reading, texts: Readonly<Record<string, number>>): { value: number; status: number; reasons: number } {
  const { text } = reading;
  const value = text !== undefined && Object.hasOwn(texts, text) ? texts[text]! : reading.value;
  const level = reading.status >>> 30;
  const said = reading.reasons | (level === 0 ? 0 : level === 1 ? reason.sourceUncertain : reason.sourceBad);
  if (Number.isFinite(value)) return { value, status: reading.status, reasons: said };
  return { value: 0, status: level >= 2 ? reading.status : status.badNoData, reasons: said | reason.notANumber };
}
