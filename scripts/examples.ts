/**
 * Runs every example in a process of its own and compares what it reached with its `expected.json`.
 *
 * Data is looked for in `--data DIR`, else GREYBOX_DATA, else `../shared/data`. An example without its data is skipped with a reason.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compare, type Expected } from "./expected.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({ options: { data: { type: "string" } }, allowPositionals: true });
const data = values.data ?? process.env["GREYBOX_DATA"] ?? join(root, "../shared/data");
const names = readdirSync(join(root, "examples")).filter((name) => existsSync(join(root, "examples", name, "expected.json")));
const out = mkdtempSync(join(tmpdir(), "greybox-examples-"));

let failed = 0;
for (const name of positionals.length > 0 ? positionals : names) {
  const start = performance.now();
  const where = join(out, name);
  const args = [...process.execArgv, join(root, "examples", name, "run.ts"), "--data", data, "--out", where];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  if (status !== 0) {
    failed++;
    console.log(`FAILED   ${name} ended with status ${status} after ${seconds}\n${stdout}\n${stderr}`);
    continue;
  }
  const figures: Record<string, unknown> = JSON.parse(readFileSync(join(where, "figures.json"), "utf8"));
  if (typeof figures["skipped"] === "string") {
    console.log(`skipped  ${name}: ${figures["skipped"]}`);
    continue;
  }
  const expected: Record<string, Expected> = JSON.parse(readFileSync(join(root, "examples", name, "expected.json"), "utf8"));
  const verdicts = compare(expected, figures);
  const missed = verdicts.filter(({ holds }) => !holds);
  if (missed.length > 0) failed++;
  console.log(`${missed.length === 0 ? "ok      " : "FAILED  "} ${name}, ${verdicts.length} figures, ${seconds}`);
  for (const { sentence } of missed) console.log(`         ${sentence}`);
}
process.exitCode = failed > 0 ? 1 : 0;
