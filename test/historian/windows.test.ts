import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { reason, status, valueAt } from "../../src/core/index.ts";
import {
  bind,
  memorySource,
  prepare,
  type Series,
  seriesOf,
  sliceWindow,
  splitWindow,
  type Window,
  windowFromTable,
  windowHash,
} from "../../src/historian/index.ts";
import { failsWith } from "./scratch.ts";
import { tank } from "./tank.ts";

const start = 1767225600;
const plantOf = (...series: Series[]) => memorySource({ name: "test", series: new Map(series.map((one) => [one.tag, one])) });
/** One point a minute; value from a function of the minute, null for none. */
const scan = (tag: string, minutes: number, value: (minute: number) => number | null, info = {}) =>
  seriesOf(
    tag,
    { time: Array.from({ length: minutes }, (_, i) => start + 60 * i), value: Array.from({ length: minutes }, (_, i) => value(i)) },
    info,
  );
const wobble = (i: number) => 80 + Math.sin(i) + 0.3 * Math.sin(7.3 * i);
const tags = bind(tank, { q: { tag: "FIC", unit: "L/min" }, T: { tag: "TI", unit: "degC", sigma: 0.3 } });

test("a clean record becomes one window in model units, from its first to its last point", async () => {
  const { windows, rejected } = await prepare(
    plantOf(
      scan("FIC", 60, (i) => (i < 30 ? 10 : 20)),
      scan("TI", 60, wobble),
    ),
    tags,
  );
  assert.equal(windows.length, 1);
  const [window] = windows;
  assert.deepEqual([window!.time, window!.epoch, window!.duration, window!.name], ["min", start, 59, "2026-01-01T00:00:00Z"]);
  assert.deepEqual(
    Array.from(window!.measured["T"]!.time),
    Array.from({ length: 60 }, (_, i) => i),
  );
  assert.ok(Math.abs(window!.measured["T"]!.value[5]! - (wobble(5) + 273.15)) < 1e-12);
  assert.deepEqual([window!.measured["T"]!.sigma, window!.measured["T"]!.compression], [0.3, 0]);
  assert.deepEqual(new Set(window!.measured["T"]!.weight), new Set([1]));
  assert.deepEqual([valueAt(window!.inputs["q"]!, 29.9), valueAt(window!.inputs["q"]!, 30)], [10, 20]);
  assert.deepEqual([window!.inputStatus, window!.excluded, rejected], [{}, {}, []]);
});

test("constants become inputs that never change", async () => {
  const bound = bind(tank, { q: { constant: 6, unit: "m^3/h" }, T: { tag: "TI", unit: "degC" } });
  const [window] = (await prepare(plantOf(scan("TI", 10, wobble)), bound)).windows;
  assert.deepEqual(Array.from(window!.inputs["q"]!.times), [0, 9]);
  assert.ok(Math.abs(valueAt(window!.inputs["q"]!, 4) - 100) < 1e-12);
});

test("every point that was read is either weighed or counted by its reason", async () => {
  const codes = [status.good, status.uncertain, status.badSensorFailure];
  const point = fc.record({
    minute: fc.integer({ min: 1, max: 118 }),
    value: fc.option(fc.integer({ min: 0, max: 30 })),
    code: fc.constantFrom(...codes),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(point, { minLength: 1, maxLength: 60 }), async (points) => {
      const TI = seriesOf("TI", {
        time: [start, ...points.map(({ minute }) => start + 60 * minute), start + 119 * 60],
        value: [20.5, ...points.map(({ value }) => value), 21.5],
        status: [0, ...points.map(({ code }) => code), 0],
      });
      const { windows } = await prepare(
        plantOf(
          scan("FIC", 120, () => 10),
          TI,
        ),
        tags,
        { windows: { length: "17 min" }, rules: { range: true, sentinels: [13] } },
      );
      const weighed = windows.reduce((sum, window) => sum + window.measured["T"]!.weight.filter((w) => w > 0).length, 0);
      const counted = windows.flatMap((window) => Object.values(window.excluded["T"] ?? {})).reduce((sum, count) => sum + count, 0);
      const rejected = countRejected(TI, windows);
      assert.equal(weighed + counted + rejected, TI.time.length);
    }),
    { numRuns: 100, seed: 3 },
  );
});

/** Points in pieces that did not become windows because nothing in them was usable. */
function countRejected(series: Series, windows: readonly Window[]): number {
  return series.time.filter(
    (t) => !windows.some(({ epoch, duration }) => t >= epoch && (t < epoch + 60 * duration || t === start + 119 * 60)),
  ).length;
}

