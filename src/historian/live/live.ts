/** From a source that tells of news to windows a sensor or a calibration can use, as they become complete. */
import { type AnySource, GreyboxError, nearestNames } from "../../core/index.ts";
import type { Binding } from "../bind.ts";
import { type Duration, secondsOf } from "../duration.ts";
import type { Historian } from "../open.ts";
import type { Series } from "../series.ts";
import type { Source } from "../source.ts";
import { type LiveWindow, tagsOf, type Windower, type WindowerOptions, windower } from "./windower.ts";

export interface LiveOptions extends WindowerOptions {
  /**
   * How often time goes on by the clock where nothing comes, so that windows of silent tags are told, too. Default: never; time goes on with
   * the points alone, and the same points give the same windows.
   */
  readonly heartbeat?: Duration | undefined;
  /** Told after each page: watermark, points in memory, points left out. */
  readonly onPage?: ((state: Pick<Windower, "watermark" | "points" | "dropped">) => void) | undefined;
}

/** Pages that are taken in at most before windows are cut. */
const together = 10_000;

/**
 * Windows as they become complete, cleaned and aligned as {@link prepare} does it, and again where late points changed them.
 *
 * Ends with the source. A reader that takes its time makes the source wait; memory does not grow with it.
 *
 * @throws GreyboxError `historian/not-live`, `historian/tag-missing`, `historian/option`
 *
 * @example
 * const watch = async (source: Source) => {
 *   for await (const { window, revision } of liveWindows(source, tags, { length: "10 s", lateness: "2 s" }))
 *     if (window && revision === 0) for (const row of rowsOf(window)) sensor.predict(row);
 * };
 */
export async function* liveWindows<M extends AnySource>(
  source: Source | Historian,
  binding: Binding<M>,
  options: LiveOptions,
): AsyncGenerator<LiveWindow, void> {
  if (!("subscribe" in source) || !source.subscribe) throw new GreyboxError("historian/not-live", { source: source.name });
  const cutter = windower(binding, options);
  const heartbeat = options.heartbeat === undefined ? undefined : 1000 * secondsOf(options.heartbeat, "heartbeat");
  const clock = options.clock ?? ((): number => Date.now() / 1000);
  const wanted = [...tagsOf(binding)];
  const known = (await source.browse()).map(({ tag }) => tag);
  for (const tag of wanted)
    if (!known.includes(tag))
      throw new GreyboxError("historian/tag-missing", { source: source.name, tag, nearest: nearestNames(tag, known) });
  const pages = source.subscribe(wanted)[Symbol.asyncIterator]();
  try {
    let coming = pages.next();
    for (let ended = false; !ended; ) {
      let page = await pageOrBeat(coming, heartbeat);
      if (page === "beat") cutter.advance(clock());
      // Pages of one moment come tag by tag: all that are there already belong together.
      for (let taken = 0; page !== "beat" && page !== "nothing"; taken++) {
        ended = page.done === true;
        if (page.done) break;
        cutter.add(page.value);
        coming = pages.next();
        if (taken >= together) break;
        page = await pageOrNothing(coming);
      }
      yield* await cutter.due();
      options.onPage?.(cutter);
    }
    yield* await cutter.finish();
  } finally {
    await pages.return?.();
  }
}

type NextPage = IteratorResult<Series, unknown>;

/** The page if it is there already. */
async function pageOrNothing(page: Promise<NextPage>): Promise<NextPage | "nothing"> {
  return Promise.race([page, new Promise<"nothing">((resolve) => setImmediate(resolve, "nothing"))]);
}

/** What comes first: the page, or the time to look at the clock. */
async function pageOrBeat(page: Promise<NextPage>, heartbeat: number | undefined): Promise<NextPage | "beat" | "nothing"> {
  if (heartbeat === undefined) return page;
  let timer: NodeJS.Timeout | undefined;
  const beat = new Promise<"beat">((resolve) => {
    timer = setTimeout(() => resolve("beat"), heartbeat);
  });
  try {
    return await Promise.race([page, beat]);
  } finally {
    clearTimeout(timer);
  }
}
