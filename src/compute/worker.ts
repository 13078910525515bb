/**
 * The far end of `threads()`: runs one task at a time inside a worker.
 *
 * A task that computes without pause never hears messages, so cancellation comes through shared memory: `signal.aborted` reads a flag.
 */
import { deserialize } from "node:v8";
import { parentPort } from "node:worker_threads";
import { load } from "./load.ts";
import type { Task } from "./task.ts";

export interface Request {
  readonly task: Task<unknown, unknown, unknown>;
  readonly input: unknown;
  /** Names the call and the input, for reports. */
  readonly call: number;
  readonly index: number;
  /** Becomes 1 when the caller gives up. */
  readonly cancelled: SharedArrayBuffer;
  /** What all inputs share, serialised once; told apart by `key`. */
  readonly shared: { readonly key: number; readonly bytes: SharedArrayBuffer } | undefined;
}

export type Reply = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly failure: Failure };

/** An error as plain data. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly details: unknown;
}

export interface Report {
  readonly call: number;
  readonly index: number;
  readonly progress: unknown;
}

/** Called by piscina. Errors of the task are replies; anything thrown from here is a fault of the pool. */
export async function run(request: Request): Promise<Reply> {
  try {
    if (/\.m?ts$/.test(request.task.module)) await readTypeScript();
    const work = await load(request.task);
    const result = await work(request.input, {
      signal: polled(request.cancelled),
      shared: sharedOf(request),
      report: (progress) => parentPort?.postMessage({ call: request.call, index: request.index, progress } satisfies Report),
    });
    return { ok: true, result };
  } catch (error) {
    return { ok: false, failure: described(error) };
  }
}

let reading: Promise<void> | undefined;

/** Workers of Node 20 do not inherit the hooks that let the main thread import TypeScript. */
function readTypeScript(): Promise<void> {
  reading ??= "typescript" in process.features && process.features.typescript ? Promise.resolve() : registerHooks();
  return reading;
}

async function registerHooks(): Promise<void> {
  const { register } = await import("tsx/esm/api");
  register();
}

/** Values shared by the inputs of the latest calls, so that each is unpacked once. */
const unpacked = new Map<number, unknown>();
const kept = 4;

function sharedOf({ shared }: Request): unknown {
  if (!shared) return undefined;
  if (unpacked.has(shared.key)) return unpacked.get(shared.key);
  const value: unknown = deserialize(Uint8Array.from(new Uint8Array(shared.bytes)));
  unpacked.set(shared.key, value);
  for (const key of unpacked.keys()) {
    if (unpacked.size <= kept) break;
    unpacked.delete(key);
  }
  return value;
}

function polled(cancelled: SharedArrayBuffer): AbortSignal {
  const flag = new Int32Array(cancelled);
  const controller = new AbortController();
  const aborted = (): boolean => Atomics.load(flag, 0) === 1;
  const throwIfAborted = (): void => {
    if (aborted()) throw new DOMException("This operation was aborted", "AbortError");
  };
  return Object.defineProperties(controller.signal, { aborted: { get: aborted }, throwIfAborted: { value: throwIfAborted } });
}

function described(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { name: "Error", message: String(error), stack: undefined, code: undefined, details: undefined };
  }
  const { name, message, stack } = error;
  // A GreyboxError by its look: its class is not loaded here, so that a worker starts quickly.
  if (name !== "GreyboxError" || !("code" in error && "details" in error))
    return { name, message, stack, code: undefined, details: undefined };
  return { name, message, stack, code: String(error.code), details: error.details };
}
