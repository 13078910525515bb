/** What a store promises when the process that writes to it is killed. The same with a hundred kills: test/optional/kill. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { killRounds } from "./kill-rounds.ts";
import { scratch } from "./scratch.ts";

test("a writer that is killed again and again loses nothing and doubles nothing", async () => {
  const { lost, doubled, points } = await killRounds(join(scratch, "killed.store"), 4, 5);
  assert.deepEqual({ lost, doubled }, { lost: 0, doubled: 0 });
  assert.ok(points > 30_000);
});
