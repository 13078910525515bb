import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { patternReader, readIso, type StampReader } from "../../src/historian/files/stamps.ts";
import { resolveLocal, zoneOf } from "../../src/historian/zone.ts";
import { failsWith } from "./scratch.ts";

const readWith = (reader: StampReader, text: string): number | undefined => {
  const bytes = Buffer.from(`x${text}x`);
  const stamp = { seconds: 0, absolute: false };
  return reader(bytes, 1, bytes.length - 1, stamp) ? stamp.seconds : undefined;
};
const seconds = (iso: string): number => Date.parse(iso) / 1000;

test("an ISO time stamp means the same as to the language", () => {
  fc.assert(
    fc.property(fc.integer({ min: -6e12, max: 2e13 }), (ms) => {
      assert.equal(readWith(readIso, new Date(ms).toISOString()), ms / 1000);
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test("ISO in its common variants", () => {
  const at = seconds("2026-03-01T06:07:08Z");
  for (const text of [
    "2026-03-01T06:07:08Z",
    "2026-03-01 06:07:08",
    "2026/03/01 06:07:08",
    "2026-03-01T07:07:08+01:00",
    "2026-03-01 04:37:08 -0130",
    "2026-03-01T06:07:08.000Z",
  ]) {
    assert.equal(readWith(readIso, text), at, text);
  }
  assert.equal(readWith(readIso, "2026-03-01"), seconds("2026-03-01T00:00Z"));
  assert.equal(readWith(readIso, "2026-03-01T06:07"), seconds("2026-03-01T06:07Z"));
  assert.equal(readWith(readIso, "2026-03-01 06:07:08,25"), at + 0.25);
});

test("what is not a date is not read as one", () => {
  for (const text of [
    "2026-13-01",
    "2025-02-29 00:00:00",
    "2026-04-31",
    "2026-3-1",
    "01.03.2026",
    "2026-03-01T25:00",
    "2026-03-01T06:60",
    "2026-03-01T06:07:08 CET",
    "2026-03-01x",
    "20260301",
    "",
  ]) {
    assert.equal(readWith(readIso, text), undefined, text);
  }
  assert.equal(readWith(readIso, "2024-02-29"), seconds("2024-02-29T00:00Z"));
});

test("declared patterns", () => {
  const at = seconds("2026-03-04T16:05:06Z");
  for (const [pattern, text] of [
    ["dd.MM.yyyy HH:mm:ss", "04.03.2026 16:05:06"],
    ["dd.mm.yyyy hh:mm:ss", "04.03.2026 16:05:06"],
    ["MM/dd/yyyy hh:mm:ss a", "03/04/2026 04:05:06 PM"],
    ["M/d/yy H:mm:ss", "3/4/26 16:05:06"],
    ["dd-MMM-yyyy HH:mm:ss", "04-Mar-2026 16:05:06"],
    ["yyyyMMdd HHmmss", "20260304 160506"],
  ] as const) {
    assert.equal(readWith(patternReader(pattern), text), at, pattern);
  }
  assert.equal(readWith(patternReader("dd.MM.yyyy HH:mm:ss.SSS"), "04.03.2026 16:05:06.125"), at + 0.125);
  assert.equal(readWith(patternReader("MM/dd/yyyy hh:mm a"), "03/04/2026 12:05 AM"), seconds("2026-03-04T00:05Z"));
  for (const text of ["31.02.2026 00:00:00", "04-03-2026 16:05:06", "04.03.2026", "04.03.2026 16:05:06 ", "04.03.26 16:05:06"]) {
    assert.equal(readWith(patternReader("dd.MM.yyyy HH:mm:ss"), text), undefined, text);
  }
  assert.throws(() => patternReader("HH:mm:ss"), failsWith("historian/option", "day, month and year"));
});

/** Wall clock as if it were UTC, by the engine's own formatter in another form than the code under test uses. */
function wallClock(utc: number, zone: string): number {
  return Date.parse(`${new Date(utc * 1000).toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T")}Z`) / 1000;
}

for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "UTC"]) {
  test(`${zone}: a year of local time stamps in order gives back UTC, through both changes of clocks`, () => {
    const step = 600;
    const utc = Float64Array.from({ length: 366 * 4 }, (_, i) => seconds("2026-01-01T00:00Z") + i * 21600);
    // Ten-minute steps around the changes, four points a day elsewhere.
    const fine = Float64Array.from([
      ...utc,
      ...[
        seconds("2026-03-28T00:00Z"),
        seconds("2026-04-04T00:00Z"),
        seconds("2026-10-03T00:00Z"),
        seconds("2026-10-24T00:00Z"),
        seconds("2026-10-31T00:00Z"),
      ].flatMap((start) => Array.from({ length: 300 }, (_, i) => start + i * step)),
    ]);
    const sorted = Float64Array.from(new Set(fine)).sort();
    const local = sorted.map((t) => wallClock(t, zone));
    const resolved = resolveLocal(local, zoneOf(zone));
    assert.deepEqual(resolved.time, sorted);
    assert.deepEqual([resolved.impossible, resolved.ambiguous], [[], []]);
  });
}

test("the hour that the clocks skip is reported by place", () => {
  const local = Float64Array.of(seconds("2026-03-29T01:30Z"), seconds("2026-03-29T02:30Z"), seconds("2026-03-29T03:30Z"));
  assert.deepEqual(resolveLocal(local, zoneOf("Europe/Berlin")).impossible, [1]);
});

test("the hour that happens twice, seen once only, stays ambiguous", () => {
  const local = Float64Array.of(seconds("2026-10-25T01:30Z"), seconds("2026-10-25T02:30Z"), seconds("2026-10-25T03:30Z"));
  const { ambiguous, byOrder, time } = resolveLocal(local, zoneOf("Europe/Berlin"));
  assert.deepEqual([ambiguous, byOrder], [[1], []]);
  assert.equal(time[1], seconds("2026-10-25T00:30Z"));
});

test("fixed offsets and unknown zones", () => {
  assert.equal(zoneOf("+05:30").offsetAt(0), 19800);
  assert.throws(() => zoneOf("Europe/Atlantis"), failsWith("historian/zone-unknown", "Atlantis"));
});
