import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contentHash } from "../../src/core/index.ts";

test("the order of keys does not matter, the order of items does", () => {
  assert.equal(contentHash({ a: 1, b: { c: 2, d: 3 } }), contentHash({ b: { d: 3, c: 2 }, a: 1 }));
  assert.notEqual(contentHash([1, 2]), contentHash([2, 1]));
});

test("a hash survives a trip through JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const there = JSON.parse(JSON.stringify(value)) as unknown;
      return contentHash(there) === contentHash(JSON.parse(JSON.stringify(there)));
    }),
    { numRuns: 200 },
  );
});

test("values that look alike hash apart", () => {
  const alike = [
    1,
    "1",
    [1],
    { 1: 1 },
    true,
    "true",
    null,
    "null",
    0,
    -0,
    "",
    [],
    {},
    Float64Array.of(1),
    Float32Array.of(1),
    [["a"], "b"],
    ["a", ["b"]],
  ];
  assert.equal(new Set(alike.map(contentHash)).size, alike.length);
});

test("undefined entries do not count", () => {
  assert.equal(contentHash({ a: 1, b: undefined }), contentHash({ a: 1 }));
});
