/** Lower limits of states: a step that ends below one is tried shorter; what still goes there is reported, never clipped. */
import type { BelowLimit } from "./problem.ts";
import type { Iterate } from "./stepper.ts";

export const limitDefaults = {
  /** How often a step is halved before the equations are believed. */
  tries: 3,
} as const;

export interface LimitWatch {
  /** True when the step in hand leaves a limit that it started above, and a shorter one may not. */
  tryShorter(): boolean;
  /** Takes note of the step in hand, which ends at t. */
  accept(t: number): void;
  report(): readonly BelowLimit[];
}

/** Undefined where no state has a limit. */
export function limitWatch({ system, x, xNext }: Iterate, atol: Float64Array, rtol: number): LimitWatch | undefined {
  const { lower } = system;
  const bounded = Array.from(lower.keys()).filter((i) => lower[i]! > -Infinity);
  if (bounded.length === 0) return undefined;
  const floor = Float64Array.from(lower, (limit, i) => limit - atol[i]! - rtol * Math.abs(limit));
  const worst = new Map<number, BelowLimit>();
  let tries = 0;

  return {
    tryShorter() {
      if (tries >= limitDefaults.tries) return false;
      for (const i of bounded) {
        if (xNext[i]! < floor[i]! && x[i]! >= floor[i]!) {
          tries++;
          return true;
        }
      }
      return false;
    },

    accept(time) {
      tries = 0;
      for (const state of bounded) {
        const value = xNext[state]!;
        if (value < floor[state]! && value < (worst.get(state)?.value ?? Infinity)) worst.set(state, { state, time, value });
      }
    },

    report: () => [...worst.values()].sort((one, other) => one.state - other.state),
  };
}
