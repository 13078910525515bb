import assert from "node:assert/strict";
import { test } from "node:test";
import { openHistorian, openSource, seriesOf } from "../../src/historian/index.ts";
import { failsWith } from "./scratch.ts";
import { fakeInflux, fakeIotdb, fakePi } from "./sources/fake-servers.ts";

const ramp = seriesOf("TI1", { time: [1767225600, 1767225601], value: [1, 2], status: [0, 0] });
const host = (url: string) => url.replace("http://", "");

test("servers are opened by an address: what is read in the address, how it is written in the options, secrets from the environment", async () => {
  const [pi, influx, iotdb] = await Promise.all([fakePi([ramp]), fakeInflux([ramp]), fakeIotdb([ramp])]);
  process.env["GREYBOX_PASSWORD"] = "root";
  process.env["GREYBOX_TOKEN"] = "t0ken";
  try {
    for (const [address, options] of [
      [`pi:http://reader@${host(pi.url)}/piwebapi?archive=PLANT&filter=TI*`, { units: { TI1: "degC" } }],
      [`influxdb:${influx.url}?database=plant&measurement=archive`, { status: { column: "status", map: "ua" } }],
      [`iotdb:http://root@${host(iotdb.url)}?under=root.plant&precision=us`, { status: { suffix: "_q", map: "ua" } }],
    ] as const) {
      const plant = await openHistorian(address, options);
      assert.deepEqual(Array.from((await plant.read("TI1")).value), [1, 2], address);
      assert.ok(!plant.name.includes("root@"));
    }
  } finally {
    delete process.env["GREYBOX_PASSWORD"];
    delete process.env["GREYBOX_TOKEN"];
  }
  assert.equal(pi.asked[0]!.headers.authorization, `Basic ${Buffer.from("reader:root").toString("base64")}`);
  assert.equal(influx.asked[0]!.headers.authorization, "Token t0ken");
});

test("an address of PostgreSQL or DuckDB is opened when it is first read", async () => {
  for (const address of [
    "postgres://reader@db.example.com:5433/plant?table=archive&order=id",
    "timescaledb://reader@db.example.com:5433/plant?table=archive",
  ]) {
    const source = await openSource(address);
    assert.equal(source.name, "postgres://reader@db.example.com:5433/plant");
    await source.close();
  }
  const source = await openSource("duckdb:plant.duckdb?table=archive&memory=200MB");
  assert.equal(source.name, "duckdb:plant.duckdb");
  await source.close();
});

for (const [what, address, ...texts] of [
  ["an unknown scheme, with the nearest", "postgress://host/db?table=a", "postgres:"],
  ["a table that is not named", "postgres://host/db", "?table="],
  ["a word that is not known", "postgres://host/db?table=a&tabel=b", "tabel", "tagTable"],
  ["a measurement that is not named", "influx:http://host:8086?database=a", "?measurement="],
  ["a precision that is none", "iotdb:http://host?under=root.a&precision=minutes", "ms, us or ns"],
] as const) {
  test(`refused in an address: ${what}`, async () => {
    await assert.rejects(openSource(address), failsWith("historian/source-option", ...texts));
  });
}

test("refused in an address: a password, which is not repeated", async () => {
  for (const address of ["postgres://me:hunter2@host/db?table=a", "pi:https://me:hunter2@host/piwebapi"]) {
    await assert.rejects(openSource(address), (error: Error) => {
      assert.ok(!error.message.includes("hunter2"));
      return failsWith("historian/source-option", address.startsWith("pi") ? "GREYBOX_PASSWORD" : "PGPASSWORD")(error);
    });
  }
});

test("a drive letter is a path, not a scheme", async () => {
  await assert.rejects(openSource("C:\\plant\\nowhere.csv"), failsWith("historian/file-missing"));
});
