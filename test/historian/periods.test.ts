import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnySource, reason, status } from "../../src/core/index.ts";
import { bind, memorySource, openHistorian, prepare, readBound, type Series, seriesOf } from "../../src/historian/index.ts";
import { failsWith } from "./scratch.ts";
import { tank } from "./tank.ts";

const untyped: AnySource = tank;
const start = Date.UTC(2026, 0, 1) / 1000;
const hour = 3600;

/** One point a minute over some hours; values from the minute of the record. */
function minutes(tag: string, from: number, to: number, valueAt: (minute: number) => number, unit = "degC"): Series {
  const time = Array.from({ length: (to - from) * 60 }, (_, i) => start + from * hour + 60 * i);
  return seriesOf(tag, { time, value: time.map((t) => valueAt((t - start) / 60)) }, { unit });
}
const plantOf = (...series: readonly Series[]) =>
  openHistorian(memorySource({ name: "test", series: new Map(series.map((one) => [one.tag, one])) }));

/** A temperature that wanders; the instrument was replaced after four hours by one that counts in °F, and set up anew after eight. */
const celsius = (minute: number): number => 60 + 10 * Math.sin(minute / 40) + 0.3 * Math.sin(minute * 7.1);
const old = minutes("TI101", 0, 6, celsius);
const later = minutes("TI101A", 3, 12, (m) => 1.8 * celsius(m) + 32 + (m >= 480 ? 3.6 : 0), "degF");
const flow = minutes("FIC101", 0, 12, (m) => 6 + Math.sin(m / 55), "m^3/h");
const at = (hours: number): string => new Date((start + hours * hour) * 1000).toISOString();
const binding = bind(tank, {
  q: { tag: "FIC101", unit: "m^3/h" },
  T: {
    unit: "degC",
    sigma: 0.3,
    periods: [
      { tag: "TI101", to: at(4) },
      { tag: "TI101A", unit: "degF", from: at(4), to: at(8) },
      { tag: "TI101A", unit: "degF", offset: -3.6, from: at(8) },
    ],
  },
});

test("tags that follow one another are one quantity, each in its own unit and with its own offset", async () => {
  const { windows, portrait } = await prepare(await plantOf(old, later, flow), binding);
  const { T } = windows[0]!.measured;
  assert.equal(windows.length, 1);
  assert.equal(T!.time.length, 12 * 60);
  for (let i = 0; i < T!.time.length; i++) {
    assert.equal(T!.time[i], i);
    assert.ok(Math.abs(T!.value[i]! - (celsius(i) + 273.15)) < 1e-9, `minute ${i}`);
  }
  assert.equal(T!.sigma, 0.3);
  assert.deepEqual(
    portrait.tags.filter(({ name }) => name === "T").map(({ tag, unit, points }) => [tag, unit, points]),
    [
      ["TI101", "degC", 240],
      ["TI101A", "degF", 240],
      ["TI101A", "degF", 240],
    ],
  );
});

test("what is read live is the last period", () => {
  const T = binding.tags.find(({ name }) => name === "T")!;
  assert.deepEqual([T.tag, T.unit], ["TI101A", "degF"]);
  assert.ok(Math.abs(T.factor * (1.8 * 60 + 32 + 3.6) + T.shift - 333.15) < 1e-9);
  assert.deepEqual(
    T.periods!.map(({ from, to }) => [from, to]),
    [
      [undefined, start + 4 * hour],
      [start + 4 * hour, start + 8 * hour],
      [start + 8 * hour, undefined],
    ],
  );
  assert.deepEqual(JSON.parse(JSON.stringify(T)).periods.length, 3);
});

test("a period without an end lasts until the next one; the raw series are untouched", async () => {
  const open = bind(tank, { T: { unit: "degC", periods: [{ tag: "TI101A", unit: "degF", from: at(4) }, { tag: "TI101" }] } });
  assert.deepEqual(
    open.tags[0]!.periods!.map(({ tag, to }) => [tag, to]),
    [
      ["TI101", start + 4 * hour],
      ["TI101A", undefined],
    ],
  );
  const before = [old.value.slice(), later.value.slice()];
  await prepare(await plantOf(old, later), open);
  assert.deepEqual([old.value, later.value], before);
});

