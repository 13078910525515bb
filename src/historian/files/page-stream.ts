/** A file as one stream of pages: what is read is handed on at once, so that a file may be larger than the memory. */
import { basename } from "node:path";
import { pageSize } from "../memory-source.ts";
import { formatOf } from "../open.ts";
import type { Series } from "../series.ts";
import type { Finding } from "../source.ts";
import type { PageStream } from "../store/ingest.ts";
import { zoneOf } from "../zone.ts";
import { csvTables } from "./csv.ts";
import { shown } from "./exceptions.ts";
import type { FileOptions } from "./options.ts";
import { seriesOfTable } from "./series-of-table.ts";
import type { Table } from "./table.ts";

/** Rows that are in memory together: small beside what a store gathers for a segment. */
const pieceRows = 1 << 16;

/**
 * Opens a file as a stream of pages: of each piece of the file one page a tag. A page that comes late tells what is wrong late: what was
 * handed on before belongs to a file that is refused as a whole.
 *
 * @throws GreyboxError as `openHistorian`, also while pages are read
 *
 * @example
 * await writeCsv("long.csv", [series]);
 * const stream = await streamFile("long.csv");
 * for await (const page of stream.pages()) console.log(page.tag, page.time.length);
 */
export async function streamFile(path: string, options: FileOptions = {}): Promise<PageStream> {
  const format = options.format ?? formatOf(path);
  const zone = options.zone === undefined ? undefined : zoneOf(options.zone);
  // Of an hour that happened twice, the rows behind tell which pass is meant.
  const mayCut = (local: number): boolean => zone === undefined || Number.isNaN(local) || zone.offsetsOf(local).length < 2;
  const tables = async (rows: number): Promise<AsyncGenerator<Table>> =>
    format === "csv"
      ? csvTables(path, options, { rows, mayCut })
      : (await import("./parquet.ts")).parquetTables(path, options, { rows, mayCut });
  let calendar = true;
  for await (const table of await tables(1)) {
    calendar = table.calendar;
    break;
  }
  let noticed = new Map<string, Finding>();
  return {
    name: basename(path),
    calendar,
    async *pages() {
      noticed = new Map();
      for await (const table of await tables(pieceRows)) {
        const { series, findings } = seriesOfTable(table, options, { keepText: true });
        for (const finding of findings) addFinding(noticed, finding);
        for (const one of series.values()) yield* pagesOf(one);
      }
    },
    findings: () => [...noticed.values()],
  };
}

function* pagesOf(series: Series): Generator<Series> {
  const { time, value, status, reasons } = series;
  for (let start = 0; start < time.length; start += pageSize) {
    const end = Math.min(start + pageSize, time.length);
    yield {
      ...series,
      time: time.subarray(start, end),
      value: value.subarray(start, end),
      status: status.subarray(start, end),
      reasons: reasons.subarray(start, end),
    };
  }
}

const counted = /\d+ (cell|empty cell|time stamp|row)s?/;

/** Adds what a piece brought to light to what the pieces before it did. */
function addFinding(noticed: Map<string, Finding>, finding: Finding): void {
  const key = `${finding.kind} ${finding.tag ?? ""} ${finding.message.replace(counted, "").replace(/\(.*\)/, "")}`;
  const before = noticed.get(key);
  if (before === undefined) {
    noticed.set(key, finding);
    return;
  }
  const count = before.count + finding.count;
  const samples = [...new Set([...before.samples, ...finding.samples])].slice(0, shown);
  const quoted = samples.map((text) => JSON.stringify(text)).join(", ");
  const message = before.message.replace(counted, (_, noun: string) => `${count} ${noun}s`).replace(/\(".*"\)/, `(${quoted})`);
  noticed.set(key, { ...before, count, rows: [...before.rows, ...finding.rows].slice(0, shown), samples, message });
}
