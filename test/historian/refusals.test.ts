import assert from "node:assert/strict";
import { test } from "node:test";
import type { FailureCode } from "../../src/core/index.ts";
import { type FileOptions, openHistorian } from "../../src/historian/index.ts";
import { failsWith, file, scratch } from "./scratch.ts";

const elapsed: FileOptions = { time: { column: "t", elapsed: "s" } };

/** What is wrong, the file, its options, and what the refusal must say. */
const cases: readonly (readonly [string, string, FileOptions, FailureCode, ...string[]])[] = [
  ["an empty file", "", {}, "historian/file-empty"],
  ["a header without rows", "t,A\n", elapsed, "historian/file-empty"],
  [
    "a time column that is not there",
    "Time,A\n0,1\n",
    { time: { column: "Tiem", elapsed: "s" } },
    "historian/column-missing",
    '"Tiem"',
    'Nearest: "Time"',
  ],
  ["no column that is called time", "a,b\n0,1\n", {}, "historian/time-column", '"a" and "b"'],
  ["a tag asked for that is not there", "t,TI101\n0,1\n", { ...elapsed, tags: ["TI1O1"] }, "historian/column-missing", 'Nearest: "TI101"'],
  ["two columns of one name", "t,A,A\n0,1,2\n", elapsed, "historian/column-twice", "columns 2 and 3"],
  [
    "time stamps without offset and no zone",
    "time,A\n2026-01-01 00:00:00,1\n2026-01-01 00:01:00,1\n",
    {},
    "historian/zone-required",
    "2 time stamps",
    "row 2",
    "2026-01-01 00:00:00",
  ],
  [
    "one time stamp among others without offset",
    "time,A\n2026-01-01T00:00Z,1\n2026-01-01T00:01,1\n",
    {},
    "historian/zone-required",
    "1 time stamp ",
    "row 3",
  ],
  [
    "a time that never happened in the zone",
    "time,A\n2026-03-29 01:30,1\n2026-03-29 02:30,1\n",
    { zone: "Europe/Berlin" },
    "historian/zone-gap",
    "2026-03-29 02:30:00",
    "row 3",
  ],
  [
    "dates in an undeclared format",
    "time,A\n03/04/2026 00:00,1\n",
    { zone: "UTC" },
    "historian/time-format",
    "03/04/2026 00:00",
    "row 2",
    "dd.MM.yyyy",
  ],
  ["a time that is no time", "t,A\n0,1\nx,2\n2,3\n,4\n", elapsed, "historian/time-format", '"x" and ""', "rows 3 and 5"],
  [
    "milliseconds declared as seconds",
    "t,A\n1767225600000,1\n",
    { time: { column: "t", epoch: "s" } },
    "historian/time-magnitude",
    'epoch: "ms"',
    "row 2",
  ],
  [
    "decimal commas that were not declared",
    "t;A\n0;1,5\n1;2\n2;2,5\n",
    elapsed,
    "historian/decimal",
    '"1,5" and "2,5"',
    "rows 2 and 4",
    'decimal: ","',
  ],
  ["decimal points where commas were declared", "t;A\n0;1.5\n1;2,5\n", { ...elapsed, decimal: "," }, "historian/decimal", '"1.5"', "row 2"],
  ["thousands that were not declared", "t;A\n0;1,234.5\n", elapsed, "historian/decimal", "row 2"],
  [
    "rows of unequal length",
    "t,A,B\n0,1,2\n1,2\n2,3,4,5\n",
    elapsed,
    "historian/ragged",
    "2 rows with 2 or 4 cells",
    "header has 3",
    "rows 3 and 4",
  ],
  ["an unclosed quotation mark", 't,A\n0,1\n1,"2\n2,3\n', elapsed, "historian/quote", "row 3"],
  ["two delimiters that fit alike", "t,a;b,c\n0,1;2,3\n", elapsed, "historian/delimiter", '"," and ";"'],
  [
    "a status that the map does not know",
    "t,A,q\n0,1,192\n1,2,100\n",
    { ...elapsed, status: { columns: { A: "q" }, map: "opc-classic" } },
    "historian/status-map",
    '"100"',
    "opc-classic",
  ],
  ["an unknown zone", "time,A\n2026-01-01 00:00,1\n", { zone: "Mars" }, "historian/zone-unknown", "Mars"],
  ["the same sign for decimals and thousands", "t,A\n0,1\n", { ...elapsed, thousands: "." }, "historian/option", "thousands"],
  [
    "a wide status for a long file",
    "tag,time,value\nA,2026-01-01T00:00Z,1\n",
    { status: { suffix: ".ST", map: "ua" } },
    "historian/option",
    "status",
  ],
];

for (const [what, content, options, code, ...texts] of cases) {
  test(`refused by name and place: ${what}`, async () => {
    await assert.rejects(openHistorian(file(`${what.replaceAll(" ", "-")}.csv`, content), options), failsWith(code, ...texts));
  });
}

test("refused: a file that is not there, a directory, an unknown kind, damaged files", async () => {
  await assert.rejects(openHistorian("nowhere.csv"), failsWith("historian/file-missing", "nowhere.csv"));
  await assert.rejects(openHistorian("nowhere.parquet"), failsWith("historian/file-missing"));
  await assert.rejects(openHistorian(scratch, { format: "csv" }), failsWith("historian/file-missing"));
  await assert.rejects(openHistorian(file("plant.xlsx", "x")), failsWith("historian/file-format", "format"));
  await assert.rejects(openHistorian(file("empty.parquet", "")), failsWith("historian/file-empty"));
  await assert.rejects(
    openHistorian(file("text.parquet", "this is no parquet file at all")),
    failsWith("historian/file-format", "text.parquet"),
  );
  await assert.rejects(openHistorian(file("text.csv.gz", "this is not packed")), failsWith("historian/file-format", "compression"));
});

test("refused when read: a tag that is not there, a tag of words", async () => {
  const plant = await openHistorian(file("tags.csv", "t,FIC101.PV,Shift\n0,1,early\n1,2,late\n"), elapsed);
  await assert.rejects(plant.read("FIC-101.PV"), failsWith("historian/tag-missing", 'Nearest: "FIC101.PV"'));
  await assert.rejects(plant.read("Shift"), failsWith("historian/text-column", '"early" and "late"'));
});
