/** One job of the historian in a process of its own, so that its peak of memory is its own. Prints a line of JSON. */

import { existsSync, readFileSync } from "node:fs";
import { ingest, mapTags, memorySource, openStore, type Series, seriesOf, storeSource, streamFile } from "greybox/historian";
import { flaggedTask } from "./historian-tasks.ts";

const [what, ...given] = process.argv.slice(2);

/** Most memory that this process had at once [MiB]. What the system counts for a new process begins with the size of the one that started it. */
function peak(): number {
  const text = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const found = /VmHWM:\s+(\d+)/.exec(text)?.[1];
  return Math.round((found === undefined ? process.resourceUsage().maxRSS : Number(found)) / 1024);
}

async function ingestFile(path: string, into: string): Promise<object> {
  const begin = performance.now();
  const store = await openStore(into);
  const { points } = await ingest(await streamFile(path), store);
  await store.close();
  return { points, milliseconds: performance.now() - begin, peakMiB: peak() };
}

/** As many tags as a large site has, a day of minutes each in a few pages, taken up and then read tag by tag. */
async function manySeries(into: string, tags: number, points: number): Promise<object> {
  const names = Array.from({ length: tags }, (_, k) => `SITE1.AREA${k % 37}.UNIT${k % 499}.TAG${k}`);
  const time = Float64Array.from({ length: points }, (_, i) => 1767225600 + 60 * i);
  const source = memorySource({ name: "site", series: new Map() });
  const one = (k: number): Series =>
    seriesOf(names[k]!, { time, value: time.map((_, i) => ((k + i * 7) % 1000) / 10), status: new Uint32Array(points) });
  const began = performance.now();
  const store = await openStore(into);
  await ingest(
    {
      ...source,
      browse: async () => names.map((tag) => ({ tag })),
      async *readRaw(tag) {
        yield one(Number(tag.slice(tag.lastIndexOf("TAG") + 3)));
      },
    },
    store,
  );
  await store.close();
  const written = performance.now();
  const sums = await mapTags(into, flaggedTask);
  const read = performance.now();
  const source2 = await storeSource(into);
  let count = 0;
  for (const tag of names.slice(0, 200)) for await (const page of source2.readRaw(tag)) count += page.time.length;
  return {
    tags: sums.size,
    points: tags * points,
    sample: count,
    ingestMilliseconds: written - began,
    flagMilliseconds: read - written,
    milliseconds: read - began,
    peakMiB: peak(),
  };
}

if (what === "ingest") console.log(JSON.stringify(await ingestFile(given[0]!, given[1]!)));
if (what === "many") console.log(JSON.stringify(await manySeries(given[0]!, Number(given[1]), Number(given[2]))));
