/** The kit for sources of rows, where the conformance suite does not reach: local times, batches of any size, texts, findings over pages. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { reason, reasonsIn } from "../../src/core/index.ts";
import { type CellOptions, openHistorian, type Rows, seriesOf, type Tabular, tabularSource, writeCsv } from "../../src/historian/index.ts";
import { optionalPackage } from "../../src/historian/sources/optional.ts";
import { failsWith, scratch } from "./scratch.ts";

const of = (batches: readonly Rows[], options: CellOptions = {}, more: Partial<Tabular> = {}) =>
  openHistorian(
    tabularSource({
      name: "rows",
      options,
      tags: async () => [{ tag: "A" }],
      async *rows() {
        yield* batches;
      },
      ...more,
    }),
  );
const cut = (rows: Rows, size: number): Rows[] =>
  Array.from({ length: Math.ceil(rows.time.length / size) }, (_, k) => {
    const part = (cells: ArrayLike<never>) => Array.prototype.slice.call(cells, k * size, (k + 1) * size);
    return { time: part(rows.time as ArrayLike<never>), value: part(rows.value as ArrayLike<never>) };
  });

test("local times: which pass of a double hour is meant does not depend on where batches end", async () => {
  const hours = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"].map((hour) => `2026-10-25 ${hour}`);
  const rows = { time: hours, value: hours.map((_, i) => i) };
  const expected = Array.from({ length: 6 }, (_, i) => Date.parse("2026-10-24T23:30Z") / 1000 + 1800 * i);
  for (const size of [1, 2, 3, 4, 6]) {
    const plant = await of(cut(rows, size), { zone: "Europe/Berlin" });
    assert.deepEqual(Array.from((await plant.read("A")).time), expected, `batches of ${size}`);
    assert.equal((await plant.read("A", { from: expected[2]!, to: expected[4]! })).time.length, 2);
  }
  await assert.rejects((await of([rows])).read("A"), failsWith("historian/zone-required", "6 time stamps"));
});

test("batches of any size give the same series and the same findings", async () => {
  const start = 1767225600;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          dt: fc.integer({ min: -3, max: 5 }),
          cell: fc.constantFrom<string | number | null>(1.5, -0, "2,5", "Bad Input", "<0,5", null, "-9999", "7"),
        }),
        { minLength: 1, maxLength: 40 },
      ),
      fc.integer({ min: 1, max: 9 }),
      async (points, size) => {
        let t = start;
        const rows = {
          time: points.map(({ dt }) => {
            t += dt;
            return new Date(1000 * t);
          }),
          value: [3, ...points.slice(1).map(({ cell }) => cell)],
        };
        const options = { decimal: ",", sentinels: [-9999] } as const;
        const [one, many] = [await of([rows], options), await of(cut(rows, size), options)];
        assert.deepEqual(await many.read("A"), await one.read("A"));
        assert.deepEqual(many.findings(), one.findings());
      },
    ),
    { numRuns: 60, seed: 20260301 },
  );
});

test("a tag that holds text is refused; one whose later page holds text only is not", async () => {
  const at = (k: number) => [new Date(1767225600000 + 1000 * k)];
  await assert.rejects((await of([{ time: at(0), value: ["Smith"] }])).read("A"), failsWith("historian/text-column", '"Smith"'));
  const series = await (
    await of([
      { time: at(0), value: [1] },
      { time: at(1), value: ["wat"] },
    ])
  ).read("A");
  assert.deepEqual(reasonsIn(series.reasons[1]!), ["notANumber", "unverified"].reverse());
});

test("sentinels, words with a meaning, empty cells that are no reading, other decimals", async () => {
  const rows = { time: [0, 1, 2, 3].map((k) => `2026-01-01T00:00:0${k}Z`), value: ["-9999", "Open", "", 4] };
  const series = await (await of([rows], { sentinels: [-9999], texts: { Open: 1 }, empty: "absent" })).read("A");
  assert.deepEqual(
    [Array.from(series.value), reasonsIn(series.reasons[0]!)],
    [
      [0, 1, 4],
      ["unverified", "notANumber", "sentinel"],
    ],
  );
  await assert.rejects((await of([{ time: ["2026-01-01T00:00Z"], value: ["1,5"] }])).read("A"), failsWith("historian/decimal", '"1,5"'));
});

test("times that are none, and counts in another epoch, are refused by place", async () => {
  await assert.rejects(
    (await of([{ time: ["2026-01-01T00:00Z", "soon"], value: [1, 2] }])).read("A"),
    failsWith("historian/time-format", '"soon"', "row 2"),
  );
  await assert.rejects(
    (await of([{ time: Float64Array.of(0, Number.NaN), value: [1, 2] }])).read("A"),
    failsWith("historian/time-format", "row 2"),
  );
  const milliseconds = { time: [1767225600000], value: [1] };
  const asSeconds = await of([milliseconds], { time: { epoch: "s" } });
  await assert.rejects(asSeconds.read("A"), failsWith("historian/time-magnitude", 'epoch: "ms"'));
  assert.deepEqual(Array.from((await (await of([milliseconds], { time: { epoch: "ms" } })).read("A")).time), [1767225600]);
});

test("what the source says of its points is kept; infinite limits are none; the source is asked for no more than the range", async () => {
  const asked: unknown[] = [];
  const batch: Rows = {
    time: Float64Array.of(1, 2, 3),
    value: Float64Array.of(1, 2, 3),
    status: Uint32Array.of(0, 0, 0),
    reasons: Uint32Array.of(0, reason.manual, 0),
  };
  const plant = await of(
    [batch],
    {},
    {
      async *rows(_tag, range) {
        asked.push(range);
        yield batch;
      },
    },
  );
  const series = await plant.read("A", { from: 2, to: Infinity });
  assert.deepEqual(
    [Array.from(series.time), Array.from(series.reasons)],
    [
      [2, 3],
      [reason.manual, 0],
    ],
  );
  assert.deepEqual(asked, [{ from: 2, to: undefined }]);
});

test("a list of tags that could not be had is asked for again", async () => {
  let attempts = 0;
  const source = tabularSource({
    name: "shaky",
    async tags() {
      if (++attempts === 1) throw new Error("not now");
      return [{ tag: "A" }];
    },
    async *rows() {},
  });
  await assert.rejects(source.browse(), /not now/);
  assert.deepEqual(await source.browse(), [{ tag: "A" }]);
  assert.equal((await (await openHistorian(source)).read("A")).time.length, 0);
});

test("tags chosen and described by options; one that is not there is refused", async () => {
  const options = { tags: ["A"], units: { A: "bar" }, info: { A: { stepped: true } } } as const;
  assert.deepEqual((await of([], options)).tags, [{ tag: "A", unit: "bar", stepped: true }]);
  await assert.rejects(of([], { tags: ["B"] }), failsWith("historian/tag-missing", '"B"'));
});

test("a package that is not installed is missed by name, with the way to get it; other trouble passes through", async () => {
  const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  const load = (cause: Error) => optionalPackage("pg", "Reading PostgreSQL", () => Promise.reject(cause));
  await assert.rejects(load(missing), failsWith("historian/optional-package", "Reading PostgreSQL needs", "npm install pg"));
  await assert.rejects(load(new Error("broken")), /^Error: broken$/);
});

test("a minus zero survives CSV and Parquet", async () => {
  const path = `${scratch}/zero.csv`;
  await writeCsv(path, [seriesOf("A", { time: [1767225600], value: [-0] })]);
  assert.ok(Object.is((await (await openHistorian(path)).read("A")).value[0], -0));
});
