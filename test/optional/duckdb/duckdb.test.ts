/** DuckDB's own files, and Parquet and CSV files through it. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { duckdbSource, openHistorian, type Series, type Source, seriesOf, writeCsv, writeParquet } from "../../../src/historian/index.ts";
import { failsWith, file, scratch } from "../../historian/scratch.ts";
import { sourceConformance } from "../../historian/source-conformance.ts";

const skip = existsSync("node_modules/@duckdb/node-api") ? false : "the package @duckdb/node-api is not installed";
if (skip) console.log(`skipped: DuckDB (${skip})`);

interface Duck {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<{ run(sql: string): Promise<unknown>; closeSync(): void }>; closeSync(): void }>;
  };
}

/** Runs statements on a database file, or on none. */
async function run(path: string, ...statements: readonly string[]): Promise<void> {
  const name = "@duckdb/node-api";
  const { DuckDBInstance } = (await import(name)) as Duck;
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

const status = { column: "status", map: "ua" } as const;
const once = (name: string, fill: (path: string, all: readonly Series[]) => Promise<void>, source: (path: string) => Source) => {
  let path: Promise<string> | undefined;
  return async (all: readonly Series[]) => {
    path ??= fill(join(scratch, name), all).then(() => join(scratch, name));
    return source(await path);
  };
};

sourceConformance("DuckDB file", {
  skip,
  metadata: true,
  arrival: true,
  make: once(
    "plant.duckdb",
    async (path, all) => {
      await writeParquet(`${path}.parquet`, all);
      const rows = all.map(({ tag, info }) => {
        const [low, high] = info.range ?? ["NULL", "NULL"];
        const of = (value: unknown): string => (value === undefined ? "NULL" : typeof value === "string" ? `'${value}'` : String(value));
        return `('${tag}', ${of(info.unit)}, ${low}, ${high}, ${of(info.stepped)}, ${of(info.compression)}, ${of(info.maxInterval)})`;
      });
      await run(
        path,
        `CREATE TABLE archive AS SELECT * FROM read_parquet('${path}.parquet')`,
        `CREATE TABLE tags AS SELECT * FROM (VALUES ${rows.join(", ")}) AS t(tag, unit, low, high, stepped, compression, max_interval)`,
      );
    },
    (path) => duckdbSource({ database: path, table: "archive", tagTable: "tags", status }),
  ),
});

sourceConformance("DuckDB over Parquet", {
  skip,
  metadata: false,
  arrival: true,
  make: once("archive.parquet", writeParquet, (path) => duckdbSource({ parquet: path, status })),
});

sourceConformance("DuckDB over CSV", {
  skip,
  metadata: false,
  arrival: true,
  make: once("archive.csv", writeCsv, (path) => duckdbSource({ csv: path, status, memory: "200MB" })),
});

test("DuckDB: types, wide tables, local times, the only table without its name", { skip }, async () => {
  const path = join(scratch, "wide.duckdb");
  await run(
    path,
    `CREATE TABLE w AS SELECT * FROM (VALUES
       (TIMESTAMP '2026-10-25 02:30:00', 1::FLOAT + 0.1::FLOAT, 3::SMALLINT, true, 123456789012345.678::DECIMAL(20,3), 'Open'),
       (TIMESTAMP '2026-10-25 02:15:00', NULL, NULL, false, NULL, 'x'),
       (TIMESTAMP '2026-10-25 03:30:00', 'NaN'::FLOAT, 5, NULL, 0.1, 'y')) AS t(ts, a, b, c, d, word)`,
  );
  const plant = await openHistorian(duckdbSource({ database: path, layout: "wide", time: "ts", zone: "Europe/Berlin" }));
  assert.deepEqual(
    plant.tags.map((info) => info.tag),
    ["a", "b", "c", "d"],
  );
  const a = await plant.read("a");
  assert.deepEqual(
    Array.from(a.time),
    ["2026-10-25T00:30Z", "2026-10-25T01:15Z", "2026-10-25T02:30Z"].map((text) => Date.parse(text) / 1000),
  );
  assert.deepEqual(Array.from(a.value), [Math.fround(Math.fround(1) + Math.fround(0.1)), 0, 0]);
  assert.deepEqual(
    Array.from(a.status, (code) => code >>> 30),
    [0, 2, 2],
  );
  assert.deepEqual(Array.from((await plant.read("c")).value), [1, 0, 0]);
  assert.equal((await plant.read("d")).value[0], Number("123456789012345.678"));
  const whole = await openHistorian(duckdbSource({ database: path, layout: "wide", time: "ts", zone: "Europe/Berlin", tags: ["b"] }));
  const cut = await whole.read("b", { from: Date.parse("2026-10-25T01:00Z") / 1000, to: Date.parse("2026-10-25T02:00Z") / 1000 });
  assert.equal(cut.time.length, 1);
  await plant.close();
  await whole.close();
  const refused = await openHistorian(duckdbSource({ database: path, layout: "wide", time: "ts" }));
  await assert.rejects(refused.read("a"), failsWith("historian/zone-required", "2026-10-25T02:30:00"));
  await refused.close();
});

test("DuckDB: cells of CSV files are read by declared rules, never guessed", { skip }, async () => {
  const path = file("locale.csv", "when;A;B\n03.04.2026 00:00;1,5;x\n03.04.2026 00:01;2,5;7\n");
  const time = { column: "when", format: "dd.MM.yyyy HH:mm" } as const;
  const source = duckdbSource({ csv: path, delimiter: ";", layout: "wide", tags: ["A"], time, zone: "UTC", decimal: "," });
  const { time: read, value } = await (await openHistorian(source)).read("A");
  assert.deepEqual([read[0], Array.from(value)], [Date.parse("2026-04-03T00:00Z") / 1000, [1.5, 2.5]]);
  const wrong = await openHistorian(duckdbSource({ csv: path, delimiter: ";", layout: "wide", tags: ["A"], time, zone: "UTC" }));
  await assert.rejects(wrong.read("A"), failsWith("historian/decimal", '"1,5"'));
});

test("DuckDB: what is missing or wrong is named, and no other file is within reach", { skip }, async () => {
  const inside = file("t.csv", "tag,time,value\nA,2026-01-01T00:00Z,1\n");
  assert.throws(() => duckdbSource({}), failsWith("historian/source-option", "database"));
  await assert.rejects(
    openHistorian(duckdbSource({ database: join(scratch, "none.duckdb") })),
    failsWith("historian/server-refused", "does not exist"),
  );
  await assert.rejects(
    openHistorian(duckdbSource({ csv: inside, layout: { tag: "tga", value: "value" } })),
    failsWith("historian/column-missing", '"tag"'),
  );
  await assert.rejects(
    openHistorian(duckdbSource({ csv: inside, table: "SELECT * FROM read_csv('/etc/passwd')" })),
    failsWith("historian/server-refused", "file system operations"),
  );
});

test("DuckDB: numbers as times need their epoch", { skip }, async () => {
  const path = join(scratch, "epoch.duckdb");
  await run(path, "CREATE TABLE e AS SELECT 'A' AS tag, 1767225600000 + 125 * i AS time, i::DOUBLE AS value FROM range(4) r(i)");
  await assert.rejects(openHistorian(duckdbSource({ database: path })), failsWith("historian/option", "epoch"));
  const plant = await openHistorian(duckdbSource({ database: path, time: { column: "time", epoch: "ms" } }));
  const read = await plant.read("A", { from: 1767225600.125, to: 1767225600.375 });
  assert.deepEqual(Array.from(read.time), [1767225600.125, 1767225600.25]);
  const s = seriesOf("A", { time: read.time, value: read.value });
  assert.equal(s.time.length, 2);
});