test("doubtful points stay with weight 0, points without a value are only counted", async () => {
  const TI = seriesOf("TI", {
    time: [0, 60, 120, 180, 240].map((t) => start + t),
    value: [80, null, 81, 82, 83],
    status: [0, 0, status.badSensorFailure, status.uncertain, 0],
  });
  const { windows } = await prepare(
    plantOf(
      scan("FIC", 5, () => 1),
      TI,
    ),
    tags,
  );
  const T = windows[0]!.measured["T"]!;
  assert.deepEqual(
    [Array.from(T.time), Array.from(T.weight)],
    [
      [0, 2, 3, 4],
      [1, 0, 0, 1],
    ],
  );
  assert.deepEqual(windows[0]!.excluded, { T: { notANumber: 1, sourceBad: 1, sourceUncertain: 1 } });
  const trusting = await prepare(
    plantOf(
      scan("FIC", 5, () => 1),
      TI,
    ),
    tags,
    { rules: { weights: { good: 1, uncertain: 0.5, bad: 0 } } },
  );
  assert.deepEqual(Array.from(trusting.windows[0]!.measured["T"]!.weight), [1, 0, 0.5, 1]);
});

test("an input with a gap splits the record; the hole is told with its tag", async () => {
  const FIC = scan("FIC", 100, (i) => (i >= 40 && i < 70 ? null : 10));
  const { windows, rejected } = await prepare(plantOf(FIC, scan("TI", 100, wobble)), tags, { maxGap: "10 min" });
  assert.deepEqual(
    windows.map(({ epoch, duration }) => [(epoch - start) / 60, duration]),
    [
      [0, 39],
      [70, 29],
    ],
  );
  assert.deepEqual(
    rejected.map(({ why }) => why),
    ["no value of q (FIC)"],
  );
});

test("a shorter failure of an input is bridged by its last value, and its status says so", async () => {
  const FIC = scan("FIC", 100, (i) => (i >= 40 && i < 45 ? null : i));
  const { windows } = await prepare(plantOf(FIC, scan("TI", 100, wobble)), tags, { maxGap: "10 min" });
  assert.equal(windows.length, 1);
  assert.equal(valueAt(windows[0]!.inputs["q"]!, 44.5), 39);
  assert.deepEqual(windows[0]!.inputStatus["q"], {
    time: Float64Array.of(0, 40, 45),
    status: Uint32Array.of(0, status.uncertainLastUsableValue, 0),
  });
  assert.deepEqual(windows[0]!.excluded, { q: { notANumber: 5 } });
});

test("silence of a held input that reports changes only is no gap", async () => {
  const FIC = seriesOf("FIC", { time: [start, start + 50 * 60], value: [10, 20] });
  const { windows } = await prepare(plantOf(FIC, scan("TI", 100, wobble)), tags);
  assert.deepEqual([windows.length, windows[0]!.duration], [1, 99]);
  assert.deepEqual([valueAt(windows[0]!.inputs["q"]!, 49), valueAt(windows[0]!.inputs["q"]!, 98)], [10, 20]);
});

test("silence longer than the reporting rule allows is a gap", async () => {
  const FIC = seriesOf("FIC", { time: [0, 10, 60, 70].map((m) => start + 60 * m), value: [10, 20, 30, 40] }, { maxInterval: 600 });
  const { windows } = await prepare(plantOf(FIC, scan("TI", 100, wobble)), tags);
  assert.deepEqual(
    windows.map(({ epoch, duration }) => [(epoch - start) / 60, duration]),
    [
      [0, 10],
      [60, 10],
    ],
  );
});

test("before its first value an input has none: nothing is filled backwards", async () => {
  const FIC = seriesOf("FIC", { time: [start + 600, start + 1200], value: [10, 20] });
  const { windows, rejected } = await prepare(plantOf(FIC, scan("TI", 100, wobble)), tags);
  assert.deepEqual([(windows[0]!.epoch - start) / 60, rejected.length], [10, 1]);
});

test("linear inputs are cut on their straight lines", async () => {
  const bound = bind(tank, { q: { tag: "FIC", unit: "L/min", hold: "linear" }, T: { tag: "TI", unit: "degC" } });
  const FIC = seriesOf("FIC", { time: [0, 20, 40].map((m) => start + 60 * m), value: [0, 20, 0] });
  const { windows } = await prepare(plantOf(FIC, scan("TI", 41, wobble)), bound, { windows: [[start + 300, start + 1800]] });
  const { q } = windows[0]!.inputs;
  assert.deepEqual(
    [Array.from(q!.times), Array.from(q!.values)],
    [
      [0, 15, 25],
      [5, 20, 10],
    ],
  );
});

test("windows of equal length share no point and lose none", async () => {
  const { windows } = await prepare(
    plantOf(
      scan("FIC", 100, () => 1),
      scan("TI", 100, wobble),
    ),
    tags,
    { windows: { length: "25 min" } },
  );
  assert.deepEqual(
    windows.map(({ duration }) => duration),
    [25, 25, 25, 24],
  );
  assert.deepEqual(
    windows.map((window) => window.measured["T"]!.time.length),
    [25, 25, 25, 25],
  );
});

