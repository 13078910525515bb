import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { reason, reasonsIn, status } from "../../src/core/index.ts";
import { type FileOptions, openHistorian } from "../../src/historian/index.ts";
import { file } from "./scratch.ts";

const elapsed: FileOptions = { time: { column: "t", elapsed: "s" } };
let count = 0;
const open = (content: string | Uint8Array, options: FileOptions = {}, ending = "csv") =>
  openHistorian(file(`csv${count++}.${ending}`, content), options);
const values = async (content: string, options: FileOptions, tag: string) =>
  Array.from((await (await open(content, options)).read(tag)).value);

test("wide: one column a tag, times in ISO with offset", async () => {
  const plant = await open("time,TI1,FI1\n2026-01-01T00:00Z,20.5,1\n2026-01-01T01:01+01:00,21.5,2\n");
  assert.deepEqual(plant.tags, [{ tag: "TI1" }, { tag: "FI1" }]);
  const series = await plant.read("TI1");
  assert.deepEqual(Array.from(series.time), [1767225600, 1767225660]);
  assert.deepEqual(Array.from(series.value), [20.5, 21.5]);
  assert.deepEqual(Array.from(series.status), [status.good, status.good]);
  assert.deepEqual(Array.from(series.reasons), [reason.unverified, reason.unverified]);
  assert.deepEqual(plant.findings(), []);
});

test("long: rows of several tags in any order, each tag in the order of its rows", async () => {
  const plant = await open("when;what;how much;q\n0;A;1;192\n0;B;10;192\n1;A;2;24\n2;B;20;64\n1;B;15;216\n", {
    layout: { tag: "what", value: "how much" },
    time: { column: "when", elapsed: "min" },
    status: { column: "q", map: "opc-classic" },
  });
  const [a, b] = [await plant.read("A"), await plant.read("B")];
  assert.deepEqual(
    [Array.from(a.time), Array.from(a.value)],
    [
      [0, 60],
      [1, 2],
    ],
  );
  assert.deepEqual(
    [Array.from(b.time), Array.from(b.value)],
    [
      [0, 120, 60],
      [10, 20, 15],
    ],
  );
  assert.deepEqual(Array.from(a.status), [status.good, status.badNoCommunication]);
  assert.deepEqual(Array.from(b.status), [status.good, status.uncertain, status.goodLocalOverride]);
  assert.deepEqual(Array.from(a.reasons), [0, reason.sourceBad]);
});

test("a tag written with and without blanks around it is one tag", async () => {
  const plant = await open(
    'tag,time,value\nA,2026-01-01T00:00Z,1\n"A ",2026-01-01T00:01Z,2\nB,2026-01-01T00:00Z,5\nA,2026-01-01T00:02Z,3\n',
  );
  assert.deepEqual(Array.from((await plant.read("A")).value), [1, 2, 3]);
});

for (const [delimiter, name] of [
  [",", "comma"],
  [";", "semicolon"],
  ["\t", "tab"],
  ["|", "bar"],
] as const) {
  test(`a ${name} between cells is found`, async () => {
    assert.deepEqual(await values(["t,A,B", "0,1,2", "1,3,4"].join("\n").replaceAll(",", delimiter), elapsed, "B"), [2, 4]);
  });
}

test("decimal commas between semicolons", async () => {
  assert.deepEqual(await values("t;A\n0;1,5\n1;-0,25\n2;3\n", { ...elapsed, decimal: "," }, "A"), [1.5, -0.25, 3]);
});

test("thousands signs", async () => {
  assert.deepEqual(await values("t;A\n0;1.234,5\n1;2.000.000\n", { ...elapsed, decimal: ",", thousands: "." }, "A"), [1234.5, 2000000]);
});

test("blanks as delimiters, as in tables of the laboratory", async () => {
  assert.deepEqual(await values("  t    A \n 0.0   1.5e-001\t\n 1.0   2\n", { ...elapsed, delimiter: "spaces" }, "A"), [0.15, 2]);
});

test("quoted cells hold delimiters, line breaks and doubled marks; rows are counted by line", async () => {
  const plant = await open('t,"A, ""the"" tag",B\r\n0,"1.5",x\r\n1,2.5,"two\r\nlines"\r\n2,3.5,bad\r\n', elapsed);
  assert.deepEqual(Array.from((await plant.read('A, "the" tag')).value), [1.5, 2.5, 3.5]);
  const mixed = await open('t,A,B\n0,1,"two\nlines"\n1,oops,x\n', elapsed);
  assert.deepEqual(mixed.findings().find((finding) => finding.kind === "text" && finding.tag === "A")?.rows, [4]);
});

test("byte order mark, Windows line ends, a delimiter at the end of each row, no line end at the end", async () => {
  assert.deepEqual(await values("\ufefft;A;\r\n0;1;\r\n1;2;", elapsed, "A"), [1, 2]);
});

test("packed files", async () => {
  const plant = await open(gzipSync("t,A\n0,1\n1,2\n"), elapsed, "csv.gz");
  assert.deepEqual(Array.from((await plant.read("A")).value), [1, 2]);
});

