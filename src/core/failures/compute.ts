/** What callers can do wrong with `compute`. One entry a code; every code is explained in `docs/errors.md`. */
import { type Kind, kind } from "../failure.ts";

export const computeFailures = {
  "compute/workers": kind<{ workers: number }>(
    (d) => `\`workers\` is ${d.workers}; it must be a whole number above 0.`,
    () => "Leave it out to use as many threads as the machine runs at once.",
  ),
  "compute/no-such-task": kind<{ module: string; name: string; why: string }>(
    (d) => `Task "${d.name}" cannot be run from ${d.module}: ${d.why.replace(/\.$/, "")}.`,
    () => "Export the function from the module whose `import.meta.url` the task is described with.",
  ),
  "compute/not-plain": kind<{ name: string; why: string }>(
    (d) => `Task "${d.name}" was given, or gave, something that cannot travel to a worker: ${d.why.replace(/\.$/, "")}.`,
    () => "Pass plain data: numbers, text, arrays, typed arrays and objects of these; send a model as its definition.",
  ),
  "compute/closed": kind<{ name: string }>(
    (d) => `Task "${d.name}" was sent to threads that have been closed.`,
    () => "Keep `await using pool = threads()` in a scope that outlives its work.",
  ),
} as const satisfies Record<string, Kind<never>>;
