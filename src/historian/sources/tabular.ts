/**
 * The kit for sources whose points come as rows: databases, historians with a web interface, files of one's own.
 *
 * A source says which tags it has and gives rows of one tag; everything else is done here, alike for all: names, times and zones, numbers
 * and texts, status maps, ranges, pages, findings.
 */
import { GreyboxError, nearestNames } from "../../core/index.ts";
import { orderFindings } from "../files/findings.ts";
import { seriesOfTable } from "../files/series-of-table.ts";
import type { Table } from "../files/table.ts";
import { pageSize } from "../memory-source.ts";
import { between, joined, type Series, type TagInfo } from "../series.ts";
import type { Finding, Source, TimeRange } from "../source.ts";
import { type Cell, type CellOptions, type Rows, rowDecoder } from "./cells.ts";

/** What a new source has to know. */
export interface Tabular {
  /** For messages. No secrets. */
  readonly name: string;
  /** How cells are written. Default: seconds in a Float64Array, dates, or ISO 8601; numbers with points; status codes of OPC UA. */
  readonly options?: CellOptions | undefined;
  /** All tags, with what is known of them. Asked once. */
  tags(): Promise<readonly TagInfo[]>;
  /**
   * Rows of one tag in the order of the archive, in batches of any size, to the very end. May give more than the range, never less.
   *
   * @param tag  as `tags` listed it
   */
  rows(tag: string, range: TimeRange): AsyncIterable<Rows>;
  /** Where the source itself can tell what was noticed. */
  findings?(): readonly Finding[];
  close?(): Promise<void>;
}

/** A local time is at most this far from UTC, with room for the change of clocks [s]. */
const widest = 86400;

/**
 * A source from rows.
 *
 * @example
 * const rows = async function* () { yield { time: ["2026-01-01T00:00Z"], value: ["20.5"] }; };
 * const source = tabularSource({ name: "notebook", tags: async () => [{ tag: "TI1", unit: "degC" }], rows });
 * const read = await (await openHistorian(source)).read("TI1");
 * read.value[0]; // => 20.5
 */
export function tabularSource(table: Tabular): Source {
  const { name } = table;
  const { statusMap: _map, ...options } = table.options ?? {};
  const decode = rowDecoder(name, table.options ?? {});
  const found = new Map<string, readonly Finding[]>();
  let listing: Promise<ReadonlyMap<string, TagInfo>> | undefined;
  const list = (): Promise<ReadonlyMap<string, TagInfo>> => {
    listing ??= table.tags().then((tags) => new Map(chosen(name, tags, options).map((info) => [info.tag, info])));
    // What failed once may succeed the next time.
    listing.catch(() => {
      listing = undefined;
    });
    return listing;
  };

  /** Rows as a series in UTC, cut to the range. Only a tag that begins with text alone is refused as text. */
  const seriesOf = (info: TagInfo, table: Table, reasons: Uint32Array | undefined, first: boolean, noticed: Noticed): Series => {
    const made = seriesOfTable(table, options, { keepText: !first });
    const samples = made.textTags.get(info.tag);
    if (samples && first) throw new GreyboxError("historian/text-column", { source: name, tag: info.tag, samples });
    noticed.add(made.findings);
    const series = made.series.get(info.tag)!;
    if (reasons) for (let i = 0; i < series.reasons.length; i++) series.reasons[i]! |= reasons[i]!;
    return { ...series, tag: info.tag, info };
  };

  return {
    name,
    calendar: true,
    browse: async () => [...(await list()).values()],
    async *readRaw(tag, limits = {}) {
      const range = finite(limits);
      const tags = await list();
      const info = tags.get(tag);
      if (info === undefined)
        throw new GreyboxError("historian/tag-missing", { source: name, tag, nearest: nearestNames(tag, [...tags.keys()]) });
      if (range.from !== undefined && range.to !== undefined && range.from >= range.to) return;
      const noticed = noticing(tag);
      const asked = options.zone === undefined ? range : widened(range);
      let pending: Series[] = [];
      let [pendingCount, first] = [0, true];
      let local: Rows[] = [];
      const take = (decoded: Table, reasons: Uint32Array | undefined): void => {
        const series = between(seriesOf(info, decoded, reasons, first, noticed), range.from, range.to);
        first = false;
        if (series.time.length === 0) return;
        noticed.order(series.time);
        pending.push(series);
        pendingCount += series.time.length;
      };
      for await (const rows of table.rows(tag, asked)) {
        if (rows.time.length === 0) continue;
        // Which pass of an hour that happened twice is meant, only the whole order tells.
        const decoded = decode(tag, rows);
        if (local.length > 0 || decoded.time.sample !== undefined) local.push(rows);
        else take(decoded, rows.reasons);
        if (pendingCount < pageSize) continue;
        yield* paged(joined(info, pending));
        [pending, pendingCount] = [[], 0];
      }
      if (local.length > 0) {
        const all = together(local);
        local = [];
        take(decode(tag, all), all.reasons);
      }
      if (pendingCount > 0) yield* paged(joined(info, pending));
      found.set(tag, noticed.all());
    },
    findings: () => [...(table.findings?.() ?? []), ...[...found.values()].flat()],
    close: async () => table.close?.(),
    [Symbol.asyncDispose]: async () => table.close?.(),
  };
}

