/** Status and course of a tag over time, in few enough pieces to draw. */
import { reason } from "../../core/index.ts";
import type { View } from "../cleaning/layers.ts";

/** A stretch of the record with the shares of its time. They add up to 1. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly good: number;
  readonly uncertain: number;
  readonly bad: number;
  /** No point, for longer than is usual for the tag. */
  readonly silent: number;
}

/** Smallest and greatest usable value in each of equal parts of the record; null where there is none. */
export interface Course {
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

const classes = ["good", "uncertain", "bad", "silent"] as const;

/**
 * Each point stands for the time until the next one, but for no longer than silence is usual. Neighbouring parts alike are one stretch.
 *
 * @param order  places of the view by increasing time
 * @param silence  longest usual silence [s]
 * @param parts  into how many the record is divided
 */
export function ribbonOf(view: View, order: Int32Array, silence: number, parts: number): readonly Stretch[] {
  const count = order.length;
  if (count < 2 || parts < 1) return [];
  const start = view.time[order[0]!]!;
  const width = (view.time[order[count - 1]!]! - start) / parts;
  if (!(width > 0)) return [];
  const shares = classes.map(() => new Float64Array(parts));
  const spread = (kind: number, from: number, to: number): void => {
    const first = Math.max(0, Math.floor((from - start) / width));
    for (let part = first; part < parts && start + part * width < to; part++) {
      const time = Math.min(to, start + (part + 1) * width) - Math.max(from, start + part * width);
      if (time > 0) shares[kind]![part]! += time / width;
    }
  };
  for (let k = 0; k + 1 < count; k++) {
    const [from, to] = [view.time[order[k]!]!, view.time[order[k + 1]!]!];
    const kind = Math.min(2, view.status[order[k]!]! >>> 30);
    const heard = Math.min(to, from + silence);
    spread(kind, from, heard);
    if (to > heard) spread(3, heard, to);
  }
  const stretches: Stretch[] = [];
  for (let part = 0; part < parts; part++) {
    const [good, uncertain, bad, silent] = shares.map((column) => rounded(column[part]!)) as [number, number, number, number];
    const last = stretches.at(-1);
    const to = part + 1 === parts ? start + parts * width : start + (part + 1) * width;
    if (last && last.good === good && last.uncertain === uncertain && last.bad === bad && last.silent === silent)
      stretches[stretches.length - 1] = { ...last, to };
    else stretches.push({ from: start + part * width, to, good, uncertain, bad, silent });
  }
  return stretches;
}

/** The course of what is not Bad, within the same parts. */
export function courseOf(view: View, order: Int32Array, parts: number): Course {
  const low = new Float64Array(parts).fill(Infinity);
  const high = new Float64Array(parts).fill(-Infinity);
  const count = order.length;
  if (count < 2 || parts < 1) return { low: [], high: [] };
  const start = view.time[order[0]!]!;
  const width = (view.time[order[count - 1]!]! - start) / parts;
  for (const place of order) {
    if (view.status[place]! >>> 30 >= 2 || (view.reasons[place]! & reason.notANumber) !== 0) continue;
    const part = width > 0 ? Math.min(parts - 1, Math.floor((view.time[place]! - start) / width)) : 0;
    const value = view.value[place]!;
    if (value < low[part]!) low[part] = value;
    if (value > high[part]!) high[part] = value;
  }
  const shown = (column: Float64Array): (number | null)[] =>
    Array.from(column, (v) => (Number.isFinite(v) ? Number(v.toPrecision(6)) : null));
  return { low: shown(low), high: shown(high) };
}

const rounded = (share: number): number => Math.round(share * 1e3) / 1e3;
