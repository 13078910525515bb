/** The cells of one tag that are not simply numbers, by place within its series. */
import { GreyboxError } from "../../core/index.ts";
import { type FileOptions, fileDefaults } from "./options.ts";
import type { Cause, ValueColumn } from "./table.ts";

export interface Exceptions {
  /** Places within the series, increasing. Shape (k). */
  readonly places: Int32Array;
  /** Index into `kinds`. Shape (k). */
  readonly causes: Int32Array;
  readonly kinds: readonly Cause[];
  /** How many of each of `kinds`. */
  readonly counts: Int32Array;
}

/** @param rows  rows of the file that belong to the tag, increasing; undefined: all */
export function exceptionsOf(column: ValueColumn, rows: Int32Array | undefined): Exceptions {
  const kinds = column.causes;
  let [places, causes] = [column.places, column.cause];
  if (rows !== undefined) {
    // Both lists increase: one pass, twice, first to count.
    let count = 0;
    const each = (found: (place: number, exception: number) => void): void => {
      let next = 0;
      for (let i = 0; i < rows.length && next < column.places.length; i++) {
        while (next < column.places.length && column.places[next]! < rows[i]!) next++;
        if (column.places[next] === rows[i]) found(i, next);
      }
    };
    each(() => count++);
    [places, causes] = [new Int32Array(count), new Int32Array(count)];
    let k = 0;
    each((place, exception) => {
      places[k] = place;
      causes[k++] = column.cause[exception]!;
    });
  }
  const counts = new Int32Array(kinds.length);
  for (const cause of causes) counts[cause]!++;
  return { places, causes, kinds, counts };
}

/** The first few places and texts of the exceptions that a test picks out, and how many there are. */
export function located(
  exceptions: Exceptions,
  wanted: (cause: Cause) => boolean,
): { readonly count: number; readonly places: readonly number[]; readonly texts: readonly string[] } {
  const { places, causes, kinds, counts } = exceptions;
  const picked = kinds.map(wanted);
  const count = counts.reduce((sum, n, id) => sum + (picked[id] ? n : 0), 0);
  const texts = new Set<string>();
  const found: number[] = [];
  for (let i = 0; i < places.length && (found.length < shown || texts.size < shown); i++) {
    if (!picked[causes[i]!]) continue;
    if (found.length < shown) found.push(places[i]!);
    if (kinds[causes[i]!]!.text !== "") texts.add(kinds[causes[i]!]!.text);
  }
  return { count, places: found, texts: [...texts].slice(0, shown) };
}

/** How many rows and texts are named. */
export const shown = 5;

/** @throws GreyboxError `historian/decimal` when numbers of a tag are written in another convention than declared */
export function refuseDecimals(
  path: string,
  tag: string,
  exceptions: Exceptions,
  where: (place: number) => number,
  options: FileOptions,
): void {
  const { count, places, texts } = located(exceptions, (cause) => cause.kind === "decimal");
  if (count === 0) return;
  throw new GreyboxError("historian/decimal", {
    path,
    column: tag,
    count,
    rows: places.map(where),
    samples: texts.slice(0, 3),
    declared: options.decimal ?? fileDefaults.decimal,
  });
}
