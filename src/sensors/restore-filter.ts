/** From the plain description of a filter back to one that can start. */
import { ekf, type Filter, ukf } from "../fusion/index.ts";

const filters = { ekf, ukf } as const;

/** What came out of a bundle has a kind and options, but no functions. */
export function restoreFilter({ kind, options }: Pick<Filter, "kind" | "options">): Filter {
  return filters[kind](options);
}
