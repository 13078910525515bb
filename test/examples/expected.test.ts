/** Every example has the same file roles, and an `expected.json` that can be held against what it reached. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { compare, type Expected } from "../../scripts/expected.ts";

const names = readdirSync("examples", { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

for (const name of names) {
  const folder = join("examples", name);

  test(`example ${name} has a model, its data or binding, a run, what it must reach, and a page`, () => {
    for (const file of ["model.ts", "run.ts", "expected.json", "README.md"])
      assert.ok(existsSync(join(folder, file)), `${file} is missing`);
    assert.ok(existsSync(join(folder, "binding.ts")) || existsSync(join(folder, "data.ts")), "binding.ts or data.ts is missing");
  });

  test(`example ${name}: every expected figure has a rule and a source`, () => {
    const expected: Record<string, Expected> = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
    assert.ok(Object.keys(expected).length >= 3);
    for (const [figure, rule] of Object.entries(expected)) {
      const numbers = Object.values(rule).filter((value) => typeof value === "number");
      const kinds = ["near", "atLeast", "atMost"].filter((kind) => kind in rule);
      assert.equal(kinds.length, 1, `${figure} has rules ${kinds.join(", ")}`);
      assert.equal(numbers.length, kinds[0] === "near" ? 2 : 1, `${figure} lacks a number`);
      assert.ok(rule.source.length > 0, `${figure} has no source`);
    }
  });

  test(`example ${name} uses the package by its public names only`, () => {
    for (const file of readdirSync(folder).filter((file) => file.endsWith(".ts"))) {
      for (const [, target] of readFileSync(join(folder, file), "utf8").matchAll(/from "([^"]+)"/g)) {
        assert.match(target ?? "", /^(greybox(\/[a-z]+)?|node:[a-z]+|\.\/[a-z-]+\.ts|\.\.\/example\.ts)$/, `${file} imports ${target}`);
      }
    }
  });
}

test("a figure holds within its tolerance, at its limits, and never when it is missing or not a number", () => {
  const rule = (expected: object): Record<string, Expected> => ({ a: { source: "test", ...expected } as Expected });
  const holds = (expected: object, a: unknown) => compare(rule(expected), { a })[0]?.holds;
  assert.equal(holds({ near: 2, within: 0.5 }, 2.5), true);
  assert.equal(holds({ near: 2, within: 0.5 }, 2.51), false);
  assert.equal(holds({ atLeast: 19 }, 19), true);
  assert.equal(holds({ atLeast: 19 }, 18), false);
  assert.equal(holds({ atMost: 1 }, 1), true);
  assert.equal(holds({ atMost: 1 }, 1.01), false);
  for (const nothing of [undefined, null, Number.NaN, Number.POSITIVE_INFINITY, "3"]) assert.equal(holds({ atLeast: -1 }, nothing), false);
  assert.match(compare(rule({ near: 2, within: 0.5 }), { a: 3 })[0]?.sentence ?? "", /a: 3, expected 2 ± 0.5 \(test\)/);
});

test("an example without its data says what it needs, and is skipped", () => {
  const out = mkdtempSync(join(tmpdir(), "greybox-example-"));
  const { GREYBOX_DATA: _, ...env } = process.env;
  const args = [...process.execArgv.filter((argument) => !argument.startsWith("--test")), "examples/tclab/run.ts", "--out", out];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...env, NODE_TEST_CONTEXT: undefined } });
  const figures = JSON.parse(readFileSync(join(out, "figures.json"), "utf8"));
  rmSync(out, { recursive: true });
  assert.equal(status, 0);
  assert.match(stdout, /tclab skipped: needs apm_energy_balance_mimo_600s\.csv; say where it is with --data DIR/);
  assert.match(figures.skipped, /needs apm_energy/);
});

test("asking for an example that is not there lists those that are, with exit code 2", () => {
  const args = [...process.execArgv.filter((argument) => !argument.startsWith("--test")), "scripts/example.ts", "nothing"];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(status, 2);
  for (const name of names) assert.ok(stderr.includes(name));
});
