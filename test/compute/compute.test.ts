/** Places to compute against their common promises, and what only threads promise. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { inline, threads } from "../../src/compute/index.ts";
import { workerArguments } from "../../src/compute/worker-arguments.ts";
import { isGreyboxError } from "../../src/core/index.ts";
import { computeConformance } from "./conformance.ts";
import { deafTask, squareTask } from "./tasks.ts";

computeConformance("inline", inline());
computeConformance("threads, 1 worker", threads({ workers: 1 }));
computeConformance("threads, 2 workers", threads({ workers: 2 }));

test("threads: a task that does not listen is ended after the grace", async () => {
  await using pool = threads({ workers: 1, grace: 10 });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(pool.map(deafTask, [0], { signal: controller.signal }), { name: "AbortError" });
  assert.deepEqual(await pool.map(squareTask, [4]), [16]);
});

test("threads: a closed pool and a senseless number of workers are refused", async () => {
  const pool = threads({ workers: 1 });
  await pool[Symbol.asyncDispose]();
  await assert.rejects(pool.map(squareTask, [1]), (error) => isGreyboxError(error, "compute/closed"));
  for (const workers of [0, -1, 1.5, Number.NaN]) {
    assert.throws(
      () => threads({ workers }),
      (error) => isGreyboxError(error, "compute/workers"),
    );
  }
});

test("workers get the options that say how modules are found, in any form, and no others", () => {
  const passed = ["--conditions=greybox-source", "-C", "other", "--import", "tsx", "--loader=x.mjs", "-r", "y.cjs", "--no-warnings"];
  assert.deepEqual(workerArguments(passed), passed);
  const kept = [
    "--max-old-space-size=512",
    "--stack-size",
    "900",
    "--input-type=module",
    "--eval",
    "1",
    "--test",
    "--expose-gc",
    "--title=a",
  ];
  assert.deepEqual(workerArguments(kept), []);
  assert.deepEqual(workerArguments(["--expose-gc", "--import", "tsx", "--test"]), ["--import", "tsx"]);
  assert.deepEqual(workerArguments(["--import"]), []);
});

test("threads: a script may be run with options that workers do not accept", () => {
  const script = `
    import { threads } from "./src/compute/index.ts";
    import { squareTask } from "./test/compute/tasks.ts";
    console.log(await threads({ workers: 1 }).map(squareTask, [5]));`;
  const options = [
    "--max-old-space-size=512",
    "--expose-gc",
    "--title=plant",
    "--conditions=greybox-source",
    "--import",
    "tsx",
    "--no-warnings",
  ];
  const printed = execFileSync(process.execPath, [...options, "--input-type=module", "--eval", script], {
    encoding: "utf8",
    timeout: 20_000,
  });
  assert.equal(printed.trim(), "[ 25 ]");
});

test("threads: a script that never closes its pool ends by itself", () => {
  const script = `
    import { threads } from "./src/compute/index.ts";
    import { squareTask } from "./test/compute/tasks.ts";
    console.log(await threads({ workers: 2 }).map(squareTask, [2, 3]));`;
  const printed = execFileSync(
    process.execPath,
    ["--conditions=greybox-source", "--import", "tsx", "--input-type=module", "--eval", script],
    {
      encoding: "utf8",
      timeout: 20_000,
    },
  );
  assert.equal(printed.trim(), "[ 4, 9 ]");
});
