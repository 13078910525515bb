/** Parquet into columns. The reader (hyparquet) is loaded when a file is opened, not before. */
import { stat } from "node:fs/promises";
import { TextDecoder } from "node:util";
import type { AsyncBuffer, DecodedArray, FileMetaData, SchemaElement } from "hyparquet";
import { conversion, GreyboxError } from "../../core/index.ts";
import type { TagInfo } from "../series.ts";
import { cellRules, numberSyntax } from "./cell-rules.ts";
import type { FileOptions } from "./options.ts";
import type { Pieces } from "./pieces.ts";
import { planColumns, type Role } from "./plan.ts";
import type { Stamp } from "./stamps.ts";
import type { Table, TimeColumn, WordColumn } from "./table.ts";
import { checkMagnitude, epochSeconds, type TimeSyntax, timeSyntax } from "./time-cells.ts";
import { ValueCells } from "./value-cells.ts";

/** Key under which Greybox notes in a Parquet file what it knows of the tags. */
export const metadataKey = "greybox";

/** What Greybox writes under {@link metadataKey}. */
export interface ParquetNote {
  /** How the column `time` counts: a time stamp of Parquet, seconds since 1970, or seconds since the start. */
  readonly time: "timestamp" | "epoch" | "elapsed";
  readonly tags: readonly TagInfo[];
}

/**
 * Reads a Parquet file.
 *
 * @throws GreyboxError `historian/file-missing`, `historian/file-empty`, `historian/file-format`, and those of columns and times as for CSV
 */
export async function readParquet(path: string, given: FileOptions): Promise<Table> {
  for await (const table of parquetTables(path, given, { rows: Infinity, mayCut: () => false })) return table;
  throw new GreyboxError("historian/file-empty", { path });
}

/** The same, in pieces of some row groups: memory does not grow with the file. */
export async function* parquetTables(path: string, given: FileOptions, { rows, mayCut }: Pieces): AsyncGenerator<Table> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new GreyboxError("historian/file-missing", { path });
  if (found.size === 0) throw new GreyboxError("historian/file-empty", { path });
  const { asyncBufferFromFile, parquetMetadataAsync, parquetScan } = await import("hyparquet");
  const file: AsyncBuffer = await asyncBufferFromFile(path);
  const parsers = {
    timestampFromMilliseconds: (count: bigint) => epochSeconds(Number(count), "ms"),
    timestampFromMicroseconds: (count: bigint) => epochSeconds(Number(count), "us"),
    timestampFromNanoseconds: secondsOfNanoseconds,
  };
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file, { parsers });
  } catch (cause) {
    throw new GreyboxError("historian/file-format", { path, why: (cause as Error).message }, { cause });
  }
  if (metadata.num_rows === 0n) throw new GreyboxError("historian/file-empty", { path });
  const note = noteIn(metadata);
  const options = withNote(given, note);

  const elements = metadata.schema.filter((element, i) => i > 0 && element.num_children === undefined).map((element) => ({ ...element }));
  const columns = elements.map((element) => element.name);
  const plan = planColumns(path, columns, options);
  const syntax = numberSyntax(options);
  const times = timeSyntax(options.time, syntax);
  const rules = cellRules(options, syntax, new TextDecoder(), times);
  const timeAt = plan.roles.findIndex((role) => role.kind === "time");
  if (timeAt >= 0 && stampUnit(elements[timeAt]!)) {
    // Counts are taken as they stand: all of a column in one pass, not one object each.
    const element = metadata.schema.find(({ name, num_children }, i) => i > 0 && num_children === undefined && name === columns[timeAt])!;
    delete element.logical_type;
    delete element.converted_type;
  }
  const newReaders = (before: number): (ColumnReader | undefined)[] =>
    plan.roles.map((role, k) => columnReader(path, role, elements[k]!, rules, times, before));
  let readers = newReaders(0);

  const needsMore = metadata.row_groups.some((group) =>
    group.columns.some((column) => !/^(SNAPPY|UNCOMPRESSED)$/.test(column.meta_data?.codec ?? "")),
  );
  const compressors = needsMore ? (await import("hyparquet-compressors")).compressors : undefined;
  const wanted = columns.filter((_, k) => readers[k] !== undefined);
  const scan = await parquetScan({ file, metadata, columns: wanted, parsers, ...(compressors ? { compressors } : {}) });
  const every =
    typeof options.time === "object" && "every" in options.time
      ? options.time.every * conversion(options.time.unit, "s").factor
      : undefined;
  const info = new Map(note?.tags.map((one) => [one.tag, one]));
  let [before, row] = [0, 0];
  const table = (): Table => {
    const timeReader = readers[timeAt];
    const time = timeReader
      ? timeReader.time!()
      : { local: Float64Array.from({ length: row }, (_, i) => (before + i) * every!), absolute: new Uint8Array(row).fill(1) };
    if (given.time !== undefined) checkMagnitude(path, plan.timeName, times, time.local, (place) => before + place + 1);
    const statuses = new Map<string, WordColumn>();
    plan.roles.forEach((role, k) => {
      if (role.kind === "status") statuses.set(role.of, readers[k]!.words!());
    });
    return {
      path,
      rows: row,
      ...(before > 0 ? { lines: Int32Array.from({ length: row }, (_, i) => before + i + 1) } : {}),
      calendar: every === undefined && times.calendar,
      time,
      timeName: plan.timeName,
      values: plan.roles.flatMap((role, k) => (role.kind === "value" ? [readers[k]!.values!(role.name)] : [])),
      tags: plan.long ? readers[plan.roles.findIndex((role) => role.kind === "tag")]!.words!() : undefined,
      statuses,
      statusMap: plan.statusMap,
      info,
      findings: [],
    };
  };
  for (const range of scan.ranges) {
    for (const [k, reader] of readers.entries()) {
      if (reader) reader.take(await readColumn(path, scan.readColumn({ column: columns[k]!, ...range })), row);
    }
    row += range.rowEnd - range.rowStart;
    if (row < rows || range === scan.ranges.at(-1) || !mayCut(readers[timeAt]?.latest?.() ?? Number.NaN)) continue;
    yield table();
    before += row;
    row = 0;
    readers = newReaders(before);
  }
  yield table();
}

