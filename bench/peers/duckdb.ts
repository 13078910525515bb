/** DuckDB inside this process, where the package is there: its own readers of CSV and Parquet, into columns of its own. */

/** The few things that are used of `@duckdb/node-api`. */
interface Api {
  readonly DuckDBInstance: { create(path: string, options: Readonly<Record<string, string>>): Promise<{ connect(): Promise<Connection> }> };
}
interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRows(): readonly (readonly unknown[])[] }>;
}

export interface Duck {
  readonly version: string;
  run(sql: string): Promise<void>;
  /** The first row as numbers. */
  row(sql: string): Promise<number[]>;
}

/** Undefined where the package is not there. @param threads  1 for figures per core */
export async function duckdb(threads: number): Promise<Duck | undefined> {
  const name: string = "@duckdb/node-api";
  const api = (await import(name).catch(() => undefined)) as Api | undefined;
  if (api === undefined) return undefined;
  const connection = await (await api.DuckDBInstance.create(":memory:", { threads: String(threads) })).connect();
  const row = async (sql: string): Promise<readonly unknown[]> => (await connection.runAndReadAll(sql)).getRows()[0]!;
  return {
    version: String((await row("SELECT version()"))[0]),
    run: async (sql) => {
      await connection.run(sql);
    },
    row: async (sql) => (await row(sql)).map(Number),
  };
}
