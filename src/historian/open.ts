/** Opens a file of plant data, or any other source, as a historian. */
import { GreyboxError } from "../core/index.ts";
import { readCsv } from "./files/csv.ts";
import type { FileOptions } from "./files/options.ts";
import { seriesOfTable } from "./files/series-of-table.ts";
import { memorySource } from "./memory-source.ts";
import { type ReadAtOptions, readAt } from "./read-at.ts";
import { joined, type Series, type TagInfo } from "./series.ts";
import type { Finding, Source, TimeRange } from "./source.ts";
import { isAddress } from "./sources/address-form.ts";
import { isStore } from "./store/layout.ts";

export interface Historian extends AsyncDisposable {
  readonly name: string;
  /** False when times count from the start of the record, not from 1970. */
  readonly calendar: boolean;
  readonly tags: readonly TagInfo[];
  /** What was noticed while reading: text in numbers, empty cells, duplicate and backward time stamps … */
  findings(): readonly Finding[];
  /**
   * One tag as archived, in order of arrival.
   *
   * @throws GreyboxError `historian/tag-missing`, `historian/text-column`
   */
  read(tag: string, range?: TimeRange): Promise<Series>;
  /**
   * One tag at given times: the last value at or before (stepped), or on the straight line between two archived points. Values read between
   * points carry the reason `interpolated`; across a Bad point or a gap, and before the first point, there is none.
   *
   * @param times  seconds since 1970 UTC, in any order
   */
  readAt(tag: string, times: ArrayLike<number>, options?: ReadAtOptions): Promise<Series>;
  close(): Promise<void>;
}

/**
 * Opens plant data.
 *
 * A file is read at once and checked as a whole; what it does not say by itself (zone, decimal sign, status convention) must be declared in
 * the options, and is refused otherwise with the row and the choice to make.
 *
 * @param from  path of a CSV (also .gz), Parquet or DuckDB file or of a store; address of a server such as
 *   `postgres://user@host/plant?table=archive` (passwords come from the environment); or a source
 * @throws GreyboxError `historian/file-missing`, `historian/file-empty`, `historian/zone-required` and the other `historian/…` codes of reading
 *
 * @example
 * await writeCsv("archive.csv", [series]);
 * const archive = await openHistorian("archive.csv", { time: "time" });
 * archive.tags.map((info) => info.tag); // => ["TI101.PV"]
 */
export async function openHistorian(from: string | Source, options: FileOptions = {}): Promise<Historian> {
  const source = typeof from === "string" ? await openSource(from, options) : from;
  const tags = await source.browse();
  const infos = new Map(tags.map((info) => [info.tag, info]));
  const close = (): Promise<void> => source.close();
  return {
    name: source.name,
    calendar: source.calendar,
    tags,
    findings: () => source.findings(),
    read: (tag, range) => wholeSeries(source, infos.get(tag) ?? { tag }, range),
    readAt: (tag, times, how) =>
      source.readAt && how === undefined ? source.readAt(tag, Float64Array.from(times)) : readAt(source, tag, times, how),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Opens a file, a folder or an address as a source. See {@link openHistorian}. */
export async function openSource(path: string, options: FileOptions = {}): Promise<Source> {
  if (isAddress(path)) return (await import("./sources/address.ts")).addressSource(path, options);
  if (options.format === undefined && /\.duckdb$/i.test(path))
    return (await import("./sources/address.ts")).addressSource(`duckdb:${path}`, options);
  if (options.format === undefined && (await isStore(path))) return (await import("./store/source.ts")).storeSource(path);
  const format = options.format ?? formatOf(path);
  const table = format === "csv" ? await readCsv(path, options) : await (await import("./files/parquet.ts")).readParquet(path, options);
  return memorySource({ name: path, ...seriesOfTable(table, options) });
}

/** @throws GreyboxError `historian/file-format` where the name does not tell */
export function formatOf(path: string): "csv" | "parquet" {
  if (/\.(parquet|pq)$/i.test(path)) return "parquet";
  if (/\.(csv|tsv|txt|dat|out)(\.gz)?$/i.test(path)) return "csv";
  throw new GreyboxError("historian/file-format", { path, why: "its name does not say what it is" });
}

/** All pages of a tag as one series. */
async function wholeSeries(source: Source, info: TagInfo, range?: TimeRange): Promise<Series> {
  const pages: Series[] = [];
  for await (const page of source.readRaw(info.tag, range)) pages.push(page);
  return joined(pages[0]?.info ?? info, pages);
}
