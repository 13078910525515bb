/**
 * DuckDB: its own files, and Parquet or CSV files larger than memory, read in batches.
 *
 * Memory is limited, extensions are neither fetched nor loaded, and no file is touched but the ones that are named. Points come in the order
 * in which they stand in the table or files. Needs the package `@duckdb/node-api`.
 */
import { dirname, resolve } from "node:path";
import { GreyboxError } from "../../core/index.ts";
import type { FileOptions } from "../files/options.ts";
import type { Source } from "../source.ts";
import type { Cell } from "./cells.ts";
import { optionalPackage } from "./optional.ts";
import { type SqlBatch, type SqlColumn, type SqlDatabase, type SqlKind, type SqlTable, sqlSource } from "./sql.ts";

export interface DuckdbOptions extends Omit<SqlTable, "table"> {
  /** A DuckDB file; it is opened for reading only. */
  readonly database?: string | undefined;
  /** Table, view or query in it. Default: the only table. */
  readonly table?: string | undefined;
  /** In place of a database: Parquet files, with `*` for parts of names. */
  readonly parquet?: string | readonly string[] | undefined;
  /** In place of a database: CSV files. Cells are read as declared, by the rules of this package, not by those of DuckDB. */
  readonly csv?: string | readonly string[] | undefined;
  readonly delimiter?: Exclude<FileOptions["delimiter"], "spaces">;
  /** Such as "1GB". */
  readonly memory?: string | undefined;
  readonly threads?: number | undefined;
}

export const duckdbDefaults = { memory: "1GB", threads: 2, delimiter: "," } as const;

// What is used of `@duckdb/node-api`, whose types are not here when the package is not.
interface Vector {
  readonly itemCount: number;
  getItem(index: number): unknown;
  /** Of numeric vectors. */
  readonly items?: unknown;
  readonly validity?: { itemValid(index: number): boolean };
}
interface Chunk {
  readonly rowCount: number;
  readonly columnCount: number;
  getColumnVector(index: number): Vector;
}
interface Result {
  columnNames(): readonly string[];
  columnTypes(): readonly unknown[];
  fetchChunk(): Promise<Chunk | null>;
}
interface Connection {
  run(sql: string): Promise<unknown>;
  stream(sql: string, values?: unknown): Promise<Result>;
  closeSync(): void;
}
interface Instance {
  connect(): Promise<Connection>;
  closeSync(): void;
}
interface DuckDB {
  readonly DuckDBInstance: { create(path: string, options: Readonly<Record<string, string>>): Promise<Instance> };
}

/**
 * @throws GreyboxError `historian/source-option`; while reading `historian/optional-package`, `historian/server-refused`, `historian/column-missing`
 *
 * @example
 * const source = duckdbSource({ parquet: "archive/*.parquet", layout: "wide", zone: "UTC" });
 * source.name; // => "duckdb:archive/*.parquet"
 */
export function duckdbSource(options: DuckdbOptions): Source {
  const files = [options.parquet ?? options.csv ?? []].flat();
  const given = [options.database, options.parquet, options.csv].filter((one) => one !== undefined).length;
  if (given !== 1 || (options.database === undefined && files.length === 0)) {
    const value = given === 0 ? "absent" : "given with another";
    throw new GreyboxError("historian/source-option", {
      source: "DuckDB",
      option: "database",
      value,
      expected: "the only one of `database`, `parquet` and `csv`",
    });
  }
  const list = `[${files.map((file) => text(resolve(file))).join(", ")}]`;
  const delimiter = options.delimiter ?? duckdbDefaults.delimiter;
  const reader = options.parquet
    ? `SELECT * FROM read_parquet(${list})`
    : `SELECT * FROM read_csv(${list}, all_varchar = true, header = true, delim = ${text(delimiter)}, quote = '"', escape = '"', auto_detect = true)`;
  const database = duckdb(options, files);
  const table = options.table ?? (options.database === undefined ? reader : undefined);
  return table === undefined ? late(database, options) : sqlSource(database, { ...options, table });
}

