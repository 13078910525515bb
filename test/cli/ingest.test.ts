/** `greybox ingest`: a store from the command line, again and again, and what other commands make of it. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../src/cli/run.ts";
import { openStore } from "../../src/historian/index.ts";

let folder = "";
const at = (name: string) => join(folder, name);
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-ingest-"));
});
after(() => rm(folder, { recursive: true }));

async function greybox(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
  return { code, out: out.join(""), err: err.join(""), json: () => JSON.parse(out.join("")) };
}

const rows = (count: number): string =>
  `time;TI1;FI2\n${Array.from({ length: count }, (_, i) => `2026-01-01 00:0${i}:00;${20 + i},5;${i === 2 ? "I/O Timeout" : i}\n`).join("")}`;

test("a file is taken up once, then what is new of it, and other commands read the store", async () => {
  await writeFile(at("plant.csv"), rows(5));
  const args = ["ingest", at("plant.csv"), "--into", at("plant.store"), "--zone", "UTC", "--decimal", ","];
  const first = await greybox(...args);
  assert.deepEqual([first.code, first.err], [0, ""]);
  assert.match(first.out, /plant\.csv: 10 points taken up, 0 known already, 2 tags\.\n {2}FI2: 1 cell with text/);
  await writeFile(at("plant.csv"), rows(8));
  const { ok, points, known, stream } = (await greybox(...args, "--compact", "--json")).json();
  assert.deepEqual([ok, points, known, stream], [true, 6, 10, "plant.csv"]);
  const portrait = (await greybox("portrait", at("plant.store"), "--json")).json();
  assert.deepEqual(portrait.tags.map((it: { tag: string; points: number }) => [it.tag, it.points]).sort(), [
    ["FI2", 8],
    ["TI1", 8],
  ]);
});

test("a range, some tags, another name", async () => {
  await writeFile(at("range.csv"), rows(5));
  const { points, stream } = (
    await greybox(
      "ingest",
      at("range.csv"),
      "--into",
      at("range.store"),
      "--zone",
      "UTC",
      "--decimal",
      ",",
      "--tags",
      "TI1",
      "--from",
      "2026-01-01T00:01Z",
      "--stream",
      "january",
      "--period",
      "day",
      "--json",
    )
  ).json();
  assert.deepEqual([points, stream], [4, "january"]);
});

test("a file that is wrong half-way leaves no store, and is told with its row", async () => {
  await writeFile(at("wrong.csv"), `${rows(4)}2026-01-01 00:05:00;1\n`);
  const { code, err } = await greybox("ingest", at("wrong.csv"), "--into", at("wrong.store"), "--zone", "UTC", "--decimal", ",");
  assert.equal(code, 2);
  assert.match(err, /row 6/);
  assert.equal((await greybox("portrait", at("wrong.store"))).code, 2);
});

test("another writer is worth waiting for; a wrong period is wrong use", async () => {
  await writeFile(at("plant.csv"), rows(5));
  await using _ = await openStore(at("busy.store"));
  const busy = await greybox("ingest", at("plant.csv"), "--into", at("busy.store"), "--zone", "UTC", "--decimal", ",");
  assert.deepEqual([busy.code, /historian\/store-locked/.test(busy.err)], [3, true]);
  assert.equal(
    (await greybox("ingest", at("plant.csv"), "--into", at("x.store"), "--zone", "UTC", "--decimal", ",", "--period", "week")).code,
    2,
  );
  assert.equal((await greybox("ingest", at("none.csv"), "--into", at("x.store"))).code, 2);
});
