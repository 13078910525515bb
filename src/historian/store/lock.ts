/** One writer at a time: a file that says which process writes. A process that is gone holds no lock. */
import { readFileSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { GreyboxError } from "../../core/index.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as far as the system tells: numbers of processes come again. */
  readonly began: string;
}

/**
 * Takes the lock; the function that comes back gives it up.
 *
 * @throws GreyboxError `historian/store-locked`
 */
export async function lock(store: string, path: string): Promise<() => Promise<void>> {
  const own: Holder = { pid: process.pid, host: hostname(), began: began(process.pid) };
  for (let attempt = 0; ; attempt++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(JSON.stringify(own));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const holder = await holderOf(path);
      if (attempt > 3 || (holder !== undefined && alive(holder))) {
        throw new GreyboxError("historian/store-locked", { path: store, pid: holder?.pid ?? 0, host: holder?.host ?? "" });
      }
      await rm(path, { force: true });
    }
  }
}

/** Undefined where the process was ended before it had written who it is. */
async function holderOf(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function alive({ pid, host, began: then }: Holder): boolean {
  // Whether a process on another machine still lives cannot be seen from here.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return began(pid) === then;
}

/** Start of a process in ticks since the machine started; "" where the system does not tell. */
function began(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
