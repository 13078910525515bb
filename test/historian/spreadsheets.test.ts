/** What spreadsheets write: blocks side by side, merged headers, units below, serial dates, cells that are no numbers any more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonsIn, severity } from "../../src/core/index.ts";
import { type FileOptions, openHistorian, streamFile } from "../../src/historian/index.ts";
import { failsWith, file } from "./scratch.ts";

let count = 0;
const open = (content: string, options: FileOptions = {}) => openHistorian(file(`sheet${count++}.csv`, content), options);
const tagsOf = (plant: Awaited<ReturnType<typeof open>>) => plant.tags.map(({ tag }) => tag);
const columns = async (plant: Awaited<ReturnType<typeof open>>, tag: string) => {
  const { time, value } = await plant.read(tag);
  return [Array.from(time, (t) => t - 1767225600), Array.from(value)];
};
const pairs = { each: ["time", "value"] } as const;

test("tags side by side, each with its own times; the shorter one ends in empty cells", async () => {
  const plant = await open(
    "TI101.PV,,FIC 7,\n2026-01-01T00:00Z,20.5,2026-01-01T00:00:30Z,1\n2026-01-01T00:01Z,21.5,2026-01-01T00:02Z,2\n,,2026-01-01T00:03Z,No Data\n",
    { layout: pairs },
  );
  assert.deepEqual(tagsOf(plant), ["TI101.PV", "FIC 7"]);
  assert.deepEqual(await columns(plant, "TI101.PV"), [
    [0, 60],
    [20.5, 21.5],
  ]);
  assert.deepEqual(await columns(plant, "FIC 7"), [
    [30, 120, 180],
    [1, 2, 0],
  ]);
  assert.deepEqual(
    plant.findings().map(({ kind, tag, rows }) => [kind, tag, rows]),
    [["text", "FIC 7", [4]]],
  );
});

test("names above times, above values, or put together from two rows with merged cells; units below; the header again", async () => {
  const rows = ["46023,1,46023,5", "46023.5,2,46024,6"];
  const options = { layout: pairs, time: { epoch: "excel" }, zone: "UTC" } as const;
  const expected = [
    [0, 43200],
    [1, 2],
  ];
  for (const [header, more] of [
    [["Time,TI1,Time,TI2"], {}],
    [["TI1 Time,TI1 Value,TI2 Time,TI2 Value"], {}],
    [["TI1,,TI2,", "Time,Value,Time,Value"], { headerRows: 2 }],
    [["TI1,,TI2,", "Time,Value,Time,Value", ",degC,,bar"], { headerRows: 2, units: "row" }],
  ] as const) {
    const plant = await open([...header, ...rows].join("\n"), { ...options, ...more });
    assert.deepEqual(tagsOf(plant), ["TI1", "TI2"], header[0]);
    assert.deepEqual(await columns(plant, "TI1"), expected);
    if ("units" in more)
      assert.deepEqual(
        plant.tags.map(({ unit }) => unit),
        ["degC", "bar"],
      );
  }
  const again = await open(["TI1,,TI2,", "Time,Value,Time,Value", rows[0], "TI1,,TI2,", "Time,Value,Time,Value", rows[1]].join("\n"), {
    ...options,
    headerRows: 2,
  });
  assert.deepEqual(await columns(again, "TI1"), expected);
  assert.deepEqual(again.findings()[0], {
    kind: "repeated-header",
    count: 2,
    rows: [4, 5],
    samples: [],
    message: "The header comes again in 2 rows.",
  });
});

test("groups of unequal form are declared by name or by number", async () => {
  const text = "when,A,q,note,when2,B,q2\n2026-01-01T00:00Z,1,192,x,2026-01-01T00:01Z,2,0\n";
  const groups = [
    { tag: "A", time: "when", value: "A", status: "q" },
    { tag: "B", time: 5, value: 6, status: 7 },
  ];
  const plant = await open(text, { layout: { groups }, status: { map: "opc-classic" } });
  assert.deepEqual(Array.from((await plant.read("A")).status, severity), ["good"]);
  assert.deepEqual(Array.from((await plant.read("B")).status, severity), ["bad"]);
  assert.deepEqual(tagsOf(await open(text, { layout: { groups }, status: { map: "opc-classic" }, tags: ["B"] })), ["B"]);
});

test("the night the clocks go back: each tag side by side passes the double hour on its own", async () => {
  const hours = ["01:30", "02:30", "02:00", "02:30"].map((hour) => `2026-10-25 ${hour}`);
  const plant = await open(`A,,B,\n${hours.map((hour, i) => `${hour},${i},${hour},${i}`).join("\n")}\n`, {
    layout: pairs,
    zone: "Europe/Berlin",
  });
  for (const tag of ["A", "B"]) {
    const { time } = await plant.read(tag);
    assert.deepEqual(
      Array.from(time, (t) => new Date(1000 * t).toISOString().slice(11, 16)),
      ["23:30", "00:30", "01:00", "01:30"],
    );
  }
});

for (const [what, text, options, code, ...words] of [
  ["a block that does not divide the columns", "A,,B\n0,1,0\n", { layout: pairs }, "historian/option", "3 columns"],
  ["a block without values", "A,B\n0,1\n", { layout: { each: ["time", "skip"] } }, "historian/option", "layout.each"],
  ["one tag twice", "A,,A,\n2026-01-01T00:00Z,1,2026-01-01T00:00Z,2\n", { layout: pairs }, "historian/column-twice", "columns 2 and 4"],
  [
    "a status column without its convention",
    "A,,\n2026-01-01T00:00Z,1,192\n",
    { layout: { each: ["time", "value", "status"] } },
    "historian/option",
    "{ map }",
  ],
  [
    "a group whose column is not there",
    "t,A\n2026-01-01T00:00Z,1\n",
    { layout: { groups: [{ tag: "A", time: "T", value: "A" }] } },
    "historian/column-missing",
    "times of A",
  ],
  ["a value without its time", "A,,B,\n2026-01-01T00:00Z,1,,2\n", { layout: pairs }, "historian/time-format", "row 2"],
  [
    "a local time without its zone, side by side",
    "A,,B,\n2026-01-01 00:00,1,2026-01-01 00:00,2\n",
    { layout: pairs },
    "historian/zone-required",
  ],
  [
    "a row of units that was not declared",
    "time,A,B\n,degC,m3/h\n2026-01-01T00:00Z,1,2\n",
    {},
    "historian/second-header",
    "row 2",
    '"degC"',
    'units: "row"',
  ],
  ["a second header row that was not declared", "Time,Reactor,\ntime,T,p\n2026-01-01T00:00Z,1,2\n", { header: true }, "historian/ragged"],
  ["no header rows at all", "time,A\n", { headerRows: 0 }, "historian/option", "headerRows"],
] as const) {
  test(`refused by name: ${what}`, async () => {
    await assert.rejects(open(text, options as FileOptions), failsWith(code, ...words));
  });
}

test("a header of two rows in a wide file, with merged cells, and units that come again with it", async () => {
  const plant = await open(
    "Time,Reactor,,Column,\n,T,p,T,p\n,degC,bar,degC,bar\n2026-01-01T00:00Z,1,2,3,4\nTime,Reactor,,Column,\n,T,p,T,p\n,degC,bar,degC,bar\n2026-01-01T00:01Z,5,6,7,8\n",
    { headerRows: 2, units: "row" },
  );
  assert.deepEqual(tagsOf(plant), ["Reactor T", "Reactor p", "Column T", "Column p"]);
  assert.deepEqual(
    plant.tags.map(({ unit }) => unit),
    ["degC", "bar", "degC", "bar"],
  );
  assert.deepEqual((await columns(plant, "Column T"))[1], [3, 7]);
  assert.equal(plant.findings()[0]!.count, 3);
});

test("the line that names the separator, errors of formulas, dates in place of numbers, columns too narrow", async () => {
  const plant = await open(
    "sep=;\r\ntime;A\r\n2026-01-01T00:00Z;1,5\r\n2026-01-01T00:01Z;#DIV/0!\r\n2026-01-01T00:02Z;2026-03-04\r\n2026-01-01T00:03Z;####\r\n2026-01-01T00:04Z;03. Apr\r\n",
    {
      decimal: ",",
    },
  );
  const { value, status, reasons } = await plant.read("A");
  assert.deepEqual(Array.from(value), [1.5, 0, 0, 0, 0]);
  assert.deepEqual(Array.from(status, severity), ["good", "bad", "bad", "bad", "bad"]);
  assert.ok(reasons.slice(1).every((mask) => reasonsIn(mask).includes("notANumber")));
  assert.deepEqual(
    plant.findings().map(({ kind, count: n, rows }) => [kind, n, rows]),
    [["text", 4, [4, 5, 6, 7]]],
  );
});

test("numbers that a spreadsheet rounded to three digits are told, those of instruments with more digits are not", async () => {
  const plant = await open("time,A,B\n2026-01-01T00:00Z,1.23E+05,1.2345E+05\n2026-01-01T00:01Z,-4.56E-07,7e-5\n");
  assert.deepEqual(Array.from((await plant.read("A")).value), [123000, -4.56e-7]);
  assert.deepEqual(
    plant.findings().map(({ kind, tag, count: n, rows }) => [kind, tag, n, rows]),
    [["rounded", "A", 2, [2, 3]]],
  );
});

test("side by side in pieces: the same points as from the whole, also where one tag is within a double hour when another is not", async () => {
  const count = 70000;
  const start = Date.parse("2026-10-24T12:00Z") / 1000;
  const local = (t: number) => new Date(1000 * (t + (t < Date.parse("2026-10-25T01:00Z") / 1000 ? 7200 : 3600))).toISOString().slice(0, 19);
  const rows = Array.from({ length: count }, (_, i) => `${local(start + i)},${i},${local(start + i + 20000)},${-i}`);
  const options: FileOptions = { layout: pairs, zone: "Europe/Berlin" };
  const path = file("pieces.csv", `A,,B,\n${rows.join("\n")}\n`);
  const whole = await openHistorian(path, options);
  const stream = await streamFile(path, options);
  const times = new Map<string, number[]>();
  for await (const page of stream.pages()) times.set(page.tag, [...(times.get(page.tag) ?? []), ...page.time]);
  for (const [tag, shift] of [
    ["A", 0],
    ["B", 20000],
  ] as const) {
    const { time } = await whole.read(tag);
    assert.deepEqual([time[0], time.at(-1)], [start + shift, start + shift + count - 1]);
    assert.deepEqual(Float64Array.from(times.get(tag)!), time);
  }
});
