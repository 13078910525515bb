/** The command line: the whole chain from files, exit codes, JSON that parses, errors without stacks. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../../src/cli/run.ts";
import { makeStudy } from "./study.ts";

let folder = "";
const at = (name: string) => join(folder, name);
before(async () => {
  folder = await makeStudy();
});
after(() => rm(folder, { recursive: true }));

/** Runs a command line in this process. */
async function greybox(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text), interactive: false });
  return { code, out: out.join(""), err: err.join(""), json: () => JSON.parse(out.join("")) };
}

test("check accepts a model with 0, and a broken one is told all of its mistakes with 1", async () => {
  const good = await greybox("check", at("study.ts"));
  assert.deepEqual([good.code, good.err], [0, ""]);
  assert.match(good.out, /tank: 1 state/);
  assert.match(good.out, /Structural index 0\./);
  const [verdict] = (await greybox("check", at("study.ts"), "--json")).json().models;
  assert.deepEqual(
    [verdict.structure.index, verdict.structure.freedom, verdict.size.states],
    [0, { initial: 1, inputs: 3, parameters: 2 }, 1],
  );
  const broken = await greybox("check", at("broken.ts"));
  assert.equal(broken.code, 1);
  assert.match(broken.err, /TT/);
  const { ok, problems } = (await greybox("check", at("broken.ts"), "--json")).json();
  assert.equal(ok, false);
  assert.deepEqual(problems.map((it: { code: string }) => it.code).includes("model/undeclared"), true);
});

test("describe writes a page, or prints it, and takes one model of several", async () => {
  const written = await greybox("describe", at("study.ts"), "--out", at("tank.html"));
  assert.deepEqual([written.code, written.out], [0, ""]);
  const page = await readFile(at("tank.html"), "utf8");
  assert.match(page, /^<!doctype html>/);
  assert.equal((await greybox("describe", at("study.ts"))).out, page);
  const { name, structure, out } = (await greybox("describe", at("study.ts"), "--out", at("tank.html"), "--json")).json();
  assert.deepEqual([name, structure.index, out], ["tank", 0, at("tank.html")]);
  assert.equal((await greybox("describe", at("broken.ts"))).code, 2);
});

test("simulate prints, writes and exits by its outcome", async () => {
  const args = ["simulate", at("study.ts"), "--span", "0:10", "--input", "q=10", "--input", "Tin=350", "--input", "Q=0", "--points", "5"];
  const printed = await greybox(...args);
  assert.equal(printed.code, 0);
  assert.equal(printed.out.trim().split("\n").length, 6);
  const { columns, time } = (await greybox(...args, "--parameter", "V=100", "--initial", "T=300", "--rtol", "1e-9", "--json")).json();
  assert.deepEqual(time, [0, 2.5, 5, 7.5, 10]);
  assert.ok(Math.abs(columns.T[4] - (350 - 50 * Math.exp(-1))) < 1e-5);
  assert.equal((await greybox(...args, "--out", at("run.csv"))).code, 0);
  assert.match(await readFile(at("run.csv"), "utf8"), /^time,T\n0,310\n2\.5,/);
  const runaway = await greybox("simulate", at("other.ts"), "--span", "0:2", "--json");
  assert.equal(runaway.code, 1);
  assert.equal(runaway.json().ok, false);
});

test("simulate reads inputs over time from a table", async () => {
  await writeFile(at("inputs.csv"), "time,q,Tin,Q\n0,10,350,0\n5,10,300,0\n10,10,300,0\n");
  const { json } = await greybox(
    "simulate",
    at("study.ts"),
    "--span",
    "0:10",
    "--inputs",
    at("inputs.csv"),
    "--parameter",
    "V=100",
    "--initial",
    "T=300",
    "--points",
    "3",
    "--json",
  );
  const T5 = 350 - 50 * Math.exp(-0.5);
  assert.ok(Math.abs(json().columns.T[1] - T5) < 1e-3);
  assert.ok(Math.abs(json().columns.T[2] - (300 + (T5 - 300) * Math.exp(-0.5))) < 1e-3);
});

