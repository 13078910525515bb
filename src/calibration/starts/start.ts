/** One start of a multistart, as a task that runs anywhere. */
import { type TaskContext, task } from "../../compute/index.ts";
import { modelFromDefinition } from "../../models/index.ts";
import { type Objective, objectiveOf } from "../objective/objective.ts";
import type { Plan } from "../question/plan.ts";
import { type SearchResult, type SearchState, search } from "../search/trust-region.ts";
import { drawAgain } from "./multistart.ts";

export interface StartInput {
  readonly start: number;
  /** Search coordinates, shape (q). */
  readonly x: Float64Array;
  /** Where an earlier part of this search paused. */
  readonly resume: SearchState | undefined;
  /** Iterations, counted from the start of the search, after which it pauses; Infinity: never. */
  readonly until: number;
}

/** As far as a start came: to its end, or to a pause, where `resume` says how to go on. */
export interface StartFound extends SearchResult {
  /** `merit` at half as many iterations; at a pause only. */
  readonly before?: number | undefined;
}

/** What a running start reports. */
export interface StartProgress {
  readonly iterations: number;
  readonly merit: number | undefined;
}

const prepared = new WeakMap<Plan, Objective>();

/** Hands over an objective that the task is to use for this plan, so that a model made of functions can be fitted inline. */
export function prepare(objective: Objective): void {
  prepared.set(objective.plan, objective);
}

/** The objective of a plan, made once a thread. */
export function objectiveFor(plan: Plan): Objective {
  let objective = prepared.get(plan);
  if (!objective) {
    objective = objectiveOf(plan, modelFromDefinition(plan.definition).system({ active: plan.active }));
    prepared.set(plan, objective);
  }
  return objective;
}

/** Draws that may fail to integrate before a start is given up. */
const attempts = 5;
/** Milliseconds of computing after which the event loop gets a turn. */
const turn = 20;

/**
 * Searches from one start. Drawn starts where the model cannot be integrated are drawn again; the given one (number 0) is not.
 * When told to stop it returns the best point so far, with termination `cancelled`.
 */
export async function runStart(input: StartInput, { shared: plan, signal, report }: TaskContext<Plan>): Promise<StartFound> {
  const { start, resume } = input;
  const objective = objectiveFor(plan);
  let result = await runSearch(objective, input, signal, report);
  for (let attempt = 1; start > 0 && attempt < attempts && !resume && result.merit === undefined && !signal.aborted; attempt++) {
    const again = await runSearch(objective, { ...input, x: drawAgain(plan, start, attempt) }, signal, report);
    const evaluations = result.evaluations + again.evaluations;
    result = { ...again, evaluations, resume: again.resume && { ...again.resume, evaluations } };
  }
  return result;
}

export const runStartTask = task<StartInput, StartFound, Plan>(import.meta.url, "runStart");

async function runSearch(
  objective: Objective,
  { x, resume, until }: StartInput,
  signal: AbortSignal,
  report: (progress: StartProgress) => void,
): Promise<StartFound> {
  const steps = search(objective, x, objective.plan.search, resume);
  let last = performance.now();
  let before: number | undefined;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (signal.aborted) return cancelled(value);
    if (value.iterations >= until) return { ...value, before };
    if (value.iterations <= until / 2) before = value.merit;
    if (performance.now() - last > turn) {
      report({ iterations: value.iterations, merit: value.merit });
      await new Promise((resolve) => setImmediate(resolve));
      last = performance.now();
    }
  }
}

/** The end of a search that was paused, or that is told to stop. */
export function cancelled({ resume: _, before: __, ...found }: StartFound): SearchResult {
  return { ...found, termination: { kind: "cancelled", ok: false } };
}