for (const [why, entry, ...texts] of [
  [
    "overlap",
    {
      periods: [
        { tag: "a", to: 20 },
        { tag: "b", from: 10 },
      ],
    },
    "periods[0].to",
    "no later than",
  ],
  ["two without a start", { periods: [{ tag: "a" }, { tag: "b" }] }, "periods[1].from"],
  ["an end before its start", { periods: [{ tag: "a", from: 20, to: 10 }] }, "periods[0].to", "later than"],
  ["no tag", { periods: [{}] }, "periods[0].tag"],
  ["none", { periods: [] }, "at least one"],
  ["a scale of 0", { periods: [{ tag: "a", scale: 0 }] }, "periods[0].scale"],
  ["a tag beside periods", { tag: "a", periods: [{ tag: "b" }] }, "`tag`", "left out"],
] as const) {
  test(`periods are refused by name: ${why}`, () => {
    assert.throws(() => bind(untyped, { T: { unit: "K", ...(entry as object) } as never }), failsWith("historian/bind-value", ...texts));
  });
}

test("a period in a unit of something else is refused with its tag", () => {
  assert.throws(
    () => bind(untyped, { T: { unit: "K", periods: [{ tag: "TI9", unit: "bar" }] } }),
    failsWith("historian/bind-unit", '"TI9" in bar'),
  );
});

test("an offset is added in the unit of the tag, before its unit applies", () => {
  const [T] = bind(tank, { T: { tag: "x", unit: "degF", offset: 1.8 } }).tags;
  assert.ok(Math.abs(T!.factor * 32 + T!.shift - 274.15) < 1e-12);
});

const samples = seriesOf("LAB.CA", {
  time: [start, start + 8 * hour, start + 16 * hour, start + 24 * hour],
  value: [0.5, 0.2, 4.9, 6.1],
});

test("a laboratory value at a limit of detection is a limit: censored below, saturated with the limit bits above", async () => {
  const tags = bind(tank, {
    cA: { tag: "LAB.CA", unit: "mol/L", lab: { detection: [0.2, 5], sampleTime: "scheduled", within: "30 min", repeatability: 0.0277 } },
  });
  const { windows } = await prepare(await plantOf(samples), tags);
  const { value, status: codes, reasons, sigma } = windows[0]!.measured["cA"]!;
  assert.deepEqual([...value], [0.5, 0.2, 4.9, 5]);
  assert.deepEqual(
    Array.from(reasons, (mask) => [
      (mask & reason.censored) !== 0,
      (mask & reason.saturated) !== 0,
      (mask & reason.sampleTimeUnknown) !== 0,
    ]),
    [
      [false, false, true],
      [true, false, true],
      [false, false, true],
      [false, true, true],
    ],
  );
  assert.equal(codes[1], status.uncertainSubNormal);
  assert.equal(codes[3]! & 0x700, 0x600);
  assert.ok(Math.abs(sigma! - 0.01) < 1e-4);
  assert.deepEqual([...samples.value], [0.5, 0.2, 4.9, 6.1]);
});

for (const [lab, ...texts] of [
  [{ sampleTime: "guessed" }, "lab.sampleTime"],
  [{ sampleTime: "scheduled" }, "lab.within", "30 min"],
  [{ detection: [2, 1] }, "lab.detection"],
  [{ detection: [Number.NaN] }, "lab.detection"],
  [{ repeatability: 0 }, "lab.repeatability"],
  [{ reported: "" }, "lab.reported"],
] as const) {
  test(`lab ${JSON.stringify(lab)} is refused`, () => {
    assert.throws(() => bind(untyped, { cA: { tag: "x", unit: "mol/L", lab: lab as never } }), failsWith("historian/bind-value", ...texts));
  });
}

test("points of a quantity with periods are read in model units", async () => {
  const T = binding.tags.find(({ name }) => name === "T")!;
  const { time, value } = await readBound(await plantOf(old, later), T);
  assert.equal(time.length, 12 * 60);
  for (let i = 0; i < time.length; i++) assert.ok(Math.abs(value[i]! - (celsius(i) + 273.15)) < 1e-9);
});
