import { join } from "node:path";
import { after } from "node:test";
import { ingest, memorySource, openStore, type Series, type Store, storeSource } from "../../src/historian/index.ts";
import { scratch } from "./scratch.ts";
import { sourceConformance } from "./source-conformance.ts";

let count = 0;
const held = (series: readonly Series[]) => memorySource({ name: "memory", series: new Map(series.map((one) => [one.tag, one])) });

const fromSegments = async (series: readonly Series[]) => {
  const path = join(scratch, `segments${count++}.store`);
  const store = await openStore(path, { segmentPoints: 700, period: "day" });
  await ingest(held(series), store);
  await store.close();
  return path;
};

const atWork: Store[] = [];
after(async () => {
  for (const store of atWork) await store.close();
});

/** Nothing is in a segment: the writer is still at work. */
const fromLog = async (series: readonly Series[]) => {
  const path = join(scratch, `log${count++}.store`);
  const store = await openStore(path, { sync: "process" });
  atWork.push(store);
  for (const one of series) {
    const page = (start: number, end?: number): Series => ({
      ...one,
      time: one.time.subarray(start, end),
      value: one.value.subarray(start, end),
      status: one.status.subarray(start, end),
      reasons: one.reasons.subarray(start, end),
    });
    await store.append([page(0, 2), page(2, 3)]);
    await store.append([page(3)]);
  }
  return path;
};

const compacted = async (series: readonly Series[]) => {
  const path = await fromSegments(series);
  const store = await openStore(path);
  await store.compact();
  await store.close();
  return path;
};

/** Made once for the same series: reading changes nothing. */
const once = (make: (series: readonly Series[]) => Promise<string>) => {
  const made = new Map<readonly Series[], Promise<string>>();
  return (series: readonly Series[]): Promise<string> => {
    const path = made.get(series) ?? make(series);
    made.set(series, path);
    return path;
  };
};

for (const [what, make] of [
  ["segments", fromSegments],
  ["log", fromLog],
  ["compacted", compacted],
] as const) {
  const made = once(make);
  sourceConformance(`store, ${what}`, { make: async (series) => storeSource(await made(series)), metadata: true, arrival: false });
  sourceConformance(`store in order of arrival, ${what}`, {
    make: async (series) => storeSource(await made(series), { order: "arrival" }),
    metadata: true,
    arrival: true,
  });
}
