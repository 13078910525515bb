/** A window as rows in the order of time: what a sensor is told, instant by instant. */
import { conversion, status, valueAt } from "../../core/index.ts";
import type { Window } from "../window.ts";

/** One reading of a row, in the unit of the model. */
export interface RowReading {
  /** Null: there is none, or it does not count. */
  readonly value: number | null;
  /** OPC UA StatusCode. */
  readonly status: number;
  /** Seconds since 1970 UTC. */
  readonly time: number;
}

/** Readings of inputs and measured quantities at one time, by name. `time` is in seconds since 1970 UTC. */
export interface Row {
  readonly time: number;
  readonly [name: string]: number | RowReading;
}

/**
 * Rows at every time at which an input was archived or something measured. Nothing is resampled: each value stands at its own time.
 *
 * Points that do not count (weight 0) come as readings without a value, with their status. Values are in model units, as a sensor takes them
 * that was made without units of its own.
 *
 * @example
 * rowsOf(window).length; // => 241
 */
export function rowsOf(window: Window): Row[] {
  const unit = conversion(window.time, "s").factor;
  const at = new Map<number, Record<string, RowReading>>();
  const tell = (t: number, name: string, value: number | null, code: number): void => {
    const row = at.get(t) ?? {};
    row[name] = { value, status: code, time: window.epoch + t * unit };
    at.set(t, row);
  };
  for (const [name, input] of Object.entries(window.inputs)) {
    const steps = window.inputStatus[name];
    for (const t of input.times) {
      // The value at the very end is the beginning of the next window.
      if (t >= window.duration && window.duration > 0 && t > 0 && !isMeasuredAt(window, t)) continue;
      tell(t, name, valueAt(input, t), steps ? codeAt(steps, t) : status.good);
    }
  }
  for (const [name, { time, value, weight, status: codes }] of Object.entries(window.measured)) {
    time.forEach((t, i) => {
      tell(t, name, weight[i]! > 0 ? value[i]! : null, codes[i]!);
    });
  }
  return [...at].sort(([a], [b]) => a - b).map(([t, row]) => ({ ...row, time: window.epoch + t * unit }));
}

const isMeasuredAt = (window: Window, t: number): boolean => Object.values(window.measured).some(({ time }) => time.at(-1) === t);

function codeAt({ time, status: codes }: { readonly time: Float64Array; readonly status: Uint32Array }, t: number): number {
  let code: number = status.good;
  for (let k = 0; k < time.length && time[k]! <= t; k++) code = codes[k]!;
  return code;
}