test("from a record to a served prediction: portrait, calibrate, fuse, predict", async () => {
  const portrait = await greybox("portrait", at("plant.csv"), "--json");
  assert.equal(portrait.code, 0);
  assert.deepEqual(
    portrait.json().tags.map((it: { tag: string }) => it.tag),
    ["FIC1", "TI1", "QI1", "TI2"],
  );

  const calibrated = await greybox(
    "calibrate",
    at("study.ts"),
    "--out",
    at("fit.json"),
    "--report",
    at("fit.html"),
    "--starts",
    "2",
    "--workers",
    "1",
    "--json",
  );
  assert.equal(calibrated.code, 0, calibrated.err);
  const { parameters, files } = calibrated.json();
  assert.ok(parameters.V.value > 90 && parameters.V.value < 130, `V = ${parameters.V.value}`);
  assert.equal(files.length, 2);
  assert.match(await readFile(at("fit.html"), "utf8"), /<html/);

  const fused = await greybox("fuse", at("study.ts"), "--fit", at("fit.json"), "--out", at("tank.greybox"), "--json");
  assert.equal(fused.code, 0, fused.err);
  const { overall } = fused.json().validation;
  assert.ok(overall.hybrid.rmse < overall.mechanism.rmse);

  const predicted = await greybox("predict", at("tank.greybox"), "--data", at("plant.csv"), "--out", at("said.csv"), "--json");
  assert.equal(predicted.code, 0, predicted.err);
  assert.equal(predicted.json().counts.bad, 0);
  const [header, first] = (await readFile(at("said.csv"), "utf8")).split("\n");
  assert.equal(header, "time,value,lower,upper,unit,status,reasons,physics,learned,bias,age");
  assert.match(first ?? "", /^1700000000,3\d\d\.\d+,/);

  await writeFile(
    at("points.jsonl"),
    '{"time":"2026-03-01T06:00:00Z","q":0.6,"Tin":20,"Q":50}\n\n{"time":"2026-03-01T06:01:00Z","q":null}\n',
  );
  const lines = await greybox("predict", at("tank.greybox"), "--points", at("points.jsonl"));
  assert.equal(lines.code, 0);
  const answers = lines.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    answers.map((it) => it.status.severity),
    ["uncertain", "uncertain"],
  );
});

test("what a command prints for people fits the run", async () => {
  const { out, code } = await greybox("calibrate", at("study.ts"), "--workers", "1");
  assert.equal(code, 0);
  assert.match(out, /parameter +value +standard error +95 % interval/);
  assert.match(out, /V +\d+\.\d+ +0\.\d+/);
  assert.match(out, /Converged/);
});

test("wrong use is told as sentence, remedy and code, with 2 and without a stack", async () => {
  const cases: readonly [readonly string[], string][] = [
    [["fly"], "cli/usage"],
    [["simulate", at("study.ts")], "cli/usage"],
    [["check", at("none.ts")], "cli/file-missing"],
    [["check", at("syntax.ts")], "cli/file-failed"],
    [["check", at("empty.ts")], "cli/no-model"],
    [["simulate", at("two.ts"), "--span", "0:1"], "cli/choose-model"],
    [["check", at("two.ts"), "--model", "third"], "cli/unknown-model"],
    [["simulate", at("study.ts"), "--span", "0-1"], "cli/option"],
    [["simulate", at("study.ts"), "--span", "0:1", "--input", "q"], "cli/option"],
    [["simulate", at("study.ts"), "--span", "0:1"], "solver/missing-input"],
    [
      ["simulate", at("study.ts"), "--span", "0:1", "--method", "euler", "--input", "q=1", "--input", "Tin=1", "--input", "Q=1"],
      "solver/method",
    ],
    [["calibrate", at("other.ts"), "--estimate", "k"], "cli/needs"],
    [["calibrate", at("study.ts"), "--data", at("absent.csv")], "historian/file-missing"],
    [["calibrate", at("study.ts"), "--starts", "1.5"], "cli/option"],
    [["fuse", at("study.ts"), "--fit", at("absent.json")], "cli/file-missing"],
    [["fuse", at("study.ts"), "--fit", at("plant.csv")], "cli/file-failed"],
    [["predict", at("plant.csv"), "--data", at("plant.csv")], "bundle/unreadable"],
    [["serve", at("plant.csv")], "bundle/unreadable"],
    [["portrait"], "cli/needs"],
  ];
  for (const [args, code] of cases) {
    const said = await greybox(...args);
    const subject = args.join(" ");
    assert.equal(said.code, 2, `${subject}: ${said.err}`);
    assert.ok(said.err.includes(`[${code}]`), `${subject}: ${said.err}`);
    assert.doesNotMatch(said.err, /^ +at /m);
    const { ok, error } = (await greybox(...args, "--json")).json();
    assert.deepEqual([ok, error.code], [false, code], subject);
    assert.ok(error.problem.length > 10 && error.remedy.length > 10, subject);
  }
});

