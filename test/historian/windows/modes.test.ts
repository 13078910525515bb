import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../../src/core/index.ts";
import { bind, memorySource, operatingModes, prepare, type Series, seriesOf } from "../../../src/historian/index.ts";
import { failsWith } from "../scratch.ts";
import { tank } from "../tank.ts";

const plant = (...series: Series[]) => memorySource({ name: "plant", series: new Map(series.map((one) => [one.tag, one])) });
const tag = (name: string, value: readonly (number | null)[], unit: string, stepped = true) =>
  seriesOf(name, { time: value.map((_, i) => 60 * i), value, status: value.map((v) => (v === null ? 0x80000000 : 0)) }, { unit, stepped });
const minutes = (spans: readonly { mode: string; from: number; to: number }[]) =>
  spans.map(({ mode, from, to }) => `${mode} ${from / 60}-${to / 60}`);

const flow = (i: number) => (i < 10 ? 0 : i < 12 ? 6 : i < 30 ? 4.5 : i < 32 ? 6 : i < 50 ? 4.5 : 0);
const record = plant(
  tag(
    "FI",
    Array.from({ length: 61 }, (_, i) => flow(i)),
    "m^3/h",
  ),
);

test("a mode with an exit of its own does not flutter between two limits", async () => {
  const fluttering = await operatingModes(record, [{ mode: "running", when: "FI > 5 m^3/h" }]);
  assert.deepEqual(minutes(fluttering), ["other 0-10", "running 10-12", "other 12-30", "running 30-32", "other 32-60"]);
  const steady = await operatingModes(record, [{ mode: "running", when: "FI > 5 m^3/h", until: "FI < 1 m^3/h" }]);
  assert.deepEqual(minutes(steady), ["other 0-10", "running 10-50", "other 50-60"]);
});

test("short stretches do not count, earlier rules win, and what is not known is not called other", async () => {
  const short = await operatingModes(record, [{ mode: "high", when: "FI > 5 m^3/h", minimum: "5 min" }]);
  assert.deepEqual(minutes(short), ["other 0-60"]);
  const both = await operatingModes(record, [
    { mode: "high", when: "FI > 5 m^3/h" },
    { mode: "on", when: "FI > 1 m^3/h" },
  ]);
  assert.deepEqual(minutes(both), ["other 0-10", "high 10-12", "on 12-30", "high 30-32", "on 32-50", "other 50-60"]);
  const holes = plant(
    tag(
      "FI",
      Array.from({ length: 61 }, (_, i) => (i >= 20 && i < 40 ? null : flow(i))),
      "m^3/h",
    ),
  );
  const known = await operatingModes(holes, [{ mode: "on", when: "FI > 1 m^3/h" }]);
  assert.deepEqual(minutes(known), ["other 0-10", "on 10-19", "unknown 19-40", "on 40-50", "other 50-60"]);
  await assert.rejects(operatingModes(record, []), failsWith("historian/option"));
});

test("windows leave out what is excluded, each with its reason, and keep archived points as they are", async () => {
  const wobble = (i: number) => 80 + Math.sin(i) + 0.3 * Math.sin(7.3 * i);
  const source = plant(
    tag(
      "FIC",
      Array.from({ length: 61 }, (_, i) => 10 + (i % 7)),
      "L/min",
    ),
    tag(
      "TI",
      Array.from({ length: 61 }, (_, i) => wobble(i)),
      "degC",
      false,
    ),
    tag(
      "MODE",
      Array.from({ length: 61 }, (_, i) => (i >= 20 && i < 30 ? 0 : 1)),
      "1",
    ),
  );
  const tags = bind(tank, { q: { tag: "FIC", unit: "L/min" }, T: { tag: "TI", unit: "degC", sigma: 0.3 } });
  const states = { MODE: { automatic: 1, manual: 0 } };
  const { windows, rejected } = await prepare(source, tags, {
    exclude: [{ when: "MODE is manual", why: "by hand", after: "5 min" }],
    states,
  });
  assert.deepEqual(
    windows.map(({ duration }) => duration),
    [20, 25],
  );
  assert.deepEqual(rejected, [{ from: 1200, to: 2100, why: "excluded: by hand" }]);
  assert.deepEqual(
    Array.from(windows[1]!.measured["T"]!.value, (v) => Math.round(1e9 * (v - 273.15))),
    Array.from({ length: 26 }, (_, i) => Math.round(1e9 * wobble(i + 35))),
  );
  const only = await prepare(source, tags, { only: "MODE is manual", states });
  assert.deepEqual(
    only.windows.map(({ duration }) => duration),
    [10],
  );
  // Names of the model serve as well as tags.
  const cold = await prepare(source, tags, { exclude: ["T < 353.15 K for at least 2 min"] });
  assert.ok(cold.windows.length > 3);
  await assert.rejects(
    prepare(source, tags, { windows: [[600, 1500]], exclude: ["MODE is manual"], states }),
    failsWith("historian/no-windows", "MODE is manual"),
  );
  const listed = await prepare(source, tags, {
    windows: [
      [0, 600],
      [900, 1500],
    ],
    exclude: ["MODE is manual"],
    states,
  });
  assert.deepEqual([listed.windows.length, listed.rejected.map(({ why }) => why)], [1, ["excluded: MODE is manual"]]);
});

test("windows for models of steady operation are cut where the tags rest", async () => {
  const dice = random(8);
  const course = (i: number) => (i < 400 ? 350 : i < 600 ? 350 + 0.1 * (i - 400) : 370);
  const value = Array.from({ length: 1000 }, (_, i) => course(i) - 273.15 + 0.1 * dice.normal());
  const source = plant(tag("FIC", new Array(1000).fill(10), "L/min"), tag("TI", value, "degC", false));
  const tags = bind(tank, { q: { tag: "FIC", unit: "L/min" }, T: { tag: "TI", unit: "degC", sigma: 0.1 } });
  const { windows, rejected } = await prepare(source, tags, {
    rest: { of: ["T"], method: "means", significance: 0.001 },
    minLength: "1 h",
  });
  const minutesOf = ({ epoch, duration }: { epoch: number; duration: number }) => [epoch / 60, epoch / 60 + duration];
  assert.ok(windows.length >= 2);
  for (const [from, to] of windows.map(minutesOf)) assert.ok(to! <= 405 || from! >= 595, `${from} to ${to}`);
  assert.ok(rejected.some(({ why, from, to }) => why === "excluded: T is not at rest" && from <= 410 * 60 && to >= 590 * 60));
});
