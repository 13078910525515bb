/** What is wrong with a calibration is told on the command line as code, problem and remedy, with exit code 2, before any search. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { run } from "../../src/cli/run.ts";

let folder = "";
const at = (name: string): string => join(folder, name);

const stamp = (minute: number): string => new Date(Date.UTC(2026, 0, 5) + 60_000 * minute).toISOString();
const minutes = Array.from({ length: 60 }, (_, i) => i);
const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  ["timestamp,FI,LI", ...rows.map((row) => row.join(","))].join("\n").concat("\n");
const level = (minute: number): number => 1 + Math.exp(-minute / 20);

/** A study with something of its own in the model's parameters and in what else it asks. */
const study = ({ k = "value: 0.05, bounds: [0.001, 1]", rate = "feed - k*level", calibration = "{}", estimate = "k" }) => `
import { bind, defineModel } from "greybox";
export const tank = defineModel({
  name: "tank", time: "min",
  parameters: { k: { ${k}, unit: "1/min" }, price: { value: 2, unit: "1/m" } },
  inputs: { feed: "m/min" },
  states: { level: { unit: "m", initial: 2 } },
  derivatives: { level: "${rate}" },
  outputs: { worth: { unit: "1", is: "price*level" } },
});
export const binding = bind(tank, { feed: { tag: "FI", unit: "m/min" }, level: { tag: "LI", unit: "m" } });
export const estimate = ["${estimate}"];
export const initial = { level: 2 };
export const calibration = ${calibration};
`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "greybox-cli-bad-"));
  const files = {
    "good.csv": csv(minutes.map((i) => [stamp(i), 0.05, level(i)])),
    "apart.csv": csv(minutes.map((i) => (i < 30 ? [stamp(i), 0.05, ""] : [stamp(100_000 + i), "", level(i)]))),
    "negative.csv": csv(minutes.map((i) => [stamp(i), 0.05, level(i) - 1.3])),
    "good.ts": study({}),
    "silent.ts": study({ estimate: "price" }),
    "outside.ts": study({ k: "value: 5, bounds: [0.001, 1]" }),
    "relative.ts": study({ calibration: '{ likelihood: { level: { scale: "log" } } }' }),
    "explosive.ts": study({ k: "value: 0.9, bounds: [0.5, 1]", rate: "feed*0 + k*level^2/1 m" }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(at(name), text);
});
after(() => rm(folder, { recursive: true, force: true }));

async function greybox(...words: string[]) {
  let [out, err] = ["", ""];
  const code = await run(words, { out: (text) => (out += text), err: (text) => (err += text), interactive: false });
  return { code, out, err };
}

const cases: readonly (readonly [string, string, string, RegExp])[] = [
  [
    "silent.ts",
    "good.csv",
    "calibration/no-influence",
    /Nothing measured depends on price\.\s+Leave it out of the estimate.*Measured: level/,
  ],
  ["outside.ts", "good.csv", "model/invalid", /The value 5 of "k" lies outside 0\.001 … 1\.\s+Correct the value or the limits/],
  [
    "relative.ts",
    "negative.csv",
    "calibration/likelihood",
    /"level" does not fit: value \d+ is -0\.\d+, and it has no logarithm\.\s+Leave the point out/,
  ],
  ["good.ts", "apart.csv", "historian/no-windows", /no value of feed \(FI\).*no usable value of level\.\s+Read the portrait/s],
  ["explosive.ts", "good.csv", "calibration/cannot-integrate", /k = 0\.9.*cannot|cannot.*k = 0\.9/s],
];
for (const [file, data, code, message] of cases) {
  test(`${file} with ${data}: ${code}`, async () => {
    const said = await greybox("calibrate", at(file), "--data", at(data));
    assert.equal(said.code, 2, `${said.out}${said.err}`);
    assert.ok(said.err.includes(`[${code}]`), said.err);
    assert.match(said.err, message);
    assert.doesNotMatch(said.err, /^ +at /m);
    const { error } = JSON.parse((await greybox("calibrate", at(file), "--data", at(data), "--json")).out);
    assert.equal(error.code, code);
    assert.ok(error.remedy.length > 10, error.remedy);
  });
}

test("starts that a study names are searched beside the model's own, and looked at again when asked to", async () => {
  await writeFile(at("guessed.ts"), study({ calibration: "{ guesses: [{ k: 0.5 }, { k: 0.01 }] }" }));
  const { code, out, err } = await greybox("calibrate", at("guessed.ts"), "--data", at("good.csv"), "--again", "every");
  assert.equal(code, 0, err);
  assert.match(out, /of 3 starts reached the best cost/);
});

test("--checkpoint keeps a fit; the same command answers from it, another question is refused with 2", async () => {
  const words = ["calibrate", at("good.ts"), "--data", at("good.csv"), "--checkpoint", at("kept.json"), "--starts", "4", "--json"];
  const first = await greybox(...words);
  assert.equal(first.code, 0, first.err);
  assert.match(await readFile(at("kept.json"), "utf8"), /"format":"greybox\/checkpoint\/1"/);
  const again = await greybox(...words);
  assert.equal(again.out, first.out);
  const other = await greybox(...words, "--seed", "5");
  assert.equal(other.code, 2);
  assert.equal(JSON.parse(other.out).error.code, "calibration/checkpoint");
});
