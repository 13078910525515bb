/** The recent course of one quantity, for features that look back. Times in the unit of the model. */
import type { Interpolation } from "../core/index.ts";

/** Columns of equal length; null: there was no usable value. Plain data. */
export interface TraceState {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface Trace {
  /** `undefined`: there was no usable value at this time. Times do not decrease; an equal time replaces. */
  push(time: number, value: number | undefined): void;
  /** The value then, by holding or by a straight line between points; undefined where there was none. */
  at(time: number): number | undefined;
  clear(): void;
  state(): TraceState;
  restore(state: TraceState): void;
}

/** Remembers `span` back from the newest time. With a span of 0 only the newest value is kept. */
export function trace(span: number, interpolation: Interpolation): Trace {
  const times: number[] = [];
  const values: (number | undefined)[] = [];
  return {
    push(time, value) {
      if (times.at(-1) === time) values[values.length - 1] = value;
      else {
        times.push(time);
        values.push(value);
      }
      let stale = 0;
      while (stale < times.length - 1 && times[stale + 1]! <= time - span) stale++;
      if (stale > 0) {
        times.splice(0, stale);
        values.splice(0, stale);
      }
    },
    at(time) {
      let i = times.length - 1;
      while (i >= 0 && times[i]! > time) i--;
      if (i < 0) return undefined;
      const value = values[i];
      const next = values[i + 1];
      if (interpolation === "hold" || value === undefined || next === undefined || times[i] === time) return value;
      return value + ((time - times[i]!) / (times[i + 1]! - times[i]!)) * (next - value);
    },
    clear() {
      times.length = 0;
      values.length = 0;
    },
    state: () => ({ times: [...times], values: values.map((value) => value ?? null) }),
    restore(state) {
      times.splice(0, times.length, ...state.times);
      values.splice(0, values.length, ...state.values.map((value) => value ?? undefined));
    },
  };
}
