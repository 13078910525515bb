/** PI Web API, InfluxDB and IoTDB against servers that answer in their documented shapes, in good and in bad weather. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reason, reasonsIn, status } from "../../src/core/index.ts";
import { influxSource, iotdbSource, openHistorian, piWebApiSource, type Series, type Source, seriesOf } from "../../src/historian/index.ts";
import { failsWith } from "./scratch.ts";
import { sourceConformance } from "./source-conformance.ts";
import { type Fake, fakeInflux, fakeIotdb, fakePi, piCode, type Trouble } from "./sources/fake-servers.ts";

const quick = { pause: 0.001, timeout: 5 } as const;
const secret = "tzo7Gp-secret";
const pi = (url: string, more = {}): Source =>
  piWebApiSource({ url: `${url}/piwebapi`, user: "reader", password: secret, ...quick, ...more });
const influx = (url: string, more = {}): Source =>
  influxSource({
    url,
    database: "plant",
    measurement: "archive",
    status: { field: "status", map: "ua" },
    token: secret,
    ...quick,
    ...more,
  });
const iotdb = (url: string, more = {}): Source =>
  iotdbSource({
    url,
    under: "root.plant",
    precision: "us",
    status: { suffix: "_q", map: "ua" },
    user: "root",
    password: "root",
    ...quick,
    ...more,
  });

/** One server for a whole suite. */
const once = (start: (all: readonly Series[]) => Promise<Fake>, source: (url: string) => Source) => {
  let fake: Promise<Fake> | undefined;
  return async (all: readonly Series[]) => {
    fake ??= start(all);
    return source((await fake).url);
  };
};
sourceConformance("PI Web API (fake)", { make: once(fakePi, pi), metadata: true, arrival: false, code: piCode });
sourceConformance("InfluxDB (fake)", { make: once(fakeInflux, influx), metadata: false, arrival: false, doubles: false });
sourceConformance("IoTDB REST (fake)", { make: once(fakeIotdb, iotdb), metadata: true, arrival: false, doubles: false });

const start = 1767225600;
const ramp = seriesOf("TI1", {
  time: Array.from({ length: 5000 }, (_, i) => start + i),
  value: Array.from({ length: 5000 }, (_, i) => i),
  status: new Array(5000).fill(0),
});
const kinds = [
  [
    "PI Web API",
    fakePi,
    pi,
    '{"Items":[{"Timestamp":"2026-01-01T00:00:00Z","Value":1,"Good":true},{"Errors":[{"Message":["archive offline"]}]}]}',
    "archive offline",
  ],
  ["InfluxDB", fakeInflux, influx, '{"results":[{"statement_id":0,"error":"shard is closed"}]}', "shard is closed"],
  ["IoTDB REST", fakeIotdb, iotdb, '{"code":305,"message":"read only"}', "305 read only"],
] as const;
const data = ({ path, body, query }: { path: string; body: string; query: URLSearchParams }): boolean =>
  path.endsWith("recorded") || body.includes("SELECT") || (query.get("q") ?? "").startsWith("SELECT");

