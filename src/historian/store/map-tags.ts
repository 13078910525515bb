/** One task for every tag of a store, on as many threads as there are: each reads its own tags from the disk, nothing is sent but results. */

import { type Compute, inline, type Task, type TaskContext, task } from "../../compute/index.ts";
import { GreyboxError, nearestNames } from "../../core/index.ts";
import { joined, type Series } from "../series.ts";
import type { Source, TimeRange } from "../source.ts";
import { groupOf, readManifest } from "./layout.ts";
import { type StoreReadOptions, storeSource } from "./source.ts";

export interface MapTagsOptions extends StoreReadOptions {
  /** Default: all. */
  readonly tags?: readonly string[] | undefined;
  readonly range?: TimeRange | undefined;
  /** Where the task runs. Default: on the calling thread. */
  readonly compute?: Compute | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Tags that are asked for at once: enough that a row group that holds many tags is unpacked once for them. */
const together = 64;

interface TagsJob {
  readonly path: string;
  readonly tags: readonly string[];
  readonly options: StoreReadOptions;
  readonly range: TimeRange;
  readonly module: string;
  readonly name: string;
}

/**
 * Runs a task for every tag of a store and gives the results by tag, in the order of the tags. The same for any number of threads.
 *
 * Memory holds the points of one tag a thread. The store is read as it is when each tag is reached.
 *
 * @param work  a task that takes a {@link Series}, described by `task` of `greybox/compute`; it gets no `shared`
 * @throws GreyboxError `historian/store-missing`, `historian/tag-missing`, and what the task throws
 *
 * @example
 * const store = await openStore("map.store");
 * await ingest(memorySource({ name: "plant", series: new Map([["TI101.PV", series]]) }), store);
 * await store.close();
 * const { task } = await import("greybox/compute");
 * const infos = await mapTags("map.store", task<Series, string>("node:util", "inspect"));
 * [...infos.keys()]; // => ["TI101.PV"]
 */
export async function mapTags<O>(path: string, work: Task<Series, O>, options: MapTagsOptions = {}): Promise<Map<string, O>> {
  const { compute = inline(), range = {}, signal, onProgress } = options;
  await using source = await storeSource(path);
  const known = new Set((await source.browse()).map((info) => info.tag));
  const tags = options.tags ?? [...known];
  for (const tag of tags)
    if (!known.has(tag)) throw new GreyboxError("historian/tag-missing", { source: path, tag, nearest: nearestNames(tag, [...known]) });
  const { groups } = await readManifest(path);
  const order = tags.map((tag) => ({ tag, group: groupOf(tag, groups) })).sort((a, b) => a.group - b.group || (a.tag < b.tag ? -1 : 1));
  // Few tags are shared out evenly, many in blocks that lie together on the disk.
  const size = Math.max(1, Math.min(together, Math.ceil(order.length / (4 * compute.workers))));
  const jobs: TagsJob[] = [];
  for (let start = 0; start < order.length; start += size) {
    jobs.push({
      path,
      tags: order.slice(start, start + size).map(({ tag }) => tag),
      options: { order: options.order },
      range: { from: range.from, to: range.to },
      module: work.module,
      name: work.name,
    });
  }
  let done = 0;
  const results = await compute.map(tagsTask, jobs, {
    signal,
    onResult: (index) => {
      done += jobs[index]!.tags.length;
      onProgress?.(done, order.length);
    },
  });
  const byTag = new Map<string, O>();
  for (const [k, part] of results.entries()) {
    // The function behind `tagsTask` gives what the function that `work` describes gives.
    for (const [i, result] of part.entries()) byTag.set(jobs[k]!.tags[i]!, result as O);
  }
  return new Map(tags.map((tag) => [tag, byTag.get(tag)!]));
}

/** Stores that this thread has open, with what it has unpacked of them. */
const open = new Map<string, Source>();

/** What a thread does with its share of the tags. */
export async function runTags({ path, tags, options, range, module, name }: TagsJob, context: TaskContext): Promise<unknown[]> {
  const work = ((await import(module)) as Record<string, unknown>)[name];
  if (typeof work !== "function") throw new GreyboxError("compute/no-such-task", { module, name, why: `it exports no function "${name}"` });
  const key = `${options.order ?? ""} ${path}`;
  const source = open.get(key) ?? (await storeSource(path, options));
  open.set(key, source);
  const results: unknown[] = [];
  for (const tag of tags) {
    context.signal.throwIfAborted();
    const pages: Series[] = [];
    for await (const page of source.readRaw(tag, range)) pages.push(page);
    const series = joined(pages[0]?.info ?? { tag }, pages);
    results.push(await work(series, { signal: context.signal, shared: undefined, report: context.report }));
  }
  return results;
}

export const tagsTask = task<TagsJob, unknown[]>(import.meta.url, "runTags");