test("only the part asked for; what an input held before it still counts", async () => {
  const FIC = seriesOf("FIC", { time: [start, start + 80 * 60], value: [10, 20] });
  const { windows } = await prepare(plantOf(FIC, scan("TI", 100, wobble)), tags, {
    from: "2026-01-01T00:30Z",
    to: new Date((start + 60 * 60) * 1000),
  });
  assert.deepEqual([windows[0]!.epoch - start, windows[0]!.duration, valueAt(windows[0]!.inputs["q"]!, 0)], [1800, 30, 10]);
});

test("a window that an input does not cover is rejected by name, and refused when none is left", async () => {
  const FIC = scan("FIC", 100, (i) => (i >= 40 && i < 70 ? null : 10));
  const plant = plantOf(FIC, scan("TI", 100, wobble));
  const at = (minute: number) => start + 60 * minute;
  const { windows, rejected } = await prepare(plant, tags, {
    maxGap: 600,
    windows: [
      [at(0), at(30)],
      [at(30), at(80)],
    ],
  });
  assert.equal(windows.length, 1);
  assert.deepEqual(rejected, [{ from: at(30), to: at(80), why: "no value throughout of q (FIC)" }]);
  await assert.rejects(
    prepare(plant, tags, { maxGap: 600, windows: [[at(30), at(80)]] }),
    failsWith("historian/no-windows", "q (FIC)", "2026-01-01T00:30:00Z"),
  );
  await assert.rejects(
    prepare(
      plantOf(
        scan("FIC", 9, () => 1),
        scan("TI", 9, () => null),
      ),
      tags,
    ),
    failsWith("historian/no-windows", "no usable value of T"),
  );
  await assert.rejects(prepare(plantOf(scan("FIC", 9, () => 1)), tags), failsWith("historian/tag-missing", '"TI"'));
});

test("listed windows may overlap; each has its own name and all its points", async () => {
  const at = (minute: number) => start + 60 * minute;
  const listed = [
    [at(0), at(30)],
    [at(0), at(60)],
    [at(60), at(90)],
  ] as const;
  const { windows } = await prepare(
    plantOf(
      scan("FIC", 100, () => 1),
      scan("TI", 100, wobble),
    ),
    tags,
    { windows: listed },
  );
  assert.deepEqual(
    windows.map(({ name }) => name),
    ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z (2)", "2026-01-01T01:00:00Z"],
  );
  assert.deepEqual(
    windows.map(({ measured }) => measured["T"]!.time.length),
    [31, 60, 31],
  );
});

test("laboratory values carry the time of the sample and when they were known", async () => {
  const bound = bind(tank, { q: { tag: "FIC", unit: "L/min" }, cA: { tag: "LAB", unit: "mol/L", sigma: 0.1, lab: { reported: "LAB.R" } } });
  const at = [10, 30, 50, 70].map((m) => start + 60 * m);
  const LAB = seriesOf("LAB", { time: at, value: [1, 1, 1, 1] });
  const R = seriesOf("LAB.R", { time: [at[0]!, at[1]!, at[3]!], value: [at[0]! + 1200, at[1]! - 60, at[3]! + 7200] });
  const [window] = (
    await prepare(
      plantOf(
        scan("FIC", 100, () => 1),
        LAB,
        R,
      ),
      bound,
    )
  ).windows;
  const { cA } = window!.measured;
  assert.deepEqual(
    [Array.from(cA!.time), Array.from(cA!.reported!)],
    [
      [10, 70],
      [30, 190],
    ],
  );
  assert.deepEqual(window!.excluded, { cA: { noReportTime: 2 } });
});

test("informative stretches are those in which an input moves", async () => {
  const FIC = scan("FIC", 1000, (i) => (i < 500 ? 10 : i < 520 ? 20 : 10), { stepped: true });
  const { windows, rejected } = await prepare(plantOf(FIC, scan("TI", 1000, wobble)), tags, { select: "informative" });
  assert.equal(windows.length, 1);
  const [from, to] = [(windows[0]!.epoch - start) / 60, (windows[0]!.epoch - start) / 60 + windows[0]!.duration];
  assert.ok(from >= 440 && from < 500 && to > 520 && to <= 600, `${from} to ${to}`);
  assert.deepEqual(new Set(rejected.map(({ why }) => why)), new Set(["no input moves"]));
});

