/** What a store holds at one moment, for reading: segments, and what the logs hold beyond them. Reads while another process writes. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { TagInfo } from "../series.ts";
import type { TimeRange } from "../source.ts";
import { groupOf, type Manifest, manifestName, periodOf, readJson, readManifest, type SegmentEntry } from "./layout.ts";
import { readLog } from "./log.ts";
import { addPage, type GrowingPoints, joined, type Points, partOf, placesByArrival, placesByTime, pointsAt } from "./points.ts";
import { type GroupCache, openSegment, type Segment } from "./segment.ts";

/** Segments and row groups that were opened; outlives a snapshot, for files never change. */
export interface Opened extends GroupCache {
  readonly segments: Map<string, Promise<Segment>>;
  /** The latest snapshot, and what the files looked like of which it was made. */
  latest?: { readonly stamp: string; readonly snapshot: Snapshot };
}

export const noneOpened = (): Opened => ({ segments: new Map(), groups: new Map() });

/** Segments whose places of tags are kept in memory. */
const keptSegments = 256;

export interface Snapshot {
  readonly path: string;
  readonly manifest: Manifest;
  readonly tags: ReadonlyMap<string, TagInfo>;
  readonly fresh: ReadonlyMap<string, GrowingPoints>;
  readonly opened: Opened;
}

/** Attempts to get a picture in which no file has gone missing while a writer moved on. */
export const attempts = 20;

/** @throws GreyboxError `historian/store-missing`, `historian/store-damaged` */
export async function takeSnapshot(path: string, opened: Opened): Promise<Snapshot> {
  for (let attempt = 1; ; attempt++) {
    const stamp = await stampOf(path);
    if (opened.latest?.stamp === stamp) return opened.latest.snapshot;
    const manifest = await readManifest(path);
    try {
      const known = manifest.tags === undefined ? {} : await readJson<Record<string, TagInfo>>(path, manifest.tags);
      const tags = new Map(Object.entries(known));
      const fresh = await freshOf(path, manifest);
      for (const [tag, { info }] of fresh) tags.set(tag, info);
      // A log that was turned into segments meanwhile is gone without an error.
      if ((await readManifest(path)).log !== manifest.log) continue;
      const snapshot = { path, manifest, tags, fresh, opened };
      opened.latest = { stamp, snapshot };
      return snapshot;
    } catch (error) {
      if (!isGone(error) || attempt === attempts) throw error;
    }
  }
}

/** Changes whenever the manifest is replaced or a log grows. */
async function stampOf(path: string): Promise<string> {
  const look = async (file: string): Promise<string> => {
    const found = await stat(join(path, file)).catch(() => undefined);
    return found ? `${file} ${found.ino} ${found.mtimeMs} ${found.size}` : "";
  };
  const files = [manifestName, ...(await logsOf(path, 0))];
  return (await Promise.all(files.map(look))).join("\n");
}

export const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

/** What the logs hold that is in no segment. */
async function freshOf(path: string, manifest: Manifest): Promise<Map<string, GrowingPoints>> {
  const fresh = new Map<string, GrowingPoints>();
  let { arrivals } = manifest;
  for (const file of await logsOf(path, manifest.log)) {
    await readLog(path, file, join(path, file), ({ pages }) => {
      for (const page of pages) {
        addPage(fresh, page, 0, arrivals);
        arrivals += page.time.length;
      }
    });
  }
  return fresh;
}

/** Logs with the number `first` and above, in order. */
export async function logsOf(path: string, first: number): Promise<string[]> {
  const names = await readdir(join(path, "log")).catch(() => []);
  const numbers = names.flatMap((name) => (/^\d+\.log$/.test(name) ? [Number.parseInt(name, 10)] : []));
  return numbers
    .filter((number) => number >= first)
    .sort((a, b) => a - b)
    .map((number) => `log/${number}.log`);
}

export function segmentOf(store: string, file: string, opened: Opened): Promise<Segment> {
  const path = join(store, file);
  const { segments } = opened;
  const known = segments.get(path);
  if (known) {
    segments.delete(path);
    segments.set(path, known);
    return known;
  }
  const made = openSegment(store, file, path, opened);
  segments.set(path, made);
  made.catch(() => segments.delete(path));
  for (const oldest of segments.keys()) {
    if (segments.size <= keptSegments) break;
    segments.delete(oldest);
  }
  return made;
}

/**
 * Points of a tag, period by period, by time; those of one period at once. Late points stand where they belong.
 *
 * @param done  periods to pass over; those that were given are added
 */
export async function* pointsByTime(
  snapshot: Snapshot,
  tag: string,
  range: TimeRange,
  done: Set<string> = new Set(),
): AsyncGenerator<Points> {
  const { path, manifest, opened } = snapshot;
  const { from = -Infinity, to = Infinity } = range;
  const periods = new Map<string, { readonly entries: SegmentEntry[]; readonly parts: Points[]; first: number }>();
  const periodAt = (label: string, first: number) => {
    let period = periods.get(label);
    if (period === undefined) {
      period = { entries: [], parts: [], first };
      periods.set(label, period);
    }
    period.first = Math.min(period.first, first);
    return period;
  };
  const group = groupOf(tag, manifest.groups);
  for (const entry of manifest.segments) {
    if (entry.group !== group || entry.staged !== undefined || entry.to < from || entry.from >= to) continue;
    periodAt(entry.period, entry.from).entries.push(entry);
  }
  const fresh = snapshot.fresh.get(tag)?.view();
  if (fresh) for (const [label, points] of byPeriod(fresh, manifest.period)) periodAt(label, points.time[0]!).parts.push(points);

  // Periods do not overlap, so the earliest time in each puts them in order.
  for (const [label, { entries, parts }] of [...periods].sort(([, a], [, b]) => a.first - b.first)) {
    if (done.has(label)) continue;
    const found = [...parts];
    for (const entry of entries) {
      const segment = await segmentOf(path, entry.file, opened);
      const rows = segment.rowsOf(tag);
      if (rows) found.push(await segment.read(...rows));
    }
    if (found.length === 0) continue;
    const all = joined(found);
    const places = found.length === 1 ? undefined : placesByTime(all);
    const inside = within(places ? pointsAt(all, places) : all, from, to);
    done.add(label);
    if (inside.time.length > 0) yield inside;
  }
}

/** Points of a tag in the order in which they arrived. */
export async function pointsByArrival(snapshot: Snapshot, tag: string, range: TimeRange): Promise<Points | undefined> {
  const parts: Points[] = [];
  for await (const part of pointsByTime(snapshot, tag, range)) parts.push(part);
  if (parts.length === 0) return undefined;
  const all = joined(parts);
  const places = placesByArrival(all);
  return places ? pointsAt(all, places) : all;
}

/** Those with from ≤ time < to, of points that stand by time. */
function within(points: Points, from: number, to: number): Points {
  const { time } = points;
  const start = firstAtLeast(time, from);
  const end = firstAtLeast(time, to);
  return start === 0 && end === time.length ? points : partOf(points, start, Math.max(start, end));
}

function firstAtLeast(time: Float64Array, limit: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Points cut at the borders of periods, each part by time. */
export function byPeriod(points: Points, period: Manifest["period"]): [label: string, points: Points][] {
  const places = placesByTime(points);
  const ordered = places ? pointsAt(points, places) : points;
  const parts: [string, Points][] = [];
  const { time } = ordered;
  let start = 0;
  while (start < time.length) {
    const { label, end } = periodOf(time[start]!, period);
    const next = start + firstAtLeast(time.subarray(start), end);
    parts.push([label, partOf(ordered, start, next)]);
    start = next;
  }
  return parts;
}
