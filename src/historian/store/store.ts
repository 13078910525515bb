/**
 * The writing side of a store: takes points up for good, turns them into segments, keeps the manifest.
 *
 * What `append` has acknowledged is never lost and never doubled, whenever the process ends. One process writes; any number read meanwhile.
 */
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { GreyboxError } from "../../core/index.ts";
import type { Series, TagInfo } from "../series.ts";
import { compactOnce, removeObsolete } from "./compact.ts";
import { isStore, type Manifest, manifestName, readJson, readManifest, syncFolder, writeWhole } from "./layout.ts";
import { lock } from "./lock.ts";
import { type BatchIdentity, readLog, recordBytes } from "./log.ts";
import { type StoreOptions, storeDefaults } from "./options.ts";
import { writeSegments } from "./partition.ts";
import { addPage, type GrowingPoints } from "./points.ts";
import { logsOf } from "./snapshot.ts";
import { type Stage, stageOf } from "./stage.ts";

export interface Store extends AsyncDisposable {
  readonly path: string;
  readonly calendar: boolean;
  /**
   * Takes points up and makes them seen. When it resolves they outlive the end of the process (see `sync`).
   *
   * @returns false when this batch had been taken up before: nothing is added then
   * @throws GreyboxError `historian/store-batch` when numbers of a stream are left out, `historian/store-closed`
   */
  append(pages: readonly Series[], identity?: BatchIdentity): Promise<boolean>;
  /**
   * Takes up a stream that has an end, unseen until it is committed. What was taken up before by a run that was cut off is not taken up again.
   *
   * @throws GreyboxError `historian/store-busy` while the same stream is being taken up
   */
  stage(stream: string): Promise<Stage>;
  /** Turns the log into segments. */
  flush(): Promise<void>;
  /** Joins small segments, so that points that came late stand beside their neighbours also on the disk. Returns how many were joined. */
  compact(): Promise<number>;
  /** Writes what is in memory and gives up the lock. */
  close(): Promise<void>;
}

