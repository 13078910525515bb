/**
 * How a store lies on the disk: one manifest that names everything else, replaced as a whole.
 *
 * ```text
 * plant.store/
 *   manifest.json              what is there: segments, streams, the first log that counts
 *   tags/7.json                what is known of the tags
 *   streams/9.json             how far each stream has come
 *   log/3.log                  points taken up since the last segment was written
 *   segments/group=02/2026-01/17.parquet
 * ```
 *
 * Files other than logs are written under another name, flushed to the disk and renamed; a file that no manifest names does not exist.
 */
import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { GreyboxError } from "../../core/index.ts";
import type { TagInfo } from "../series.ts";

/** How long a stretch of time one segment may cover. */
export type Period = "day" | "month" | "year" | "all";

export interface SegmentEntry {
  /** Path inside the store, with `/`. */
  readonly file: string;
  readonly group: number;
  readonly period: string;
  readonly rows: number;
  /** Earliest and latest time in it [s]. */
  readonly from: number;
  readonly to: number;
  /** The stream that is still to be completed before this is seen; absent: seen. */
  readonly staged?: string | undefined;
}

/** How far a stream has come: its tags with the number of their points and the hash of them. */
export interface StreamTag {
  readonly points: number;
  readonly hash: string;
  /** Absent for what was committed: it stands among the tags of the store. */
  readonly info?: TagInfo | undefined;
}

export interface StreamEntry {
  /** File of what has been committed and is seen. */
  readonly committed?: string | undefined;
  /** File of what has been taken up beyond that, by a run that has not ended yet. */
  readonly staged?: string | undefined;
  /** Next number expected of a stream that numbers its batches. */
  readonly next?: number | undefined;
  /** Hash of all that has been committed. */
  readonly content?: string | undefined;
}

export interface Manifest {
  readonly format: 1;
  /** Counts the manifests. */
  readonly generation: number;
  readonly calendar: boolean;
  /** Tags are spread over so many groups by a hash of their names. */
  readonly groups: number;
  readonly period: Period;
  /** Points taken up so far: the number that the next one gets. */
  readonly arrivals: number;
  /** Number of the next file. */
  readonly files: number;
  /** Logs with this number and above hold what is not in segments yet. */
  readonly log: number;
  readonly segments: readonly SegmentEntry[];
  readonly streams: Readonly<Record<string, StreamEntry>>;
  readonly tags?: string | undefined;
  /** Latest identities of batches, so that a batch that comes again is known. */
  readonly batches?: string | undefined;
  /** Files that were replaced; readers of an older manifest may still have them open. */
  readonly obsolete: readonly string[];
}

export const manifestName = "manifest.json";

export async function isStore(path: string): Promise<boolean> {
  return (await stat(join(path, manifestName)).catch(() => undefined))?.isFile() === true;
}

/** @throws GreyboxError `historian/store-missing`, `historian/store-damaged` */
export async function readManifest(path: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(path, manifestName), "utf8");
  } catch (cause) {
    throw new GreyboxError("historian/store-missing", { path }, { cause });
  }
  const manifest = parsed<Manifest>(path, manifestName, text);
  if (manifest.format !== 1)
    throw new GreyboxError("historian/store-damaged", { path, file: manifestName, why: `its format is ${String(manifest.format)}, not 1` });
  return manifest;
}

export async function readJson<T>(path: string, file: string): Promise<T> {
  return parsed<T>(path, file, await readFile(join(path, file), "utf8"));
}

/** What Greybox wrote itself, so its shape is known once it parses. */
function parsed<T>(path: string, file: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new GreyboxError("historian/store-damaged", { path, file, why: (cause as Error).message }, { cause });
  }
}

/** Writes a file so that it is there as a whole, also after a loss of power, or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.part`;
  const file = await open(unfinished, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await syncFolder(dirname(path));
}

/** Makes the names in a folder last. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Group of a tag: the same on every machine. */
export function groupOf(tag: string, groups: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < tag.length; i++) hash = Math.imul(hash ^ tag.charCodeAt(i), 0x01000193) >>> 0;
  return hash % groups;
}

/** Latest instant that a calendar date can name [s]. */
const lastDate = 8.64e12;

/** The stretch of time that an instant belongs to, and where that ends [s]. Labels sort like their times within the years 0 to 9999. */
export function periodOf(time: number, period: Period): { readonly label: string; readonly end: number } {
  if (period === "all") return { label: "all", end: Infinity };
  if (time < -62167219200) return { label: "before", end: -62167219200 };
  if (time >= 253402300800 || time > lastDate) return { label: "beyond", end: Infinity };
  const date = new Date(time * 1000);
  const year = date.getUTCFullYear();
  if (period === "year") return { label: date.toISOString().slice(0, 4), end: Date.UTC(year + 1, 0, 1) / 1000 };
  if (period === "month") return { label: date.toISOString().slice(0, 7), end: Date.UTC(year, date.getUTCMonth() + 1, 1) / 1000 };
  return { label: date.toISOString().slice(0, 10), end: (Math.floor(time / 86400) + 1) * 86400 };
}
