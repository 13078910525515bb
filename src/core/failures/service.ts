/** What callers can do wrong with `service`. One entry a code; every code is explained in `docs/errors.md`. */
import type { Kind } from "../failure.ts";

export const serviceFailures = {} as const satisfies Record<string, Kind<never>>;
