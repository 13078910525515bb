import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { task, threads } from "../../src/compute/index.ts";
import { ingest, mapTags, memorySource, openStore, type Series, seriesOf } from "../../src/historian/index.ts";
import { failsWith, scratch } from "./scratch.ts";

export const sumOf = ({ tag, value }: Series): string => `${tag} ${value.reduce((sum, v) => sum + v, 0)}`;
const sumTask = task<Series, string>(import.meta.url, "sumOf");

const path = join(scratch, "map.store");
const tags = Array.from({ length: 150 }, (_, k) => `T${k}`);

test("every tag is mapped, in order, with the same results on two threads as on none", async () => {
  const store = await openStore(path, { sync: "process" });
  const series = tags.map((tag, k) => seriesOf(tag, { time: [0, 1, 2].map((t) => 1.7e9 + t), value: [k, 1, 2], status: [0, 0, 0] }));
  await ingest(memorySource({ name: "plant", series: new Map(series.map((one) => [one.tag, one])) }), store);
  await store.close();
  const here = await mapTags(path, sumTask);
  assert.deepEqual(
    [...here],
    tags.map((tag, k) => [tag, `${tag} ${k + 3}`]),
  );
  await using compute = threads({ workers: 2 });
  const counts: number[] = [];
  assert.deepEqual(await mapTags(path, sumTask, { compute, onProgress: (done) => counts.push(done) }), here);
  assert.equal(counts.at(-1), 150);
});

test("some tags in a range, in the order in which they were asked for", async () => {
  const some = await mapTags(path, sumTask, { tags: ["T20", "T3"], range: { from: 1.7e9 + 1 } });
  assert.deepEqual(
    [...some],
    [
      ["T20", "T20 3"],
      ["T3", "T3 3"],
    ],
  );
  await assert.rejects(mapTags(path, sumTask, { tags: ["T151"] }), failsWith("historian/tag-missing", '"T15'));
  await assert.rejects(mapTags(path, task<Series, string>(import.meta.url, "none")), failsWith("compute/no-such-task"));
});
