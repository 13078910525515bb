/** Calibrations that are killed again and again, without a word of warning: nothing but seconds is lost. Prints how far each came. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { random } from "../../../src/core/index.ts";

const script = fileURLToPath(new URL("../../calibration/slow-fit.ts", import.meta.url));

/** Undefined where it was killed before its end. */
async function fit(checkpoint: string, kind: string, milliseconds = Infinity): Promise<string | undefined> {
  const options = process.execArgv.filter((argument) => !argument.startsWith("--test"));
  const child = spawn(process.execPath, [...options, script, checkpoint, kind], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (text) => (out += text));
  const ended = once(child, "close");
  const stopped = new AbortController();
  if (milliseconds < Infinity) {
    const late = setTimeout(milliseconds, undefined, { signal: stopped.signal }).then(
      () => child.kill("SIGKILL"),
      () => undefined,
    );
    await Promise.race([ended, late]);
    stopped.abort();
  }
  const [code] = await ended;
  return code === 0 ? out.trim() : undefined;
}

/** Starts that have ended, and iterations of those under way. */
async function progress(checkpoint: string): Promise<{ readonly ended: number; readonly iterations: number }> {
  const { finished, underWay } = JSON.parse(await readFile(checkpoint, "utf8").catch(() => '{"finished":{},"underWay":{}}'));
  const inputs = Object.values(underWay) as { resume: { iterations: number } }[];
  return { ended: Object.keys(finished).length, iterations: inputs.reduce((sum, { resume }) => sum + resume.iterations, 0) };
}

for (const kind of ["one", "many"]) {
  test(`${kind === "one" ? "one long search" : "many searches on two threads"}: killed at random moments, its bits are those of one left alone`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "greybox-kill-"));
    const draw = random(2026).fork(kind);
    try {
      const checkpoint = join(folder, "fit.json");
      const began = performance.now();
      const expected = await fit("none", kind);
      const whole = performance.now() - began;
      assert.match(expected ?? "", /^[0-9a-f]{64}$/);
      let kills = 0;
      let found: string | undefined;
      for (; found === undefined && kills < 50; kills += found === undefined ? 1 : 0) {
        // However fast the machine is: somewhere in the midst, and later when that has not been enough.
        found = await fit(checkpoint, kind, whole * (0.4 + 0.4 * draw.uniform()) * (1 + kills / 10));
        console.log(kind, JSON.stringify(await progress(checkpoint)));
      }
      assert.equal(found, expected);
      assert.ok(kills > 0, "it was never killed");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
