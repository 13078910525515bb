/** The page about soft sensors against the code. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { biasDefaults, predictionReasons } from "../../src/sensors/index.ts";

const page = readFileSync(new URL("../../docs/soft-sensors.md", import.meta.url), "utf8");

test("every reason is explained, and every explained reason exists", () => {
  const section = page.slice(page.indexOf("## Reasons"), page.indexOf("## Start and gaps"));
  const explained = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map((found) => found[1] ?? "");
  assert.deepEqual(explained.toSorted(), predictionReasons.toSorted());
});

test("the defaults that the page states are those of the code", () => {
  assert.ok(page.includes(`| \`gain\` | ${biasDefaults.gain} |`));
  assert.ok(page.includes(`| \`gate\` | ${biasDefaults.gateInHalfWidths} half-widths |`));
  assert.ok(page.includes(`| \`maxDelay\` | ${biasDefaults.maxDelay / 3600} h |`));
});
