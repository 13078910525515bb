/** Looks for all steady states of a system: from several starts, by Newton's method, in the course of time, and along homotopies. */
import { random, type System } from "../../core/index.ts";
import { steadyOnTheWay } from "./homotopy.ts";
import { type SteadyProblem, solveSteady } from "./solve-steady.ts";
import { steadyIterate } from "./steady-iterate.ts";

export interface SearchOptions {
  /** Where starts are drawn from: lower and upper limit of each state, shape (n). */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly starts: number;
  readonly seed: number | string;
}

export const searchDefaults = {
  starts: 8,
  seed: 0,
  /** Steady states found along one homotopy. */
  onOneWay: 12,
  /** Relative distance within which two are one. */
  same: 1e-6,
} as const;

/** Those that are found, in the order of their states. A state below its limit is not a steady state of the process. */
export function searchSteady(system: System, problem: SteadyProblem, options: SearchOptions): Float64Array[] {
  const n = system.states.length;
  const { low, high, starts, seed } = options;
  const draw = random(seed);
  const found: Float64Array[] = [];
  const size = (i: number, value: number): number => Math.max(Math.abs(value), system.nominal[i]!);
  const take = (x: Float64Array): void => {
    const real = (i: number): boolean => Number.isFinite(x[i]!) && x[i]! >= system.lower[i]! - searchDefaults.same * size(i, x[i]!);
    const known = (one: Float64Array): boolean => one.every((value, i) => Math.abs(value - x[i]!) <= searchDefaults.same * size(i, value));
    if (x.every((_, i) => real(i)) && !found.some(known)) found.push(x);
  };
  for (let start = 0; start < Math.max(1, starts); start++) {
    const x0 = start === 0 ? problem.x0 : Float64Array.from({ length: n }, (_, i) => low[i]! + draw.uniform() * (high[i]! - low[i]!));
    const from = { ...problem, x0, directions: undefined };
    const { outcome, x } = solveSteady(system, from);
    if (outcome.kind === "success") take(x);
    for (const each of steadyOnTheWay(steadyIterate(system, from), problem.time ?? 0, searchDefaults.onOneWay)) {
      const polished = solveSteady(system, { ...from, x0: each });
      if (polished.outcome.kind === "success") take(polished.x);
    }
  }
  return found.sort((one, other) => {
    const i = one.findIndex((value, k) => Math.abs(value - other[k]!) > searchDefaults.same * size(k, value));
    return i < 0 ? 0 : one[i]! - other[i]!;
  });
}

/** Where starts are drawn from unless the caller says so: from a state's lower limit, or else around where it starts. */
export function searchBox(system: System, x0: Float64Array): Pick<SearchOptions, "low" | "high"> {
  const reach = (i: number): number => Math.max(Math.abs(x0[i]!), system.nominal[i]!);
  const floor = (i: number): number => system.lower[i]!;
  return {
    low: x0.map((value, i) => (floor(i) > -Infinity ? floor(i) : value - reach(i) / 2)),
    high: x0.map((value, i) => (floor(i) > -Infinity ? floor(i) + 2 * reach(i) : value + reach(i) / 2)),
  };
}
