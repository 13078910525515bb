import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { reason, status } from "../../src/core/index.ts";
import { openHistorian, type Series, seriesOf, writeCsv, writeParquet } from "../../src/historian/index.ts";
import { scratch } from "./scratch.ts";

const codes = [status.good, status.uncertain, status.badSensorFailure, status.goodLocalOverride, 0x40a40001, 0xffffffff];

/** Any finite value, with the awkward ones often. */
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1e22, 1e23, 123456789.12345679),
);
const instant = fc.oneof(
  fc.integer({ min: -2e9, max: 4e9 }),
  fc.integer({ min: 0, max: 4e12 }).map((ms) => ms / 1000),
  fc.double({ min: 1e9, max: 4e9, noNaN: true }),
  fc.double({ min: -1e9, max: -1, noNaN: true }),
);
const point = (time: fc.Arbitrary<number>) => fc.record({ time, value: fc.option(value, { freq: 5 }), status: fc.constantFrom(...codes) });
const tags = fc.uniqueArray(fc.constantFrom("TI101.PV", 'with "marks", commas', "Zweite Zeile\nmit Umbruch", "温度", "a b"), {
  minLength: 1,
  maxLength: 3,
});

function record(time: fc.Arbitrary<number>): fc.Arbitrary<Series[]> {
  return tags.chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .array(point(time), { minLength: 1, maxLength: 30 })
          .map((points) =>
            seriesOf(
              name,
              { time: points.map((p) => p.time), value: points.map((p) => p.value), status: points.map((p) => p.status) },
              { unit: "degC" },
            ),
          ),
      ),
    ),
  );
}

/** Bits of a column: deepEqual of numbers takes 0 and −0 for equal. */
const bits = (column: Float64Array) => Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("hex");

async function comesBack(path: string, series: readonly Series[], calendar: boolean): Promise<void> {
  await (path.endsWith(".parquet") ? writeParquet : writeCsv)(path, series, { calendar });
  await using plant = await openHistorian(path);
  assert.equal(plant.calendar, calendar);
  for (const one of series) {
    const read = await plant.read(one.tag);
    assert.equal(bits(read.time), bits(one.time), `times of ${one.tag}`);
    assert.equal(bits(read.value), bits(one.value), `values of ${one.tag}`);
    assert.deepEqual(read.status, one.status);
    assert.deepEqual(
      read.reasons.map((mask) => mask & reason.notANumber),
      one.reasons.map((mask) => mask & reason.notANumber),
    );
  }
}

for (const ending of ["csv", "csv.gz", "parquet"]) {
  test(`${ending}: what was written is read with the same bits, on the calendar`, async () => {
    await fc.assert(
      fc.asyncProperty(record(instant), (series) => comesBack(join(scratch, `calendar.${ending}`), series, true)),
      { numRuns: 60, seed: 1 },
    );
  });
  test(`${ending}: what was written is read with the same bits, in elapsed seconds`, async () => {
    await fc.assert(
      fc.asyncProperty(record(value), (series) => comesBack(join(scratch, `elapsed.${ending}`), series, false)),
      { numRuns: 40, seed: 2 },
    );
  });
}

test("Parquet keeps what is known of the tags", async () => {
  const path = join(scratch, "info.parquet");
  const info = { unit: "degC", range: [0, 200] as [number, number], stepped: false, compression: 0.5, maxInterval: 600 };
  await writeParquet(path, [seriesOf("TI101.PV", { time: [0, 60], value: [20, 21] }, info)]);
  const plant = await openHistorian(path);
  assert.deepEqual(plant.tags, [{ tag: "TI101.PV", ...info }]);
});

test("CSV and Parquet of one record give the same series", async () => {
  const series = seriesOf("TI101.PV", {
    time: [1.7e9, 1.7e9 + 0.125, 1.7e9 + 60],
    value: [20.5, null, 21],
    status: [0, status.badNoData, 0x40900000],
  });
  await writeCsv(join(scratch, "same.csv"), [series]);
  await writeParquet(join(scratch, "same.parquet"), [series]);
  const [csv, parquet] = await Promise.all(
    ["same.csv", "same.parquet"].map(async (name) => (await openHistorian(join(scratch, name))).read("TI101.PV")),
  );
  assert.deepEqual({ ...csv, info: 0 }, { ...parquet, info: 0 });
});
