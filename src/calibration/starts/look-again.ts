/**
 * A second look: where a search has ended one unknown at a time is moved far along its range, and all are searched from there. Other minima
 * often differ in few unknowns: a rate that has run into its bound hides one on the other side.
 */
import { type Compute, type TaskContext, task } from "../../compute/index.ts";
import type { Termination } from "../calibrated.ts";
import { searchReduced } from "../inner/search-reduced.ts";
import type { Plan } from "../question/plan.ts";
import type { SearchResult } from "../search/trust-region.ts";
import { boxOf } from "./multistart.ts";
import { objectiveFor, type StartFound } from "./start.ts";

export const lookDefaults = {
  /** How often something better is followed at most. */
  rounds: 10,
  /** So many starts, and the best of them is looked at again when nothing is said: it costs about as much as ten of them. */
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
  /** Search coordinates of the best so far, shape (q), and its merit. */
  readonly x: Float64Array;
  readonly merit: number;
  /** How often something better was found. */
  readonly looks: number;
  /** How many of the places from here have been tried. */
  readonly tried: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** How the search for it ended, where something better was found. */
  readonly termination?: Termination | undefined;
}

/** Tries one place after the other; from the first that leads to something better it starts anew. */
export async function runLooks(input: LookInput, { shared: plan, signal, report }: TaskContext<Plan>): Promise<LookInput> {
  const objective = objectiveFor(plan);
  let now = input;
  let last = performance.now();
  let places = placesFrom(plan, now.x);
  while (now.tried < places.length && now.looks < lookDefaults.rounds && !signal.aborted) {
    const there = ended(searchReduced(objective, places[now.tried]!, { ...plan.search, ...short }), signal);
    now = { ...now, tried: now.tried + 1, evaluations: now.evaluations + there.evaluations };
    if (there.merit !== undefined && there.merit < now.merit - better && !signal.aborted) {
      const whole = ended(searchReduced(objective, there.x, plan.search), signal);
      now = {
        x: Float64Array.from(whole.x),
        merit: whole.merit ?? there.merit,
        looks: now.looks + 1,
        tried: 0,
        iterations: now.iterations + whole.iterations,
        evaluations: now.evaluations + whole.evaluations,
        termination: whole.termination,
      };
      places = placesFrom(plan, now.x);
    }
    if (performance.now() - last < turn) continue;
    report({ merit: now.merit, goOn: now });
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  }
  return now;
}

export const runLooksTask = task<LookInput, LookInput, Plan>(import.meta.url, "runLooks");

/** Milliseconds of computing after which the event loop gets a turn. */
const turn = 20;

function ended(steps: Generator<SearchResult, SearchResult, void>, signal: AbortSignal): SearchResult {
  for (;;) {
    const { done, value } = steps.next();
    if (done || signal.aborted) return value;
  }
}

/** Which of the starts are looked at again. */
export function lookedAgain(plan: Plan, results: ReadonlyMap<number, StartFound>): number[] {
  const { again } = plan.search;
  // Hundreds of unknowns have thousands of places.
  if (plan.method.name === "lbfgs") return [];
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

/** Looks again from what the starts have found; `results` gets what is better. */
export async function lookAgain(
  plan: Plan,
  results: Map<number, StartFound>,
  compute: Pick<Compute, "map">,
  signal: AbortSignal | undefined,
): Promise<void> {
  const starts = lookedAgain(plan, results);
  await compute.map(
    runLooksTask,
    starts.map((start): LookInput => {
      const { x, merit } = results.get(start)!;
      return { x: Float64Array.from(x), merit: merit!, looks: 0, tried: 0, iterations: 0, evaluations: 0 };
    }),
    {
      shared: plan,
      signal,
      onResult(index, { x, merit, looks, termination, iterations, evaluations }) {
        const start = starts[index]!;
        const known = results.get(start)!;
        results.set(start, {
          ...known,
          iterations: known.iterations + iterations,
          evaluations: known.evaluations + evaluations,
          ...(termination && { x, merit, looks, termination }),
        });
      },
    },
  );
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
