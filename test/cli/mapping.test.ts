/** Mappings on the command line: proposed, reviewed, and used in place of code; the page of a portrait. */
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../src/cli/run.ts";
import { makeStudy } from "./study.ts";

let folder = "";
const at = (name: string) => join(folder, name);
before(async () => {
  folder = await makeStudy();
});
after(() => rm(folder, { recursive: true }));

async function greybox(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
  return { code, out: out.join(""), err: err.join(""), json: () => JSON.parse(out.join("")) };
}

test("a mapping is proposed, reviewed, and takes the place of a binding in code", async () => {
  const proposed = await greybox("map", at("study.ts"), "--data", at("plant.csv"), "--out", at("m.json"));
  assert.equal(proposed.code, 0, proposed.err);
  assert.match(proposed.out, /No unit was changed/);
  const mapping = JSON.parse(await readFile(at("m.json"), "utf8"));
  assert.deepEqual([mapping.historian.file, mapping.model, mapping.binding.q], ["plant.csv", "tank", { tag: "FIC1", unit: "?" }]);

  const refused = await greybox("calibrate", at("study.ts"), "--map", at("m.json"));
  assert.equal(refused.code, 2);
  assert.match(refused.err, /historian\/bind-unit/);

  const binding = {
    q: { tag: "FIC1", unit: "m^3/h" },
    Tin: { tag: "TI1", unit: "degC" },
    Q: { tag: "QI1", unit: "kW" },
    T: { tag: "TI2", unit: "degC", sigma: 0.2 },
  };
  await writeFile(at("reviewed.json"), JSON.stringify({ historian: mapping.historian, model: "tank", binding }));
  const byCode = (await greybox("calibrate", at("study.ts"), "--json")).json();
  const byMapping = (await greybox("calibrate", at("study.ts"), "--map", at("reviewed.json"), "--json")).json();
  assert.deepEqual(byMapping.parameters, byCode.parameters);
  await writeFile(at("elsewhere.json"), JSON.stringify({ historian: mapping.historian, model: "boiler", binding }));
  assert.match((await greybox("calibrate", at("study.ts"), "--map", at("elsewhere.json"))).err, /boiler/);
});

test("a proposal for a study is TypeScript beside the model", async () => {
  const { code } = await greybox("map", at("study.ts"), "--data", at("plant.csv"), "--out", at("proposal.ts"));
  assert.equal(code, 0);
  assert.match(
    await readFile(at("proposal.ts"), "utf8"),
    /import \{ tank \} from "\.\/study\.ts";[\s\S]*export const binding = bind\(tank, \{/,
  );
  assert.equal((await greybox("map", at("study.ts"), "--data", at("plant.csv"), "--out", at("m.yaml"))).code, 2);
  const { tags, unused } = (await greybox("map", at("study.ts"), "--data", at("plant.csv"), "--json")).json();
  assert.deepEqual([tags.length, Array.isArray(unused)], [4, true]);
});

test("portrait takes a mapping alone, and writes a page", async () => {
  await writeFile(at("record.json"), JSON.stringify({ historian: { file: "plant.csv", info: { TI2: { unit: "degC" } } } }));
  const told = await greybox("portrait", "--map", at("record.json"), "--html", at("portrait.html"), "--json");
  assert.equal(told.code, 0, told.err);
  const { tags } = told.json();
  assert.deepEqual(tags.map(({ tag, unit }: { tag: string; unit?: string }) => [tag, unit]).at(-1), ["TI2", "degC"]);
  assert.ok(tags[0].ribbon.length > 0);
  assert.match(await readFile(at("portrait.html"), "utf8"), /^<!doctype html>[\s\S]*class="ribbon"/);
  assert.equal((await greybox("portrait", at("record.json"))).code, 0);
  await writeFile(at("wrong.json"), JSON.stringify({ historian: { file: "plant.csv", zne: "UTC" } }));
  assert.match((await greybox("portrait", "--map", at("wrong.json"))).err, /"zone"[\s\S]*historian\/mapping/);
});
