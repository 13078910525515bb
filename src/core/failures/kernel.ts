/** What callers can do wrong with `kernel`. One entry a code; every code is explained in `docs/errors.md`. */
import { type Kind, kind } from "../failure.ts";

export const kernelFailures = {
  "kernel/name": kind<{ kernel: string; name: string }>(
    (d) => `Kernel "${d.kernel}" cannot use the name "${d.name}".`,
    () => "Use letters and digits, starting with a letter, no word of JavaScript, and each name once.",
  ),
  "kernel/undeclared": kind<{ kernel: string; what: "array" | "scalar" | "loop" | "local"; name: string }>(
    (d) => `Kernel "${d.kernel}" uses ${d.what} "${d.name}", which is not declared there or not of that kind.`,
    (d) => `Declare each ${d.what} once, before it is used.`,
  ),
  "kernel/place": kind<{ kernel: string; array: string; why: string }>(
    (d) => `Kernel "${d.kernel}" cannot use array "${d.array}" like this: ${d.why}.`,
    () => "Write to out and work arrays only, at whole places of at least 0.",
  ),
  "kernel/operation": kind<{ kernel: string; operation: string }>(
    (d) => `Kernel "${d.kernel}" has the operation "${d.operation}", which the kernel language does not know.`,
    () => "Use the operations and statements listed in `kernel/kernel.ts`.",
  ),
  "kernel/single-precision": kind<{ kernel: string; value: number }>(
    (d) => `Kernel "${d.kernel}" contains ${d.value}, which single precision cannot hold.`,
    () => "Choose units in which numbers lie between 1e-38 and 1e38, or compute in double precision.",
  ),
} as const satisfies Record<string, Kind<never>>;
