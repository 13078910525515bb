/**
 * PostgreSQL and TimescaleDB: rows through a cursor in one read-only transaction, so that a long reading sees one state of the table and
 * memory holds one page of it.
 *
 * Times come as microseconds, numbers with all their digits. Needs the package `pg`.
 */
import type { Pool, PoolClient } from "pg";
import { GreyboxError } from "../../core/index.ts";
import type { Source } from "../source.ts";
import type { Cell } from "./cells.ts";
import { type Secret, secretOf } from "./http.ts";
import { optionalPackage } from "./optional.ts";
import { type SqlBatch, type SqlColumn, type SqlDatabase, type SqlKind, type SqlTable, sqlSource } from "./sql.ts";

export interface PostgresqlOptions extends SqlTable {
  /** `postgres://user@host:port/database`. What it does not say, the environment does (PGHOST, PGUSER, PGPASSWORD …). */
  readonly url?: string | undefined;
  /** Host, or folder of the socket. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  /** True: the connection is encrypted and the certificate checked. */
  readonly ssl?: boolean | undefined;
  /** Rows fetched at once. */
  readonly pageSize?: number | undefined;
  /** Readings at once; more wait. */
  readonly connections?: number | undefined;
}

export const postgresqlDefaults = { pageSize: 20_000, connections: 4 } as const;

/**
 * Tables of PostgreSQL as a source. Connects when it is first read.
 *
 * @throws GreyboxError `historian/credentials`; while reading `historian/optional-package`, `historian/server-failed`, `historian/server-refused`,
 *   `historian/column-missing`, `historian/option`
 *
 * @example
 * const source = postgresqlSource({ url: "postgres://reader@localhost/plant", table: "archive", status: { column: "quality", map: "opc-classic" } });
 * source.name; // => "postgres://reader@localhost/plant"
 */
export function postgresqlSource(options: PostgresqlOptions): Source {
  return sqlSource(postgresql(options), options);
}

const numeric = {
  16: "boolean",
  20: "integer",
  21: "integer",
  23: "integer",
  26: "integer",
  700: "number",
  701: "number",
  1700: "number",
} as const;
const temporal = { 1184: "instant", 1114: "local", 1082: "local" } as const;
const kindOf = (type: number): SqlKind => (({ ...numeric, ...temporal }) as Readonly<Record<number, SqlKind>>)[type] ?? "text";

/** Numbers as numbers, truth as truth, everything else as it is written. */
const parserOf = (type: number): ((text: string) => Cell) => {
  const kind = kindOf(type);
  if (kind === "boolean") return (text) => text === "t";
  return kind === "integer" || kind === "number" ? Number : (text) => text;
};

