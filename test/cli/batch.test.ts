/** `greybox batch`: a fleet from files to files, failures and outliers by name, and only what is new is fitted again. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../src/cli/run.ts";
import { random } from "../../src/core/index.ts";

const study = `
import { bind, defineModel } from "greybox";
export const cup = defineModel({
  name: "cup",
  time: "min",
  parameters: { k: { value: 0.05, unit: "1/min", bounds: [0.001, 1], scale: "log" } },
  states: { T: { unit: "K", initial: 360 } },
  derivatives: { T: "-k*(T - 300 K)" },
});
export const binding = bind(cup, { T: { tag: "TI1", unit: "K", sigma: 0.2 } });
export const estimate = ["k"];
export const initial = { T: "measured" };
export const fleet = {
  ${["A1", "A2", "A3", "A4", "A5", "B/6"].map((name, i) => `"${name}": { historian: "cup${i}.csv" }`).join(",\n  ")},
  gone: { historian: "gone.csv" },
};
`;

let folder = "";
const at = (name: string): string => join(folder, name);

/** Two hours of a cup that cools, one value a minute. */
async function recordOf(file: string, k: number): Promise<void> {
  const noise = random(`${file} ${k}`);
  const rows = Array.from({ length: 121 }, (_, i) => {
    const value = 300 + 60 * Math.exp(-k * i) + 0.2 * noise.normal();
    return `${new Date(Date.UTC(2026, 2, 1, 0, i)).toISOString()},${value}`;
  });
  await writeFile(at(file), `time,TI1\n${rows.join("\n")}\n`);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-batch-"));
  await writeFile(at("study.ts"), study);
  for (const [i, k] of [0.05, 0.051, 0.049, 0.0505, 0.0495, 0.08].entries()) await recordOf(`cup${i}.csv`, k);
});
after(() => rm(folder, { recursive: true }));

async function greybox(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
  return { code, out: out.join(""), err: err.join(""), json: () => JSON.parse(out.join("")) };
}
const batch = (...more: readonly string[]) => greybox("batch", at("study.ts"), "--out", at("fits"), "--workers", "1", ...more);
const states = (fits: readonly { name: string; state: string }[]) => fits.map(({ name, state }) => `${name} ${state}`).join(", ");

test("every asset gets a fit or a reason; one that is not like the others is named", async () => {
  const { code, out, err } = await batch();
  assert.equal(code, 1, err);
  assert.match(out, /7 fits: 6 made, 0 kept, 1 failed, 0 not done/);
  assert.match(out, /gone has no fit: .*gone\.csv/);
  assert.match(out, /B\/6 stands out by k: .* above the median/);
  assert.doesNotMatch(out, /A\d stands out/);
  assert.deepEqual(
    (await readdir(at("fits"))).sort(),
    [
      ...["A1", "A2", "A3", "A4", "A5", "B-6", "index"].map((name) => `${name}.html`),
      ...["A1", "A2", "A3", "A4", "A5", "B-6"].map((name) => `${name}.json`),
    ]
      .concat("checkpoints", "summary.csv")
      .sort(),
  );
  const [head = "", first = "", ...others] = (await readFile(at("fits/summary.csv"), "utf8")).trim().split("\n");
  assert.match(head, /^asset,state,ended,points,cost,k \[1\/min\],k standard error,k remark,to read,code,failure$/);
  assert.match(first, /^A1,fitted,\w+,121,[\d.]+,0\.05\d*,/);
  assert.match(others.at(-1) ?? "", /^gone,failed,.*historian\/file-missing/);
  const page = await readFile(at("fits/index.html"), "utf8");
  assert.match(page, /<a href="B-6\.html">B\/6<\/a>/);
  assert.doesNotMatch(page, /NaN|undefined/);
});

test("run again, finished fits are kept; new data is fitted again and compared with what was", async () => {
  const kept = (await batch("--json")).json();
  assert.equal(states(kept.fits), "A1 kept, A2 kept, A3 kept, A4 kept, A5 kept, B/6 kept, gone failed");
  await recordOf("cup0.csv", 0.055);
  await recordOf("gone.csv", 0.05);
  // As a machine that died would leave it.
  await rm(at("fits/A2.json"));
  const { code, json } = await batch("--json");
  const { fits, ok } = json();
  assert.deepEqual([code, ok], [0, true]);
  assert.equal(states(fits), "A1 fitted, A2 fitted, A3 kept, A4 kept, A5 kept, B/6 kept, gone fitted");
  assert.match(fits[0].changed.join(" "), /k rose by 0\.00\d+ 1\/min \(\d+\.\d+ %\)/);
  assert.match(await readFile(at("fits/A1.html"), "utf8"), /What changed since the former fit/);
});

test("calibrate fits all assets of a fleet at once: values by asset are drawn to the mean of the population", async () => {
  const pool = `export const calibration = { perWindow: { k: { by: "asset", pool: { sd: 0.2 } } } };`;
  await writeFile(at("pooled.ts"), `export { cup, binding, initial, fleet } from "./study.ts"; ${pool}`);
  const { code, out } = await greybox("calibrate", at("pooled.ts"), "--workers", "1", "--json");
  assert.equal(code, 0, out);
  const { parameters, windows } = JSON.parse(out);
  assert.equal(windows.length, 7);
  const values = Object.entries(parameters).filter(([name]) => name.startsWith("k in ")) as [string, { value: number }][];
  assert.equal(values.length, 7, Object.keys(parameters).join(", "));
  assert.ok(Math.abs(values.find(([name]) => name.includes("B/6"))![1].value - 0.08) < 0.003, out);
});

test("windows of one record are fitted one by one; what is asked for wrongly is refused before", async () => {
  await writeFile(
    at("one.ts"),
    `export * from "./study.ts"; export const historian = "cup1.csv"; export const prepare = { windows: { length: "1 h" } };`,
  );
  const { json } = await greybox("batch", at("one.ts"), "--by", "window", "--out", at("hours"), "--workers", "1", "--no-pages", "--json");
  const { fits } = json();
  assert.ok(fits.length >= 2, states(fits));
  assert.ok(
    fits.every(({ state }: { state: string }) => state === "fitted"),
    states(fits),
  );
  for (const [args, code] of [
    [["--by", "colour"], "cli/option"],
    [["--starts", "0"], "cli/option"],
  ] as const)
    assert.equal((await batch(...args, "--json")).json().error.code, code);
});
