/** Tables of a database as a source: which column is what, found by type; queries for tags and for rows; the dialects differ little. */
import { GreyboxError, nearestNames } from "../../core/index.ts";
import type { FileOptions } from "../files/options.ts";
import type { TagInfo } from "../series.ts";
import type { Source, TimeRange } from "../source.ts";
import type { StatusMap } from "../status-codes.ts";
import type { Cell, CellOptions, Rows } from "./cells.ts";
import { tabularSource } from "./tabular.ts";

/** Where in a database the points stand. Options without a word here mean what they mean for files. */
export interface SqlTable extends Omit<CellOptions, "statusMap" | "times"> {
  /** Table or view, with its schema if need be, or a whole query. */
  readonly table: string;
  /** `wide`: each column of numbers is a tag. Otherwise the columns that hold the tag and the value of each row. */
  readonly layout?: "wide" | { readonly tag: string; readonly value: string } | undefined;
  readonly status?: FileOptions["status"];
  /** Column that tells the order of arrival. Default: points come by time (DuckDB: as they stand in the table or files). */
  readonly order?: string | undefined;
  /** Table or query that lists the tags: `tag`, and where known `unit`, `description`, `low`, `high`, `stepped`, `compression`, `exception`, `max_interval`. */
  readonly tagTable?: string | undefined;
}

export const sqlDefaults = { layout: { tag: "tag", value: "value" }, time: "time" } as const;

/** What a column holds, as far as reading goes. `local`: a time without its zone. */
export type SqlKind = "instant" | "local" | "integer" | "decimal" | "number" | "boolean" | "text";

export interface SqlColumn {
  readonly name: string;
  readonly kind: SqlKind;
}

/** A batch: one entry a column, of equal length. */
export interface SqlBatch {
  readonly columns: readonly ArrayLike<Cell>[];
  /** 1 where a column of numbers has none. */
  readonly missing?: readonly (ArrayLike<number> | undefined)[] | undefined;
}

export interface SqlDatabase {
  /** Without secrets. */
  readonly name: string;
  /** True: rows come in the order in which they were written, unless another is asked for. */
  readonly inOrder: boolean;
  describe(query: string): Promise<readonly SqlColumn[]>;
  /** Batches as they come; ends only when the database has said that there is no more. */
  stream(query: string, parameters: readonly Cell[]): AsyncIterable<SqlBatch>;
  readonly dialect: {
    /** Seconds since 1970 of a time, as a number that loses no microsecond. */
    readonly epoch: (column: string, kind: "instant" | "local") => string;
    /** A time from seconds. */
    readonly time: (parameter: string, kind: "instant" | "local") => string;
    /** A number of any type as a double, with all its digits. */
    readonly double: (column: string, kind: "integer" | "decimal" | "number") => string;
  };
  close(): Promise<void>;
}

interface Columns {
  readonly time: SqlColumn;
  readonly tag: SqlColumn | undefined;
  /** Value column of each tag where each has its own; else the one of all. */
  readonly value: SqlColumn;
  readonly status: ReadonlyMap<string, SqlColumn>;
  readonly tags: readonly SqlColumn[];
  readonly map: StatusMap | undefined;
}

