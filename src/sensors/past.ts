/** The recent past of a sensor: what it said, so that a late laboratory value meets the prediction of its sample time. */
import type { PastPrediction } from "./lab-bias.ts";

/** Plain data. */
export interface PastState {
  readonly times: readonly number[];
  /** Null: there was no usable prediction. */
  readonly said: readonly (PastPrediction | null)[];
}

export interface Past {
  /** `undefined`: there was no usable prediction. Times do not decrease; an equal time replaces. */
  record(time: number, prediction: PastPrediction | undefined): void;
  /** The prediction at a time, linear between the two points around it; undefined where one of them is missing. */
  at(time: number): PastPrediction | undefined;
  state(): PastState;
  restore(state: PastState): void;
}

/**
 * Remembers the last `span` seconds.
 *
 * @param span  [s], at least the largest delay of a laboratory value
 * @param maxGap  between points further apart [s] nothing is interpolated
 */
export function past(span: number, maxGap: number): Past {
  let times: number[] = [];
  let said: (PastPrediction | undefined)[] = [];
  let start = 0;

  return {
    record(time, prediction) {
      if (times.at(-1) === time) said[said.length - 1] = prediction;
      else {
        times.push(time);
        said.push(prediction);
      }
      while (start < times.length - 1 && times[start + 1]! < time - span) start++;
      // Dropping the older half at once keeps the cost of a point constant.
      if (start > 1024 && start > times.length / 2) {
        times = times.slice(start);
        said = said.slice(start);
        start = 0;
      }
    },

    state: () => ({ times: times.slice(start), said: said.slice(start).map((prediction) => prediction ?? null) }),
    restore(state) {
      times = [...state.times];
      said = state.said.map((prediction) => prediction ?? undefined);
      start = 0;
    },

    at(time) {
      let low = start;
      let high = times.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (times[middle]! <= time) low = middle + 1;
        else high = middle;
      }
      const before = low - 1;
      if (before < start) return undefined;
      const a = said[before];
      if (a === undefined || times[before] === time) return a;
      const b = said[low];
      if (b === undefined || times[low]! - times[before]! > maxGap) return undefined;
      const share = (time - times[before]!) / (times[low]! - times[before]!);
      const between = (x: number, y: number): number => x + share * (y - x);
      return {
        physics: between(a.physics, b.physics),
        value: between(a.value, b.value),
        stated: between(a.stated, b.stated),
        halfWidth: a.halfWidth === undefined || b.halfWidth === undefined ? undefined : between(a.halfWidth, b.halfWidth),
      };
    },
  };
}
