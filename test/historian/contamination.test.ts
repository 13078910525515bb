import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanedPlant, contaminatedPlant, contamination, kinds, scored } from "../../bench/problems/contaminated-plant.ts";

test("with nearly a third of all points spoilt by fourteen kinds of faults at once, cleaning finds them", (context) => {
  const plants = [1, 2].map((seed) => contaminatedPlant(seed, 3000));
  for (const plant of plants) assert.ok(Math.abs(contamination(plant) - 0.3) < 0.04);
  const scores = scored(plants, plants.map(cleanedPlant));
  assert.equal(scores.length, Object.keys(kinds).length + 1);
  for (const { kind, recall, named, precision } of scores) {
    context.diagnostic(`${kind}: recall ${recall.toFixed(3)}, for the right reason ${named.toFixed(3)}, precision ${precision.toFixed(3)}`);
    assert.ok(recall >= 0.9, `${kind}: recall ${recall.toFixed(3)}`);
    // Where a stretch becomes noisy is known within a block only.
    assert.ok(precision >= (kind === "noisy" ? 0.9 : 0.95), `${kind}: precision ${precision.toFixed(3)}`);
  }
});