for (const [name, fakeOf, sourceOf, broken, why] of kinds) {
  test(`${name}: pages that fail half-way are asked for again; nothing is lost or doubled`, async () => {
    const fake = await fakeOf([ramp]);
    const troubles: Trouble[] = [{ status: 503 }, "cut", { body: broken }, { body: "<html>gateway</html>" }];
    fake.trouble = (asked, count) => (data(asked) && count % 2 === 0 ? troubles[(count / 2) % troubles.length] : undefined);
    const read = await (await openHistorian(sourceOf(fake.url, { pageSize: 300, attempts: 6 }))).read("TI1");
    assert.deepEqual(read.value, ramp.value);
    assert.ok(fake.asked.length > 2 * (5000 / 300));
  });

  test(`${name}: an error inside an answer with HTTP 200 that stays is a failure, never a shorter series`, async () => {
    const fake = await fakeOf([ramp]);
    let pages = 0;
    fake.trouble = (asked) => (data(asked) && ++pages > 3 ? { body: broken } : undefined);
    const plant = await openHistorian(sourceOf(fake.url, { pageSize: 1000 }));
    await assert.rejects(plant.read("TI1"), failsWith("historian/server-failed", why, "4 attempts"));
  });

  test(`${name}: who is not let in is told at once, and no message holds a secret`, async () => {
    const fake = await fakeOf([ramp]);
    for (const code of [401, 403, 404, 500]) {
      fake.trouble = () => ({ status: code });
      const before = fake.asked.length;
      await assert.rejects(openHistorian(sourceOf(fake.url, { attempts: 2 })), (error: Error) => {
        assert.ok(!error.message.includes(secret) && !error.message.includes(Buffer.from(secret).toString("base64").slice(0, 10)));
        const codeOf = {
          401: "historian/access",
          403: "historian/access",
          404: "historian/server-refused",
          500: "historian/server-failed",
        }[code]!;
        return failsWith(codeOf as "historian/access")(error);
      });
      assert.equal(fake.asked.length - before, code === 500 ? 2 : 1);
    }
  });

  test(`${name}: a page that exactly fills and a last page that is empty are no end too early`, async () => {
    for (const pageSize of [2500, 5000, 4999, 5001]) {
      const plant = await openHistorian(sourceOf((await fakeOf([ramp])).url, { pageSize }));
      assert.equal((await plant.read("TI1")).time.length, 5000, String(pageSize));
    }
  });

  test(`${name}: reading ends when its signal says so, also between two attempts`, async () => {
    const fake = await fakeOf([ramp]);
    const stop = new AbortController();
    const plant = await openHistorian(sourceOf(fake.url, { signal: stop.signal, pause: 30 }));
    fake.trouble = (asked) => {
      if (!data(asked)) return undefined;
      setTimeout(() => stop.abort(), 20);
      return { status: 503 };
    };
    await assert.rejects(plant.read("TI1"), { name: "AbortError" });
  });

  test(`${name}: a secret can come from the environment, and is missed by name`, async () => {
    const fake = await fakeOf([ramp]);
    const from = { env: "GREYBOX_TEST_SECRET" };
    assert.throws(() => sourceOf(fake.url, { token: from, user: undefined }), failsWith("historian/credentials", "GREYBOX_TEST_SECRET"));
    process.env["GREYBOX_TEST_SECRET"] = "s3";
    sourceOf(fake.url, { token: from });
    delete process.env["GREYBOX_TEST_SECRET"];
    assert.throws(() => sourceOf("ftp://x"), failsWith("historian/source-option", "http"));
    assert.throws(
      () => sourceOf("https://me:pass@x"),
      (error: Error) => !error.message.includes("pass@") && failsWith("historian/source-option")(error),
    );
  });
}

for (const [name, fakeOf, sourceOf] of [kinds[0], kinds[1]] as const) {
  test(`${name}: a server with a smaller limit of its own, kept in silence, is read to the end`, async () => {
    const fake = await fakeOf([ramp], { cap: 700 });
    assert.deepEqual((await (await openHistorian(sourceOf(fake.url))).read("TI1")).value, ramp.value);
  });
}

test("PI Web API: more points at one instant than a page holds are read with a larger page, or refused", async () => {
  const crowd = (count: number) => {
    const time = Array.from({ length: count + 20 }, (_, i) => (i < 10 ? start + i : i < count + 10 ? start + 10 : start + i));
    return seriesOf("X", { time, value: time.map((_, i) => i), status: time.map(() => 0) });
  };
  const read = await (await openHistorian(pi((await fakePi([crowd(900)])).url, { pageSize: 100 }))).read("X");
  assert.deepEqual(
    Array.from(read.value),
    Array.from({ length: 920 }, (_, i) => i),
  );
  const tooMany = await openHistorian(pi((await fakePi([crowd(150_010)])).url, { pageSize: 50_000 }));
  await assert.rejects(tooMany.read("X"), failsWith("historian/one-instant", '"X"', "2026-01-01T00:00:10"));
});

const piAnswer = async (items: string, more = {}) => {
  const fake = await fakePi([ramp]);
  let first = true;
  fake.trouble = (asked) => {
    if (!data(asked)) return undefined;
    const body = first ? `{"Items":[${items}]}` : '{"Items":[]}';
    first = false;
    return { body };
  };
  return openHistorian(pi(fake.url, more));
};

