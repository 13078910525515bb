/** Tasks on worker threads of this process, through piscina. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import type { Piscina } from "piscina";
import { type FailureCode, type FailureDetails, failures, GreyboxError } from "../core/index.ts";
import { notPlain } from "./plain.ts";
import type { Compute, MapOptions, Task, TaskName } from "./task.ts";
import type { Failure, Reply, Report, Request } from "./worker.ts";
import { workerArguments } from "./worker-arguments.ts";

export interface ThreadsOptions {
  /** Threads at most. Default: as many as the machine runs at once. */
  readonly workers?: number | undefined;
  /** Milliseconds that running tasks get to return what they have after an abort, before their threads are ended. */
  readonly grace?: number | undefined;
}

export const threadsDefaults = { grace: 1000 } as const;

/** Beside this file, in TypeScript as in JavaScript. */
const workerFile = fileURLToPath(new URL(`./worker${import.meta.url.slice(import.meta.url.lastIndexOf("."))}`, import.meta.url));

/**
 * Runs tasks on threads. Threads start with the first work, stay warm, and do not keep a script from ending.
 *
 * Results are the bits that `inline()` gives, in the order of the inputs, for any number of workers.
 *
 * @throws GreyboxError `compute/workers` when `workers` is not a whole number above 0
 *
 * @example
 * const pool = threads({ workers: 2 });
 * const escaped = await pool.map(task("node:querystring", "escape"), ["a b", "c"]);
 * escaped; // => ["a%20b", "c"]
 * await pool[Symbol.asyncDispose](); // or: await using pool = threads()
 */
export function threads({ workers = availableParallelism(), grace = threadsDefaults.grace }: ThreadsOptions = {}): Compute {
  if (!Number.isInteger(workers) || workers < 1) throw new GreyboxError("compute/workers", { workers });
  const listeners = new Map<number, (report: Report) => void>();
  let pool: Promise<Piscina> | undefined;
  let closed = false;
  let calls = 0;

  const start = async (): Promise<Piscina> => {
    const { Piscina } = await import("piscina");
    const started = new Piscina({
      filename: workerFile,
      name: "run",
      minThreads: 0,
      maxThreads: workers,
      idleTimeout: 2 ** 31 - 1,
      execArgv: workerArguments(process.execArgv),
    });
    started.on("message", (report: Report) => listeners.get(report.call)?.(report));
    return started;
  };

  return {
    name: "threads",
    workers,
    async map<I, O, S>(task: Task<I, O, S>, inputs: readonly I[], options: MapOptions<O, S> = {}): Promise<O[]> {
      if (closed) throw new GreyboxError("compute/closed", { name: task.name });
      options.signal?.throwIfAborted();
      pool ??= start();
      const call = calls++;
      const { onReport } = options;
      if (onReport) listeners.set(call, ({ index, progress }) => onReport(index, progress));
      try {
        return await run(await pool, { call, task, inputs, options, grace });
      } finally {
        listeners.delete(call);
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await (await pool)?.destroy();
    },
  };
}

interface Call<I, O, S> {
  readonly call: number;
  readonly task: Task<I, O, S>;
  readonly inputs: readonly I[];
  readonly options: MapOptions<O, S>;
  readonly grace: number;
}

/** As many lanes as threads; each takes the next input when it is free, so that memory does not grow with the number of inputs. */
async function run<I, O, S>(pool: Piscina, { call, task, inputs, options, grace }: Call<I, O, S>): Promise<O[]> {
  const { signal, onResult } = options;
  const shared = options.shared === undefined ? undefined : packed(task, options.shared);
  const cancelled = new SharedArrayBuffer(4);
  const ended = new AbortController();
  const results: O[] = new Array(inputs.length);
  const failed = new Map<number, unknown>();
  let next = 0;

  let timer: NodeJS.Timeout | undefined;
  const giveUp = (): void => {
    Atomics.store(new Int32Array(cancelled), 0, 1);
    timer = setTimeout(() => ended.abort(), grace);
  };
  signal?.addEventListener("abort", giveUp, { once: true });

  const lane = async (): Promise<void> => {
    while (next < inputs.length && failed.size === 0 && !signal?.aborted) {
      const index = next++;
      const request: Request = { task, input: inputs[index], call, index, cancelled, shared };
      try {
        const reply: Reply = await pool.run(request, { signal: ended.signal });
        if (!reply.ok) throw restored(reply.failure);
        // The function at the far end is the one that `task` describes.
        const result = reply.result as O;
        results[index] = result;
        onResult?.(index, result);
      } catch (error) {
        failed.set(index, error instanceof Error ? notPlain(task, error) : uncopied(task, error));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(pool.maxThreads, inputs.length) }, lane));
  signal?.removeEventListener("abort", giveUp);
  clearTimeout(timer);
  signal?.throwIfAborted();
  if (failed.size > 0) throw failed.get(Math.min(...failed.keys()));
  return results;
}

/** piscina rejects with an empty object when what came back could not be copied. */
function uncopied(task: TaskName, cause: unknown): Error {
  return new GreyboxError("compute/not-plain", { name: task.name, why: "its result could not be copied" }, { cause });
}

/** What a call shares, serialised once for each object, however many calls share it. */
const known = new WeakMap<object, NonNullable<Request["shared"]>>();
let keys = 0;

function packed<S>(task: TaskName, shared: S): NonNullable<Request["shared"]> {
  const remembered = typeof shared === "object" && shared !== null ? known.get(shared) : undefined;
  if (remembered) return remembered;
  let content: Buffer;
  try {
    content = serialize(shared);
  } catch (error) {
    // The serialiser throws a plain Error where structured clone throws a DataCloneError.
    throw new GreyboxError("compute/not-plain", { name: task.name, why: (error as Error).message }, { cause: error });
  }
  const bytes = new SharedArrayBuffer(content.length);
  new Uint8Array(bytes).set(content);
  const entry = { key: keys++, bytes };
  if (typeof shared === "object" && shared !== null) known.set(shared, entry);
  return entry;
}

/** The error that the task threw, with the stack it had over there as its cause. */
function restored({ name, message, stack, code, details }: Failure): Error {
  const cause = stack;
  if (code !== undefined && code in failures) {
    // The code comes from a GreyboxError of this same version, whose details fit it.
    return new GreyboxError(code as FailureCode, details as FailureDetails<FailureCode>, { cause });
  }
  const error = new Error(message, { cause });
  error.name = name;
  return error;
}
