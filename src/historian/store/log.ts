/**
 * The log: points that were taken up and are in no segment yet, in records that prove themselves.
 *
 * A record is a head of 32 bytes, a line of JSON and the columns of its pages as they are in memory (little-endian). Its checksum covers
 * everything behind the checksum. What was cut off while it was written fails the checksum and is no record; nobody was told that it was kept.
 */
import { open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { GreyboxError } from "../../core/index.ts";
import type { Series, TagInfo } from "../series.ts";

/** How a batch is told from others, so that the same one is never taken up twice. */
export interface BatchIdentity {
  /** A name of the batch, unique in its store. */
  readonly batch?: string | undefined;
  /** The stream and the number of the batch in it, counted up one by one. */
  readonly stream?: string | undefined;
  readonly number?: number | undefined;
}

export interface LogRecord extends BatchIdentity {
  readonly pages: readonly Series[];
}

interface Head extends BatchIdentity {
  readonly parts: readonly { readonly count: number; readonly info: TagInfo }[];
}

const magic = 0x31425847;
const headSize = 32;
/** Larger than any record that is written: a length above it is damage. */
const longest = 2 ** 31;

/**
 * @param sequence  number of the record in its log, from 0
 * @param synced  records before this one are known to be on the disk
 */
export function recordBytes({ pages, ...identity }: LogRecord, sequence: number, synced: number): Uint8Array {
  const head: Head = { ...identity, parts: pages.map((page) => ({ count: page.time.length, info: page.info })) };
  const json = Buffer.from(JSON.stringify(head));
  const start = headSize + 8 * Math.ceil(json.length / 8);
  const bytes = new Uint8Array(start + pages.reduce((sum, page) => sum + 24 * page.time.length, 0));
  bytes.set(json, headSize);
  let at = start;
  for (const { time, value, status, reasons } of pages) {
    for (const column of [time, value, status, reasons]) {
      bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
      at += column.byteLength;
    }
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(8, bytes.length, true);
  view.setUint32(12, json.length, true);
  view.setFloat64(16, sequence, true);
  view.setFloat64(24, synced, true);
  view.setUint32(4, crc32(bytes.subarray(8)), true);
  return bytes;
}

/** Where the records of a log end, and what follows the last of them. */
export interface LogEnd {
  /** Records that were read. */
  readonly records: number;
  /** Bytes up to the end of the last record. */
  readonly length: number;
  /** Bytes of a record that was never finished. */
  readonly cut: number;
}

/**
 * Reads a log from its start, record by record.
 *
 * @throws GreyboxError `historian/store-damaged` when a record that was acknowledged cannot be read
 */
export async function readLog(store: string, file: string, path: string, take: (record: LogRecord) => void): Promise<LogEnd> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const head = new Uint8Array(headSize);
    let [at, records] = [0, 0];
    while (at + headSize <= size) {
      await handle.read(head, 0, headSize, at);
      const view = new DataView(head.buffer);
      const length = view.getUint32(8, true);
      if (view.getUint32(0, true) !== magic || length < headSize || length > longest || at + length > size) break;
      const bytes = new Uint8Array(length);
      await handle.read(bytes, 0, length, at);
      if (crc32(bytes.subarray(8)) !== view.getUint32(4, true) || view.getFloat64(16, true) !== records) break;
      take(recordOf(bytes, view.getUint32(12, true)));
      at += length;
      records++;
    }
    if (at < size) await refuseLost(handle, { store, file, at, size, records });
    return { records, length: at, cut: size - at };
  } finally {
    await handle.close();
  }
}

function recordOf(bytes: Uint8Array, jsonLength: number): LogRecord {
  const { parts, ...identity } = JSON.parse(Buffer.from(bytes.subarray(headSize, headSize + jsonLength)).toString()) as Head;
  let at = headSize + 8 * Math.ceil(jsonLength / 8);
  const next = (size: number): ArrayBuffer => {
    const column = bytes.slice(at, at + size).buffer;
    at += size;
    return column;
  };
  const pages = parts.map(({ count, info }) => ({
    tag: info.tag,
    info,
    time: new Float64Array(next(8 * count)),
    value: new Float64Array(next(8 * count)),
    status: new Uint32Array(next(4 * count)),
    reasons: new Uint32Array(next(4 * count)),
  }));
  return { ...identity, pages };
}

/** A later record that knows an unreadable one to have been on the disk: that is damage, not an interruption. */
async function refuseLost(
  handle: { read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<unknown> },
  { store, file, at, size, records }: { store: string; file: string; at: number; size: number; records: number },
): Promise<void> {
  const rest = new Uint8Array(Math.min(size - at, longest));
  await handle.read(rest, 0, rest.length, at);
  const bytes = Buffer.from(rest.buffer);
  const mark = Buffer.from([magic & 0xff, (magic >>> 8) & 0xff, (magic >>> 16) & 0xff, magic >>> 24]);
  for (let start = bytes.indexOf(mark, 1); start >= 0; start = bytes.indexOf(mark, start + 1)) {
    if (start + headSize > bytes.length) return;
    const length = bytes.readUInt32LE(start + 8);
    if (length < headSize || start + length > bytes.length) continue;
    if (crc32(bytes.subarray(start + 8, start + length)) !== bytes.readUInt32LE(start + 4)) continue;
    if (bytes.readDoubleLE(start + 24) > records) {
      const why = `the record at byte ${at} cannot be read, though it was complete when the one at byte ${at + start} was written`;
      throw new GreyboxError("historian/store-damaged", { path: store, file, why });
    }
  }
}
