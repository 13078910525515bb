/** One start of a multistart, as a task that runs anywhere. */
import { type TaskContext, task } from "../../compute/index.ts";
import { modelFromDefinition } from "../../models/index.ts";
import { type Objective, objectiveOf } from "../objective/objective.ts";
import type { Plan } from "../question/plan.ts";
import type { SearchResult, SearchState } from "../search/trust-region.ts";
import { beginningOf } from "../shooting/begin.ts";
import { find } from "./find.ts";
import { drawAgain } from "./multistart.ts";

export interface StartInput {
  readonly start: number;
  /** Search coordinates, shape (q). */
  readonly x: Float64Array;
  /** Where an earlier part of this search paused. */
  readonly resume: SearchState | undefined;
  /** Iterations, counted from the start of the search, after which it pauses; Infinity: never. */
  readonly until: number;
  /** `before` of {@link StartFound} where a run was interrupted, after half of its iterations. */
  readonly before?: number | undefined;
}

/** As far as a start came: to its end, or to a pause, where `resume` says how to go on. */
export interface StartFound extends SearchResult {
  /** `merit` at half as many iterations; at a pause only. */
  readonly before?: number | undefined;
  /** How often a second look led to something better. */
  readonly looks?: number | undefined;
}

/** What a running start reports. */
export interface StartProgress {
  readonly iterations: number;
  readonly merit: number | undefined;
  /** What the task can be given instead to go on from here to the same end, to the bit; now and then. */
  readonly goOn?: StartInput | undefined;
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
/** Milliseconds of computing after which it is said how to go on. */
const said = 500;

/**
 * Searches from one start. Drawn starts where the model cannot be integrated are drawn again; the given one (number 0) is not.
 * When told to stop it returns the best point so far, with termination `cancelled`.
 */
export async function runStart(input: StartInput, { shared: plan, signal, report }: TaskContext<Plan>): Promise<StartFound> {
  const { start, resume } = input;
  const objective = objectiveFor(plan);
  let earlier = 0;
  const told = (progress: StartProgress): void => report({ ...progress, goOn: counted(progress.goOn, earlier) });
  let result = await runSearch(objective, input, signal, told);
  for (let attempt = 1; start > 0 && attempt < attempts && !resume && result.merit === undefined && !signal.aborted; attempt++) {
    earlier = result.evaluations;
    const again = await runSearch(objective, { ...input, x: drawAgain(plan, start, attempt) }, signal, told);
    const evaluations = result.evaluations + again.evaluations;
    result = { ...again, evaluations, resume: again.resume && { ...again.resume, evaluations } };
  }
  return result;
}

/** The evaluations of earlier draws count as well; the one that it takes a local search to go on does not: nobody uninterrupted has it. */
function counted(goOn: StartInput | undefined, earlier: number): StartInput | undefined {
  const resume = goOn?.resume;
  const price = resume?.method === undefined || resume.method === "lbfgs" ? 1 : 0;
  return resume && { ...goOn, resume: { ...resume, evaluations: resume.evaluations + earlier - price } };
}

export const runStartTask = task<StartInput, StartFound, Plan>(import.meta.url, "runStart");

async function runSearch(
  objective: Objective,
  { start, x, resume, until, before: interrupted }: StartInput,
  signal: AbortSignal,
  report: (progress: StartProgress) => void,
): Promise<StartFound> {
  const from = resume ? x : await beginningOf(objective, x, signal);
  const steps = find(objective, start, from, resume);
  let last = performance.now();
  let kept = last;
  let before = interrupted;
  const tell = ({ iterations, merit, x: reached, resume: state }: SearchResult, now: boolean): void =>
    report({ iterations, merit, goOn: now && state ? { start, x: reached, resume: state, until, before } : undefined });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (signal.aborted) {
      tell(value, true);
      return cancelled(value);
    }
    if (value.iterations >= until) return { ...value, before };
    if (value.iterations <= until / 2) before = value.merit;
    if (performance.now() - last > turn) {
      const now = performance.now() - kept > said;
      tell(value, now);
      await new Promise((resolve) => setImmediate(resolve));
      last = performance.now();
      if (now) kept = last;
    }
  }
}

/** The end of a search that was paused, or that is told to stop. */
export function cancelled({ resume: _, before: __, ...found }: StartFound): SearchResult {
  return { ...found, termination: { kind: "cancelled", ok: false } };
}