/** The tags asked for, with what the options add. */
function chosen(name: string, tags: readonly TagInfo[], options: CellOptions): readonly TagInfo[] {
  const listed = new Map(tags.map((info) => [info.tag, info]));
  for (const tag of options.tags ?? []) {
    if (!listed.has(tag))
      throw new GreyboxError("historian/tag-missing", { source: name, tag, nearest: nearestNames(tag, [...listed.keys()]) });
  }
  const units = typeof options.units === "object" ? options.units : {};
  return (options.tags ?? [...listed.keys()]).map((tag) => {
    const unit = Object.hasOwn(units, tag) ? units[tag] : undefined;
    const info = options.info && Object.hasOwn(options.info, tag) ? options.info[tag] : undefined;
    return { ...listed.get(tag)!, ...(unit ? { unit } : {}), ...(options.zone ? { zone: options.zone } : {}), ...info };
  });
}

/** The years 1 to 9999, as far as servers can write times [s]. */
const era = { from: -62135596800, to: 253402300799 };

/** Limits beyond all times are none. */
function finite({ from, to }: TimeRange): TimeRange {
  return { from: from === undefined || from <= era.from ? undefined : from, to: to === undefined || to >= era.to ? undefined : to };
}

function widened({ from, to }: TimeRange): TimeRange {
  return { from: from === undefined ? undefined : from - widest, to: to === undefined ? undefined : to + widest };
}

function together(batches: readonly Rows[]): Rows {
  const [only] = batches;
  if (only && batches.length === 1) return only;
  const all = (column: (rows: Rows) => ArrayLike<Cell>): Cell[] => batches.flatMap((rows) => Array.from(column(rows)));
  const time = all((rows) => rows.time);
  return {
    time: only!.time instanceof Float64Array ? Float64Array.from(time as number[]) : time,
    local: only!.local,
    value: all((rows) => (rows.missing ? Array.from(rows.value, (cell, i) => (rows.missing![i] === 1 ? null : cell)) : rows.value)),
    ...(only!.status instanceof Uint32Array ? { status: Uint32Array.from(all((rows) => rows.status!) as number[]) } : {}),
    ...(only!.status && !(only!.status instanceof Uint32Array) ? { status: all((rows) => rows.status!) } : {}),
    ...(only!.reasons ? { reasons: Uint32Array.from(batches.flatMap((rows) => Array.from(rows.reasons!))) } : {}),
  };
}

function* paged(series: Series): Generator<Series> {
  const { time, value, status, reasons } = series;
  for (let start = 0; start < time.length; start += pageSize) {
    const end = start + pageSize;
    if (start === 0 && time.length <= pageSize) yield series;
    else
      yield {
        ...series,
        time: time.subarray(start, end),
        value: value.subarray(start, end),
        status: status.subarray(start, end),
        reasons: reasons.subarray(start, end),
      };
  }
}

interface Noticed {
  add(findings: readonly Finding[]): void;
  order(time: Float64Array): void;
  all(): readonly Finding[];
}

/** Findings of one reading of a tag, summed over its pages. Rows of a server have no numbers. */
function noticing(tag: string): Noticed {
  const sums = new Map<Finding["kind"], Finding>();
  let [latest, duplicate, backward] = [-Infinity, 0, 0];
  return {
    add(findings) {
      for (const one of findings) {
        if (one.kind === "duplicate" || one.kind === "backward") continue;
        const before = sums.get(one.kind);
        const count = (before?.count ?? 0) + one.count;
        const samples = [...new Set([...(before?.samples ?? []), ...one.samples])].slice(0, 5);
        const message = one.message
          .replace(/\d+ ((?:empty )?cell|time stamp)s?/, (_, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`)
          .replace(/\(".*"\)/, () => `(${samples.map((sample) => JSON.stringify(sample)).join(", ")})`);
        sums.set(one.kind, { ...one, tag, count, rows: [], samples, message });
      }
    },
    order(time) {
      for (const t of time) {
        if (t === latest) duplicate++;
        else if (t < latest) backward++;
        else latest = t;
      }
    },
    all: () => [
      ...[...sums.values()].sort((a, b) => rank(a) - rank(b)),
      ...orderFindings(tag, { count: duplicate, rows: [] }, { count: backward, rows: [] }),
    ],
  };
}

/** Findings in one order, wherever pages ended. */
const kinds: readonly Finding["kind"][] = ["text", "empty", "sentinel", "censored"];
const rank = ({ kind }: Finding): number => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.length);
