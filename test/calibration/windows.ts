/** Windows of synthetic data for tests. */
import type { Signal } from "../../src/core/index.ts";
import type { Measured, Window } from "../../src/historian/index.ts";

export function measured(time: ArrayLike<number>, value: ArrayLike<number>, options: Partial<Measured> = {}): Measured {
  const k = time.length;
  return {
    time: Float64Array.from(time),
    value: Float64Array.from(value),
    status: new Uint32Array(k),
    reasons: new Uint32Array(k),
    weight: new Float64Array(k).fill(1),
    sigma: undefined,
    compression: 0,
    ...options,
  };
}

export function window(name: string, time: string, columns: Record<string, Measured>, inputs: Record<string, Signal> = {}): Window {
  const ends = Object.values(columns).map((column) => column.time.at(-1) ?? 0);
  return { name, time, epoch: 0, duration: Math.max(0, ...ends), inputs, inputStatus: {}, measured: columns, excluded: {} };
}
