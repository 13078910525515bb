/**
 * A second look: where a search has ended one unknown at a time is moved far along its range, and all are searched from there. Other minima
 * often differ in few unknowns: a rate that has run into its bound hides one on the other side.
 */
import { type Compute, type TaskContext, task } from "../../compute/index.ts";
import { searchReduced } from "../inner/search-reduced.ts";
import type { Plan } from "../question/plan.ts";
import type { SearchResult } from "../search/trust-region.ts";
import { boxOf } from "./multistart.ts";
import { objectiveFor, runStartTask, type StartFound, type StartInput } from "./start.ts";

export const lookDefaults = {
  /** Rounds at most; the last one finds nothing better. */
  rounds: 8,
  /** So many starts, and the best of them is looked at again when nothing is said: a round costs about as much as ten of them. */
  starts: 20,
  /** More unknowns than this are not looked at unasked. */
  unknowns: 30,
} as const;

/** A minimum counts as better when minus the logarithm of the likelihood is lower by this. */
const better = 0.1;
/** The short search from a place: it only has to show that it leads to something better. */
const short = { maxIterations: 40, cost: 1e-4 } as const;
/** Where an unknown is moved to, as shares of its range: away from an end it is at, else near both ends. */
const fromEnd = [0.3, 0.6] as const;
const fromWithin = [0.9, 0.1] as const;
/** Shares of the range that count as an end, and as no move at all. */
const [atEnd, near] = [0.02, 0.15];

export interface LookInput {
  /** Search coordinates, shape (q). */
  readonly x: Float64Array;
}

export function runLook({ x }: LookInput, { shared: plan, signal }: TaskContext<Plan>): SearchResult {
  const steps = searchReduced(objectiveFor(plan), x, { ...plan.search, ...short });
  for (;;) {
    const { done, value } = steps.next();
    if (done || signal.aborted) {
      const { merit, iterations, evaluations, termination } = value;
      return { x: value.x, merit, iterations, evaluations, termination };
    }
  }
}

export const runLookTask = task<LookInput, SearchResult, Plan>(import.meta.url, "runLook");

/** Which of the starts are looked at again. */
export function lookedAgain(plan: Plan, results: ReadonlyMap<number, StartFound>): number[] {
  const { again } = plan.search;
  const found = [...results].filter(([, { merit }]) => merit !== undefined).sort(([a], [b]) => a - b);
  if (again === "every") return found.map(([start]) => start);
  const unasked =
    results.size >= lookDefaults.starts && plan.unknowns.length <= lookDefaults.unknowns && plan.method.name === "trust-region";
  if (again === "never" || (again === "auto" && !unasked)) return [];
  const best = found.reduce<number | undefined>(
    (at, [start, { merit }]) => (at === undefined || merit! < results.get(at)!.merit! ? start : at),
    undefined,
  );
  return best === undefined ? [] : [best];
}

/**
 * Looks again from what the starts have found, in rounds, until nothing better is found; `results` gets what is better. Rounds are made of all
 * places of all starts, so nothing depends on the number of workers.
 */
export async function lookAgain(
  plan: Plan,
  results: Map<number, StartFound>,
  compute: Compute | Omit<Compute, typeof Symbol.asyncDispose>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let open = lookedAgain(plan, results);
  for (let round = 0; round < lookDefaults.rounds && open.length > 0; round++) {
    const looks = open.flatMap((start) => placesFrom(plan, results.get(start)!.x).map((x) => ({ start, x })));
    const found = await compute.map(
      runLookTask,
      looks.map(({ x }) => ({ x })),
      { shared: plan, signal },
    );
    const next: StartInput[] = [];
    for (const start of open) {
      const known = results.get(start)!;
      let [best, evaluations] = [known as SearchResult, known.evaluations];
      for (const [i, look] of looks.entries()) {
        if (look.start !== start) continue;
        const one = found[i]!;
        evaluations += one.evaluations;
        if (one.merit !== undefined && one.merit < best.merit! - (best === known ? better : 0)) best = one;
      }
      results.set(start, { ...known, evaluations });
      if (best !== known) next.push({ start, x: best.x, resume: undefined, until: Infinity });
    }
    const refined = await compute.map(runStartTask, next, { shared: plan, signal });
    for (const [i, { start }] of next.entries()) {
      const { evaluations, iterations, looks: before = 0 } = results.get(start)!;
      const one = refined[i]!;
      results.set(start, {
        ...one,
        evaluations: evaluations + one.evaluations,
        iterations: iterations + one.iterations,
        looks: before + 1,
      });
    }
    open = next.map(({ start }) => start);
  }
}

/** Search coordinates, shape (q) each. */
export function placesFrom(plan: Plan, x: Float64Array): Float64Array[] {
  const { low, high } = boxOf(plan);
  return plan.unknowns.flatMap(({ acts }, j) => {
    const range = high[j]! - low[j]!;
    // Sizes of errors follow from the rest.
    if (acts.length === 0 || !(range > 0)) return [];
    const here = (x[j]! - low[j]!) / range;
    const shares =
      here < atEnd
        ? fromEnd
        : here > 1 - atEnd
          ? fromEnd.map((share) => 1 - share)
          : fromWithin.filter((share) => Math.abs(share - here) > near);
    return shares.map((share) => {
      const place = Float64Array.from(x);
      place[j] = low[j]! + share * range;
      return place;
    });
  });
}
