/**
 * One segment: a Parquet file that any tool can read, sorted by tag, then time.
 *
 * Columns `tag`, `time`, `value` (null where there is none), `status`, `reasons`, `arrival`. The note in its footer says in which rows each
 * tag stands, so that one tag is read without the others.
 */
import { open } from "node:fs/promises";
import type { FileMetaData, SchemaElement } from "hyparquet";
import { GreyboxError, reason } from "../../core/index.ts";
import { metadataKey, type ParquetNote } from "../files/parquet.ts";
import { wholeMicroseconds } from "../files/write.ts";
import type { TagInfo } from "../series.ts";
import { joined, type Points, partOf } from "./points.ts";

/** Rows of one tag in a segment. */
export interface Part {
  readonly info: TagInfo;
  readonly points: Points;
}

interface Note extends ParquetNote {
  /** First row of each tag, and the number of rows at the end; shape (tags + 1). */
  readonly rows: readonly number[];
}

/** Rows that are packed together, and unpacked together to read one of them. */
export const rowGroup = 65536;

/** Bytes of a segment. */
export async function segmentBytes(parts: readonly Part[], calendar: boolean): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const rows = [0];
  for (const { points } of parts) rows.push(rows.at(-1)! + points.time.length);
  const count = rows.at(-1)!;
  const tags: string[] = new Array(count);
  for (const [k, { info }] of parts.entries()) tags.fill(info.tag, rows[k], rows[k + 1]);
  const { time, value, status, reasons, arrival } = joined(parts.map(({ points }) => points));
  const values: (number | null)[] = new Array(count);
  for (let i = 0; i < count; i++) values[i] = (reasons[i]! & reason.notANumber) !== 0 ? null : value[i]!;
  const microseconds = calendar ? wholeMicroseconds(time) : undefined;
  const note: Note = {
    time: !calendar ? "elapsed" : microseconds ? "timestamp" : "epoch",
    tags: parts.map(({ info }) => info),
    rows,
  };
  const timeName = calendar ? "time" : "elapsed";
  const timeElement: SchemaElement = microseconds
    ? {
        name: timeName,
        type: "INT64",
        repetition_type: "REQUIRED",
        logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
      }
    : { name: timeName, type: "DOUBLE", repetition_type: "REQUIRED" };
  const code = (name: string): SchemaElement => ({ name, type: "INT64", repetition_type: "REQUIRED" });
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: "tag", data: tags },
      microseconds ? { name: timeName, data: microseconds, encoding: "DELTA_BINARY_PACKED" } : { name: timeName, data: time },
      { name: "value", data: values, statistics: false },
      { name: "status", data: countsOf(status), encoding: "DELTA_BINARY_PACKED", statistics: false },
      { name: "reasons", data: countsOf(reasons), encoding: "DELTA_BINARY_PACKED", statistics: false },
      { name: "arrival", data: countsOf(arrival), encoding: "DELTA_BINARY_PACKED", statistics: false },
    ],
    schema: [
      { name: "root", num_children: 6 },
      { name: "tag", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
      timeElement,
      { name: "value", type: "DOUBLE", repetition_type: "OPTIONAL" },
      code("status"),
      code("reasons"),
      { name: "arrival", type: "INT64", repetition_type: "REQUIRED" },
    ],
    rowGroupSize: rowGroup,
    kvMetadata: [{ key: metadataKey, value: JSON.stringify(note) }],
    createdBy: "greybox",
  });
  return new Uint8Array(buffer);
}

/** A segment that was opened: where its tags stand, and its row groups on demand. */
export interface Segment {
  readonly tags: readonly TagInfo[];
  /** First and last row of a tag; undefined: it is not in here. */
  rowsOf(tag: string): readonly [number, number] | undefined;
  /** The rows from `start` to before `end`. */
  read(start: number, end: number): Promise<Points>;
}

/** Row groups kept unpacked by a reader, over all its segments. */
export interface GroupCache {
  readonly groups: Map<string, Promise<Points>>;
}

const keptGroups = 12;

