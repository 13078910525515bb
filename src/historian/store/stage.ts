/**
 * A stream that has an end, such as a file: taken up in parts that are kept, seen when it is complete.
 *
 * A run that was cut off goes on where it was: of each tag so many points are known, and a hash that proves that the points coming again are
 * the same ones. Nothing of it is in the log, for it can be read again from where it came.
 */
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { GreyboxError } from "../../core/index.ts";
import type { Series, TagInfo } from "../series.ts";
import { type Manifest, readJson, type SegmentEntry, type StreamTag, writeWhole } from "./layout.ts";
import { writeSegments } from "./partition.ts";
import { addPage, type GrowingPoints } from "./points.ts";
import { hashText, noHash, type PointsHash, takeHash } from "./points-hash.ts";

export interface Stage {
  /** Takes up the next page of the stream; resolves when there is room for more. Returns how many of its points are new. */
  take(page: Series): Promise<number>;
  /**
   * The stream is complete: what was taken up is seen from now on. Where another stream of the store holds exactly the same points of the
   * same tags, nothing is added, and its name comes back.
   */
  commit(): Promise<string | undefined>;
  /** Forgets what was taken up since the last commit. */
  discard(): Promise<void>;
  /** Leaves it for another run, which goes on from what was written. */
  leave(): void;
}

/** What a stage needs of its store. */
export interface StageSetting {
  readonly path: string;
  readonly stream: string;
  readonly segmentPoints: number;
  serial<T>(change: () => Promise<T>): Promise<T>;
  nextFile(): number;
  replace(changes: Partial<Manifest>): Promise<void>;
  tagsWith(added: Iterable<readonly [string, { readonly info: TagInfo }]>): Promise<{ tags?: string }>;
  manifest(): Manifest;
  /** Numbers for so many points; the first of them. */
  arrive(count: number): number;
  /** The stage is at its end: another one of this stream may begin. */
  left(): void;
}

/** What tells equal streams: their tags, with the number and the hash of the points of each. */
function contentOf(progress: Readonly<Record<string, StreamTag>>): string {
  const lines = Object.entries(progress).map(([tag, { points, hash }]) => `${JSON.stringify(tag)} ${points} ${hash}\n`);
  return createHash("sha256").update(lines.sort().join("")).digest("hex");
}

interface Seen extends PointsHash {
  points: number;
  info: TagInfo;
}

/** @throws GreyboxError `historian/store-changed` when the stream does not begin with the points that were taken up before */
export async function stageOf(setting: StageSetting): Promise<Stage> {
  const { path, stream, segmentPoints, serial, nextFile, replace, tagsWith, manifest, arrive, left } = setting;
  const before = manifest().streams[stream];
  const file = before?.staged ?? before?.committed;
  const done = new Map(file === undefined ? [] : Object.entries(await readJson<Record<string, StreamTag>>(path, file)));
  const seen = new Map<string, Seen>();
  let fresh = new Map<string, GrowingPoints>();
  let freshPoints = 0;

  const progress = (): Record<string, StreamTag> => {
    const tags = new Map(done);
    for (const [tag, now] of seen) {
      if (now.points >= (done.get(tag)?.points ?? 0)) tags.set(tag, { points: now.points, hash: hashText(now), info: now.info });
    }
    return Object.fromEntries(tags);
  };

  const segments = async (): Promise<SegmentEntry[]> => {
    const entries = await writeSegments(
      path,
      manifest(),
      [...fresh.values()].map((points) => ({ info: points.info, points: points.view() })),
      nextFile,
      stream,
    );
    fresh = new Map();
    freshPoints = 0;
    return [...manifest().segments, ...entries];
  };

  /** Names a new file of progress and removes the one that it replaces. */
  const keep = async (
    kind: "staged" | "committed",
    changes: (segments: readonly SegmentEntry[]) => Promise<Partial<Manifest>>,
  ): Promise<void> => {
    const all = await segments();
    const next = `streams/${nextFile()}.json`;
    await writeWhole(join(path, next), JSON.stringify(progress()));
    const { staged, ...entry } = manifest().streams[stream] ?? {};
    const content = kind === "committed" ? { content: contentOf(progress()) } : {};
    const streams = { ...manifest().streams, [stream]: { ...entry, ...content, [kind]: next } };
    await replace({ ...(await changes(all)), streams });
    for (const old of [staged, kind === "committed" ? entry.committed : undefined])
      if (old !== undefined) await rm(join(path, old), { force: true });
  };

  const discard = async (): Promise<void> => {
    await serial(async () => {
      const unseen = manifest().segments.filter((entry) => entry.staged === stream);
      const { staged, ...entry } = manifest().streams[stream] ?? {};
      const { [stream]: _, ...others } = manifest().streams;
      const streams = Object.keys(entry).length > 0 ? { ...others, [stream]: entry } : others;
      await replace({ segments: manifest().segments.filter((one) => one.staged !== stream), streams });
      for (const old of [staged, ...unseen.map((one) => one.file)]) if (old !== undefined) await rm(join(path, old), { force: true });
      fresh = new Map();
      freshPoints = 0;
    });
    left();
  };

  return {
    async take(page) {
      const count = page.time.length;
      let now = seen.get(page.tag);
      if (now === undefined) {
        now = { ...noHash(), points: 0, info: page.info };
        seen.set(page.tag, now);
      }
      now.info = page.info;
      const known = done.get(page.tag);
      const skipped = Math.min(Math.max((known?.points ?? 0) - now.points, 0), count);
      takeHash(now, page, 0, skipped);
      now.points += skipped;
      if (known && skipped > 0 && now.points === known.points && hashText(now) !== known.hash) throw changed(page.tag, known.points);
      if (skipped === count) return 0;
      takeHash(now, page, skipped, count);
      now.points += count - skipped;
      addPage(fresh, page, skipped, arrive(count - skipped));
      freshPoints += count - skipped;
      if (freshPoints >= segmentPoints) await serial(() => keep("staged", async (all) => ({ segments: all })));
      return count - skipped;
    },
    async commit() {
      for (const [tag, { points }] of seen) if (points < (done.get(tag)?.points ?? 0)) throw changed(tag, done.get(tag)!.points);
      const content = contentOf(progress());
      const { streams } = manifest();
      const twin =
        streams[stream]?.committed === undefined ? Object.keys(streams).find((name) => streams[name]!.content === content) : undefined;
      if (twin !== undefined && twin !== stream) {
        await discard();
        return twin;
      }
      await serial(() =>
        keep("committed", async (all) => ({
          segments: all.map(({ staged, ...entry }) => (staged === undefined || staged === stream ? entry : { ...entry, staged })),
          ...(await tagsWith([...Object.entries(progress())].flatMap(([tag, { info }]) => (info ? [[tag, { info }] as const] : [])))),
        })),
      );
      left();
      return undefined;
    },
    discard,
    leave: left,
  };

  function changed(tag: string, points: number): GreyboxError {
    return new GreyboxError("historian/store-changed", { path, stream, tag, points });
  }
}
