/** Where a search begins: at its start, or where multiple shooting has led to from there. */
import type { Objective } from "../objective/objective.ts";
import { merit } from "../search/problem.ts";
import { shoot } from "./shoot.ts";

/** Milliseconds of computing after which the event loop gets a turn. */
const turn = 20;

/** Of both points the better one for the whole run, which is what the search goes by. Shape (q). */
export async function beginningOf(objective: Objective, start: Float64Array, signal: AbortSignal): Promise<Float64Array> {
  if (!objective.plan.shooting) return start;
  const steps = shoot(objective, start);
  let last = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return better(objective, value.x, start);
    if (signal.aborted) return start;
    if (performance.now() - last > turn) {
      await new Promise((resolve) => setImmediate(resolve));
      last = performance.now();
    }
  }
}

function better(objective: Objective, found: Float64Array, start: Float64Array): Float64Array {
  const cost = (x: Float64Array): number => (objective.evaluate(x, false) ? merit(objective.groups, objective.sums) : Infinity);
  return cost(found) < cost(start) ? found : start;
}
