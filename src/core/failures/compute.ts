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
  "compute/no-gpu": kind<{ why: string }>(
    (d) => `There is no GPU to compute on: ${d.why.replace(/\.$/, "")}.`,
    () =>
      "Install the optional package (`npm install webgpu`) and a driver for Vulkan, Metal or Direct3D 12; `greybox doctor` tells what is there. Leave `compute` out to use the processor.",
  ),
  "compute/shader": kind<{ shader: string; adapter: string; why: string }>(
    (d) => `The driver of ${d.adapter} does not take the shader "${d.shader}": ${d.why.replace(/\.$/, "")}.`,
    () => "Compute on the processor (leave `compute` out, or `threads()`), or with a newer driver.",
  ),
  "compute/gpu-lost": kind<{ adapter: string; why: string }>(
    (d) => `The GPU (${d.adapter}) was lost while it computed: ${d.why.replace(/\.$/, "")}.`,
    () => "Run again with smaller batches (`block`); look whether the driver's watchdog ended a dispatch or another program the device.",
  ),
} as const satisfies Record<string, Kind<never>>;
