/** One member of a bootstrap: data that might have come instead, and the fit to it. A task that runs anywhere. */
import { type TaskContext, task } from "../../compute/index.ts";
import { type Random, random, type System } from "../../core/index.ts";
import { modelFromDefinition } from "../../models/index.ts";
import type { Solver } from "../../solvers/index.ts";
import { objectiveOf, solverOf } from "../objective/objective.ts";
import type { Plan } from "../question/plan.ts";
import type { TagPlan } from "../question/windows.ts";
import { resampled } from "./blocks.ts";
import { drawnErrors, type TagBase, valuesWith } from "./errors.ts";
import { type Refitted, refit } from "./refit.ts";

/** The state of a window that starts as something measured: value · factor + shift of a point of one of its tags. */
export interface MeasuredStart {
  readonly window: number;
  readonly state: number;
  readonly tag: number;
  readonly point: number;
  readonly factor: number;
  readonly shift: number;
}

/** What all members have in common. Plain data. */
export interface Family {
  readonly plan: Plan;
  /** The fit, in search coordinates. */
  readonly best: Float64Array;
  readonly seed: number;
  /** By window and tag. */
  readonly bases: readonly (readonly TagBase[])[];
  readonly starts: readonly MeasuredStart[];
  /** Standardised residuals to draw from, by window and tag; absent: errors are drawn from their likelihoods. */
  readonly residuals?: readonly (readonly { readonly of: Float64Array; readonly block: number }[])[] | undefined;
}

/** A model made ready, once a thread. */
export interface Bench {
  readonly system: System;
  readonly solver: Solver;
}

const prepared = new WeakMap<object, Bench>();

/** Hands over a system for members of this family, so that a model made of functions can be used inline. */
export function prepareBench(family: { readonly plan: Plan }, system: System): Bench {
  const bench = { system, solver: solverOf(family.plan, system) };
  prepared.set(family, bench);
  return bench;
}

export function benchOf(family: { readonly plan: Plan }): Bench {
  const { plan } = family;
  return prepared.get(family) ?? prepareBench(family, modelFromDefinition(plan.definition).system({ active: plan.active }));
}

export async function runMember(member: number, { shared: family, signal }: TaskContext<Family>): Promise<Refitted> {
  const { system, solver } = benchOf(family);
  const draw = random(family.seed).fork("bootstrap").fork(member);
  const plan = family.plan.innovations.length > 0 ? followed(family, redrawn(family, draw), { system, solver }) : redrawn(family, draw);
  return refit(objectiveOf(plan, system, solver), family.best, signal);
}

export const runMemberTask = task<number, Refitted, Family>(import.meta.url, "runMember");

/** The plan with values drawn again, and the starts that follow from them. */
function redrawn({ plan, bases, starts: follow, residuals }: Family, draw: Random): Plan {
  const windows = plan.windows.map((window, w) => {
    const tags = window.tags.map((tag, k): TagPlan => {
      const base = bases[w]![k]!;
      const noise = tag.noise === undefined ? undefined : plan.noises[tag.noise];
      const own = draw.fork(window.name).fork(tag.tag);
      const kept = residuals?.[w]?.[k];
      const errors = kept ? resampledTo(kept.of, kept.block, base.computed.length, own) : drawnErrors(noise, base.computed.length, own);
      return { ...tag, ...valuesWith(tag, noise && (kept ? { ...noise, deadBand: 0 } : noise), base, errors, own.fork("band")) };
    });
    return { ...window, tags };
  });
  const starts = plan.starts.map(({ given, values }) => ({ given, values: Float64Array.from(values) }));
  for (const { window, state, tag, point, factor, shift } of follow) {
    starts[window]!.values[state] = windows[window]!.tags[tag]!.value[point]! * factor + shift;
  }
  return { ...plan, windows, starts };
}

/**
 * Where measured values correct the states, a value that is drawn changes those computed after it: the run is made again, corrected by what the
 * values were drawn to differ by.
 */
function followed({ plan, best, bases }: Family, drawn: Plan, { system, solver }: Bench): Plan {
  const windows = drawn.windows.map((window, w) => ({
    ...window,
    tags: window.tags.map((tag, k): TagPlan => ({ ...tag, drawn: tag.value.map((value, i) => value - bases[w]![k]!.computed[i]!) })),
  }));
  const problem = objectiveOf({ ...drawn, windows }, system, solver);
  // Errors under which the model cannot be run: the refit will say so.
  if (!problem.evaluate(best, false)) return drawn;
  return {
    ...drawn,
    windows: plan.windows.map((window, w) => ({
      ...window,
      tags: windows[w]!.tags.map(
        ({ drawn: errors, ...tag }, k): TagPlan => ({ ...tag, value: problem.computed[w]![k]!.map((y, i) => y + errors![i]!) }),
      ),
    })),
  };
}

/** A pool of other length than the record: as many blocks as it takes. */
function resampledTo(pool: Float64Array, block: number, count: number, draw: Random): Float64Array {
  if (pool.length === count) return resampled(pool, block, draw);
  return Float64Array.from({ length: count }, () => pool[draw.integer(pool.length)]!);
}
