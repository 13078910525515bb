import assert from "node:assert/strict";
import { appendFile, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { GreyboxError, reason } from "../../src/core/index.ts";
import {
  ingest,
  memorySource,
  openHistorian,
  openStore,
  type Series,
  type Source,
  type Store,
  seriesOf,
  storeSource,
} from "../../src/historian/index.ts";
import { failsWith, scratch } from "./scratch.ts";

let count = 0;
const fresh = (): string => join(scratch, `s${count++}.store`);
const start = 1767225600;
const series = (tag: string, from: number, points: number): Series =>
  seriesOf(tag, {
    time: Array.from({ length: points }, (_, i) => start + 60 * (from + i)),
    value: Array.from({ length: points }, (_, i) => from + i),
    status: new Array(points).fill(0),
  });
const held = (...all: readonly Series[]): Source => memorySource({ name: "plant", series: new Map(all.map((one) => [one.tag, one])) });
const valuesOf = async (path: string, tag: string, order: "time" | "arrival" = "time"): Promise<number[]> =>
  Array.from((await (await openHistorian(await storeSource(path, { order }))).read(tag)).value);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const filesIn = async (path: string, folder: string): Promise<string[]> =>
  (await readdir(join(path, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
/** As if the process had ended here: the lock stays, nothing is flushed. */
const abandoned: Store[] = [];
const abandon = (store: Store): Promise<void> => {
  abandoned.push(store);
  return rm(join(store.path, "writer.lock"));
};

test("what is ingested twice is there once, and what has grown is taken up from where it ended", async () => {
  const path = fresh();
  const store = await openStore(path);
  assert.deepEqual(await ingest(held(series("A", 0, 10), series("B", 0, 5)), store), {
    stream: "plant",
    points: 15,
    known: 0,
    tags: 2,
    sameAs: undefined,
    findings: [],
  });
  const again = await ingest(held(series("A", 0, 12), series("B", 0, 5), series("C", 0, 1)), store);
  assert.deepEqual([again.points, again.known], [3, 15]);
  await store.close();
  assert.deepEqual(await valuesOf(path, "A"), upTo(12));
  assert.deepEqual(await valuesOf(path, "C"), [0]);
});

test("the same points under another name are known by what they are", async () => {
  const store = await openStore(fresh());
  await ingest(held(series("A", 0, 10)), store, { stream: "january.csv" });
  const { points, known, sameAs } = await ingest(held(series("A", 0, 10)), store, { stream: "january (1).csv" });
  assert.deepEqual([points, known, sameAs], [0, 10, "january.csv"]);
  await store.close();
  assert.deepEqual(await valuesOf(store.path, "A"), upTo(10));
});

test("a source whose history was edited is refused by tag and number of points, and the store stays as it was", async () => {
  const store = await openStore(fresh());
  await ingest(held(series("A", 0, 10)), store);
  await assert.rejects(ingest(held(series("A", 1, 20)), store), failsWith("historian/store-changed", "10 points", '"A"'));
  await assert.rejects(ingest(held(series("A", 0, 9)), store), failsWith("historian/store-changed"));
  await store.close();
  assert.deepEqual(await valuesOf(store.path, "A"), upTo(10));
});

test("a refusal half-way through leaves nothing of the file", async () => {
  const path = fresh();
  const store = await openStore(path, { segmentPoints: 4 });
  const bad = { ...held(series("A", 0, 10), series("B", 0, 10)) };
  const source: Source = {
    ...bad,
    async *readRaw(tag) {
      if (tag === "B") seriesOf("B", { time: [Number.NaN], value: [1] });
      yield* bad.readRaw(tag);
    },
  };
  await assert.rejects(ingest(source, store), failsWith("historian/series"));
  await store.close();
  assert.deepEqual((await openHistorian(path)).tags, []);
  assert.deepEqual(await filesIn(path, "segments"), []);
});

test("a server that fails half-way keeps what it gave for the next run", async () => {
  const path = fresh();
  const store = await openStore(path, { segmentPoints: 4 });
  const good = held(series("A", 0, 10), series("B", 0, 10));
  const failing: Source = {
    ...good,
    async *readRaw(tag) {
      yield* good.readRaw(tag);
      if (tag === "A")
        throw new GreyboxError("historian/server-failed", { source: "plant", request: "GET /B", why: "it went away", attempts: 3 });
    },
  };
  await assert.rejects(ingest(failing, store), failsWith("historian/server-failed"));
  assert.deepEqual((await openHistorian(path)).tags, []);
  const { points, known } = await ingest(good, store);
  assert.deepEqual([points, known], [10, 10]);
  await store.close();
});

test("what was cut off is not seen, and goes on where it was", async () => {
  const path = fresh();
  const store = await openStore(path, { segmentPoints: 4 });
  await store.append([series("LIVE", 0, 1)]);
  const stage = await store.stage("plant");
  await stage.take(series("A", 0, 10));
  await stage.take(series("A", 10, 1));
  await abandon(store);
  assert.deepEqual(
    (await openHistorian(path)).tags.map((info) => info.tag),
    ["LIVE"],
  );
  const next = await openStore(path);
  const { points, known } = await ingest(held(series("A", 0, 20)), next);
  assert.deepEqual([points, known], [10, 10]);
  await next.close();
  assert.deepEqual(await valuesOf(path, "A"), upTo(20));
});

test("an abort keeps what was written for the next run", async () => {
  const store = await openStore(fresh(), { segmentPoints: 4 });
  const stop = new AbortController();
  const source = held(series("A", 0, 10), series("B", 0, 10));
  await assert.rejects(ingest(source, store, { signal: stop.signal, onProgress: () => stop.abort() }), { name: "AbortError" });
  assert.deepEqual([(await openHistorian(store.path)).tags.length, (await ingest(source, store)).known], [0, 10]);
  await store.close();
  assert.deepEqual(await valuesOf(store.path, "A"), upTo(10));
});

test("the same stream is not taken up twice at once", async () => {
  const store = await openStore(fresh());
  const source = held(series("A", 0, 10));
  const both = await Promise.allSettled([ingest(source, store), ingest(source, store)]);
  assert.deepEqual(both.map((one) => one.status).sort(), ["fulfilled", "rejected"]);
  const rejected = both.find((one) => one.status === "rejected");
  failsWith("historian/store-busy")(rejected?.status === "rejected" ? rejected.reason : undefined);
  assert.equal((await ingest(source, store)).points, 0);
  await store.close();
  assert.deepEqual(await valuesOf(store.path, "A"), upTo(10));
});

test("a batch that comes again is known by its name, also after the writer was replaced", async () => {
  const path = fresh();
  const store = await openStore(path);
  assert.equal(await store.append([series("A", 0, 2)], { batch: "one" }), true);
  assert.equal(await store.append([series("A", 0, 2)], { batch: "one" }), false);
  await abandon(store);
  const second = await openStore(path);
  assert.equal(await second.append([series("A", 0, 2)], { batch: "one" }), false);
  await second.close();
  const third = await openStore(path);
  assert.equal(await third.append([series("A", 0, 2)], { batch: "one" }), false);
  await third.close();
  assert.deepEqual(await valuesOf(path, "A"), [0, 1]);
});

test("numbered batches are taken up once and in order; one left out is refused", async () => {
  const store = await openStore(fresh());
  const send = (number: number) => store.append([series("A", number, 1)], { stream: "mqtt", number });
  assert.deepEqual(await Promise.all([send(0), send(1), send(1), send(2)]), [true, true, false, true]);
  await assert.rejects(send(4), failsWith("historian/store-batch", "3 is next"));
  assert.deepEqual([await send(3), await send(0)], [true, false]);
  await store.close();
  const again = await openStore(store.path);
  assert.equal(await again.append([series("A", 3, 1)], { stream: "mqtt", number: 3 }), false);
  await again.close();
  assert.deepEqual(await valuesOf(store.path, "A"), [0, 1, 2, 3]);
});

test("what comes late stands in its place, and its arrival is not forgotten", async () => {
  const path = fresh();
  const store = await openStore(path, { period: "day" });
  await store.append([series("A", 10, 3)]);
  await store.flush();
  await store.append([series("A", 0, 2)]);
  await store.flush();
  await store.append([series("A", 5, 1)]);
  for (const step of ["before", "after"]) {
    assert.deepEqual(await valuesOf(path, "A"), [0, 1, 5, 10, 11, 12], step);
    assert.deepEqual(await valuesOf(path, "A", "arrival"), [10, 11, 12, 0, 1, 5], step);
    await store.flush();
    assert.ok((await store.compact()) > 0 || step === "after");
  }
  assert.equal((await filesIn(path, "segments")).length > 0, true);
  await store.close();
});

test("a reader in the middle of a tag is not disturbed by compaction", async () => {
  const path = fresh();
  const store = await openStore(path, { period: "day", segmentPoints: 3000 });
  for (let k = 0; k < 4; k++) {
    await store.append([series("A", 2000 * k, 2000)]);
    await store.flush();
  }
  const values: number[] = [];
  const source = await storeSource(path);
  for await (const page of source.readRaw("A")) {
    values.push(...page.value);
    if (values.length < 3000) await store.compact();
  }
  assert.deepEqual(values, upTo(8000));
  await store.close();
});

test("late and early, in any cuts, with flushes and compactions between: each point once, by time", async () => {
  const points = fc.array(fc.record({ tag: fc.constantFrom("A", "B"), at: fc.integer({ min: -100_000, max: 100_000 }) }), {
    maxLength: 30,
  });
  const step = fc.oneof(points, fc.constantFrom("flush", "compact", "reopen"));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const path = fresh();
      let store = await openStore(path, { period: "day", groups: 2, sync: "process", segmentPoints: 40 });
      const expected: { tag: string; time: number; value: number }[] = [];
      for (const what of steps) {
        if (what === "flush") await store.flush();
        else if (what === "compact") await store.compact();
        else if (what === "reopen") {
          await abandon(store);
          store = await openStore(path, { sync: "process", segmentPoints: 40 });
        } else {
          const taken = what.map(({ tag, at }, i) => ({ tag, time: start + 7 * at, value: expected.length + i }));
          expected.push(...taken);
          await store.append(taken.map(({ tag, time, value }) => seriesOf(tag, { time: [time], value: [value], status: [0] })));
        }
      }
      for (const tag of ["A", "B"]) {
        const own = expected.filter((one) => one.tag === tag);
        if (own.length === 0) continue;
        assert.deepEqual(
          await valuesOf(path, tag),
          own.toSorted((a, b) => a.time - b.time || a.value - b.value).map((one) => one.value),
        );
        assert.deepEqual(
          await valuesOf(path, tag, "arrival"),
          own.map((one) => one.value),
        );
      }
      await store.close();
      await rm(path, { recursive: true });
    }),
    { numRuns: 25, seed: 5 },
  );
});

test("half a record at the end of a log is no record; a damaged one before others is refused by its place", async () => {
  const path = fresh();
  const store = await openStore(path);
  for (let k = 0; k < 3; k++) await store.append([series("A", k, 1)]);
  await abandon(store);
  const [log] = await filesIn(path, "log");
  const whole = await readFile(log!);
  await truncate(log!, whole.length - 5);
  assert.deepEqual(await valuesOf(path, "A"), [0, 1]);
  await writeFile(log!, whole);
  await appendFile(log!, Buffer.alloc(4096));
  assert.deepEqual(await valuesOf(path, "A"), [0, 1, 2]);
  const damaged = Buffer.from(whole);
  damaged[60]! ^= 1;
  await writeFile(log!, damaged);
  await assert.rejects(openHistorian(path), failsWith("historian/store-damaged", "byte 0"));
  await assert.rejects(openStore(path), failsWith("historian/store-damaged"));
});

test("a damaged segment is refused by its name", async () => {
  const path = fresh();
  const store = await openStore(path);
  await ingest(held(series("A", 0, 10)), store);
  await store.close();
  const [segment] = await filesIn(path, "segments");
  await truncate(segment!, 40);
  await assert.rejects(valuesOf(path, "A"), failsWith("historian/store-damaged", "segments/"));
});

test("one writer at a time; one that is gone holds no lock", async () => {
  const path = fresh();
  const store = await openStore(path);
  await assert.rejects(openStore(path), failsWith("historian/store-locked", `process ${process.pid}`));
  await store.close();
  await writeFile(join(path, "writer.lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: (await import("node:os")).hostname(), began: "1" }));
  await (await openStore(path)).close();
  await assert.rejects(store.append([series("A", 0, 1)]), failsWith("historian/store-closed"));
});

test("files that no manifest names are swept away by the next writer, and never seen", async () => {
  const path = fresh();
  const store = await openStore(path);
  await ingest(held(series("A", 0, 3)), store);
  await store.close();
  const [segment] = await filesIn(path, "segments");
  await writeFile(segment!.replace(/\d+\.parquet$/, "999.parquet"), "half");
  await writeFile(`${segment!}.part`, "half");
  assert.deepEqual(await valuesOf(path, "A"), [0, 1, 2]);
  await (await openStore(path)).close();
  assert.deepEqual(await filesIn(path, "segments"), [segment]);
});

test("reasons travel with the points: what was text stays text", async () => {
  const path = fresh();
  const store = await openStore(path);
  const one = seriesOf("A", { time: [start, start + 1, start + 2], value: [1, null, 3], reasons: [reason.superseded, 0, reason.censored] });
  await ingest(held(one), store);
  await store.close();
  assert.deepEqual((await (await openHistorian(path)).read("A")).reasons, one.reasons);
});

test("times without a calendar, beyond microseconds and beyond the calendar keep their bits", async () => {
  const elapsed = fresh();
  const store = await openStore(elapsed, { calendar: false });
  const odd = seriesOf("A", { time: [0, 0.1 + 0.2, 1e300], value: [1, 2, 3], status: [0, 0, 0] });
  await ingest({ ...held(odd), calendar: false }, store);
  await assert.rejects(ingest(held(odd), store), failsWith("historian/option", "calendar"));
  await store.close();
  const read = await openHistorian(elapsed);
  assert.equal(read.calendar, false);
  assert.deepEqual((await read.read("A")).time, odd.time);
  const path = fresh();
  const other = await openStore(path);
  const far = seriesOf("A", { time: [-1e13, -7e10, 1 / 3, start + 1e-7, 3e11, 1e15], value: upTo(6), status: new Array(6).fill(0) });
  await ingest(held(far), other);
  await other.close();
  assert.deepEqual((await (await openHistorian(path)).read("A")).time, far.time);
});

test("options that a store was made with cannot be changed afterwards", async () => {
  const path = fresh();
  await (await openStore(path, { groups: 3 })).close();
  await assert.rejects(openStore(path, { groups: 4 }), failsWith("historian/option", "groups"));
  await assert.rejects(openStore(path, { segmentPoints: 0 }), failsWith("historian/option", "segmentPoints"));
  await assert.rejects(openStore(fresh(), { create: false }), failsWith("historian/store-missing"));
});