interface Pending extends BatchIdentity {
  readonly pages: readonly Series[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens a store for writing, or makes it.
 *
 * @throws GreyboxError `historian/store-missing`, `historian/store-locked`, `historian/store-damaged`, `historian/option`
 *
 * @example
 * const store = await openStore("plant.store");
 * const first = await store.append([series], { batch: "2026-11-22T08" });
 * const again = await store.append([series], { batch: "2026-11-22T08" });
 * [first, again]; // => [true, false]
 * await store.close();
 * const plant = await openHistorian("plant.store");
 * plant.tags.length; // => 1
 */
export async function openStore(path: string, options: StoreOptions = {}): Promise<Store> {
  const create = options.create ?? storeDefaults.create;
  const segmentPoints = options.segmentPoints ?? storeDefaults.segmentPoints;
  const sync = options.sync ?? storeDefaults.sync;
  for (const [option, value] of [
    ["groups", options.groups ?? 1],
    ["segmentPoints", segmentPoints],
  ] as const)
    if (!Number.isInteger(value) || value < 1 || (option === "groups" && value > 999))
      throw new GreyboxError("historian/option", { option, value: String(value), expected: "a whole number above 0 (groups: up to 999)" });
  if (!create && !(await isStore(path))) throw new GreyboxError("historian/store-missing", { path });
  await mkdir(join(path, "log"), { recursive: true });
  const unlock = await lock(path, join(path, "writer.lock"));
  try {
    return await opened(path, options, segmentPoints, sync, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function opened(
  path: string,
  options: StoreOptions,
  segmentPoints: number,
  sync: "always" | "process",
  unlock: () => Promise<void>,
): Promise<Store> {
  let manifest = (await isStore(path)) ? await readManifest(path) : await firstManifest(path, options);
  for (const option of ["calendar", "groups", "period"] as const)
    if (options[option] !== undefined && options[option] !== manifest[option] && !(option === "period" && !manifest.calendar))
      throw new GreyboxError("historian/option", {
        option,
        value: String(options[option]),
        expected: `${String(manifest[option])}, as when "${path}" was made`,
      });
  await removeUnnamed(path, manifest);

  let fresh = new Map<string, GrowingPoints>();
  let freshPoints = 0;
  let { arrivals } = manifest;
  const batches = new Set(manifest.batches === undefined ? [] : await readJson<string[]>(path, manifest.batches));
  const numbers = new Map<string, number>();
  const take = ({ pages, batch, stream, number }: BatchIdentity & { readonly pages: readonly Series[] }): void => {
    for (const page of pages) {
      if (page.time.length === 0) continue;
      addPage(fresh, page, 0, arrivals);
      arrivals += page.time.length;
      freshPoints += page.time.length;
    }
    if (batch !== undefined) remember(batches, batch);
    if (stream !== undefined && number !== undefined) numbers.set(stream, number + 1);
  };
  const oldLogs = await logsOf(path, manifest.log);
  for (const file of oldLogs) await readLog(path, file, join(path, file), take);

  let logNumber = Math.max(manifest.log, ...oldLogs.map((file) => Number.parseInt(file.slice(4), 10) + 1));
  let log: { readonly handle: Awaited<ReturnType<typeof open>>; length: number; records: number } | undefined;
  let closed = false;
  let broken: unknown;
  let last: Promise<unknown> = Promise.resolve();

  /** One change after the other. */
  const serial = <T>(change: () => Promise<T>): Promise<T> => {
    const next = last.then(change, change);
    last = next.catch(() => {});
    return next;
  };
  const nextFile = (): number => {
    const { files } = manifest;
    manifest = { ...manifest, files: files + 1 };
    return files;
  };
  const replace = async (changes: Partial<Manifest>): Promise<void> => {
    const next = { ...manifest, ...changes, generation: manifest.generation + 1, arrivals };
    await writeWhole(join(path, manifestName), `${JSON.stringify(next)}\n`);
    manifest = next;
  };

  const write = async (group: readonly Pending[]): Promise<void> => {
    if (log === undefined) {
      log = { handle: await open(join(path, `log/${logNumber}.log`), "a"), length: 0, records: 0 };
      await syncFolder(join(path, "log"));
    }
    const { handle, length, records } = log;
    try {
      const bytes = group.map((batch, i) => recordBytes(batch, records + i, records));
      await handle.appendFile(bytes.length === 1 ? bytes[0]! : Buffer.concat(bytes));
      if (sync === "always") await handle.datasync();
      log.records += group.length;
      log.length += bytes.reduce((sum, one) => sum + one.length, 0);
    } catch (error) {
      // Half a record must not stand before others, nor a whole one that nobody was told of.
      await handle.truncate(length).catch((second: unknown) => {
        broken = second;
      });
      throw error;
    }
  };

  const flush = async (): Promise<void> => {
    if (freshPoints === 0) return;
    const entries = await writeSegments(
      path,
      manifest,
      [...fresh.values()].map((points) => ({ info: points.info, points: points.view() })),
      nextFile,
    );
    const tags = await tagsWith(fresh);
    const batchFile = batches.size === 0 ? undefined : `batches/${nextFile()}.json`;
    if (batchFile !== undefined) await writeWhole(join(path, batchFile), JSON.stringify([...batches]));
    const streams = { ...manifest.streams };
    for (const [stream, next] of numbers) streams[stream] = { ...streams[stream], next };
    const old = { logs: await logsOf(path, 0), files: [manifest.tags, manifest.batches] };
    await log?.handle.close();
    log = undefined;
    logNumber++;
    await replace({
      log: logNumber,
      segments: [...manifest.segments, ...entries],
      streams,
      ...tags,
      ...(batchFile ? { batches: batchFile } : {}),
    });
    fresh = new Map();
    freshPoints = 0;
    for (const file of old.logs) await rm(join(path, file), { force: true });
    for (const file of old.files) if (file !== undefined && file !== manifest.tags && file !== manifest.batches) await drop(path, file);
  };

  /** The change to the manifest that some tags make, or none. */
  const tagsWith = async (added: Iterable<readonly [string, { readonly info: TagInfo }]>): Promise<{ tags?: string }> => {
    const known = manifest.tags === undefined ? {} : await readJson<Record<string, TagInfo>>(path, manifest.tags);
    const tags = new Map(Object.entries(known));
    let changed = false;
    for (const [tag, { info }] of added) {
      if (JSON.stringify(tags.get(tag)) === JSON.stringify(info)) continue;
      tags.set(tag, info);
      changed = true;
    }
    if (!changed) return {};
    const file = `tags/${nextFile()}.json`;
    await writeWhole(join(path, file), JSON.stringify(Object.fromEntries(tags)));
    return { tags: file };
  };

  const queue: Pending[] = [];
  const pump = async (): Promise<void> => {
    const group = inSequence(queue.splice(0));
    if (group.length === 0) return;
    try {
      if (broken !== undefined) throw broken;
      // Whoever appends waits until there is room again.
      if (freshPoints >= segmentPoints) await flush();
      await write(group);
    } catch (error) {
      for (const { batch, reject } of group) {
        if (batch !== undefined) batches.delete(batch);
        reject(error);
      }
      return;
    }
    for (const batch of group) {
      take(batch);
      batch.resolve();
    }
  };

  /** Those whose number is still the next one: the one before may have failed meanwhile. */
  const inSequence = (group: readonly Pending[]): Pending[] => {
    const next = new Map<string, number>();
    return group.filter(({ stream, number, reject }) => {
      if (stream === undefined || number === undefined) return true;
      const wanted = next.get(stream) ?? expected(stream);
      if (number === wanted) next.set(stream, number + 1);
      else reject(new GreyboxError("historian/store-batch", { path, stream, number, expected: wanted }));
      return number === wanted;
    });
  };

  const expected = (stream: string): number => numbers.get(stream) ?? manifest.streams[stream]?.next ?? 0;
  /** Streams that are being taken up: two at once would both take up the same. */
  const staging = new Set<string>();
  /** Numbers that are on their way. */
  const underWay = new Map<string, number>();
  const refuseClosed = (): void => {
    if (closed) throw new GreyboxError("historian/store-closed", { path });
  };

  const close = async (): Promise<void> => {
    if (closed) return last as Promise<void>;
    closed = true;
    await serial(async () => {
      try {
        await pump();
        await flush();
      } finally {
        await log?.handle.close();
        await unlock();
      }
    });
  };

  return {
    path,
    calendar: manifest.calendar,
    async append(pages, identity = {}) {
      refuseClosed();
      const { batch, stream, number } = identity;
      if (batch !== undefined && batches.has(batch)) return false;
      if (stream !== undefined && number !== undefined) {
        const next = underWay.get(stream) ?? expected(stream);
        if (number < next) return false;
        if (number > next) throw new GreyboxError("historian/store-batch", { path, stream, number, expected: next });
        underWay.set(stream, number + 1);
      }
      if (batch !== undefined) remember(batches, batch);
      const done = new Promise<void>((resolve, reject) => queue.push({ ...identity, pages, resolve, reject }));
      void serial(pump);
      try {
        await done;
      } catch (error) {
        if (stream !== undefined) underWay.delete(stream);
        throw error;
      }
      return true;
    },
    async stage(stream) {
      refuseClosed();
      if (staging.has(stream)) throw new GreyboxError("historian/store-busy", { path, stream });
      staging.add(stream);
      const left = (): boolean => staging.delete(stream);
      try {
        return await stageOf({ path, stream, segmentPoints, serial, nextFile, replace, tagsWith, manifest: () => manifest, arrive, left });
      } catch (error) {
        left();
        throw error;
      }
    },
    flush: () => serial(flush),
    async compact() {
      refuseClosed();
      await serial(() => removeObsolete({ path, manifest, replace }));
      let joined = 0;
      for (;;) {
        const count = await serial(() => compactOnce({ path, manifest, nextFile, replace, segmentPoints }));
        if (count === 0) return joined;
        joined += count;
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };

  function arrive(count: number): number {
    arrivals += count;
    return arrivals - count;
  }
}

async function firstManifest(path: string, options: StoreOptions): Promise<Manifest> {
  const calendar = options.calendar ?? storeDefaults.calendar;
  const manifest: Manifest = {
    format: 1,
    generation: 0,
    calendar,
    groups: options.groups ?? storeDefaults.groups,
    period: calendar ? (options.period ?? storeDefaults.period) : "all",
    arrivals: 0,
    files: 0,
    log: 0,
    segments: [],
    streams: {},
    obsolete: [],
  };
  await writeWhole(join(path, manifestName), `${JSON.stringify(manifest)}\n`);
  return manifest;
}

function remember(batches: Set<string>, batch: string): void {
  batches.add(batch);
  for (const oldest of batches) {
    if (batches.size <= storeDefaults.rememberedBatches) break;
    batches.delete(oldest);
  }
}

async function drop(path: string, file: string): Promise<void> {
  await rm(join(path, file), { force: true });
}

/** Removes what an interrupted writer left behind: files that the manifest does not name. */
async function removeUnnamed(path: string, manifest: Manifest): Promise<void> {
  const named = new Set<string | undefined>([
    manifest.tags,
    manifest.batches,
    ...manifest.obsolete,
    ...manifest.segments.map(({ file }) => file),
  ]);
  for (const { committed, staged } of Object.values(manifest.streams)) named.add(committed).add(staged);
  for (const folder of ["segments", "tags", "streams", "batches"]) {
    const found = await readdir(join(path, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of found) {
      if (!entry.isFile()) continue;
      const full = join(entry.parentPath, entry.name);
      const file = full.slice(path.length + 1).replaceAll("\\", "/");
      if (!named.has(file)) await rm(full, { force: true });
    }
  }
  for (const file of await logsOf(path, 0)) if (Number.parseInt(file.slice(4), 10) < manifest.log) await drop(path, file);
}
