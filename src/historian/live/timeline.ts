/** The points of one tag by increasing time, however they come in; old ones can be forgotten. */
import { reason, status } from "../../core/index.ts";
import type { Series, TagInfo } from "../series.ts";

/** What became of a point. */
export type Placed = "new" | "changed" | "known" | "forgotten";

export interface Timeline {
  readonly count: number;
  /** Earliest time that a point may still have: what is older was forgotten. */
  readonly horizon: number;
  /**
   * Puts a point in its place. Of two at one time the one with the better status stays; of equally good but different ones the greater, marked
   * as a conflict and Uncertain: the outcome does not depend on which came first.
   */
  put(time: number, value: number, code: number, reasons: number): Placed;
  /** The points with from ≤ time < to, and the last one before `from`. */
  slice(info: TagInfo, from: number, to: number): Series;
  /** True where a point lies in from ≤ time < to. */
  has(from: number, to: number): boolean;
  /** Forgets what lies before a time, but for the last point before it. */
  forget(before: number): void;
}

export function timeline(): Timeline {
  let capacity = 64;
  let [time, value] = [new Float64Array(capacity), new Float64Array(capacity)];
  let [codes, reasons] = [new Uint32Array(capacity), new Uint32Array(capacity)];
  let first = 0;
  let end = 0;
  let horizon = Number.NEGATIVE_INFINITY;

  /** Place of the first point that is not before a time. */
  const placeOf = (t: number): number => {
    let [low, high] = [first, end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (time[middle]! < t) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  /** Moves everything to the front, into larger columns where half is not enough. */
  const makeRoom = (): void => {
    const count = end - first;
    if (count > capacity / 2) capacity *= 2;
    const floats = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const moved = new Float64Array(capacity);
      moved.set(column.subarray(first, end));
      return moved;
    };
    const words = (column: Uint32Array): Uint32Array<ArrayBuffer> => {
      const moved = new Uint32Array(capacity);
      moved.set(column.subarray(first, end));
      return moved;
    };
    [time, value, codes, reasons] = [floats(time), floats(value), words(codes), words(reasons)];
    first = 0;
    end = count;
  };

  const merge = (place: number, v: number, code: number, mask: number): Placed => {
    const [oldValue, oldCode, oldReasons] = [value[place]!, codes[place]!, reasons[place]!];
    const rank = (code >>> 30) - (oldCode >>> 30);
    if (rank > 0) return "known";
    if (rank < 0) {
      [value[place], codes[place], reasons[place]] = [v, code, mask];
      return "changed";
    }
    const conflict = v !== oldValue ? reason.conflict : 0;
    const winner = v > oldValue ? code : v < oldValue ? oldCode : Math.max(code, oldCode);
    const larger = Math.max(v, oldValue);
    const masks = (oldReasons | mask | conflict) >>> 0;
    if (larger === oldValue && winner === oldCode && masks === oldReasons) return "known";
    [value[place], codes[place], reasons[place]] = [larger, winner, masks];
    return "changed";
  };

  return {
    get count() {
      return end - first;
    },
    get horizon() {
      return horizon;
    },
    put(t, v, code, mask) {
      if (end === capacity) makeRoom();
      if (end === first || t > time[end - 1]!) {
        if (t < horizon) return "forgotten";
        time[end] = t;
        value[end] = v;
        codes[end] = code;
        reasons[end] = mask;
        end++;
        return "new";
      }
      if (t < horizon) return "forgotten";
      const place = placeOf(t);
      if (time[place] === t) return merge(place, v, code, mask);
      for (const column of [time, value, codes, reasons]) column.copyWithin(place + 1, place, end);
      end++;
      time[place] = t;
      value[place] = v;
      codes[place] = code;
      reasons[place] = mask;
      return "new";
    },
    slice(info, from, to) {
      const start = Math.max(first, placeOf(from) - 1);
      const stop = Math.max(start, placeOf(to));
      const shown = codes.slice(start, stop);
      // Kept as it came, or the third of three values would not know that two were Good.
      for (let i = start; i < stop; i++)
        if ((reasons[i]! & reason.conflict) !== 0 && codes[i]! >>> 30 === 0) shown[i - start] = status.uncertain;
      return {
        tag: info.tag,
        info,
        time: time.slice(start, stop),
        value: value.slice(start, stop),
        status: shown,
        reasons: reasons.slice(start, stop),
      };
    },
    has: (from, to) => placeOf(from) < placeOf(to),
    forget(before) {
      if (!(before > horizon)) return;
      horizon = before;
      first = Math.max(first, placeOf(before) - 1);
    },
  };
}
