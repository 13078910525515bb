/** Everything `greybox calibrate` can find out beyond a fit, and `greybox compare`, from files to files. */
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../src/cli/run.ts";
import { makeStudy } from "./study.ts";

let folder = "";
const at = (name: string): string => join(folder, name);
before(async () => {
  folder = await makeStudy();
  const study = await readFile(at("study.ts"), "utf8");
  await writeFile(at("robust.ts"), `${study}export const calibration = { likelihood: { T: { kind: "student" } }, seed: 3 };`);
});
after(() => rm(folder, { recursive: true }));

async function greybox(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
  return { code, out: out.join(""), err: err.join(""), json: () => JSON.parse(out.join("")) };
}

test("profile, bootstrap, diagnosis and a former fit end up in text, page and JSON", async () => {
  const first = await greybox("calibrate", at("study.ts"), "--workers", "1", "--out", at("first.json"));
  assert.equal(first.code, 0, first.err);
  const beyond = ["--profile", "--bootstrap", "20", "--diagnose", "--former", at("first.json")];
  const files = ["--report", at("second.html"), "--out", at("second.json")];
  const second = await greybox("calibrate", at("robust.ts"), "--workers", "1", ...beyond, ...files);
  assert.equal(second.code, 0, second.err);
  for (const said of [/^profile /m, /^bootstrap /m, /residuals/, /since the former fit/, /second\.json, .*second\.html/])
    assert.match(second.out, said);
  const page = await readFile(at("second.html"), "utf8");
  for (const heading of ["What changed since the former fit", "Diagnosis", "Profiles", "Bootstrap"])
    assert.ok(page.includes(`<h2>${heading}</h2>`), heading);
  const { format, beyond: found } = JSON.parse(await readFile(at("second.json"), "utf8"));
  assert.equal(format, "greybox/fit/1");
  assert.deepEqual(Object.keys(found), ["profiles", "bootstrap", "diagnosis", "identifiability", "comparison"]);
});

test("compare: what both saw, what changed, as text, JSON and a page", async () => {
  const { code, out } = await greybox("compare", at("first.json"), at("second.json"), "--report", at("changed.html"));
  assert.equal(code, 0, out);
  assert.match(out, /Both fits saw the same data/);
  assert.match(out, /The model is the same, the question is not/);
  assert.match(await readFile(at("changed.html"), "utf8"), /<h1>What changed in the calibration of tank<\/h1>/);
  const compared = (await greybox("compare", at("first.json"), at("second.json"), "--json")).json();
  assert.deepEqual([compared.ok, compared.data.relation, compared.estimates[0].name], [true, "same", "V"]);
});

test("what cannot be compared is refused by name", async () => {
  await writeFile(at("other.json"), "{}");
  await writeFile(at("torn.json"), '{"format":');
  for (const [file, code] of [
    ["absent.json", "cli/file-missing"],
    ["other.json", "calibration/stored"],
    ["torn.json", "calibration/stored"],
  ] as const) {
    const { code: exit, json } = await greybox("compare", at("first.json"), at(file), "--json");
    assert.deepEqual([exit, json().error.code], [2, code]);
  }
  const kind = await greybox("calibrate", at("study.ts"), "--bootstrap", "20", "--bootstrap-kind", "wild", "--json");
  assert.deepEqual([kind.code, kind.json().error.code], [2, "cli/option"]);
  const method = await greybox("calibrate", at("study.ts"), "--method", "guess", "--json");
  assert.deepEqual([method.code, method.json().error.code], [2, "calibration/option"]);
  const again = await greybox("calibrate", at("study.ts"), "--again", "twice", "--json");
  assert.deepEqual([again.code, again.json().error.code], [2, "calibration/option"]);
});
