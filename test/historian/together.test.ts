import assert from "node:assert/strict";
import { test } from "node:test";
import { reason, severity } from "../../src/core/index.ts";
import { freezeTogether } from "../../src/historian/faults/index.ts";
import { bind, memorySource, prepare } from "../../src/historian/index.ts";
import { course, instrument, streamOf } from "./cases/plant.ts";
import { tank } from "./tank.ts";

test("what most bound tags stop at together is no measurement in a window, and counts as nothing else where it is not looked for", async () => {
  const stream = streamOf("together", 1);
  const sound = ["T", "cA", "x", "q"].map((tag) => instrument(tag, course(stream, { points: 400, level: 300 }), stream));
  // Too short for any of them to be doubted by itself.
  const all = [...freezeTogether(sound.slice(0, 3), { from: 2000, to: 2080 }).map(({ series }) => series), sound[3]!];
  const plant = memorySource({ name: "plant", series: new Map(all.map((series) => [series.tag, series])) });
  const tags = bind(tank, {
    q: { tag: "q", unit: "L/min", hold: "linear" },
    T: { tag: "T", unit: "K" },
    cA: { tag: "cA", unit: "mol/L" },
    conversion: { tag: "x", unit: "1" },
  });
  const { windows } = await prepare(plant, tags);
  for (const name of ["T", "cA", "conversion"]) {
    const measured = windows[0]!.measured[name]!;
    const stale = Array.from(measured.reasons.keys()).filter((i) => (measured.reasons[i]! & reason.groupStale) !== 0);
    assert.deepEqual(
      stale.map((i) => Math.round(60 * measured.time[i]!)),
      [2010, 2020, 2030, 2040, 2050, 2060, 2070],
    );
    for (const i of stale) {
      assert.equal(measured.weight[i], 0);
      assert.equal(severity(measured.status[i]!), "uncertain");
    }
  }
  const { windows: trusting } = await prepare(plant, tags, { rules: { companions: false } });
  assert.ok(trusting[0]!.measured.T!.weight.every((weight) => weight === 1));
});
