/** From a source into a store: page by page, so that memory does not grow with the source, and going on where it was cut off. */
import { GreyboxError } from "../../core/index.ts";
import { between, type Series } from "../series.ts";
import type { Finding, Source, TimeRange } from "../source.ts";
import type { Store } from "./store.ts";

export interface IngestOptions {
  /** Name under which the store remembers how far this source was read. Default: the name of the source. */
  readonly stream?: string | undefined;
  /** Default: all. */
  readonly tags?: readonly string[] | undefined;
  readonly range?: TimeRange | undefined;
  /** Looked at after each page; what was taken up until then is kept for the next run. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
}

export interface IngestProgress {
  /** Points that are new in the store. */
  readonly points: number;
  /** Points that the store had already. */
  readonly known: number;
}

export interface Ingested extends IngestProgress {
  readonly stream: string;
  readonly tags: number;
  /** Stream under which exactly this was taken up before, such as a file that was renamed since: nothing was added. */
  readonly sameAs?: string | undefined;
  readonly findings: readonly Finding[];
}

/** Pages of several tags as one stream: the same pages in the same order whenever it is read. */
export interface PageStream {
  readonly name: string;
  readonly calendar: boolean;
  pages(): AsyncIterable<Series>;
  findings(): readonly Finding[];
}

/**
 * Takes up what a source holds and the store does not.
 *
 * Seen by readers when all of it is there. Cut off at any time and called again, it takes up the rest: nothing is lost and nothing doubled.
 * Called again after the source has grown, it takes up what is new. A server that fails half-way is an interruption; a refusal (a row that
 * cannot be read …) leaves nothing of this run.
 *
 * @throws GreyboxError `historian/store-changed` when what was taken up before does not come again, `historian/store-busy`, `historian/option`, and what the source throws
 *
 * @example
 * const store = await openStore("ingested.store");
 * const source = memorySource({ name: "plant", series: new Map([["TI101.PV", series]]) });
 * const first = await ingest(source, store);
 * const again = await ingest(source, store);
 * [first.points, again.points]; // => [series.time.length, 0]
 * await store.close();
 */
export async function ingest(from: Source | PageStream, store: Store, options: IngestOptions = {}): Promise<Ingested> {
  const { signal, onProgress } = options;
  const stream = options.stream ?? from.name;
  if (from.calendar !== store.calendar) {
    throw new GreyboxError("historian/option", {
      option: "calendar",
      value: String(store.calendar),
      expected: `${from.calendar} in a store for "${from.name}"`,
    });
  }
  const stage = await store.stage(stream);
  const tags = new Set<string>();
  let [points, known] = [0, 0];
  let sameAs: string | undefined;
  try {
    for await (const page of "pages" in from ? from.pages() : pagesOf(from, options)) {
      signal?.throwIfAborted();
      const wanted = between(page, options.range?.from, options.range?.to);
      if (wanted.time.length === 0) continue;
      const added = await stage.take(wanted);
      tags.add(page.tag);
      points += added;
      known += wanted.time.length - added;
      onProgress?.({ points, known });
    }
    signal?.throwIfAborted();
    sameAs = await stage.commit();
  } catch (error) {
    // Who refuses a row may have read the rows before it wrongly; a server that went away has given nothing wrong.
    if (error instanceof GreyboxError && !interruptions.includes(error.code)) await stage.discard();
    else stage.leave();
    throw error;
  }
  const [fresh, found] = sameAs === undefined ? [points, known] : [0, points + known];
  return { stream, points: fresh, known: found, tags: tags.size, sameAs, findings: from.findings() };
}

const interruptions: readonly string[] = ["historian/server-failed", "historian/server-refused", "historian/access"];

async function* pagesOf(source: Source, { tags, range }: IngestOptions): AsyncGenerator<Series> {
  const wanted = tags ?? (await source.browse()).map((info) => info.tag);
  for (const tag of wanted) yield* source.readRaw(tag, range);
}

/** How {@link follow} goes about it. */
export interface FollowOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
}

/**
 * Takes up new points as they come, seen at once, until the source ends or `signal` is aborted. Each page is on the disk before the next one is
 * asked for, so a source that knows back-pressure is never overrun.
 *
 * @throws GreyboxError `historian/no-news` when the source cannot tell of news
 */
export async function follow(source: Source, tags: readonly string[], store: Store, options: FollowOptions = {}): Promise<number> {
  const { signal, onProgress } = options;
  const news = source.subscribe?.(tags);
  if (news === undefined) throw new GreyboxError("historian/no-news", { source: source.name });
  let points = 0;
  const iterator = news[Symbol.asyncIterator]();
  const ended = new Promise<undefined>((resolve) => signal?.addEventListener("abort", () => resolve(undefined), { once: true }));
  try {
    while (!signal?.aborted) {
      const next = await Promise.race([iterator.next(), ended]);
      if (next === undefined || next.done) break;
      await store.append([next.value]);
      points += next.value.time.length;
      onProgress?.({ points, known: 0 });
    }
  } finally {
    // Not waited for: a source that is silent would keep its reader.
    iterator.return?.().catch(() => {});
  }
  return points;
}
