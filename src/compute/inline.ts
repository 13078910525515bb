/** Tasks on the calling thread, one after the other: the oracle of every other place. */
import { load } from "./load.ts";
import { plainCopy } from "./plain.ts";
import type { Compute, TaskContext } from "./task.ts";

/** After so many milliseconds of computing the event loop gets a turn, so that timers, servers and `abort()` are heard. */
const turn = 20;

/**
 * Runs tasks on the calling thread. Inputs and results are copied as they would be for a worker, so a task that works here works there.
 *
 * @example
 * const escaped = await inline().map(task("node:querystring", "escape"), ["a b", "c"]);
 * escaped; // => ["a%20b", "c"]
 */
export function inline(): Compute {
  return {
    name: "inline",
    workers: 1,
    async map(task, inputs, options = {}) {
      const { onResult, onReport } = options;
      const signal = options.signal ?? new AbortController().signal;
      signal.throwIfAborted();
      const run = await load(task);
      const results = [];
      let last = performance.now();
      for (const [index, input] of inputs.entries()) {
        // `shared` is undefined exactly where S admits it: `MapOptions` is the border that checks it.
        const context = {
          signal,
          shared: options.shared,
          report: (progress: unknown) => onReport?.(index, progress),
        } as TaskContext<never>;
        const result = plainCopy(task, await run(plainCopy(task, input), context));
        results.push(result);
        onResult?.(index, result);
        if (performance.now() - last > turn) {
          await new Promise((resolve) => setImmediate(resolve));
          last = performance.now();
        }
        signal.throwIfAborted();
      }
      return results;
    },
    async [Symbol.asyncDispose]() {},
  };
}