/** @throws GreyboxError `historian/column-missing`, `historian/option`, `historian/zone-required`; those of the database */
export function sqlSource(database: SqlDatabase, table: SqlTable): Source {
  const from = isQuery(table.table) ? `(${table.table}) AS points` : table.table.split(".").map(quoted).join(".");
  /** A tag may be written with blanks around it: all its spellings. */
  const written = new Map<string, string[]>();
  let columns: Columns | undefined;
  const look = async (): Promise<Columns> => {
    columns ??= columnsOf(database.name, await database.describe(`SELECT * FROM ${from}`), table);
    return columns;
  };
  const all = async (query: string): Promise<readonly Cell[][]> => {
    const rows: Cell[][] = [];
    for await (const batch of database.stream(query, [])) {
      const count = batch.columns[0]?.length ?? 0;
      for (let i = 0; i < count; i++) rows.push(batch.columns.map((column, k) => (batch.missing?.[k]?.[i] === 1 ? null : column[i])));
    }
    return rows;
  };
  const { epoch, time: moment, double } = database.dialect;

  const conditions = (range: TimeRange, { time }: Columns, parameters: Cell[]): string[] => {
    if (time.kind !== "instant" && time.kind !== "local") return [];
    const { kind } = time;
    const bound = (seconds: number, sign: string): string => `${quoted(time.name)} ${sign} ${moment(`$${parameters.push(seconds)}`, kind)}`;
    return [
      // A microsecond more on either side: what is too much is cut off exactly afterwards.
      ...(range.from === undefined ? [] : [bound(range.from - 1e-6, ">=")]),
      ...(range.to === undefined ? [] : [bound(range.to + 1e-6, "<=")]),
    ];
  };

  return tabularSource({
    name: database.name,
    options: { ...table, time: timeOption(table), ...(table.status ? { statusMap: table.status.map } : {}) },
    async tags() {
      const { tag, tags } = await look();
      if (tag === undefined) return tags.map(({ name }) => ({ tag: name }));
      const listing = table.tagTable;
      if (listing !== undefined) {
        const part = isQuery(listing) ? `(${listing}) AS tags` : listing.split(".").map(quoted).join(".");
        const known = (await database.describe(`SELECT * FROM ${part}`)).map(({ name }) => name);
        const wanted = ["tag", ...tagColumns.filter((name) => known.includes(name))];
        if (!known.includes("tag")) throw missingColumn(database.name, "tag", `the tags in ${listing}`, known);
        const rows = await all(`SELECT ${wanted.map(quoted).join(", ")} FROM ${part}`);
        return rows.map((row) => tagInfo(spelled(row[0], written), new Map(wanted.map((name, k) => [name, row[k]]))));
      }
      const rows = await all(`SELECT DISTINCT ${quoted(tag.name)} FROM ${from} WHERE ${quoted(tag.name)} IS NOT NULL ORDER BY 1`);
      return [...new Set(rows.map((row) => spelled(row[0], written)))].map((name) => ({ tag: name }));
    },
    async *rows(name, range) {
      const found = await look();
      const { time, tag, status } = found;
      const value = tag === undefined ? found.tags.find((column) => column.name === name)! : found.value;
      const statusColumn = status.get(tag === undefined ? name : found.value.name);
      const parameters: Cell[] = [];
      const where = conditions(range, found, parameters);
      if (tag) {
        const names = (written.get(name) ?? [name]).map((one) => `$${parameters.push(one)}`);
        where.push(`${quoted(tag.name)} IN (${names.join(", ")})`);
      }
      const isTime = time.kind === "instant" || time.kind === "local";
      const selected = [
        isTime ? epoch(quoted(time.name), time.kind) : quoted(time.name),
        isNumber(value.kind) ? double(quoted(value.name), value.kind) : quoted(value.name),
        ...(statusColumn
          ? [statusColumn.kind === "integer" ? double(quoted(statusColumn.name), "integer") : quoted(statusColumn.name)]
          : []),
      ];
      const byTime = isTime && !database.inOrder ? [time.name, value.name] : [];
      const orders = (table.order === undefined ? byTime : [table.order]).map(quoted);
      const order = orders.length === 0 ? "" : ` ORDER BY ${orders.join(", ")}`;
      const query = `SELECT ${selected.join(", ")} FROM ${from}${where.length > 0 ? ` WHERE ${where.join(" AND ")}` : ""}${order}`;
      for await (const { columns: batch, missing } of database.stream(query, parameters)) {
        yield {
          time: isTime ? secondsOf(batch[0]!) : batch[0]!,
          local: time.kind === "local",
          value: batch[1]!,
          missing: missing?.[1],
          ...(statusColumn ? { status: withNulls(batch[2]!, missing?.[2]) } : {}),
        } satisfies Rows;
      }
    },
    close: () => database.close(),
  });
}

const tagColumns = ["unit", "description", "low", "high", "stepped", "compression", "exception", "max_interval"] as const;

/** The name without blanks around it; its spelling is kept for the questions to come. */
function spelled(cell: Cell, written: Map<string, string[]>): string {
  const raw = String(cell ?? "");
  const name = raw.trim().normalize("NFC");
  const known = written.get(name) ?? [];
  if (!known.includes(raw)) written.set(name, [...known, raw]);
  return name;
}

function tagInfo(tag: string, row: ReadonlyMap<string, Cell>): TagInfo {
  const text = (name: string): string | undefined =>
    row.get(name) === null || row.get(name) === undefined ? undefined : String(row.get(name));
  const number = (name: string): number | undefined =>
    text(name) === undefined || !Number.isFinite(Number(text(name))) ? undefined : Number(text(name));
  const [unit, description, low, high] = [text("unit"), text("description"), number("low"), number("high")];
  const [compression, exception, maxInterval] = [number("compression"), number("exception"), number("max_interval")];
  const stepped = text("stepped");
  return {
    tag,
    ...(unit ? { unit } : {}),
    ...(description ? { description } : {}),
    ...(low !== undefined && high !== undefined ? { range: [low, high] as const } : {}),
    ...(stepped === undefined ? {} : { stepped: /^(t|true|1|yes)$/i.test(stepped) }),
    ...(compression === undefined ? {} : { compression }),
    ...(exception === undefined ? {} : { exception }),
    ...(maxInterval === undefined ? {} : { maxInterval }),
  };
}

