/**
 * A process that writes to a store until it is killed: a stream with an end, numbered batches and compaction at the same time.
 *
 * Arguments: store, pages of the stream, first batch to send, batches in all. Tells on its standard output which batches were acknowledged.
 */
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ingest, openStore, type PageStream, type Series, seriesOf } from "../../src/historian/index.ts";

const start = 1767225600;
export const pagePoints = 400;
export const streamTags = 5;

/** Page number k of the stream: points of one of its tags, one of them late. */
export function streamPage(k: number): Series {
  const first = Math.floor(k / streamTags) * pagePoints;
  const time = Float64Array.from({ length: pagePoints }, (_, i) => start + 60 * (first + i));
  time[7] = time[3]! - 30 - 86400 * (k % 3);
  return seriesOf(`STREAM${k % streamTags}`, { time, value: time.map((t, i) => (t + k + i) / 7), status: new Array(pagePoints).fill(0) });
}

/** Batch number n of the live part: a point of each of three tags. */
export function liveBatch(n: number): Series[] {
  return [0, 1, 2].map((k) => seriesOf(`LIVE${k}`, { time: [start + n], value: [n + k / 10], status: [0] }));
}

export function pageStream(pages: number): PageStream {
  return {
    name: "stream",
    calendar: true,
    async *pages() {
      for (let k = 0; k < pages; k++) {
        await setImmediate();
        yield streamPage(k);
      }
    },
    findings: () => [],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path, pages, firstBatch, lastBatch] = [process.argv[2]!, ...process.argv.slice(3).map(Number)] as [string, number, number, number];
  const store = await openStore(path, { segmentPoints: 3000, period: "day", groups: 2 });
  const live = async (): Promise<void> => {
    for (let n = firstBatch; n < lastBatch; n++) {
      await store.append(liveBatch(n), { stream: "live", number: n });
      process.stdout.write(`${n}\n`);
      if (n % 40 === 0) await store.compact();
    }
  };
  await Promise.all([ingest(pageStream(pages), store), live()]);
  await store.close();
  process.stdout.write("done\n");
}
