/**
 * Writes series to files that any tool can read and that come back bit for bit.
 *
 * Long form, one row a point, columns `tag`, `time`, `value`, `status`. `time` is ISO 8601 in UTC (Parquet: a time stamp in UTC), or `elapsed`,
 * seconds, for data without a calendar; `value` is empty where there is none; `status` is the OPC UA StatusCode as a number. What only
 * Greybox found out (the reasons) is not written: it is found out again.
 */
import { createWriteStream } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { GreyboxError, reason } from "../../core/index.ts";
import type { Series } from "../series.ts";
import { metadataKey, type ParquetNote } from "./parquet.ts";

export interface WriteOptions {
  /** False for data whose times count from the start of the record. Default: true. */
  readonly calendar?: boolean | undefined;
}

/** Rows put together before they are handed on. */
const batch = 8192;

/**
 * Writes series as CSV; a path that ends in .gz is packed. The file appears when it is complete.
 *
 * @example
 * await writeCsv("plant.csv", [seriesOf("TI101.PV", { time: [0, 60], value: [20.5, null] })]);
 */
export async function writeCsv(path: string, series: readonly Series[], options: WriteOptions = {}): Promise<void> {
  const calendar = options.calendar ?? true;
  const unfinished = `${path}.part`;
  const file = createWriteStream(unfinished);
  if (path.endsWith(".gz")) await pipeline(csvRows(series, calendar), createGzip(), file);
  else await pipeline(csvRows(series, calendar), file);
  await rename(unfinished, path);
}

function* csvRows(series: readonly Series[], calendar: boolean): Generator<string> {
  yield `tag,${calendar ? "time" : elapsedName},value,status\n`;
  for (const one of series) {
    const tag = quoted(one.tag);
    let rows = "";
    for (let i = 0; i < one.time.length; i++) {
      const time = calendar ? isoOf(one.time[i]!) : plain(one.time[i]!);
      const value = (one.reasons[i]! & reason.notANumber) !== 0 ? "" : plain(one.value[i]!);
      rows += `${tag},${time},${value},${one.status[i]}\n`;
      if (i % batch === batch - 1) {
        yield rows;
        rows = "";
      }
    }
    if (rows !== "") yield rows;
  }
}

/** Column of times in files without a calendar. */
export const elapsedName = "elapsed";

/** The shortest decimals that give the same bits; −0 keeps its sign. */
function plain(x: number): string {
  return Object.is(x, -0) ? "-0" : String(x);
}

function quoted(text: string): string {
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** ISO 8601 with as many decimals as it takes to read the same bits. */
function isoOf(seconds: number): string {
  if (Number.isInteger(seconds)) return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
  const text = String(Math.abs(seconds));
  if (text.includes("e")) throw new GreyboxError("historian/series", { tag: "time", why: `time ${seconds} s is no instant of this era` });
  const [whole, digits] = text.split(".") as [string, string];
  // Decimals count upwards from the second before also on the far side of 1970.
  const before = seconds < 0 ? -Number(whole) - 1 : Number(whole);
  const decimals = seconds < 0 ? String(10n ** BigInt(digits.length) - BigInt(digits)).padStart(digits.length, "0") : digits;
  return `${new Date(before * 1000).toISOString().slice(0, 19)}.${decimals}Z`;
}

/**
 * Writes series as Parquet (snappy), with unit, range, stepping and compression of the tags in its metadata. The file appears when it is complete.
 *
 * @example
 * await writeParquet("plant.parquet", [seriesOf("TI101.PV", { time: [0, 60], value: [20.5, null] }, { unit: "degC" })]);
 */
export async function writeParquet(path: string, series: readonly Series[], options: WriteOptions = {}): Promise<void> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const count = series.reduce((sum, one) => sum + one.time.length, 0);
  const tags: string[] = new Array(count);
  const [time, value, status] = [new Float64Array(count), new Array<number | null>(count), new BigInt64Array(count)];
  let at = 0;
  for (const one of series) {
    time.set(one.time, at);
    for (let i = 0; i < one.time.length; i++, at++) {
      tags[at] = one.tag;
      value[at] = (one.reasons[i]! & reason.notANumber) !== 0 ? null : one.value[i]!;
      status[at] = BigInt(one.status[i]!);
    }
  }
  const microseconds = options.calendar === false ? undefined : wholeMicroseconds(time);
  const note: ParquetNote = {
    time: options.calendar === false ? "elapsed" : microseconds ? "timestamp" : "epoch",
    tags: series.map((one) => one.info),
  };
  const timeName = note.time === "elapsed" ? elapsedName : "time";
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: "tag", data: tags },
      { name: timeName, data: microseconds ?? time },
      // A dictionary takes −0 for 0.
      { name: "value", data: value, ...(value.some((one) => Object.is(one, -0)) ? { encoding: "PLAIN" as const } : {}) },
      { name: "status", data: status },
    ],
    schema: [
      { name: "root", num_children: 4 },
      { name: "tag", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      microseconds
        ? {
            name: timeName,
            type: "INT64",
            repetition_type: "REQUIRED",
            logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
          }
        : { name: timeName, type: "DOUBLE", repetition_type: "REQUIRED" },
      { name: "value", type: "DOUBLE", repetition_type: "OPTIONAL" },
      { name: "status", type: "INT64", repetition_type: "REQUIRED" },
    ],
    kvMetadata: [{ key: metadataKey, value: JSON.stringify(note) }],
    createdBy: "greybox",
  });
  const unfinished = `${path}.part`;
  await writeFile(unfinished, new Uint8Array(buffer));
  await rename(unfinished, path);
}

/** Times as microseconds where that loses nothing of any of them. */
export function wholeMicroseconds(time: Float64Array): BigInt64Array | undefined {
  const counts = new BigInt64Array(time.length);
  // Both halves of each count: a BigInt for each would be an object for each.
  const words = new Int32Array(counts.buffer);
  for (let i = 0; i < time.length; i++) {
    const count = Math.round(time[i]! * 1e6);
    if (!Number.isSafeInteger(count) || count / 1e6 !== time[i] || Object.is(time[i], -0)) return undefined;
    words[2 * i] = count;
    words[2 * i + 1] = Math.floor(count / 4294967296);
  }
  return counts;
}
