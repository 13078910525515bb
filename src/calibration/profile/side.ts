/** One side of a profile: the cost along one unknown, with all others at their best, outwards until it is too high to be believed. */
import { type TaskContext, task } from "../../compute/index.ts";
import type { Plan } from "../question/plan.ts";
import { fromSearch } from "../question/unknown.ts";
import type { LeastSquares } from "../search/problem.ts";
import { type SearchResult, search } from "../search/trust-region.ts";
import { objectiveFor } from "../starts/start.ts";

const sideDefaults = {
  /** Rise of the cost aimed at in one step, as a share of the rise at which the interval ends. */
  rise: 0.2,
  /** Most steps on one side. */
  points: 60,
  /** Farthest in search coordinates: a factor e¹⁰, or ten nominal sizes. */
  reach: 10,
} as const;

/** Milliseconds of computing after which it is said how to go on. */
const said = 500;

export interface SideInput {
  /** Index of the unknown. */
  readonly unknown: number;
  readonly direction: 1 | -1;
  /** The best point, in search coordinates. */
  readonly best: Float64Array;
  readonly merit: number;
  /** Rise of the merit at which the interval ends. */
  readonly limit: number;
  /** First step, in search coordinates: some part of a standard error. */
  readonly step: number;
  /** How far an interrupted one has come. */
  readonly from?: SideState | undefined;
}

interface SideState {
  readonly points: readonly SidePoint[];
  readonly better: SidePoint | undefined;
  readonly step: number;
  readonly count: number;
}

export interface SidePoint {
  /** In model units. */
  readonly value: number;
  /** Rise of minus the logarithm of the likelihood. */
  readonly rise: number;
  /** All unknowns, in search coordinates. */
  readonly x: Float64Array;
}

/** `limit`: where the interval ends. `open`: the cost never rises so far; `bound`: it has not when the bound is met. */
export interface Side {
  readonly points: readonly SidePoint[];
  readonly end: "limit" | "bound" | "open" | "failed";
  /** In model units; undefined where there is none. */
  readonly value: number | undefined;
  /** A point that is better than the best of the fit, where one was found. */
  readonly better: SidePoint | undefined;
}

export async function runSide(input: SideInput, { shared: plan, signal, report }: TaskContext<Plan>): Promise<Side> {
  const { unknown, direction, best, merit, limit, from } = input;
  const objective = objectiveFor(plan);
  const edge = direction > 0 ? objective.upper[unknown]! : objective.lower[unknown]!;
  const start = best[unknown]!;
  const points: SidePoint[] = [...(from?.points ?? [{ value: valueAt(plan, unknown, start), rise: 0, x: best }])];
  let better = from?.better;
  const at = (place: number): SidePoint | undefined => {
    const x = warmStart(points, unknown, place);
    const { merit: found, x: solution } = settle(fixedAt(objective, unknown, place), x, plan);
    if (found === undefined) return undefined;
    const point = { value: valueAt(plan, unknown, place), rise: found - merit, x: solution };
    if (point.rise < -1e-6 * limit && point.rise < (better?.rise ?? 0)) better = point;
    return point;
  };
  const finish = (end: Side["end"], value?: number): Side => ({ points, end, value, better });

  let step = from?.step ?? input.step;
  let told = performance.now();
  for (let count = from?.count ?? 0; count < sideDefaults.points; count++) {
    if (signal.aborted) return finish("failed");
    if (performance.now() - told > said) {
      report({ goOn: { ...input, from: { points: [...points], better, step, count } } satisfies SideInput });
      told = performance.now();
    }
    await new Promise((resolve) => setImmediate(resolve));
    const last = points.at(-1)!;
    const here = last.x[unknown]!;
    if (here === edge) return finish("bound");
    if (Math.abs(here - start) >= sideDefaults.reach) return finish("open");
    const next = direction > 0 ? Math.min(here + step, edge) : Math.max(here - step, edge);
    const point = at(next);
    if (!point) {
      step /= 4;
      if (step < 1e-6) return finish("failed");
      continue;
    }
    const grown = point.rise - last.rise;
    // Too far at once: the interval's end would be guessed, not found.
    if (grown > 0.6 * limit && Math.abs(next - here) > 1e-9 && point.rise > limit) {
      step = Math.abs(next - here) / 2;
      if (grown > limit) continue;
    }
    points.push(point);
    if (point.rise >= limit) return finish("limit", crossing(points, plan, unknown, limit, at));
    step = Math.abs(next - here) * Math.min(Math.max((sideDefaults.rise * limit) / Math.max(grown, 1e-3 * limit), 0.5), 2.5);
  }
  return finish("open");
}

export const runSideTask = task<SideInput, Side, Plan>(import.meta.url, "runSide");

const valueAt = (plan: Plan, unknown: number, place: number): number => fromSearch(plan.unknowns[unknown]!, place);

/** The problem with one unknown held. */
function fixedAt(problem: LeastSquares, unknown: number, place: number): LeastSquares {
  const lower = Float64Array.from(problem.lower);
  const upper = Float64Array.from(problem.upper);
  lower[unknown] = upper[unknown] = place;
  return { ...problem, lower, upper };
}

function settle(problem: LeastSquares, start: Float64Array, plan: Plan): SearchResult {
  const steps = search(problem, start, { ...plan.search, cost: Math.max(plan.search.cost, 1e-10) });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The others go on as they went on the last step. */
function warmStart(points: readonly SidePoint[], unknown: number, place: number): Float64Array {
  const last = points.at(-1)!.x;
  const before = points.at(-2)?.x;
  const x = Float64Array.from(last);
  if (before && last[unknown] !== before[unknown]) {
    const ratio = Math.min(Math.max((place - last[unknown]!) / (last[unknown]! - before[unknown]!), 0), 3);
    for (let j = 0; j < x.length; j++) x[j]! += ratio * (last[j]! - before[j]!);
  }
  x[unknown] = place;
  return x;
}

/** Where the rise is the limit, by the secant of its square root, which is nearly straight. */
function crossing(points: SidePoint[], plan: Plan, unknown: number, limit: number, at: (place: number) => SidePoint | undefined): number {
  const root = (rise: number): number => Math.sqrt(Math.max(rise, 0));
  let [low, high] = [points.at(-2)!, points.at(-1)!];
  let place = high.x[unknown]!;
  for (let round = 0; round < 4 && Math.abs(high.rise - limit) > 1e-3 * limit; round++) {
    const [a, b] = [root(low.rise), root(high.rise)];
    place = low.x[unknown]! + ((root(limit) - a) / (b - a)) * (high.x[unknown]! - low.x[unknown]!);
    const point = at(place);
    if (!point) break;
    points.splice(points.length - 1, 0, point);
    if (point.rise >= limit) high = point;
    else low = point;
    if (Math.abs(point.rise - limit) <= 1e-3 * limit) break;
  }
  points.sort((p, q) => Math.abs(p.x[unknown]! - points[0]!.x[unknown]!) - Math.abs(q.x[unknown]! - points[0]!.x[unknown]!));
  return valueAt(plan, unknown, place);
}
