/** The newest points of one tag, up to a limit: a ring of columns in order of arrival. */
import type { Series, TagInfo } from "../series.ts";

export interface Kept {
  readonly count: number;
  /** Takes in a page; gives how many older points had to go for it. */
  add(page: Pick<Series, "time" | "value" | "status" | "reasons">): number;
  /** The points with from ≤ time < to, in order of arrival, as a copy. */
  series(info: TagInfo, from?: number, to?: number): Series;
  /** Forgets points from the oldest on, as long as they lie before a time. */
  forget(before: number): void;
}

/** @param limit  greatest number of points */
export function kept(limit: number): Kept {
  let capacity = Math.min(64, limit);
  let [time, value] = [new Float64Array(capacity), new Float64Array(capacity)];
  let [status, reasons] = [new Uint32Array(capacity), new Uint32Array(capacity)];
  let first = 0;
  let count = 0;

  const resize = (size: number): void => {
    const places = Int32Array.from({ length: count }, (_, i) => (first + i) % capacity);
    const floats = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const copy = new Float64Array(size);
      places.forEach((place, i) => {
        copy[i] = column[place]!;
      });
      return copy;
    };
    const codes = (column: Uint32Array): Uint32Array<ArrayBuffer> => {
      const copy = new Uint32Array(size);
      places.forEach((place, i) => {
        copy[i] = column[place]!;
      });
      return copy;
    };
    [time, value, status, reasons] = [floats(time), floats(value), codes(status), codes(reasons)];
    capacity = size;
    first = 0;
  };

  return {
    get count() {
      return count;
    },
    add(page) {
      const incoming = page.time.length;
      if (count + incoming > capacity && capacity < limit) resize(Math.min(limit, Math.max(2 * capacity, count + incoming)));
      let lost = 0;
      for (let i = 0; i < incoming; i++) {
        if (count === capacity) {
          first = first + 1 === capacity ? 0 : first + 1;
          count--;
          lost++;
        }
        let place = first + count;
        if (place >= capacity) place -= capacity;
        time[place] = page.time[i]!;
        value[place] = page.value[i]!;
        status[place] = page.status[i]!;
        reasons[place] = page.reasons[i]!;
        count++;
      }
      return lost;
    },
    series(info, from = -Infinity, to = Infinity) {
      let size = 0;
      const places = new Int32Array(count);
      for (let i = 0; i < count; i++) {
        let place = first + i;
        if (place >= capacity) place -= capacity;
        if (time[place]! >= from && time[place]! < to) places[size++] = place;
      }
      const columns = {
        time: new Float64Array(size),
        value: new Float64Array(size),
        status: new Uint32Array(size),
        reasons: new Uint32Array(size),
      };
      for (let k = 0; k < size; k++) {
        const place = places[k]!;
        columns.time[k] = time[place]!;
        columns.value[k] = value[place]!;
        columns.status[k] = status[place]!;
        columns.reasons[k] = reasons[place]!;
      }
      return { tag: info.tag, info, ...columns };
    },
    forget(before) {
      while (count > 0 && time[first]! < before) {
        first = first + 1 === capacity ? 0 : first + 1;
        count--;
      }
      if (capacity > 256 && count < capacity / 8) resize(Math.max(64, 2 * count));
    },
  };
}