test("other encodings", async () => {
  const latin = Buffer.from("t;Temp. °C\n0;1,5\n", "latin1");
  assert.deepEqual((await open(latin, { ...elapsed, decimal: ",", encoding: "windows-1252" })).tags, [{ tag: "Temp. °C" }]);
  const wide = Buffer.from("\ufefft,µ\n0,1.5\n", "utf16le");
  assert.deepEqual((await open(wide, { ...elapsed, encoding: "utf-16le" })).tags, [{ tag: "µ" }]);
});

test("lines before the header, comments, a row of units, no header", async () => {
  const plant = await open("Export of 2026\n\n# note\nt,A\ns,degC\n0,1\n# 1,9\n1,2\n", { ...elapsed, skip: 1, comment: "#", units: "row" });
  assert.deepEqual(plant.tags, [{ tag: "A", unit: "degC" }]);
  assert.deepEqual(Array.from((await plant.read("A")).value), [1, 2]);
  assert.deepEqual(await values("0,1\n1,2\n", { header: false, time: { column: "column1", elapsed: "s" } }, "column2"), [1, 2]);
  assert.deepEqual(await values("0,1\n1,2\n", { header: ["t", "A"], ...elapsed }, "A"), [1, 2]);
});

test("rows at equal steps without a time column", async () => {
  const series = await (await open('"u","y","Ts"\n3.25,5.2,4\n3.24,5.1,\n', { time: { every: 4, unit: "s" }, tags: ["u", "y"] })).read("y");
  assert.deepEqual(
    [Array.from(series.time), Array.from(series.value)],
    [
      [0, 4],
      [5.2, 5.1],
    ],
  );
});

test("counts since an epoch", async () => {
  for (const [epoch, stamp] of [
    ["s", "1767225600"],
    ["ms", "1767225600000"],
    ["us", "1767225600000000"],
    ["ns", "1767225600000000000"],
    ["excel", "46023"],
  ] as const) {
    const plant = await open(`t,A\n${stamp},1\n`, { time: { column: "t", epoch }, ...(epoch === "excel" ? { zone: "UTC" } : {}) });
    assert.equal((await plant.read("A")).time[0], 1767225600, epoch);
  }
});

test("text in a numeric column becomes a Bad point with its meaning, counted and located", async () => {
  const plant = await open(
    "t,A\n0,1\n1,Bad Input\n2,I/O Timeout\n3,#N/A\n4,wat\n5,\n6,[-11059] No Good Data For Calculation\n7,nan\n8,Bad Input\n",
    elapsed,
  );
  const series = await plant.read("A");
  assert.deepEqual(Array.from(series.value), new Array(9).fill(0).fill(1, 0, 1));
  assert.deepEqual(Array.from(series.status), [
    status.good,
    status.badSensorFailure,
    status.badNoCommunication,
    status.bad,
    status.bad,
    status.badNoData,
    status.badNoData,
    status.badNoData,
    status.badSensorFailure,
  ]);
  for (let i = 1; i < 9; i++) assert.ok(reasonsIn(series.reasons[i]!).includes("notANumber"));
  const [text, empty] = ["text", "empty"].map((kind) => plant.findings().find((finding) => finding.kind === kind));
  assert.deepEqual([text?.count, text?.rows], [7, [3, 4, 5, 6, 8]]);
  assert.deepEqual(text?.samples.slice(0, 4), ["Bad Input", "I/O Timeout", "#N/A", "wat"]);
  assert.deepEqual([empty?.count, empty?.rows], [1, [7]]);
});

test("sentinels and words with a meaning", async () => {
  const plant = await open("t,A,Mode\n0,1,Auto\n1,-9999,Manual\n2,1e30,Auto\n", {
    ...elapsed,
    sentinels: [-9999, 1e30],
    texts: { Auto: 1, Manual: 0 },
  });
  const series = await plant.read("A");
  assert.deepEqual(Array.from(series.value), [1, 0, 0]);
  assert.deepEqual(reasonsIn(series.reasons[1]!), ["unverified", "notANumber", "sentinel"]);
  assert.deepEqual(Array.from((await plant.read("Mode")).value), [1, 0, 1]);
});

test("empty cells of merged tables can be declared to be no points at all", async () => {
  const content = "t,A,B\n0,1,\n1,,\n2,3,30\n";
  const [bad, absent] = [await open(content, elapsed), await open(content, { ...elapsed, empty: "absent" })];
  assert.equal((await bad.read("B")).time.length, 3);
  assert.deepEqual([Array.from((await absent.read("B")).time), Array.from((await absent.read("B")).value)], [[2], [30]]);
  assert.deepEqual(Array.from((await absent.read("A")).time), [0, 2]);
  assert.equal(absent.findings().find(({ kind, tag }) => kind === "empty" && tag === "B")?.count, 2);
});

test("laboratory values below a limit keep the limit and are marked censored", async () => {
  const series = await (await open("t,A\n0,0.7\n1,<0.5\n", elapsed)).read("A");
  assert.equal(series.value[1], 0.5);
  assert.deepEqual(reasonsIn(series.reasons[1]!), ["unverified", "censored"]);
  assert.equal(series.status[1]! >>> 30, 1);
});