async function readColumn(path: string, data: Promise<DecodedArray>): Promise<DecodedArray> {
  try {
    return await data;
  } catch (cause) {
    throw new GreyboxError("historian/file-format", { path, why: (cause as Error).message }, { cause });
  }
}

/** Rounded once: a double holds microseconds of this century exactly as a count, nanoseconds not. */
function secondsOfNanoseconds(count: bigint): number {
  if (count % 1000n === 0n) return epochSeconds(Number(count / 1000n), "us");
  const text = String(count < 0n ? -count : count).padStart(10, "0");
  return Number(`${count < 0n ? "-" : ""}${text.slice(0, -9)}.${text.slice(-9)}`);
}

function noteIn(metadata: FileMetaData): ParquetNote | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === metadataKey)?.value;
  return text === undefined ? undefined : (JSON.parse(text) as ParquetNote);
}

/** A file that Greybox wrote says itself how its times count. */
function withNote(options: FileOptions, note: ParquetNote | undefined): FileOptions {
  if (note === undefined || options.time !== undefined || note.time === "timestamp") return options;
  return { ...options, time: note.time === "epoch" ? { column: "time", epoch: "s" } : { column: "elapsed", elapsed: "s" } };
}

interface ColumnReader {
  take(data: DecodedArray, row: number): void;
  readonly time?: () => TimeColumn;
  /** The last time as it was written [s]. */
  readonly latest?: () => number;
  readonly words?: () => WordColumn;
  readonly values?: ValueCells["finish"];
}

function columnReader(
  path: string,
  role: Role,
  element: SchemaElement,
  rules: ConstructorParameters<typeof ValueCells>[0],
  times: TimeSyntax,
  before: number,
): ColumnReader | undefined {
  switch (role.kind) {
    case "ignored":
      return undefined;
    case "time":
      return timeReader(path, element, times, before);
    case "tag":
    case "status":
      return wordReader();
    case "value": {
      const cells = new ValueCells(rules);
      return {
        take(data) {
          for (const cell of data as ArrayLike<unknown> & Iterable<unknown>) {
            if (typeof cell === "number") cells.takeNumber(cell);
            else if (typeof cell === "bigint") cells.takeNumber(Number(cell));
            else if (typeof cell === "boolean") cells.takeNumber(cell ? 1 : 0);
            else if (cell === null || cell === undefined) cells.takeNumber(undefined);
            else cells.takeWord(String(cell));
          }
        },
        values: (name) => cells.finish(name),
      };
    }
    default:
      return role satisfies never;
  }
}

