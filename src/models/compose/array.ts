/** Many parts of one kind in a row, such as the trays of a column. */
import type { AnySource } from "../../core/index.ts";

/** `count` copies of a model, called `name[1]` … `name[count]` in the plant they are part of. */
export interface PartArray<M extends AnySource = AnySource> {
  readonly count: number;
  readonly model: M;
}

/**
 * Parts in a row. Connections name one of them, as `trays[40].V`, or all by a rule in `i`, as `"trays[i].L": "trays[i-1].L"`.
 *
 * @param count  how many; at least 1
 *
 * @example
 * array(40, decay).count; // => 40
 */
export function array<M extends AnySource>(count: number, model: M): PartArray<M> {
  return { count, model };
}
