import assert from "node:assert/strict";
import { test } from "node:test";
import { type FileOptions, openSource, type Series, seriesOf, streamFile, writeParquet } from "../../src/historian/index.ts";
import { failsWith, file, scratch } from "./scratch.ts";

/** Everything a stream gives, joined by tag. */
async function streamed(
  path: string,
  options: FileOptions = {},
): Promise<Map<string, { time: number[]; value: number[]; status: number[]; reasons: number[] }>> {
  const all = new Map<string, { time: number[]; value: number[]; status: number[]; reasons: number[] }>();
  for await (const page of (await streamFile(path, options)).pages()) {
    const columns = all.get(page.tag) ?? { time: [], value: [], status: [], reasons: [] };
    for (const column of ["time", "value", "status", "reasons"] as const) for (const entry of page[column]) columns[column].push(entry);
    all.set(page.tag, columns);
  }
  return all;
}

async function whole(path: string, options: FileOptions = {}): Promise<Map<string, Series>> {
  const source = await openSource(path, options);
  const all = new Map<string, Series>();
  for (const { tag } of await source.browse()) {
    const pages: Series[] = [];
    for await (const page of source.readRaw(tag)) pages.push(page);
    const columns = (name: "time" | "value") => Float64Array.from(pages.flatMap((page) => Array.from(page[name])));
    const codes = (name: "status" | "reasons") => Uint32Array.from(pages.flatMap((page) => Array.from(page[name])));
    all.set(tag, {
      tag,
      info: pages[0]!.info,
      time: columns("time"),
      value: columns("value"),
      status: codes("status"),
      reasons: codes("reasons"),
    });
  }
  return all;
}

async function same(path: string, options: FileOptions = {}): Promise<void> {
  const [pages, expected] = [await streamed(path, options), await whole(path, options)];
  assert.deepEqual([...pages.keys()], [...expected.keys()]);
  for (const [tag, one] of expected) {
    const found = pages.get(tag)!;
    for (const column of ["time", "value", "status", "reasons"] as const)
      assert.deepEqual(found[column], Array.from(one[column]), `${tag} ${column}`);
  }
}

const rows = 150_000;

test("a wide file in pieces gives what it gives as a whole", async () => {
  let text = "time,TI1,FI2\n";
  for (let i = 0; i < rows; i++)
    text += `${new Date(1.7e12 + 1000 * i).toISOString()},${(i % 977) / 10},${i % 50 === 0 ? "Bad" : i % 13}\n`;
  await same(file("wide-long.csv", text));
});

test("a long file in pieces gives what it gives as a whole, tags in blocks as well as mixed", async () => {
  let [blocks, mixed] = ["tag,time,value,status\n", "tag,time,value,status\n"];
  for (let i = 0; i < rows; i++) {
    const time = new Date(1.7e12 + 1000 * i).toISOString();
    blocks += `T${Math.floor(i / 40_000)},${time},${i},${i % 7 === 0 ? 0x80000000 : 0}\n`;
    mixed += `T${i % 11},${time},${i},0\n`;
  }
  await same(file("blocks.csv", blocks));
  await same(file("mixed.csv", mixed));
});

test("tags side by side with times of their own in pieces give what they give as a whole", async () => {
  let text = "TI1 time,TI1,FI2 time,FI2\n";
  const stamp = (i: number): string => new Date(1.7e12 + 1000 * i).toISOString();
  for (let i = 0; i < rows; i++) text += `${stamp(i)},${i % 17},${i < rows / 2 ? `${stamp(7 * i)},${i}` : ","}\n`;
  await same(file("beside.csv", text), {
    layout: {
      groups: [
        { tag: "TI1", time: 1, value: 2 },
        { tag: "FI2", time: 3, value: 4 },
      ],
    },
  });
});

test("the hour that happened twice is told apart, wherever a piece ends", async () => {
  // A piece would end among the 72 000 rows of the two passes.
  const change = Date.UTC(2026, 9, 25, 1) / 1000;
  const start = change - 3600 - 4000;
  let text = "time,TI1\n";
  for (let i = 0; i < 130_000; i++) {
    const utc = start + i / 10;
    text += `${new Date((utc + (utc < change ? 7200 : 3600)) * 1000).toISOString().slice(0, -1)},${i}\n`;
  }
  const path = file("twice.csv", text);
  await same(path, { zone: "Europe/Berlin" });
  const { time } = (await streamed(path, { zone: "Europe/Berlin" })).get("TI1")!;
  time.forEach((t, i) => {
    assert.ok(Math.abs(t - start - i / 10) < 1e-6, `row ${i}`);
  });
});

test("rows at equal distance go on counting from piece to piece", async () => {
  let text = "TI1\n";
  for (let i = 0; i < rows; i++) text += `${i}\n`;
  await same(file("every.csv", text), { time: { every: 2, unit: "s" } });
});

test("a refusal names the row of the file, also in a later piece", async () => {
  let text = "time,TI1\n";
  for (let i = 0; i < rows; i++) text += `${new Date(1.7e12 + 1000 * i).toISOString()},${i === 140_000 ? '"1.234,5"' : "1.5"}\n`;
  await assert.rejects(streamed(file("late.csv", text)), failsWith("historian/decimal", "row 140002"));
});

test("findings of pieces are summed", async () => {
  let text = "time,TI1\n";
  for (let i = 0; i < rows; i++) text += `${new Date(1.7e12 + 1000 * i).toISOString()},${i % 1000 === 0 ? "I/O Timeout" : "1.5"}\n`;
  const path = file("texts.csv", text);
  const stream = await streamFile(path);
  for await (const _ of stream.pages());
  assert.deepEqual(stream.findings(), (await openSource(path)).findings());
});

test("a Parquet file in pieces gives what it gives as a whole", async () => {
  const path = `${scratch}/pieces.parquet`;
  await writeParquet(
    path,
    ["A", "B"].map((tag) =>
      seriesOf(
        tag,
        {
          time: Float64Array.from({ length: rows }, (_, i) => 1.7e9 + i),
          value: Array.from({ length: rows }, (_, i) => (i % 9 === 0 ? null : i / 7)),
        },
        { unit: "K" },
      ),
    ),
  );
  await same(path);
});

test("data without a calendar says so before it is read", async () => {
  assert.equal((await streamFile(file("elapsed.csv", "t,x\n0,1\n1,2\n"), { time: { column: "t", elapsed: "s" } })).calendar, false);
});
