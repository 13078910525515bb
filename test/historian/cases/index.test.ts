import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { allCases, allIds } from "./all.ts";
import { casesPage, page } from "./table.ts";

test("each of the 86 cases has one fixture", () => {
  assert.equal(allIds.length, 86);
  assert.deepEqual(
    allCases.map(({ id }) => id),
    allIds,
  );
});

test("each case says what is done, and by which file", () => {
  for (const one of allCases) {
    for (const key of ["title", "flag", "status", "calibration", "prediction"] as const)
      assert.ok(one[key].length > 0, `${one.id}: ${key}`);
    const files = one.by.match(/[\w/-]+\.ts/g) ?? [];
    assert.ok(files.length > 0, `${one.id}: by ${one.by}`);
    for (const by of files) assert.ok(existsSync(`src/historian/${by}`), `${one.id}: src/historian/${by}`);
  }
});

test("the page about the cases is what the cases say", () => {
  assert.equal(readFileSync(page, "utf8"), casesPage());
});
