/** Joins segments of the same group and period into one: fewer files, and late points beside their neighbours. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { TagInfo } from "../series.ts";
import type { Manifest, SegmentEntry } from "./layout.ts";
import { writeSegment } from "./partition.ts";
import { joined, type Points, placesByTime, pointsAt } from "./points.ts";
import { noneOpened, segmentOf } from "./snapshot.ts";

export interface CompactSetting {
  readonly path: string;
  readonly manifest: Manifest;
  nextFile(): number;
  replace(changes: Partial<Manifest>): Promise<void>;
  readonly segmentPoints: number;
}

/**
 * Joins the segments of one group and period, smallest first, into one of at most twice the size of a segment, so that memory stays bounded.
 *
 * @returns how many segments were joined; 0: there is nothing left to do
 */
export async function compactOnce({ path, manifest, nextFile, replace, segmentPoints }: CompactSetting): Promise<number> {
  const chosen = toJoin(manifest.segments, 2 * segmentPoints);
  if (chosen.length < 2) return 0;
  const points = new Map<string, { info: TagInfo; readonly parts: Points[] }>();
  const opened = noneOpened();
  for (const entry of chosen) {
    const segment = await segmentOf(path, entry.file, opened);
    const all = await segment.read(0, entry.rows);
    for (const info of segment.tags) {
      const [start, end] = segment.rowsOf(info.tag)!;
      const found = points.get(info.tag) ?? { info, parts: [] };
      found.info = info;
      found.parts.push({
        time: all.time.subarray(start, end),
        value: all.value.subarray(start, end),
        status: all.status.subarray(start, end),
        reasons: all.reasons.subarray(start, end),
        arrival: all.arrival.subarray(start, end),
      });
      points.set(info.tag, found);
    }
  }
  const parts = [...points.values()]
    .sort((a, b) => (a.info.tag < b.info.tag ? -1 : 1))
    .map((one) => {
      const all = joined(one.parts);
      const places = placesByTime(all);
      return { info: one.info, points: places ? pointsAt(all, places) : all };
    });
  const { group, period } = chosen[0]!;
  const entry = await writeSegment(path, { group, period, parts }, manifest.calendar, nextFile());
  const replaced = new Set(chosen);
  await replace({
    segments: [...manifest.segments.filter((one) => !replaced.has(one)), entry],
    obsolete: [...manifest.obsolete, ...chosen.map(({ file }) => file)],
  });
  return chosen.length;
}

/** Removes what was replaced the time before: files that were replaced stay until the next time, for readers that have them in their hands. */
export async function removeObsolete({ path, manifest, replace }: Pick<CompactSetting, "path" | "manifest" | "replace">): Promise<void> {
  const { obsolete } = manifest;
  if (obsolete.length === 0) return;
  await replace({ obsolete: [] });
  for (const file of obsolete) await rm(join(path, file), { force: true });
}

function toJoin(segments: readonly SegmentEntry[], most: number): SegmentEntry[] {
  for (const entries of grouped(segments).values()) {
    const chosen: SegmentEntry[] = [];
    let rows = 0;
    for (const entry of entries.toSorted((a, b) => a.rows - b.rows)) {
      if (rows + entry.rows > most) break;
      chosen.push(entry);
      rows += entry.rows;
    }
    if (chosen.length >= 2) return chosen;
  }
  return [];
}

function grouped(segments: readonly SegmentEntry[]): Map<string, SegmentEntry[]> {
  const partitions = new Map<string, SegmentEntry[]>();
  for (const entry of segments) {
    if (entry.staged !== undefined) continue;
    const key = `${entry.group} ${entry.period}`;
    const known = partitions.get(key);
    if (known) known.push(entry);
    else partitions.set(key, [entry]);
  }
  return partitions;
}
