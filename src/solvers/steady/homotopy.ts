/** Steady states found by walking to them from any point, and beyond the first to others. */
import type { Iterate } from "../stepper.ts";
import { walkerOn } from "./curve.ts";
import { curveToRest } from "./curves.ts";
import { type CurvePoint, follow, pointAt } from "./follow.ts";

export const homotopyDefaults = {
  maxPoints: 600,
  maxStep: 0.2,
  /** How far behind the start and beyond the first steady state the walk may go, in units of the way between them. */
  low: -4,
  high: 6,
} as const;

/**
 * Walks from `iterate.x` along f(x) = (1 − λ)·f(start) and collects the steady states that it passes, at λ = 1.
 *
 * @param most  how many are wanted; 1 looks no further than the first
 */
export function steadyOnTheWay(iterate: Iterate, time: number, most: number): Float64Array[] {
  const n = iterate.x.length;
  const start = new Float64Array(n + 1);
  start.set(iterate.x);
  const walker = walkerOn(curveToRest(iterate, time));
  const found: Float64Array[] = [];
  const passed = (before: CurvePoint, now: CurvePoint): boolean => {
    const [a, b] = [before.z[n]! - 1, now.z[n]! - 1];
    if (a * b <= 0 && a !== b) {
      const rest = pointAt(walker, before, now, 1);
      if (rest) found.push(rest.z.slice(0, n));
    }
    return found.length >= most;
  };
  const { low, high, maxPoints, maxStep } = homotopyDefaults;
  for (const direction of [1, -1] as const) {
    if (found.length >= most) break;
    follow(walker, start, { low, high, direction, maxPoints, maxStep, stop: passed });
  }
  return found;
}
