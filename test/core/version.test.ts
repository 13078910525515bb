/** The version that provenance names is that of the package. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { version } from "../../src/core/index.ts";

test("the version in the source is the version of the package", () => {
  assert.equal(version, JSON.parse(readFileSync("package.json", "utf8")).version);
});
