/** Live windows: the same as for a record, whatever the order of arrival; memory that ends; readers that are slow. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { reason, status } from "../../../src/core/index.ts";
import {
  bind,
  type LiveWindow,
  liveWindows,
  memorySource,
  openHistorian,
  prepare,
  rowsOf,
  type Series,
  type Source,
  seriesOf,
  windower,
  windowHash,
} from "../../../src/historian/index.ts";
import { hub } from "../../../src/historian/live/hub.ts";
import { timeline } from "../../../src/historian/live/timeline.ts";
import { picked } from "../../../src/historian/series.ts";
import { failsWith } from "../scratch.ts";
import { tank } from "../tank.ts";

const start = 1767225600;
const flow = seriesOf(
  "FI",
  {
    time: Array.from({ length: 240 }, (_, i) => start + 5 * i),
    value: Array.from({ length: 240 }, (_, i) => 10 + Math.sin(i / 9)),
    status: new Array(240).fill(0),
  },
  { stepped: false },
);
const temperature = seriesOf(
  "TI",
  {
    time: Array.from({ length: 400 }, (_, i) => start + 3 * i + 0.5),
    value: Array.from({ length: 400 }, (_, i) => (i === 200 ? 900 : 300 + 3 * Math.cos(i / 20) + 0.1 * Math.sin(7 * i))),
    status: Array.from({ length: 400 }, (_, i) => (i % 50 === 7 ? status.badSensorFailure : 0)),
  },
  { stepped: false },
);
const binding = bind(tank, {
  q: { tag: "FI", unit: "L/min", hold: "linear" },
  Tc: { constant: 290, unit: "K" },
  T: { tag: "TI", unit: "K", sigma: 0.1 },
});
const clock = () => start + 1e6;

/** All points of both tags, one a page. */
const single = [flow, temperature].flatMap((series) => Array.from(series.time.keys(), (i) => picked(series, [i])));
const inOrder = single.toSorted((a, b) => a.time[0]! - b.time[0]!);

async function told(pages: readonly Series[], options: object = {}): Promise<LiveWindow[]> {
  const cutter = windower(binding, { length: 60, clock, ...options });
  const all: LiveWindow[] = [];
  for (const page of pages) {
    cutter.add(page);
    all.push(...(await cutter.due()));
  }
  return [...all, ...(await cutter.finish())];
}

/** The last revision of each window. */
const final = (windows: readonly LiveWindow[]): string[] =>
  [...new Map(windows.map((one) => [one.from, one.window ? windowHash([one.window]) : (one.why ?? "")]))]
    .sort(([a], [b]) => a - b)
    .map(String);

test("windows that come live are those of the record: same points, weights, inputs", async () => {
  const live = await told(inOrder, { history: 1e6, after: 1e6 });
  const plant = await openHistorian(memorySource({ name: "record", series: new Map([flow, temperature].map((one) => [one.tag, one])) }));
  const spans = Array.from({ length: 20 }, (_, k): [number, number] => [start + 60 * k, start + 60 * (k + 1)]);
  const { windows } = await prepare(plant, binding, { windows: spans, rules: { disorder: "sort" } });
  const cut = live.filter((one) => one.window !== undefined);
  assert.equal(windows.length, 19);
  assert.deepEqual(cut.map(({ window }) => window!.measured["T"]).slice(0, 19), windows.map((window) => window.measured["T"]).slice(0, 19));
  assert.deepEqual(cut.map(({ window }) => window!.inputs["q"]).slice(0, 19), windows.map((window) => window.inputs["q"]).slice(0, 19));
});

test("what is told depends on the points, not on the order in which they come nor on how often it is asked", async () => {
  const expected = final(await told(inOrder));
  assert.ok(expected.length >= 20);
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat(1000)), fc.integer({ min: 1, max: 400 }), async (numbers, spread) => {
      const shuffled = inOrder
        .map((page, i) => ({ page, key: i + (numbers.next().value % spread) }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ page }) => page);
      assert.deepEqual(final(await told(shuffled, { revisable: 1e6 })), expected);
    }),
    { numRuns: 12, seed: 5 },
  );
});