function postgresql(options: PostgresqlOptions): SqlDatabase {
  const { name, password } = addressOf(options);
  const secret = password ?? (options.password === undefined ? undefined : secretOf(name, options.password));
  let opening: Promise<Pool> | undefined;
  const open = async (): Promise<Pool> => {
    opening ??= optionalPackage<typeof import("pg")>("pg", "Reading PostgreSQL", () => import("pg")).then(({ Pool, default: whole }) => {
      const made = new (Pool ?? whole.Pool)({
        ...(options.url === undefined ? {} : { connectionString: options.url }),
        ...(options.host === undefined ? {} : { host: options.host }),
        ...(options.port === undefined ? {} : { port: options.port }),
        ...(options.database === undefined ? {} : { database: options.database }),
        ...(options.user === undefined ? {} : { user: options.user }),
        ...(secret === undefined ? {} : { password: secret }),
        ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
        max: options.connections ?? postgresqlDefaults.connections,
        options: "-c default_transaction_read_only=on -c extra_float_digits=1 -c TimeZone=UTC",
      });
      // A connection that breaks while nobody uses it is replaced by the next one.
      made.on("error", () => {});
      return made;
    });
    return opening;
  };
  const failed = (cause: unknown, request: string): GreyboxError => {
    const { code = "", message } = cause as { readonly code?: string; readonly message: string };
    const why = secret ? message.replaceAll(secret, "…") : message;
    // Classes of SQLSTATE: 08 connection, 53 resources, 57 shut down by the operator; codes of the network have no digits in front.
    const mayPass = !/^\w{5}$/.test(code) || /^(08|53|57)/.test(code);
    return mayPass
      ? new GreyboxError("historian/server-failed", { source: name, request, attempts: 1, why }, { cause })
      : new GreyboxError("historian/server-refused", { source: name, request, why }, { cause });
  };

  return {
    name,
    inOrder: false,
    dialect: {
      epoch: (column) => `extract(epoch from ${column})::float8`,
      time: (parameter, kind) =>
        kind === "instant" ? `to_timestamp(${parameter}::float8)` : `(to_timestamp(${parameter}::float8) AT TIME ZONE 'UTC')`,
      double: (column) => `${column}::float8`,
    },
    async describe(query) {
      const pool = await open();
      try {
        const { fields } = await pool.query({ text: `SELECT * FROM (${query}) AS described LIMIT 0`, rowMode: "array" });
        return fields.map(({ name: column, dataTypeID }): SqlColumn => ({ name: column, kind: kindOf(dataTypeID) }));
      } catch (cause) {
        throw failed(cause, "describe");
      }
    },
    async *stream(query, parameters) {
      const pool = await open();
      let client: PoolClient | undefined;
      let broken: Error | undefined;
      const broke = (cause: Error): void => {
        broken ??= cause;
      };
      try {
        client = await pool.connect();
        // A connection may break between two fetches; the next fetch tells.
        client.on("error", broke);
        await client.query("BEGIN READ ONLY");
        await client.query(`DECLARE points NO SCROLL CURSOR FOR ${query}`, [...parameters]);
        const fetch = { text: `FETCH FORWARD ${options.pageSize ?? postgresqlDefaults.pageSize} FROM points`, rowMode: "array" as const };
        for (;;) {
          const { rows, fields } = await client.query({ ...fetch, types: { getTypeParser: parserOf } });
          if (rows.length === 0) break;
          yield batchOf(rows as Cell[][], fields.length);
        }
      } catch (cause) {
        broken = cause instanceof Error ? cause : new Error(String(cause));
        throw failed(cause, "read");
      } finally {
        // Also when the reader stops early: what is not committed is given up.
        if (broken === undefined) await client?.query("ROLLBACK").catch((cause: Error) => (broken = cause));
        client?.off("error", broke);
        client?.release(broken);
      }
    },
    async close() {
      const pool = await opening?.catch(() => undefined);
      opening = undefined;
      if (pool && !pool.ended) await pool.end();
    },
  };
}

function batchOf(rows: readonly (readonly Cell[])[], width: number): SqlBatch {
  return { columns: Array.from({ length: width }, (_, k) => rows.map((row) => row[k])) };
}

/** The address as it may be shown, and the password that stood in it. */
function addressOf({ url, user, host, port, database }: PostgresqlOptions): {
  readonly name: string;
  readonly password: string | undefined;
} {
  if (url === undefined) {
    const at = `${user === undefined ? "" : `${user}@`}${host ?? process.env["PGHOST"] ?? "localhost"}${port === undefined ? "" : `:${port}`}`;
    return { name: `postgres://${at}/${database ?? process.env["PGDATABASE"] ?? ""}`, password: undefined };
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new GreyboxError("historian/source-option", {
      source: "PostgreSQL",
      option: "url",
      value: parsed?.password ? "an address with a password in it" : JSON.stringify(url),
      expected: "postgres://user@host:port/database",
    });
  }
  const password = parsed.password === "" ? undefined : decodeURIComponent(parsed.password);
  return { name: `postgres://${parsed.username ? `${parsed.username}@` : ""}${parsed.host}${parsed.pathname}`, password };
}