/** @throws GreyboxError `historian/store-damaged`; the error of the file system where the file is gone */
export async function openSegment(store: string, file: string, path: string, cache: GroupCache): Promise<Segment> {
  const { parquetMetadataAsync } = await import("hyparquet");
  const metadata = await withFile(path, async (buffer) => {
    try {
      return await parquetMetadataAsync(buffer);
    } catch (cause) {
      throw new GreyboxError("historian/store-damaged", { path: store, file, why: (cause as Error).message }, { cause });
    }
  });
  const text = metadata.key_value_metadata?.find(({ key }) => key === metadataKey)?.value;
  if (text === undefined) throw new GreyboxError("historian/store-damaged", { path: store, file, why: "its note is missing" });
  const note = JSON.parse(text) as Note;
  const placeOf = new Map(note.tags.map(({ tag }, k) => [tag, k]));
  // Counts are taken as they stand: a number is made of them in one pass, not one object each.
  for (const element of metadata.schema) if (element.logical_type?.type === "TIMESTAMP") delete element.logical_type;

  const groupAt = (group: number): Promise<Points> => {
    const key = `${path} ${group}`;
    const { groups } = cache;
    const known = groups.get(key);
    if (known) {
      groups.delete(key);
      groups.set(key, known);
      return known;
    }
    const made = readGroup(store, file, path, metadata, note, group);
    groups.set(key, made);
    made.catch(() => groups.delete(key));
    for (const oldest of groups.keys()) {
      if (groups.size <= keptGroups) break;
      groups.delete(oldest);
    }
    return made;
  };

  return {
    tags: note.tags,
    rowsOf(tag) {
      const place = placeOf.get(tag);
      return place === undefined ? undefined : [note.rows[place]!, note.rows[place + 1]!];
    },
    async read(start, end) {
      const parts: Points[] = [];
      for (let group = Math.floor(start / rowGroup); group * rowGroup < end; group++) {
        const points = await groupAt(group);
        parts.push(partOf(points, Math.max(start - group * rowGroup, 0), Math.min(end - group * rowGroup, rowGroup)));
      }
      return joined(parts);
    },
  };
}

async function readGroup(store: string, file: string, path: string, metadata: FileMetaData, note: Note, group: number): Promise<Points> {
  const { parquetScan } = await import("hyparquet");
  const timeName = note.time === "elapsed" ? "elapsed" : "time";
  return withFile(path, async (buffer) => {
    const rows = note.rows.at(-1)!;
    const [rowStart, rowEnd] = [group * rowGroup, Math.min((group + 1) * rowGroup, rows)];
    try {
      const scan = await parquetScan({
        file: buffer,
        metadata,
        columns: [timeName, "value", "status", "reasons", "arrival"],
        rowStart,
        rowEnd,
      });
      const column = (name: string) => scan.readColumn({ column: name, rowStart, rowEnd });
      const [time, value, status, reasons, arrival] = await Promise.all([
        column(timeName),
        column("value"),
        column("status"),
        column("reasons"),
        column("arrival"),
      ]);
      const numbers = new Float64Array(value!.length);
      // Nulls become 0: what has no value says so by its status.
      for (let i = 0; i < numbers.length; i++) numbers[i] = value![i] ?? 0;
      return {
        time: note.time === "timestamp" ? floatsOf(time!, 1e6) : Float64Array.from(time as ArrayLike<number>),
        value: numbers,
        status: codesOf(status!),
        reasons: codesOf(reasons!),
        arrival: floatsOf(arrival!, 1),
      };
    } catch (cause) {
      throw new GreyboxError("historian/store-damaged", { path: store, file, why: (cause as Error).message }, { cause });
    }
  });
}

/** Whole numbers from 0 to 2^53 as counts of 64 bits, without an object for each. */
function countsOf(numbers: ArrayLike<number>): BigInt64Array {
  const counts = new BigInt64Array(numbers.length);
  const words = new Uint32Array(counts.buffer);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    words[2 * i] = number;
    words[2 * i + 1] = number / 4294967296;
  }
  return counts;
}

/** Counts of 64 bits divided by a power of ten, rounded once. All are below 2^53. */
function floatsOf(counts: ArrayLike<unknown>, divisor: number): Float64Array {
  const floats = new Float64Array(counts.length);
  if (counts instanceof BigInt64Array) {
    const words = new Int32Array(counts.buffer, counts.byteOffset, 2 * counts.length);
    for (let i = 0; i < floats.length; i++) floats[i] = (words[2 * i + 1]! * 4294967296 + (words[2 * i]! >>> 0)) / divisor;
  } else for (let i = 0; i < floats.length; i++) floats[i] = Number(counts[i]) / divisor;
  return floats;
}

/** Codes of 32 bits that were written as counts of 64. */
function codesOf(counts: ArrayLike<unknown>): Uint32Array {
  const codes = new Uint32Array(counts.length);
  if (counts instanceof BigInt64Array) {
    const words = new Uint32Array(counts.buffer, counts.byteOffset, 2 * counts.length);
    for (let i = 0; i < codes.length; i++) codes[i] = words[2 * i]!;
  } else for (let i = 0; i < codes.length; i++) codes[i] = Number(counts[i]);
  return codes;
}

interface FileBuffer {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

async function withFile<T>(path: string, use: (buffer: FileBuffer) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    return await use({
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        return bytes.buffer.slice(0, bytesRead);
      },
    });
  } finally {
    await file.close();
  }
}