test("status columns of a wide file", async () => {
  const content = "t,A,A.ST,B,B.ST\n0,1,0,2,0x80000000\n1,1,Good,2,1083179008\n";
  const plant = await open(content, { ...elapsed, status: { suffix: ".ST", map: "ua" } });
  assert.deepEqual(
    plant.tags.map((info) => info.tag),
    ["A", "B"],
  );
  assert.deepEqual(Array.from((await plant.read("B")).status), [0x80000000, 0x40900000]);
  const named = await open("t,A,q\n0,1,OK\n1,2,FAIL\n", { ...elapsed, status: { columns: { A: "q" }, map: { OK: "good", FAIL: "bad" } } });
  assert.deepEqual(Array.from((await named.read("A")).status), [status.good, status.bad]);
});

test("limit bits of an OPC classic quality become those of a UA status", async () => {
  const plant = await open("tag,elapsed,value,status\nA,0,1,193\nA,1,1,194\n", {
    layout: { tag: "tag", value: "value" },
    time: { column: "elapsed", elapsed: "s" },
    status: { column: "status", map: "opc-classic" },
  });
  assert.deepEqual(Array.from((await plant.read("A")).status), [0x500, 0x600]);
});

test("tags whose values are time stamps are read as seconds UTC", async () => {
  const plant = await open("tag,time,value\nLAB,2026-01-01T00:00Z,5\nLAB.REPORTED,2026-01-01T00:00Z,2026-01-01T04:00Z\n", {
    times: ["LAB.REPORTED"],
  });
  const reported = await plant.read("LAB.REPORTED");
  assert.equal(reported.value[0], 1767225600 + 4 * 3600);
  assert.deepEqual(Array.from(reported.status), [status.good]);
});

test("duplicate and backward time stamps are kept, counted and located", async () => {
  const plant = await open("t,A\n0,1\n1,2\n1,3\n0.5,4\n2,5\n", elapsed);
  assert.deepEqual(Array.from((await plant.read("A")).time), [0, 1, 1, 0.5, 2]);
  assert.deepEqual(
    plant.findings().map(({ kind, count, rows }) => ({ kind, count, rows })),
    [
      { kind: "duplicate", count: 1, rows: [4] },
      { kind: "backward", count: 1, rows: [5] },
    ],
  );
});

test("a header that comes again, and rows of empty cells, are passed over and told", async () => {
  const plant = await open("t,A\n0,1\nt,A\n1,2\n,\n", elapsed);
  assert.deepEqual(Array.from((await plant.read("A")).value), [1, 2]);
  assert.deepEqual(
    plant.findings().map(({ kind, rows }) => [kind, rows]),
    [
      ["blank-row", [5]],
      ["repeated-header", [3]],
    ],
  );
});

test("a column of words is no tag of numbers, but is told", async () => {
  const plant = await open("t,A,Operator\n0,1,Smith\n1,2,Jones\n", elapsed);
  assert.deepEqual(
    plant.tags.map((info) => info.tag),
    ["A"],
  );
  assert.deepEqual(
    plant.findings().map(({ kind, tag }) => [kind, tag]),
    [["text-column", "Operator"]],
  );
});

test("records that cross the borders of chunks are read whole", async () => {
  const rows = Array.from({ length: 120000 }, (_, i) => `${i},"${i % 7}.5",${-i}`);
  const series = await (await open(`t,A,B\n${rows.join("\n")}\n`, elapsed)).read("A");
  assert.equal(series.value.length, 120000);
  assert.ok(series.value.every((value, i) => value === (i % 7) + 0.5));
});

test("the night the clocks go back: each tag of a long file passes the double hour on its own", async () => {
  const stamps = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"].map((hour) => `2026-10-25 ${hour}`);
  const rows = ["A", "B"].flatMap((tag) => stamps.map((stamp, i) => `${tag},${stamp},${i}`));
  const plant = await open(`tag,time,value\n${rows.join("\n")}\nC,2026-10-25 02:30,9\n`, { zone: "Europe/Berlin" });
  const halfHours = Array.from({ length: 6 }, (_, i) => Date.parse("2026-10-24T23:30Z") / 1000 + 1800 * i);
  for (const tag of ["A", "B"]) {
    const { time, reasons } = await plant.read(tag);
    assert.deepEqual(Array.from(time), halfHours);
    assert.ok(reasons.every((mask) => (mask & reason.timeSuspect) === 0));
  }
  const lonely = await plant.read("C");
  assert.deepEqual([reasonsIn(lonely.reasons[0]!), lonely.status[0]! >>> 30], [["unverified", "timeSuspect"], 1]);
  assert.deepEqual(
    plant.findings().map(({ kind, tag, count, rows: lines }) => [kind, tag, count, lines[0]]),
    [
      ["ambiguous-hour", "A", 4, 3],
      ["ambiguous-hour", "B", 4, 9],
      ["ambiguous-hour", "C", 1, 14],
    ],
  );
});
