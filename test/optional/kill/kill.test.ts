/** A hundred kills at random moments while a store takes up a file, numbered batches and news, and is compacted. Prints what came of it. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { killRounds } from "../../historian/kill-rounds.ts";

const kills = Number(process.env["GREYBOX_KILLS"] ?? 100);

test(`${kills} kills lose nothing and double nothing`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "greybox-kill-"));
  try {
    const result = await killRounds(join(folder, "plant.store"), kills, 2026);
    console.log(JSON.stringify(result));
    assert.deepEqual([result.lost, result.doubled], [0, 0]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
