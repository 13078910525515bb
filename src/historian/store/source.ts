/** A store as a source: read page by page, also while another process writes to it. */
import { GreyboxError, nearestNames } from "../../core/index.ts";
import { pageSize } from "../memory-source.ts";
import type { Series, TagInfo } from "../series.ts";
import type { Source } from "../source.ts";
import { type Points, partOf } from "./points.ts";
import { attempts, isGone, noneOpened, pointsByArrival, pointsByTime, takeSnapshot } from "./snapshot.ts";

export interface StoreReadOptions {
  /**
   * `time`: late points stand where they belong; a tag is never in memory as a whole. `arrival`: as they came, which is what tells of
   * late points and of clocks that were set back.
   */
  readonly order?: "time" | "arrival" | undefined;
}

export const storeReadDefaults = { order: "time" } as const;

/**
 * A store as a source. A reading sees each period of time as the store holds it when the reading gets there; what is taken up meanwhile may be seen.
 *
 * @throws GreyboxError `historian/store-missing`, `historian/store-damaged`
 */
export async function storeSource(path: string, options: StoreReadOptions = {}): Promise<Source> {
  const order = options.order ?? storeReadDefaults.order;
  const opened = noneOpened();
  const { calendar } = (await takeSnapshot(path, opened)).manifest;
  return {
    name: path,
    calendar,
    async browse() {
      return [...(await takeSnapshot(path, opened)).tags.values()];
    },
    async *readRaw(tag, range = {}) {
      const done = new Set<string>();
      for (let attempt = 1; ; attempt++) {
        const snapshot = await takeSnapshot(path, opened);
        const info = snapshot.tags.get(tag);
        if (info === undefined)
          throw new GreyboxError("historian/tag-missing", { source: path, tag, nearest: nearestNames(tag, [...snapshot.tags.keys()]) });
        try {
          if (order === "arrival") {
            const points = await pointsByArrival(snapshot, tag, range);
            if (points) yield* pagesOf(info, points);
          } else for await (const points of pointsByTime(snapshot, tag, range, done)) yield* pagesOf(info, points);
          return;
        } catch (cause) {
          // Compacted meanwhile: the same points are in other files. What was given already is not given again.
          if (!isGone(cause)) throw cause;
          if (attempt === attempts) throw new GreyboxError("historian/store-moved", { path, tag }, { cause });
        }
      }
    },
    findings: () => [],
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Copies, for what is unpacked serves other tags and readers as well. */
function* pagesOf(info: TagInfo, points: Points): Generator<Series> {
  for (let start = 0; start < points.time.length; start += pageSize) {
    const { time, value, status, reasons } = partOf(points, start, Math.min(start + pageSize, points.time.length));
    yield { tag: info.tag, info, time: time.slice(), value: value.slice(), status: status.slice(), reasons: reasons.slice() };
  }
}
