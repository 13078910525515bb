/** Times at which a run with delayed values stops, and why; more of them become known while it runs. */

/**
 * What changes at a stop: the inputs themselves begin a new line (`now`); what a group of delays sees of them does (`input`); or a group sees a
 * break of the state (`state`). `place` counts lines of the inputs, or breaks.
 */
export type Source =
  | { readonly kind: "now"; readonly place: number }
  | { readonly kind: "input" | "state"; readonly group: number; readonly place: number };

export interface Stop {
  readonly time: number;
  readonly sources: readonly Source[];
}

export interface Stops {
  /** Stop i, increasing in time: 0 is the start, the last one the end. */
  at(i: number): Stop;
  count(): number;
  /** Adds a stop, or a source to the stop that is there already. At the start, at the end and beyond them nothing is added. */
  add(time: number, source: Source): void;
}

/** @param near  stops at most this far apart are one */
export function stopsBetween(from: number, to: number, near: number): Stops {
  const stops: { readonly time: number; readonly sources: Source[] }[] = [
    { time: from, sources: [] },
    { time: to, sources: [] },
  ];
  return {
    at: (i) => stops[i]!,
    count: () => stops.length,

    add(time, source) {
      if (!(time > from + near && time < to - near)) return;
      let [low, high] = [0, stops.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (stops[middle]!.time < time - near) low = middle + 1;
        else high = middle;
      }
      const found = stops[low]!;
      if (found.time <= time + near) found.sources.push(source);
      else stops.splice(low, 0, { time, sources: [source] });
    },
  };
}