test("a model that cannot be integrated anywhere near the start is named before the search", async () => {
  const said = await greybox("calibrate", at("hopeless.ts"), "--json");
  assert.equal(said.code, 2, said.err);
  const { error } = said.json();
  assert.equal(error.code, "calibration/cannot-integrate");
  assert.match(error.problem, /k = 1\) nor at any of \d+ points.*Window/);
});

test("the page about the command line names every command and its exit codes", async () => {
  const page = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");
  const { out } = await greybox("--help");
  const commands = [...out.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map((found) => found[1] ?? "");
  assert.ok(commands.length >= 8, out);
  for (const name of commands) assert.match(page, new RegExp(`^\\| \`${name}[ \`]`, "m"), name);
});

test("doctor says of every optional part whether it is there, and how to get it", async () => {
  const { code, json } = await greybox("doctor", "--json");
  assert.equal(code, 0);
  const { parts } = json();
  assert.ok(parts.length >= 10);
  for (const part of parts) {
    assert.equal(typeof part.there, "boolean");
    assert.ok(part.get.length > 5 && part.detail.length > 0, part.name);
  }
});

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

function child(...args: readonly string[]) {
  const started = spawn(process.execPath, ["--conditions=greybox-source", "--import", "tsx", main, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const [out, err]: [string[], string[]] = [[], []];
  started.stdout.on("data", (chunk) => out.push(String(chunk)));
  started.stderr.on("data", (chunk) => err.push(String(chunk)));
  const ended = once(started, "close").then(([code]) => ({ code: Number(code), out: out.join(""), err: err.join("") }));
  return { started, ended, said: () => out.join("") };
}

test("as a program: serves, answers, and ends with 0 when it is told to", async () => {
  const { started, ended, said } = child("serve", at("tank.greybox"), "--port", "0", "--json");
  while (!said().includes("\n")) await Promise.race([once(started.stdout, "data"), ended]);
  const { url, sensors } = JSON.parse(said());
  assert.deepEqual(sensors, ["tank.T"]);
  const answer = await fetch(`${url}/v1/sensors/tank.T/predict`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ time: 0, q: 0.6, Tin: 20, Q: 50 }),
  });
  assert.equal(answer.status, 200);
  started.kill("SIGTERM");
  assert.equal((await ended).code, 0);
});

test("as a program: a port in use is worth another try, 3", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const address = holder.address();
  const port = typeof address === "object" && address ? String(address.port) : "";
  const { code, err } = await greybox("serve", at("tank.greybox"), "--port", port);
  holder.close();
  assert.equal(code, 3, err);
});

test("as a program: points piped in are answered line by line, and a wrong line is named", async () => {
  const { started, ended } = child("predict", at("tank.greybox"), "--points", "-");
  started.stdin.end('{"time":0,"q":0.6,"Tin":20,"Q":50}\n{"time":60,"q":"x"}\n');
  const { code, out, err } = await ended;
  assert.equal(code, 2);
  assert.equal(out.trim().split("\n").length, 1);
  assert.match(err, /q: Give a number, null/);
});
