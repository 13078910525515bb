/** What callers can do wrong with `solvers`. One entry a code; every code is explained in `docs/errors.md`. */
import type { Kind } from "../failure.ts";

export const solversFailures = {} as const satisfies Record<string, Kind<never>>;
