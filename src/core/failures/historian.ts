/** What callers can do wrong with `historian`. One entry a code; every code is explained in `docs/errors.md`. */
import type { Kind } from "../failure.ts";

export const historianFailures = {} as const satisfies Record<string, Kind<never>>;
