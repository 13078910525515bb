/** The archived points of a bound quantity in model units, uncleaned, over all its periods. */
import type { BoundTag } from "./bind.ts";
import type { Historian } from "./open.ts";
import { between } from "./series.ts";

/** Columns of equal length, in order of arrival within each period. */
export interface BoundPoints {
  /** Seconds since 1970 UTC, or since the start of the record. */
  readonly time: Float64Array;
  /** In the unit of the model; what is converted from 0 where there is no value. */
  readonly value: Float64Array;
  readonly status: Uint32Array;
  readonly reasons: Uint32Array;
}

/**
 * Reads what a binding means by a quantity.
 *
 * @throws GreyboxError `historian/tag-missing`, `historian/text-column`
 *
 * @example
 * const { value } = await readBound(plant, tags.tags[0]!);
 */
export async function readBound(historian: Historian, bound: BoundTag): Promise<BoundPoints> {
  const { periods = [{ ...bound, from: undefined, to: undefined }] } = bound;
  const parts = [];
  for (const { tag, factor, shift, from, to } of periods) {
    const { time, value, status, reasons } = between(await historian.read(tag), from, to);
    parts.push({ time, value: value.map((v) => factor * v + shift), status, reasons });
  }
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const count = parts.reduce((sum, { time }) => sum + time.length, 0);
  const all = {
    time: new Float64Array(count),
    value: new Float64Array(count),
    status: new Uint32Array(count),
    reasons: new Uint32Array(count),
  };
  let at = 0;
  for (const part of parts) {
    for (const column of ["time", "value", "status", "reasons"] as const) all[column].set(part[column], at);
    at += part.time.length;
  }
  return all;
}
