/**
 * Work that is remembered while it is done: a place where tasks run that answers from what was kept of an earlier run.
 *
 * Tasks are pure functions of plain data, so a result can stand for its call: what was asked is named by its content. A calibration that is
 * run again repeats its decisions on results that it already has, and goes on where there are none; with the same bits.
 */
import type { Compute } from "../../compute/index.ts";
import { contentHash } from "../../core/index.ts";

/** What is known of calls, by the name of their content. */
export interface Journal {
  /** The result of a call that has come to its end. */
  result(key: string): { readonly value: unknown } | undefined;
  /** What a call that was interrupted can be given instead of its input, to come to the same end. */
  input(key: string): unknown;
  finished(key: string, result: unknown): void;
  underWay(key: string, input: unknown): void;
}

/** Closing it leaves `compute` open: it belongs to the caller. */
export function keptCompute(compute: Compute, journal: Journal): Omit<Compute, typeof Symbol.asyncDispose> {
  const known = new WeakMap<object, string>();
  const nameOf = (shared: unknown): string => {
    if (typeof shared !== "object" || shared === null) return contentHash(shared);
    const name = known.get(shared) ?? contentHash(shared);
    known.set(shared, name);
    return name;
  };
  return {
    name: compute.name,
    workers: compute.workers,
    async map<I, O, S>(...[task, inputs, options = {}]: Parameters<typeof compute.map<I, O, S>>): Promise<O[]> {
      const { signal, onResult, onReport } = options;
      signal?.throwIfAborted();
      const shared = nameOf(options.shared);
      const keys = inputs.map((input) => contentHash({ task: task.name, input, shared }));
      const results: O[] = new Array(inputs.length);
      const open: number[] = [];
      for (const [i, key] of keys.entries()) {
        const found = journal.result(key);
        if (!found) {
          open.push(i);
          continue;
        }
        // Written by the same version of the same task.
        results[i] = found.value as O;
        onResult?.(i, results[i]!);
      }
      if (open.length === 0) return results;
      const asked = open.map((i) => (journal.input(keys[i]!) as I | undefined) ?? inputs[i]!);
      const rest = await compute.map(task, asked, {
        ...options,
        onResult(place, result) {
          const i = open[place]!;
          // What was told to stop is not at its end.
          if (!signal?.aborted) journal.finished(keys[i]!, result);
          onResult?.(i, result);
        },
        onReport(place, progress) {
          const i = open[place]!;
          if (goesOn(progress)) journal.underWay(keys[i]!, progress.goOn);
          onReport?.(i, progress);
        },
      });
      for (const [place, i] of open.entries()) results[i] = rest[place]!;
      return results;
    },
  };
}

/** What a task reports that can be interrupted: `goOn` is an input that leads from here to the same result. */
function goesOn(progress: unknown): progress is { readonly goOn: unknown } {
  return typeof progress === "object" && progress !== null && "goOn" in progress && progress.goOn !== undefined;
}