test("in order, each window comes once; with lateness, disorder within it makes no revision", async () => {
  assert.ok((await told(inOrder)).every(({ revision }) => revision === 0));
  const jittered = inOrder.map((page, i) => ({ page, key: page.time[0]! + ((i * 13) % 20) })).toSorted((a, b) => a.key - b.key);
  const pages = jittered.map(({ page }) => page);
  assert.ok((await told(pages, { lateness: 20 })).every(({ revision }) => revision === 0));
  assert.ok((await told(pages)).some(({ revision }) => revision > 0));
});

test("a late point revises its window and those that its value reaches into, and no others", async () => {
  const [late] = inOrder.filter((page) => page.tag === "TI" && page.time[0]! > start + 100);
  const windows = await told([...inOrder.filter((page) => page !== late && page.time[0]! < start + 400), late!]);
  const revised = windows.filter(({ revision }) => revision > 0);
  assert.deepEqual(
    revised.map(({ from }) => from),
    [start + 60],
  );
  assert.equal(revised[0]!.window!.measured["T"]!.time.length, 20);
});

test("points of the future do not carry the watermark away; the same point again is left out; both are counted", () => {
  const cutter = windower(binding, { length: 60, clock: () => start + 100 });
  cutter.add(seriesOf("TI", { time: [start, start + 50, start + 1e5], value: [1, 2, 3], status: [0, 0, 0] }));
  cutter.add(seriesOf("TI", { time: [start + 50], value: [2], status: [0] }));
  assert.equal(cutter.watermark, start + 50);
  assert.deepEqual(cutter.dropped, { tooLate: 0, future: 1, repeated: 1 });
});

test("memory ends: what cannot be revised any more is forgotten, but for the value that is held", async () => {
  const cutter = windower(binding, { length: 60, revisable: 120, clock: () => Infinity });
  let most = 0;
  for (let k = 0; k < 300; k++) {
    cutter.add(
      seriesOf("FI", {
        time: Array.from({ length: 60 }, (_, i) => start + 60 * k + i),
        value: new Array(60).fill(k),
        status: new Array(60).fill(0),
      }),
    );
    if (k === 0) cutter.add(seriesOf("TI", { time: [start], value: [300], status: [0] }));
    await cutter.due();
    most = Math.max(most, cutter.points);
  }
  assert.ok(most <= 480, `${most} points`);
  cutter.add(seriesOf("FI", { time: [start + 1], value: [0], status: [0] }));
  assert.equal(cutter.dropped.tooLate, 1);
});

test("time can go on without points, so that silence is told", async () => {
  const cutter = windower(binding, { length: 60, clock });
  for (const page of inOrder.filter((one) => one.time[0]! < start + 70)) cutter.add(page);
  assert.equal((await cutter.due()).length, 1);
  cutter.advance(start + 200);
  assert.deepEqual(
    (await cutter.due()).map(({ from }) => from),
    [start + 60, start + 120],
  );
});

test("rows stand at the times of the points, with statuses and in model units; what does not count has no value", async () => {
  const [, second] = (await told(inOrder)).filter(({ window }) => window);
  const rows = rowsOf(second!.window!);
  const times = rows.map(({ time }) => time);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.ok(times.every((t) => t >= start + 60 && t < start + 120));
  const measured = rows.flatMap((row) =>
    row["T"] === undefined ? [] : [row["T"] as { value: number | null; status: number; time: number }],
  );
  assert.equal(measured.length, 20);
  const at = temperature.time.findIndex((t) => t >= start + 60);
  measured.forEach(({ value, time }, i) => {
    assert.ok(Math.abs(time - temperature.time[at + i]!) < 1e-6);
    assert.equal(value, (at + i) % 50 === 7 ? null : temperature.value[at + i]!);
  });
});

