/**
 * Keeps what sensors have become on disk, so that a service that is killed and started again goes on as if nothing had happened.
 *
 * One file a sensor and bundle: a new bundle of the same name starts a new stream and leaves the old file alone. A file is written beside
 * and renamed, so a reader sees the old state or the new one. An answer leaves the service only after the state behind it is written;
 * requests that come while a file is being written share the next one.
 */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { GreyboxError } from "../core/index.ts";
import type { SoftSensor } from "../sensors/index.ts";

export interface Keeper {
  /** Resolves when all that the sensor has been told by now is written. */
  keep(sensor: SoftSensor): Promise<void>;
}

/**
 * Resumes every sensor whose state is in the folder, which is made where there is none.
 *
 * @throws GreyboxError `service/state` when the folder cannot be used or a file in it is no state; `sensor/snapshot` when one is damaged
 */
export async function keeperIn(folder: string, sensors: Iterable<SoftSensor>): Promise<Keeper> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => refuse(folder, error));
  for (const sensor of sensors) {
    const path = fileOf(folder, sensor);
    const text = await readFile(path, "utf8").catch((error: unknown) => (isMissing(error) ? undefined : refuse(path, error)));
    if (text !== undefined) sensor.resume(parsed(path, text));
  }
  const queues = new Map<SoftSensor, () => Promise<void>>();
  return {
    keep(sensor) {
      const queue = queues.get(sensor) ?? oneAtATime(() => write(fileOf(folder, sensor), sensor));
      queues.set(sensor, queue);
      return queue();
    },
  };
}

/** A call while one is under way waits for a run that starts after it; several such calls share that run. */
function oneAtATime(run: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= current
      .catch(() => {})
      .then(() => {
        next = undefined;
        current = run();
        return current;
      });
    return next;
  };
}

async function write(path: string, sensor: SoftSensor): Promise<void> {
  const beside = `${path}.part`;
  const file = await open(beside, "w");
  try {
    await file.writeFile(`${JSON.stringify(sensor.snapshot())}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

/** The name comes from a bundle, so it is not let out of the folder. */
function fileOf(folder: string, { name, hash }: SoftSensor): string {
  return join(folder, `${encodeURIComponent(name)}.${hash.slice(0, 16)}.json`);
}

function parsed(path: string, text: string) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(path, error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function refuse(path: string, error: unknown): never {
  throw new GreyboxError("service/state", { path, why: error instanceof Error ? error.message : String(error) }, { cause: error });
}
