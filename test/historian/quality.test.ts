import assert from "node:assert/strict";
import { test } from "node:test";
import { qualityOf } from "../../src/historian/index.ts";

/** Seconds and values of the example in IoTDB's documentation of its data quality functions; the last value is NaN there. */
const example = [
  [2, 100], [3, 101], [4, 102], [6, 104], [8, 126], [10, 108], [14, 112], [15, 113],
  [16, 114], [18, 116], [20, 118], [22, 120], [26, 124], [28, 126], [30, null],
] as const; // biome-ignore format: a table
const columns = (points: readonly (readonly [number, number | null])[]) =>
  [
    Float64Array.from(points, ([t]) => t),
    Float64Array.from(points, ([, v]) => v ?? 0),
    Uint8Array.from(points, ([, v]) => (v === null ? 0 : 1)),
  ] as const;

test("the documented example of IoTDB gives its documented figures", () => {
  const quality = qualityOf(...columns(example))!;
  assert.deepEqual(
    [quality.completeness, quality.consistency, quality.timeliness, quality.validity].map((x) => Math.round(x * 1e4) / 1e4),
    [0.875, 0.9333, 0.9333, 0.8833],
  );
});

test("a scan without fault is complete, consistent, timely and valid", () => {
  const quality = qualityOf(...columns(Array.from({ length: 100 }, (_, i) => [i, Math.sin(i / 3)] as const)));
  assert.deepEqual(quality, { completeness: 1, consistency: 1, timeliness: 1, validity: 1 });
});

test("a hole of three points costs three, a standstill nothing unless asked", () => {
  const holed = Array.from({ length: 50 }, (_, i) => [i < 20 ? i : i + 3, Math.sin(i)] as const);
  assert.equal(qualityOf(...columns(holed))!.completeness, 1 - 3 / 53);
  const stood = Array.from({ length: 50 }, (_, i) => [i < 20 ? i : i + 30, Math.sin(i)] as const);
  assert.equal(qualityOf(...columns(stood))!.completeness, 1);
  assert.equal(qualityOf(...columns(stood), false)!.completeness, 1 - 30 / 80);
});

test("fewer than two values have no quality", () => {
  assert.equal(
    qualityOf(
      ...columns([
        [0, 1],
        [1, null],
      ]),
    ),
    undefined,
  );
});