test("PI Web API: states of the archive are no numbers, states of a digital tag are; flags become status and reasons", async () => {
  const item = (second: number, value: string, flags = '"Good":true') =>
    `{"Timestamp":"2026-01-01T00:00:0${second}.1234567Z","Value":${value},${flags}}`;
  const plant = await piAnswer(
    [
      item(0, '{"Name":"I/O Timeout","Value":246,"IsSystem":true}', '"Good":false'),
      item(1, '{"Name":"Bad Input","Value":255,"IsSystem":true}', '"Good":false'),
      item(2, '{"Name":"Open","Value":3,"IsSystem":false}'),
      item(3, "7", '"Good":true,"Questionable":true'),
      item(4, "8", '"Good":true,"Questionable":true,"Substituted":true'),
      item(5, "9", '"Good":false'),
      item(6, "10", '"Good":true,"Annotated":true'),
      item(7, '"Scan Off"'),
    ].join(","),
  );
  const { time, value, status: codes, reasons } = await plant.read("TI1");
  assert.deepEqual(Array.from(value), [0, 0, 3, 7, 8, 9, 10, 0]);
  assert.deepEqual(Array.from(codes), [
    status.badNoCommunication,
    status.badSensorFailure,
    status.good,
    status.uncertain,
    status.uncertainSubstituteValue,
    status.bad,
    status.good,
    status.badOutOfService,
  ]);
  assert.deepEqual(reasonsIn(reasons[4]!), ["sourceUncertain", "manual"]);
  assert.ok((reasons[0]! & reason.notANumber) !== 0 && (reasons[2]! & reason.notANumber) === 0);
  assert.equal(time[0], 1767225600.1234567);
  assert.deepEqual(
    plant.findings().map(({ kind, count }) => [kind, count]),
    [
      ["annotated", 1],
      ["text", 3],
    ],
  );
});

test("PI Web API: a time without its offset is refused, because it would be in the zone of the server", async () => {
  const plant = await piAnswer('{"Timestamp":"2026-01-01T00:00:00","Value":1,"Good":true}');
  await assert.rejects(plant.read("TI1"), failsWith("historian/server-refused", "not in UTC"));
});

test("PI Web API: times always go out in UTC, and the right archive must be named", async () => {
  const fake = await fakePi([ramp]);
  const plant = await openHistorian(pi(fake.url));
  await plant.read("TI1", { from: start + 0.5, to: start + 10 });
  const asked = fake.asked.filter(data);
  assert.ok(asked.every(({ query }) => query.get("startTime")!.endsWith("Z") && query.get("endTime")!.endsWith("Z")));
  await assert.rejects(openHistorian(pi(fake.url, { archive: "OTHER" })), failsWith("historian/source-option", '"PLANT"'));
});

test("PI Web API: a page larger than the server allows, and one that is none, are refused by name", async () => {
  const fake = await fakePi([ramp]);
  await assert.rejects(
    (await openHistorian(pi(fake.url, { pageSize: 200_000 }))).read("TI1"),
    failsWith("historian/server-refused", "HTTP 400"),
  );
  await assert.rejects((await openHistorian(pi(fake.url, { pageSize: 0 }))).read("TI1"), failsWith("historian/source-option", "pageSize"));
});

test("InfluxDB: a database that is not there is refused, not asked for again", async () => {
  const fake = await fakeInflux([ramp]);
  await assert.rejects(openHistorian(influx(fake.url, { database: "plan" })), failsWith("historian/server-refused", "database not found"));
  assert.equal(fake.asked.length, 1);
});

test("InfluxDB: without a status field the values are Good but unverified", async () => {
  const plant = await openHistorian(influx((await fakeInflux([ramp])).url, { status: undefined }));
  const { status: codes, reasons } = await plant.read("TI1", { to: start + 3 });
  assert.deepEqual([Array.from(codes), Array.from(reasons)], [[0, 0, 0], new Array(3).fill(reason.unverified)]);
});

test("IoTDB REST: counts of nanoseconds keep all their digits", async () => {
  const fake = await fakeIotdb([ramp]);
  let first = true;
  fake.trouble = (asked) => {
    if (!data(asked)) return undefined;
    const times = first ? "1700000000123456789,1700000000123457789" : "";
    first = false;
    return { body: `{"expressions":["v","s"],"timestamps":[${times}],"values":[[${times ? "1,2" : ""}],[${times ? "0,0" : ""}]]}` };
  };
  const { time } = await (await openHistorian(iotdb(fake.url, { precision: "ns" }))).read("TI1");
  assert.deepEqual(Array.from(time), ["1700000000.123456789", "1700000000.123457789"].map(Number));
  assert.match(fake.asked.at(-1)!.body, /time >= 1700000000123457789/);
});

test("IoTDB REST: a part of the tree that is no path is refused before anything is sent", () => {
  assert.throws(() => iotdb("http://localhost:1", { under: "root.a; DELETE" }), failsWith("historian/source-option", "under"));
});
