/** The adapter against a real PostgreSQL. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Client } from "pg";
import { reason } from "../../../src/core/index.ts";
import { openHistorian, type PostgresqlOptions, postgresqlSource } from "../../../src/historian/index.ts";
import { failsWith } from "../../historian/scratch.ts";
import { conformanceSeries, sourceConformance } from "../../historian/source-conformance.ts";
import { postgresPrograms, startPostgres } from "./server.ts";

const programs = postgresPrograms();
const skip = "missing" in programs ? programs.missing : false;
if (skip) console.log(`skipped: PostgreSQL (${skip})`);
const password = "pr0cess'&/=secret";
const server = "folder" in programs ? await startPostgres(programs.folder, password.replaceAll("'", "'\\''")) : undefined;
after(() => server?.stop());

const access = { host: "127.0.0.1", port: server?.port, user: "plant", password, database: "postgres" };
const source = (more: Omit<PostgresqlOptions, keyof typeof access>) => postgresqlSource({ ...access, ...more });

async function run(...statements: readonly (readonly [string, ...unknown[]] | string)[]): Promise<void> {
  const client = new Client({ ...access, password });
  await client.connect();
  try {
    for (const statement of statements) {
      const [text, ...values] = typeof statement === "string" ? [statement] : statement;
      await client.query(text, values);
    }
  } finally {
    await client.end();
  }
}

if (server) {
  await run(
    "CREATE TABLE archive (id bigserial PRIMARY KEY, tag text, time timestamptz, value double precision, status bigint)",
    "CREATE TABLE tags (tag text, unit text, low float8, high float8, stepped boolean, compression numeric, max_interval int)",
    ...conformanceSeries.map((one) => {
      const micro = Array.from(one.time, (t) => Math.round(1e6 * t));
      const value = Array.from(one.value, (v, i) => ((one.reasons[i]! & reason.notANumber) !== 0 ? null : Object.is(v, -0) ? "-0" : v));
      return [
        `INSERT INTO archive (tag, time, value, status)
         SELECT $1, timestamptz 'epoch' + us * interval '1 microsecond', v, s FROM unnest($2::bigint[], $3::float8[], $4::bigint[]) AS r(us, v, s)`,
        one.tag,
        micro,
        value,
        Array.from(one.status),
      ] as const;
    }),
    ...conformanceSeries.map(
      ({ tag, info }) =>
        [
          "INSERT INTO tags VALUES ($1, $2, $3, $4, $5, $6, $7)",
          tag,
          info.unit,
          info.range?.[0],
          info.range?.[1],
          info.stepped,
          info.compression,
          info.maxInterval,
        ] as const,
    ),
  );
}
const status = { column: "status", map: "ua" } as const;

sourceConformance("PostgreSQL, by time", { skip, metadata: false, arrival: false, make: async () => source({ table: "archive", status }) });
sourceConformance("PostgreSQL, in the order of a column, with a table of tags", {
  skip,
  metadata: true,
  arrival: true,
  make: async () => source({ table: "public.archive", status, order: "id", tagTable: "tags", pageSize: 7000 }),
});

const start = Date.parse("2026-01-01T00:00Z") / 1000;

test("PostgreSQL: every bit of numbers and every microsecond arrive", { skip }, async () => {
  await run(
    "CREATE TABLE exact (ts timestamptz, d double precision, n numeric, r real, i bigint, b boolean, words text, j int)",
    `INSERT INTO exact VALUES
       ('2026-01-01 00:00:00.123456+00', 0.1::float8 + 0.2::float8, 0.30000000000000004, 0.1, 9007199254740993, true, 'I/O Timeout', -2138308608),
       ('2026-01-01 00:00:00.999999+00', 'NaN', 'NaN', 'Infinity', NULL, false, ' 12.5 ', 0),
       ('1969-12-31 23:59:59.999999+00', 5e-324, 1e300, '-0', -1, NULL, '<0.5', 1083179008)`,
  );
  const plant = await openHistorian(source({ table: "exact", layout: "wide", time: "ts", tags: ["d", "n", "r", "i", "b", "words"] }));
  const read = async (tag: string) => Array.from((await plant.read(tag)).value);
  assert.deepEqual(Array.from((await plant.read("d")).time), [-1e-6, start + 0.123456, start + 0.999999]);
  assert.deepEqual(await read("d"), [5e-324, 0.1 + 0.2, 0]);
  assert.deepEqual(await read("n"), [1e300, 0.30000000000000004, 0]);
  assert.deepEqual(await read("r"), [-0, Math.fround(0.1), 0]);
  assert.deepEqual(await read("i"), [-1, 2 ** 53, 0]);
  assert.deepEqual(await read("b"), [0, 1, 0]);
  assert.deepEqual(await read("words"), [0.5, 0, 12.5]);
  const words = await plant.read("words");
  assert.deepEqual(
    Array.from(words.status, (code) => code >>> 30),
    [1, 2, 0],
  );
  assert.ok((words.reasons[0]! & reason.censored) !== 0);
  await plant.close();
  const signed = await openHistorian(
    source({ table: "SELECT 'A' AS tag, ts AS time, d AS value, j AS q FROM exact", status: { column: "q", map: "ua" } }),
  );
  assert.deepEqual(Array.from((await signed.read("A")).status), [0x40900000, 0x808c0000, 0x809b0000]);
  await signed.close();
});

test("PostgreSQL: a time without zone asks for one; numbers as times ask for their epoch", { skip }, async () => {
  await run(
    "CREATE TABLE local (id int, tag varchar(8), t timestamp, v real)",
    "INSERT INTO local SELECT i, 'A', timestamp '2026-10-25 01:00' + (CASE WHEN i < 4 THEN i ELSE i - 2 END) * interval '30 min', i FROM generate_series(0, 7) i",
    "CREATE TABLE counted AS SELECT 'A' AS tag, 1767225600000 + 250 * i AS time, i AS value FROM generate_series(0, 7) i",
  );
  const layout = { tag: "tag", value: "v" };
  const silent = await openHistorian(source({ table: "local", layout, time: "t", order: "id" }));
  await assert.rejects(silent.read("A"), failsWith("historian/zone-required", "2026-10-25T01:00:00"));
  await silent.close();
  const zoned = await openHistorian(source({ table: "local", layout, time: "t", order: "id", zone: "Europe/Berlin" }));
  const { time } = await zoned.read("A");
  assert.deepEqual(
    Array.from(time),
    Array.from({ length: 8 }, (_, i) => Date.parse("2026-10-24T23:00Z") / 1000 + 1800 * i),
  );
  assert.equal((await zoned.read("A", { from: time[3]!, to: time[5]! })).time.length, 2);
  await zoned.close();
  await assert.rejects(openHistorian(source({ table: "counted" })), failsWith("historian/option", "epoch"));
  const counted = await openHistorian(source({ table: "counted", time: { column: "time", epoch: "ms" } }));
  assert.deepEqual(Array.from((await counted.read("A", { to: start + 0.5 })).time), [start, start + 0.25]);
  await counted.close();
});

test("PostgreSQL: a tag written with blanks around it is one tag; rows without tag are nobody's", { skip }, async () => {
  await run(
    "CREATE TABLE padded (tag text, time timestamptz, value int, q text)",
    "INSERT INTO padded VALUES ('A', '2026-01-01Z', 1, 'OK'), ('A ', '2026-01-02Z', 2, 'BAD'), (NULL, '2026-01-03Z', 3, 'OK'), ('B''s', '2026-01-01Z', 4, 'OK')",
  );
  const plant = await openHistorian(source({ table: "padded", status: { column: "q", map: { OK: "good", BAD: "bad" } } }));
  assert.deepEqual(
    plant.tags.map(({ tag }) => tag),
    ["A", "B's"],
  );
  assert.deepEqual(Array.from((await plant.read("A")).value), [1, 2]);
  assert.deepEqual(Array.from((await plant.read("A")).status), [0, 0x80000000]);
  assert.deepEqual(Array.from((await plant.read("B's")).value), [4]);
  await plant.close();
  const wrong = await openHistorian(source({ table: "padded", status: { column: "q", map: { OK: "good" } } }));
  await assert.rejects(wrong.read("A"), failsWith("historian/status-map", '"BAD"'));
  await wrong.close();
});

test("PostgreSQL: a reading sees one state of the table, and nothing can be written", { skip }, async () => {
  const plant = source({ table: "archive", status, pageSize: 1000 });
  let count = 0;
  for await (const page of plant.readRaw("FI 200")) {
    if (count === 0) await run("DELETE FROM archive WHERE tag = 'FI 200' AND id % 2 = 0");
    count += page.time.length;
  }
  assert.equal(count, 70001);
  await plant.close();
  const writing = source({ table: "WITH gone AS (DELETE FROM archive RETURNING *) SELECT * FROM gone" });
  await assert.rejects(openHistorian(writing), failsWith("historian/server-refused"));
  await writing.close();
});

test("PostgreSQL: what is wrong is named, without the password", { skip }, async () => {
  const quiet =
    (code: Parameters<typeof failsWith>[0], ...texts: string[]) =>
    (error: Error) => {
      assert.ok(!error.message.includes(password) && !error.message.includes("wrong-pass"));
      return failsWith(code, ...texts)(error);
    };
  const attempt = async (options: PostgresqlOptions, check: (error: Error) => boolean) => {
    const one = postgresqlSource(options);
    await assert.rejects(openHistorian(one), check);
    await one.close();
  };
  await attempt({ ...access, table: "nowhere" }, quiet("historian/server-refused", '"nowhere" does not exist'));
  await attempt({ ...access, table: "archive", layout: { tag: "tga", value: "value" } }, quiet("historian/column-missing", '"tag"'));
  await attempt(
    { ...access, table: "archive", password: "wrong-pass" },
    quiet("historian/server-refused", "password authentication failed"),
  );
  await attempt({ ...access, table: "archive", port: 1 }, quiet("historian/server-failed", "ECONNREFUSED"));
  await attempt(
    { url: `postgres://plant:wrong-pass@127.0.0.1:${server!.port}/postgres`, table: "archive" },
    quiet("historian/server-refused", "plant@"),
  );
  assert.throws(() => postgresqlSource({ url: "mysql://me:wrong-pass@x/y", table: "t" }), quiet("historian/source-option", "postgres://"));
});

test("PostgreSQL: a server that ends in the middle of a reading is a failure, never a shorter series", { skip }, async () => {
  const open = source({
    table: "SELECT 'A' AS tag, now() + i * interval '1 s' AS time, i AS value FROM generate_series(1, 200000) i",
    pageSize: 1000,
  });
  await assert.rejects(async () => {
    let first = true;
    for await (const page of open.readRaw("A")) {
      assert.ok(page.time.length > 0);
      if (first) await run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%FETCH%'");
      first = false;
    }
  }, failsWith("historian/server-failed"));
  await open.close();
});
