/**
 * Points that come late: a watermark says up to when the record is taken as complete; what comes after it is a revision.
 *
 * What is known in the end depends on the points alone, not on the order in which they came.
 */
import { GreyboxError, reason, status } from "../../core/index.ts";
import { type Duration, secondsOf } from "../duration.ts";
import type { Series, TagInfo } from "../series.ts";

/** A point that came after its time had been released. */
export interface Revision {
  readonly tag: string;
  readonly time: number;
  /** What had been released for that time; undefined: nothing. */
  readonly before: { readonly value: number; readonly status: number } | undefined;
  readonly after: { readonly value: number; readonly status: number };
}

/** What one page brought. */
export interface Advance {
  /** All points up to here are out; −Infinity before the first. */
  readonly watermark: number;
  /** Points that are complete now, by tag and by increasing time. A series of an earlier call goes on in the next. */
  readonly released: readonly Series[];
  /** Changes of what was released before. Predictions made from it are to be marked as such, not rewritten. */
  readonly revisions: readonly Revision[];
}

export interface Watermark {
  readonly time: number;
  /**
   * Takes in a page.
   *
   * @param version  later versions of a value at the same time win; default 0
   */
  add(page: Series, version?: number): Advance;
  /** Everything that is left, whatever its time. */
  finish(): Advance;
  /** All points of a tag so far, by increasing time. */
  series(tag: string): Series;
  readonly tags: readonly string[];
}

export interface WatermarkOptions {
  /** How long points are waited for: the watermark runs that much behind the latest time seen. */
  readonly lateness: Duration;
  /**
   * `all`: the watermark follows the slowest of these tags; a tag that has not come yet holds it back. Default: it follows the latest time of
   * any tag.
   */
  readonly all?: readonly string[] | undefined;
}

interface Kept {
  value: number;
  status: number;
  reasons: number;
  version: number;
  conflict: boolean;
  released: boolean;
}

interface Shelf {
  info: TagInfo;
  latest: number;
  readonly points: Map<number, Kept>;
  /** Times not released yet, in no order. */
  waiting: number[];
}

/**
 * A buffer for points of any tags in any order.
 *
 * Of several values at one time the one with the highest version stays; of one version the one with the best status; of equally good but
 * different ones the greater, marked as a conflict.
 *
 * @throws GreyboxError `historian/option`
 *
 * @example
 * const mark = watermark({ lateness: "1 min" });
 * mark.add(seriesOf("TI", { time: [0, 30, 100], value: [1, 2, 3] })).released[0].time.length; // => 2
 */
export function watermark(options: WatermarkOptions): Watermark {
  const lateness = options.lateness === 0 ? 0 : secondsOf(options.lateness, "lateness");
  const shelves = new Map<string, Shelf>();
  let mark = -Infinity;

  const latestOfAll = (): number => {
    if (options.all) return Math.min(...options.all.map((tag) => shelves.get(tag)?.latest ?? -Infinity));
    return Math.max(-Infinity, ...Array.from(shelves.values(), (shelf) => shelf.latest));
  };

  const release = (): Series[] => {
    const out: Series[] = [];
    for (const [tag, shelf] of shelves) {
      const due = shelf.waiting.filter((t) => t <= mark);
      if (due.length === 0) continue;
      shelf.waiting = shelf.waiting.filter((t) => t > mark);
      due.sort((a, b) => a - b);
      for (const t of due) shelf.points.get(t)!.released = true;
      out.push(seriesAt(tag, shelf, due));
    }
    return out;
  };

  return {
    get time() {
      return mark;
    },
    get tags() {
      return [...shelves.keys()];
    },
    add(page, version = 0) {
      const shelf: Shelf = shelves.get(page.tag) ?? { info: page.info, latest: -Infinity, points: new Map(), waiting: [] };
      shelves.set(page.tag, shelf);
      const changed = new Map<number, Revision["before"]>();
      for (let i = 0; i < page.time.length; i++) {
        const t = page.time[i]!;
        shelf.latest = Math.max(shelf.latest, t);
        const point: Kept = {
          value: page.value[i]!,
          status: page.status[i]!,
          reasons: page.reasons[i]!,
          version,
          conflict: false,
          released: t <= mark,
        };
        const held = shelf.points.get(t);
        const before = held && { value: held.value, status: shownStatus(held) };
        if (held === undefined) {
          shelf.points.set(t, point);
          if (!point.released) shelf.waiting.push(t);
        } else if (!merged(held, point)) continue;
        if (point.released && !changed.has(t)) changed.set(t, before);
      }
      mark = Math.max(mark, latestOfAll() - lateness);
      return { watermark: mark, released: release(), revisions: revisionsOf(page.tag, shelf, changed) };
    },
    finish() {
      mark = Math.max(mark, ...Array.from(shelves.values(), (shelf) => shelf.latest));
      return { watermark: mark, released: release(), revisions: [] };
    },
    series(tag) {
      const shelf = shelves.get(tag);
      if (shelf === undefined) throw new GreyboxError("historian/align", { argument: "tag", tag, why: "no point of it has come" });
      return seriesAt(
        tag,
        shelf,
        [...shelf.points.keys()].sort((a, b) => a - b),
      );
    },
  };
}

/** Puts the better of two into the first, in a way that does not depend on which came first; false where that changes nothing. */
function merged(held: Kept, other: Kept): boolean {
  const order = other.version - held.version || (held.status >>> 30) - (other.status >>> 30);
  if (order < 0) return false;
  if (order > 0) {
    Object.assign(held, { ...other, released: held.released });
    return true;
  }
  const before = { ...held };
  held.conflict ||= held.value !== other.value;
  held.reasons = (held.reasons | other.reasons | (held.conflict ? reason.conflict : 0)) >>> 0;
  if (other.value > held.value || (other.value === held.value && other.status > held.status)) {
    [held.value, held.status] = [other.value, other.status];
  }
  return held.value !== before.value || held.status !== before.status || held.reasons !== before.reasons;
}

/** Different values of equal right at one time are in doubt. */
const shownStatus = ({ status: code, conflict }: Kept): number => (conflict && code >>> 30 === 0 ? status.uncertain : code);

function revisionsOf(tag: string, shelf: Shelf, changed: ReadonlyMap<number, Revision["before"]>): Revision[] {
  return [...changed]
    .sort(([a], [b]) => a - b)
    .map(([time, before]) => {
      const kept = shelf.points.get(time)!;
      return { tag, time, before, after: { value: kept.value, status: shownStatus(kept) } };
    });
}

function seriesAt(tag: string, { info, points }: Shelf, times: readonly number[]): Series {
  const kept = times.map((t) => points.get(t)!);
  return {
    tag,
    info,
    time: Float64Array.from(times),
    value: Float64Array.from(kept, ({ value }) => value),
    status: Uint32Array.from(kept, shownStatus),
    reasons: Uint32Array.from(kept, ({ reasons }) => reasons),
  };
}
