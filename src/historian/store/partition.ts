/** Points in memory into segments on the disk: by group of tags and period of time, sorted by tag and time. */
import { join } from "node:path";
import type { TagInfo } from "../series.ts";
import { groupOf, type Manifest, type SegmentEntry, writeWhole } from "./layout.ts";
import type { Points } from "./points.ts";
import { type Part, segmentBytes } from "./segment.ts";
import { byPeriod } from "./snapshot.ts";

/** Writes the segments that some points make. They count once a manifest names them. */
export async function writeSegments(
  path: string,
  { groups, period, calendar }: Pick<Manifest, "groups" | "period" | "calendar">,
  tags: Iterable<{ readonly info: TagInfo; readonly points: Points }>,
  nextFile: () => number,
  staged?: string,
): Promise<SegmentEntry[]> {
  const partitions = new Map<string, { readonly group: number; readonly period: string; readonly parts: Part[] }>();
  for (const { info, points } of [...tags].sort((a, b) => (a.info.tag < b.info.tag ? -1 : 1))) {
    const group = groupOf(info.tag, groups);
    for (const [label, part] of byPeriod(points, period)) {
      const key = `${group} ${label}`;
      const partition = partitions.get(key) ?? { group, period: label, parts: [] };
      partition.parts.push({ info, points: part });
      partitions.set(key, partition);
    }
  }
  const entries: SegmentEntry[] = [];
  for (const partition of partitions.values()) entries.push(await writeSegment(path, partition, calendar, nextFile(), staged));
  return entries;
}

/** Writes one segment. Parts stand by tag, points in each by time. */
export async function writeSegment(
  path: string,
  { group, period, parts }: { readonly group: number; readonly period: string; readonly parts: readonly Part[] },
  calendar: boolean,
  number: number,
  staged?: string,
): Promise<SegmentEntry> {
  const file = `segments/group=${String(group).padStart(2, "0")}/${period}/${number}.parquet`;
  await writeWhole(join(path, file), await segmentBytes(parts, calendar));
  let [rows, from, to] = [0, Infinity, -Infinity];
  for (const { time } of parts.map((part) => part.points)) {
    rows += time.length;
    from = Math.min(from, time[0]!);
    to = Math.max(to, time.at(-1)!);
  }
  return { file, group, period, rows, from, to, ...(staged === undefined ? {} : { staged }) };
}
