/** `greybox find`: patterns in a file, from the command line. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../src/cli/run.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-find-"));
  const rows = Array.from(
    { length: 61 },
    (_, i) =>
      `2026-01-01T${i === 60 ? "01" : "00"}:${String(i % 60).padStart(2, "0")}:00Z,${300 + Math.max(0, Math.min(10, i - 20))},${i >= 10 ? 1 : 0}`,
  );
  await writeFile(join(folder, "plant.csv"), `time,TI101.PV,FIC101.MODE\n${rows.join("\n")}\n`);
});
after(() => rm(folder, { recursive: true }));

async function greybox(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
  return { code, out: out.join(""), err: err.join("") };
}

const query = "TI101.PV rises by more than 5 K within 10 min while FIC101.MODE is automatic";
const units = ["--unit", "TI101.PV=K"];

// Nothing says that the temperature is drawn as a line, so each value holds until the next: the first step up is at 21 minutes.
test("a pattern is found in a file, as text and as JSON", async () => {
  const args = ["find", query, join(folder, "plant.csv"), "--state", "FIC101.MODE.automatic=1", ...units];
  const { code, out, err } = await greybox(...args);
  assert.deepEqual([code, err], [0, ""]);
  assert.match(out, /2026-01-01T00:21:00\.000Z {2}2026-01-01T00:30:00\.000Z/);
  assert.match(out, /\+10 K from 2026-01-01T00:21:00\.000Z/);
  assert.match(out, /1 found\./);
  const json = JSON.parse((await greybox(...args, "--json")).out);
  assert.deepEqual([json.ok, json.matches.length, json.matches[0].to - json.matches[0].from], [true, 1, 540]);
});

test("nothing found is exit code 1, a query that cannot be read is 2", async () => {
  const nothing = await greybox("find", "TI101.PV > 900 K", join(folder, "plant.csv"), ...units);
  assert.deepEqual([nothing.code, nothing.out], [1, "Nothing found.\n"]);
  const wrong = await greybox("find", "TI101.PV rizes by 5 K within 10 min", join(folder, "plant.csv"), ...units);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /"rizes".*historian\/query/s);
  const state = await greybox("find", query, join(folder, "plant.csv"), "--state", "automatic", ...units);
  assert.equal(state.code, 2);
});
