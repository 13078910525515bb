/** A fit to drawn data: from the values it was drawn with, to where a bootstrap needs no more digits. */
import type { Objective } from "../objective/objective.ts";
import { slopeOf } from "../question/unknown.ts";
import { search } from "../search/trust-region.ts";
import { uncertaintyOf } from "../verdict/uncertainty.ts";

export interface Refitted {
  readonly ok: boolean;
  /** Search coordinates, shape (q). */
  readonly x: Float64Array;
  /** Standard errors in search coordinates, shape (q); NaN where the data does not fix the quantity. */
  readonly errors: Float64Array;
  /** σ of each noise group. */
  readonly sigma: Float64Array;
}

/** A cost that is known to 1e-8 leaves an estimate within 1e-4·√n standard errors of the optimum, n measured values. */
export const precision = { cost: 1e-8, gradient: 1e-7, step: 1e-10 } as const;

/** Milliseconds of computing after which the event loop gets a turn. */
const turn = 20;
let last = 0;

export async function refit(problem: Objective, start: Float64Array, signal: AbortSignal): Promise<Refitted> {
  const { search: options, unknowns } = problem.plan;
  const steps = search(problem, start, {
    ...options,
    cost: Math.max(options.cost, precision.cost),
    gradient: Math.max(options.gradient, precision.gradient),
    step: Math.max(options.step, precision.step),
  });
  for (;;) {
    const { done, value } = steps.next();
    if (performance.now() - last > turn) {
      await new Promise((resolve) => setImmediate(resolve));
      last = performance.now();
    }
    signal.throwIfAborted();
    if (!done) continue;
    const { x, merit, termination } = value;
    const errors = new Float64Array(x.length).fill(Number.NaN);
    if (merit === undefined || !termination.ok || !problem.evaluate(x, true)) {
      return { ok: false, x, errors, sigma: new Float64Array(problem.groups.length).fill(Number.NaN) };
    }
    const { covariance, relative, sigma } = uncertaintyOf(problem, unknowns, x, problem.values);
    const q = x.length;
    for (const [j, unknown] of unknowns.entries()) {
      if (relative[j] === undefined) continue;
      errors[j] = Math.sqrt(covariance[j * q + j]!) / Math.abs(slopeOf(unknown, problem.values[j]!));
    }
    return { ok: true, x, errors, sigma };
  }
}