test("the order of arrival does not matter where out-of-order sources are declared", async () => {
  const ordered = [scan("FIC", 60, (i) => i), scan("TI", 60, wobble)];
  const expected = await prepare(plantOf(...ordered), tags, { rules: { disorder: "sort" } });
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(
        Array.from({ length: 60 }, (_, i) => i),
        { minLength: 60 },
      ),
      async (order) => {
        const shuffled = ordered.map((one) =>
          seriesOf(one.tag, { time: order.map((i) => one.time[i]!), value: order.map((i) => one.value[i]!) }),
        );
        const { windows } = await prepare(plantOf(...shuffled), tags, { rules: { disorder: "sort" } });
        const bare = (window: Window) => ({ ...window, measured: { T: { ...window.measured["T"]!, reasons: 0 } } });
        assert.deepEqual(windows.map(bare), expected.windows.map(bare));
      },
    ),
    { numRuns: 30, seed: 4 },
  );
});

test("a window from the numbers of a table", () => {
  const window = windowFromTable(tank, {
    time: [1, 2, 3],
    measured: { cA: [0.9, null, 0.7], T: [300, 301, 302] },
    sigma: { cA: 0.01 },
    name: "run 1",
  });
  assert.deepEqual([window.duration, window.epoch, window.name], [3, 0, "run 1"]);
  assert.deepEqual(
    [Array.from(window.measured["cA"]!.time), Array.from(window.measured["cA"]!.value)],
    [
      [1, 3],
      [0.9, 0.7],
    ],
  );
  assert.deepEqual([window.measured["cA"]!.sigma, window.measured["T"]!.sigma], [0.01, undefined]);
  assert.deepEqual(window.excluded, { cA: { notANumber: 1 } });
  assert.deepEqual(Array.from(window.measured["T"]!.reasons), [reason.unverified, reason.unverified, reason.unverified]);
  const driven = windowFromTable(tank, {
    time: [5, 6, 8],
    inputs: { q: [1, 2, 3], Tc: 300 },
    measured: { T: [1, 2, 3] },
    hold: { q: "linear" },
  });
  assert.deepEqual([Array.from(driven.inputs["q"]!.times), driven.inputs["q"]!.interpolation, driven.duration], [[0, 1, 3], "linear", 3]);
  assert.equal(valueAt(driven.inputs["Tc"]!, 2), 300);
});

test("a table that does not fit is refused by column and entry", () => {
  const refuses = (table: object, ...rest: Parameters<typeof failsWith>) =>
    assert.throws(() => windowFromTable(tank, table as never), failsWith(...rest));
  refuses({ time: [0, 1], measured: { cA: [1] } }, "historian/table-shape", '"cA" has 1 entries for 2 times');
  refuses({ time: [0, 0], measured: { cA: [1, 2] } }, "historian/table-value", "greater than the one before");
  refuses({ time: [0, 1], measured: { cA: [1, Number.NaN] } }, "historian/table-value", 'entry 1 of "cA"', "null");
  refuses({ time: [0, 1], measured: { ca: [1, 2] } }, "historian/bind-name", 'Nearest: "cA"');
  refuses({ time: [0, 1], inputs: { q: [1, null] }, measured: {} }, "historian/table-value", "an input has a value at each time");
  refuses({ time: [0, 1], measured: { cA: [1, 2] }, sigma: { cA: 0 } }, "historian/table-value", "sigma of cA");
  refuses({ time: [], measured: {} }, "historian/table-shape", '"time"');
});

test("two parts of a window share no measured point and together have all of them", async () => {
  const { windows } = await prepare(
    plantOf(
      scan("FIC", 60, (i) => i),
      scan("TI", 60, wobble),
    ),
    tags,
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), (thousandth) => {
      const [first, second] = splitWindow(windows[0]!, thousandth / 1000);
      const at = first.duration;
      assert.ok(Math.abs(first.duration + second.duration - 59) < 1e-12);
      assert.equal(second.epoch, windows[0]!.epoch + at * 60);
      const times = [...first.measured["T"]!.time, ...second.measured["T"]!.time.map((t) => t + at)];
      assert.equal(times.length, 60);
      assert.ok(times.every((t, i) => Math.abs(t - i) < 1e-9));
      for (const t of [0, 0.3, 0.999 * second.duration]) {
        assert.equal(valueAt(second.inputs["q"]!, t), valueAt(windows[0]!.inputs["q"]!, t + at));
      }
    }),
    { numRuns: 200, seed: 5 },
  );
  assert.throws(() => sliceWindow(windows[0]!, 5, 60), failsWith("historian/slice", "5 to 60", "0 to 59"));
});

test("windows of the same content have the same hash, of other content another", async () => {
  const make = async (bump: number) =>
    (
      await prepare(
        plantOf(
          scan("FIC", 60, () => 10),
          scan("TI", 60, (i) => wobble(i) + (i === 30 ? bump : 0)),
        ),
        tags,
      )
    ).windows;
  assert.equal(windowHash(await make(0)), windowHash(await make(0)));
  assert.notEqual(windowHash(await make(0)), windowHash(await make(1e-9)));
});