/** The table of a database that names none: the only one, looked up when the source is first read. */
function late(database: SqlDatabase, options: DuckdbOptions): Source {
  let source: Promise<Source> | undefined;
  let known: Source | undefined;
  const find = async (): Promise<Source> => {
    const names: string[] = [];
    const query = "SELECT table_schema || '.' || table_name FROM information_schema.tables ORDER BY 1";
    for await (const { columns } of database.stream(query, [])) names.push(...Array.from(columns[0]!, String));
    if (names.length !== 1) {
      const expected =
        names.length === 0 ? "the name of a table; there is none" : `one of ${names.map((name) => JSON.stringify(name)).join(", ")}`;
      throw new GreyboxError("historian/source-option", { source: database.name, option: "table", value: "absent", expected });
    }
    known = sqlSource(database, { ...options, table: names[0]! });
    return known;
  };
  const get = (): Promise<Source> => {
    source ??= find();
    source.catch(() => {
      source = undefined;
    });
    return source;
  };
  return {
    name: database.name,
    calendar: true,
    browse: async () => (await get()).browse(),
    async *readRaw(tag, range) {
      yield* (await get()).readRaw(tag, range);
    },
    findings: () => known?.findings() ?? [],
    close: () => database.close(),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function duckdb(options: DuckdbOptions, files: readonly string[]): SqlDatabase {
  const name = `duckdb:${options.database ?? files.join(",")}`;
  let opening: Promise<Instance> | undefined;
  const open = (): Promise<Instance> => {
    opening ??= begin(options, files);
    return opening;
  };
  const refused = (cause: unknown, request: string): unknown =>
    cause instanceof GreyboxError
      ? cause
      : new GreyboxError("historian/server-refused", { source: name, request, why: (cause as Error).message.split("\n")[0]! }, { cause });

  return {
    name,
    inOrder: true,
    dialect: {
      epoch: (column) => `(epoch_us(${column})::DOUBLE / 1e6)`,
      time: (parameter, kind) =>
        kind === "instant" ? `to_timestamp(${parameter}::DOUBLE)` : `make_timestamp((${parameter}::DOUBLE * 1e6)::BIGINT)`,
      // A decimal of many digits is rounded once only on the way through its text.
      double: (column, kind) => (kind === "decimal" ? `${column}::VARCHAR::DOUBLE` : `${column}::DOUBLE`),
    },
    async describe(query) {
      try {
        const connection = await (await open()).connect();
        try {
          const result = await connection.stream(`SELECT * FROM (${query}) LIMIT 0`);
          const types = result.columnTypes().map(String);
          return result.columnNames().map((column, k): SqlColumn => ({ name: column, kind: kindOf(types[k]!) }));
        } finally {
          connection.closeSync();
        }
      } catch (cause) {
        throw refused(cause, "describe");
      }
    },
    async *stream(query, parameters) {
      let connection: Connection | undefined;
      try {
        connection = await (await open()).connect();
        const result = await connection.stream(query, [...parameters]);
        for (;;) {
          const chunk = await result.fetchChunk();
          if (chunk === null || chunk.rowCount === 0) break;
          yield batchOf(chunk);
        }
      } catch (cause) {
        throw refused(cause, "read");
      } finally {
        connection?.closeSync();
      }
    },
    async close() {
      const instance = await opening?.catch(() => undefined);
      opening = undefined;
      instance?.closeSync();
    },
  };
}

async function begin(options: DuckdbOptions, files: readonly string[]): Promise<Instance> {
  const { DuckDBInstance } = await optionalPackage<DuckDB>(
    "@duckdb/node-api",
    "Reading with DuckDB",
    () => import(duckdbPackage),
    "@duckdb/node-api",
  );
  const instance = await DuckDBInstance.create(options.database === undefined ? ":memory:" : resolve(options.database), {
    memory_limit: options.memory ?? duckdbDefaults.memory,
    threads: String(options.threads ?? duckdbDefaults.threads),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...(options.database === undefined ? {} : { access_mode: "READ_ONLY" }),
  });
  const connection = await instance.connect();
  try {
    const folders = files.map((file) => resolve(dirname(file.replace(/[*?[].*$/, "x"))));
    await connection.run(`SET allowed_directories = [${folders.map(text).join(", ")}]`);
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
  } finally {
    connection.closeSync();
  }
  return instance;
}

/** Not a literal where it is imported: the compiler would want its types. */
const duckdbPackage: string = "@duckdb/node-api";

function kindOf(type: string): SqlKind {
  if (/^TIMESTAMP WITH TIME ZONE|^TIMESTAMPTZ/.test(type)) return "instant";
  if (/^(TIMESTAMP|DATE)/.test(type)) return "local";
  if (/^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(type)) return "integer";
  if (type.startsWith("DECIMAL") || type.includes("HUGEINT")) return "decimal";
  if (/^(DOUBLE|FLOAT)/.test(type)) return "number";
  return type === "BOOLEAN" ? "boolean" : "text";
}

/** Columns of doubles are taken as they lie in memory. */
function batchOf(chunk: Chunk): SqlBatch {
  const columns: ArrayLike<Cell>[] = [];
  const missing: (Uint8Array | undefined)[] = [];
  for (let k = 0; k < chunk.columnCount; k++) {
    const vector = chunk.getColumnVector(k);
    if (vector.items instanceof Float64Array && vector.validity) {
      columns.push(vector.items.slice(0, chunk.rowCount));
      missing.push(absent(vector.validity, chunk.rowCount));
    } else {
      columns.push(Array.from({ length: chunk.rowCount }, (_, i) => cellOf(vector.getItem(i))));
      missing.push(undefined);
    }
  }
  return { columns, missing };
}

function absent(validity: NonNullable<Vector["validity"]>, count: number): Uint8Array | undefined {
  let marks: Uint8Array | undefined;
  for (let i = 0; i < count; i++) {
    if (validity.itemValid(i)) continue;
    marks ??= new Uint8Array(count);
    marks[i] = 1;
  }
  return marks;
}

function cellOf(item: unknown): Cell {
  const plain =
    item === null || typeof item === "number" || typeof item === "bigint" || typeof item === "boolean" || typeof item === "string";
  return plain ? item : String(item);
}