const isQuery = (text: string): boolean => /^\s*(select|with|from|values)\b/i.test(text) || /^\s*\w+\s*\(/.test(text);

/** A name of SQL, whatever letters it is made of. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const isNumber = (kind: SqlKind): kind is "integer" | "decimal" | "number" => kind === "integer" || kind === "decimal" || kind === "number";

/** A column of numbers in which some are missing. */
function withNulls(cells: ArrayLike<Cell>, missing: ArrayLike<number> | undefined): ArrayLike<Cell> {
  return missing === undefined ? cells : Array.from(cells, (cell, i) => (missing[i] === 1 ? null : cell));
}

const secondsOf = (cells: ArrayLike<Cell>): Float64Array =>
  cells instanceof Float64Array ? cells : Float64Array.from(cells as ArrayLike<number>, Number);

/** The option as the decoder takes it: how the time is written, without the column. */
function timeOption({ time }: SqlTable): FileOptions["time"] {
  return typeof time === "string" ? undefined : time;
}

function columnsOf(source: string, columns: readonly SqlColumn[], table: SqlTable): Columns {
  const names = columns.map(({ name }) => name);
  const find = (name: string, purpose: string): SqlColumn => {
    const found = columns.find((column) => column.name === name);
    if (found === undefined) throw missingColumn(source, name, purpose, names);
    return found;
  };
  const option = table.time;
  if (typeof option === "object" && ("every" in option || "elapsed" in option)) {
    throw new GreyboxError("historian/option", { option: "time", value: JSON.stringify(option), expected: "a time on the calendar" });
  }
  const time = find((typeof option === "string" ? option : option?.column) ?? sqlDefaults.time, "the time");
  if (isNumber(time.kind) && !(typeof option === "object" && "epoch" in option)) {
    throw new GreyboxError("historian/option", {
      option: "time",
      value: option === undefined ? "absent" : JSON.stringify(option),
      expected: `\`{ column: "${time.name}", epoch: "s" }\` (or "ms", "us", "ns"), because that column holds numbers`,
    });
  }
  if (table.order !== undefined) find(table.order, "the order of arrival");
  const layout = table.layout ?? sqlDefaults.layout;
  const statusColumns = new Map<string, SqlColumn>();
  const { status } = table;
  if (layout !== "wide") {
    const value = find(layout.value, "the value of each row");
    if (status && !("column" in status)) throw statusOption(status, "{ column, map } where each row is one value");
    if (status) statusColumns.set(value.name, find(status.column, "the status of each row"));
    return { time, tag: find(layout.tag, "the tag of each row"), value, status: statusColumns, tags: [], map: status?.map };
  }
  if (status && !("columns" in status || "suffix" in status))
    throw statusOption(status, "{ columns, map } or { suffix, map } where each tag has its own column");
  if (status && "columns" in status) {
    for (const [tag, column] of Object.entries(status.columns))
      statusColumns.set(find(tag, "a tag with a status").name, find(column, `the status of ${tag}`));
  } else if (status) {
    for (const { name } of columns) {
      const own = columns.find((column) => column.name === name + status.suffix);
      if (own) statusColumns.set(name, own);
    }
  }
  const used = new Set([time.name, table.order, ...[...statusColumns.values()].map(({ name }) => name)]);
  const free = columns.filter(({ name }) => !used.has(name));
  const tags = table.tags
    ? table.tags.map((tag) => find(tag, "listed in `tags`"))
    : free.filter(({ kind }) => isNumber(kind) || kind === "boolean");
  return { time, tag: undefined, value: time, status: statusColumns, tags, map: status?.map };
}

function statusOption(status: object, expected: string): GreyboxError {
  return new GreyboxError("historian/option", { option: "status", value: JSON.stringify(status), expected });
}

function missingColumn(path: string, column: string, purpose: string, columns: readonly string[]): GreyboxError {
  return new GreyboxError("historian/column-missing", { path, column, purpose, nearest: nearestNames(column, columns), columns });
}