/** @param before  rows in pieces that were given already */
function timeReader(path: string, element: SchemaElement, times: TimeSyntax, before: number): ColumnReader {
  const parts: Float64Array[] = [];
  const marks: Uint8Array[] = [];
  let relative: TimeColumn["sample"];
  const logical = element.logical_type;
  const isStamp = logical?.type === "TIMESTAMP" || element.converted_type?.startsWith("TIMESTAMP") === true || element.type === "INT96";
  // Without the mark "adjusted to UTC" a time stamp of Parquet is a local time.
  const stampAbsolute = logical?.type !== "TIMESTAMP" || logical.isAdjustedToUTC === true;
  const unit = stampUnit(element);
  const stamp: Stamp = { seconds: 0, absolute: false };
  const one = (cell: unknown, row: number): void => {
    if (unit && typeof cell === "bigint") {
      stamp.seconds = epochSeconds(Number(cell), unit);
      stamp.absolute = stampAbsolute;
      return;
    }
    if (isStamp && (typeof cell === "number" || cell instanceof Date)) {
      stamp.seconds = typeof cell === "number" ? cell : cell.getTime() / 1000;
      stamp.absolute = stampAbsolute;
      return;
    }
    if (times.count && (typeof cell === "number" || typeof cell === "bigint") && Number.isFinite(Number(cell))) {
      stamp.seconds = times.count(Number(cell));
      stamp.absolute = times.epoch !== "excel";
      return;
    }
    const bytes = new TextEncoder().encode(cell === null || cell === undefined ? "" : String(cell));
    if (!times.read(bytes, 0, bytes.length, stamp)) {
      throw new GreyboxError("historian/time-format", {
        path,
        column: element.name,
        count: 1,
        rows: [before + row + 1],
        samples: [String(cell)],
        expected: times.expected,
      });
    }
  };
  return {
    take(data, row) {
      const local = new Float64Array(data.length);
      const absolute = new Uint8Array(data.length);
      if (unit && stampAbsolute && data instanceof BigInt64Array) {
        const halves = new Int32Array(data.buffer, data.byteOffset, 2 * data.length);
        const divisor = unit === "us" ? 1e6 : 1e3;
        for (let i = 0; i < data.length; i++) local[i] = (halves[2 * i + 1]! * 4294967296 + (halves[2 * i]! >>> 0)) / divisor;
        parts.push(local);
        marks.push(absolute.fill(1));
        return;
      }
      for (let i = 0; i < data.length; i++) {
        one(data[i], row + i);
        local[i] = stamp.seconds;
        absolute[i] = stamp.absolute ? 1 : 0;
        if (!stamp.absolute)
          relative = {
            place: relative?.place ?? row + i,
            text: relative?.text ?? textOf(data[i], stamp.seconds),
            count: (relative?.count ?? 0) + 1,
          };
      }
      parts.push(local);
      marks.push(absolute);
    },
    latest: () => parts.at(-1)?.at(-1) ?? Number.NaN,
    time: () => {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      const [local, absolute] = [new Float64Array(length), new Uint8Array(length)];
      let at = 0;
      parts.forEach((part, i) => {
        local.set(part, at);
        absolute.set(marks[i]!, at);
        at += part.length;
      });
      return { local, absolute, sample: relative };
    },
  };
}

/** How the counts of a time stamp are to be read; undefined where they are not whole milliseconds or microseconds in 64 bits. */
function stampUnit({ type, logical_type: logical, converted_type: converted }: SchemaElement): "ms" | "us" | undefined {
  if (type !== "INT64") return undefined;
  const unit = logical?.type === "TIMESTAMP" ? logical.unit : converted?.replace("TIMESTAMP_", "");
  return unit === "MICROS" ? "us" : unit === "MILLIS" ? "ms" : undefined;
}

function textOf(cell: unknown, seconds: number): string {
  return typeof cell === "string" ? cell : new Date(seconds * 1000).toISOString().slice(0, -1);
}

function wordReader(): ColumnReader {
  const words: string[] = [];
  const known = new Map<unknown, number>();
  const parts: Int32Array[] = [];
  return {
    take(data) {
      const ids = new Int32Array(data.length);
      const halves = data instanceof BigInt64Array ? new Int32Array(data.buffer, data.byteOffset, 2 * data.length) : undefined;
      for (let i = 0; i < data.length; i++) {
        // Equal words usually follow each other.
        const same =
          i > 0 && (halves ? halves[2 * i] === halves[2 * i - 2] && halves[2 * i + 1] === halves[2 * i - 1] : data[i] === data[i - 1]);
        if (same) {
          ids[i] = ids[i - 1]!;
          continue;
        }
        let id = known.get(data[i]);
        if (id === undefined) {
          id = words.push(data[i] === null || data[i] === undefined ? "" : String(data[i]).trim()) - 1;
          known.set(data[i], id);
        }
        ids[i] = id;
      }
      parts.push(ids);
    },
    words: () => {
      const ids = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        ids.set(part, at);
        at += part.length;
      }
      return { words, ids };
    },
  };
}