test("a source that cannot tell of news is refused, and a tag that it does not have", async () => {
  const record = memorySource({ name: "record", series: new Map([[flow.tag, flow]]) });
  await assert.rejects(liveWindows(record, binding, { length: 60 }).next(), failsWith("historian/not-live", "record"));
  const living: Source = { ...record, subscribe: () => hub(10).subscribe([]) };
  await assert.rejects(liveWindows(living, binding, { length: 60 }).next(), failsWith("historian/tag-missing", '"TI"'));
});

test("windows come out of a living source until it ends, and the source is left when the reader goes", async () => {
  const news = hub(1000);
  let left = 0;
  const source: Source = {
    ...memorySource({ name: "living", series: new Map([flow, temperature].map((one) => [one.tag, one])) }),
    async *subscribe(tags) {
      try {
        yield* news.subscribe(tags);
      } finally {
        left++;
      }
    },
  };
  const windows: LiveWindow[] = [];
  const reading = (async () => {
    for await (const one of liveWindows(source, binding, { length: 60, clock })) windows.push(one);
  })();
  await new Promise((resolve) => setTimeout(resolve, 5));
  for (let t = 0; t < 1200; t += 30) {
    news.publish(
      [flow, temperature].map((series) =>
        picked(
          series,
          Array.from(series.time.keys()).filter((i) => Math.floor((series.time[i]! - start) / 30) === t / 30),
        ),
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
  }
  news.close();
  await reading;
  assert.equal(left, 1);
  assert.deepEqual(final(windows), final(await told(inOrder)));
  assert.ok(windows.every(({ revision }) => revision === 0));
});

test("a slow reader makes the sender wait, and nothing is lost", async () => {
  const news = hub(100);
  const page = (k: number) =>
    seriesOf("TI", {
      time: Array.from({ length: 60 }, (_, i) => start + 60 * k + i),
      value: new Array(60).fill(k),
      status: new Array(60).fill(0),
    });
  const reader = news.subscribe([]);
  const got: number[] = [];
  const first = reader.next();
  let most = 0;
  const sending = (async () => {
    for (let k = 0; k < 20; k++) {
      news.publish([page(k)]);
      most = Math.max(most, 60 * (k + 1 - got.length));
      await news.room();
    }
    news.close();
  })();
  got.push((await first).value!.value[0]!);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const next = await reader.next();
    if (next.done) break;
    got.push(next.value.value[0]!);
  }
  await sending;
  assert.deepEqual(
    got,
    Array.from({ length: 20 }, (_, k) => k),
  );
  assert.ok(most <= 240, `${most} points were waiting`);
});

test("a timeline is sorted, merges equal times by status and then by value, whatever the order", () => {
  const point = fc.record({
    t: fc.integer({ min: 0, max: 12 }),
    v: fc.integer({ min: 0, max: 3 }),
    s: fc.constantFrom(0, status.uncertain, status.bad),
  });
  fc.assert(
    fc.property(
      fc
        .array(point, { minLength: 1, maxLength: 60 })
        .chain((points) => fc.tuple(fc.constant(points), fc.shuffledSubarray(points, { minLength: points.length }))),
      ([points, shuffled]) => {
        const [a, b] = [points, shuffled].map((list) => {
          const line = timeline();
          for (const { t, v, s } of list) line.put(t, v, s, 0);
          return line.slice({ tag: "x" }, -1, 100);
        });
        assert.deepEqual(a, b);
        assert.deepEqual(
          Array.from(a!.time),
          [...new Set(points.map(({ t }) => t))].toSorted((x, y) => x - y),
        );
        a!.time.forEach((t, i) => {
          const same = points.filter((one) => one.t === t);
          const best = Math.min(...same.map(({ s }) => s >>> 30));
          const values = same.filter(({ s }) => s >>> 30 === best).map(({ v }) => v);
          assert.equal(a!.value[i], Math.max(...values));
          assert.equal((a!.reasons[i]! & reason.conflict) !== 0, new Set(values).size > 1);
        });
      },
    ),
    { numRuns: 300, seed: 3 },
  );
});
