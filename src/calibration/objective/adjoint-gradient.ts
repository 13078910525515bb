/** The gradient of a calibration by the way back: a few runs, whatever the number of unknowns. */
import { GreyboxError, type RowTriangle, reachedEnd, type System } from "../../core/index.ts";
import { type AdjointOptions, createAdjointSolver, type RecordedSolution, type Solver } from "../../solvers/index.ts";
import type { Plan } from "../question/plan.ts";
import { fromSearch, slopeOf, toSearch } from "../question/unknown.ts";
import { merit, sigmas } from "../search/problem.ts";
import { type Smooth, scaleOf } from "../search/smooth.ts";
import { beliefRows } from "./belief-rows.ts";
import { type WindowRun, windowRun } from "./run.ts";

/** What keeps gradients of a plan from being computed by the way back; undefined: nothing does. */
export function adjointRefusal(plan: Omit<Plan, "method">, system: System): string | undefined {
  if (plan.steady) return "steady states";
  const special = plan.windows.flatMap(({ tags }) => tags).find(({ noise }) => noise !== undefined);
  if (special) return `the likelihood of ${special.tag}`;
  if (plan.innovations.length > 0) return "innovations";
  if (plan.settled.some((one) => one !== undefined)) return "windows that start at rest";
  if (!system.observe.pullback) return "measured quantities written as functions";
  try {
    createAdjointSolver(system, optionsOf(plan));
    return undefined;
  } catch (error) {
    if (error instanceof GreyboxError) return error.message.split("\n")[0];
    throw error;
  }
}

function optionsOf({ solver }: Pick<Plan, "solver">): AdjointOptions {
  // The method's name is checked by the solver, which knows the methods.
  return solver as AdjointOptions;
}

/** @param system  of the plan's model, with `plan.active` active; `adjointRefusal` has nothing against them */
export function adjointSmooth(plan: Plan, system: System): Smooth {
  const { unknowns, groups, pools } = plan;
  const q = unknowns.length;
  const values = new Float64Array(q);
  const slopes = new Float64Array(q);
  const sums = new Float64Array(groups.length);
  const sigma = new Float64Array(groups.length);
  const runs = plan.windows.map((_, w) => windowRun(plan, w, system));
  const backwards = createAdjointSolver(system, optionsOf(plan));
  const recorder: Solver = { system, solve: (problem) => backwards.solve(problem) };
  const beliefs = unknowns.some(({ prior }) => prior) || pools.length > 0 ? beliefRows(unknowns, pools) : undefined;
  const sink = gradientSink(q);

  return {
    size: q,
    lower: Float64Array.from(unknowns, (unknown) => toSearch(unknown, unknown.lower)),
    upper: Float64Array.from(unknowns, (unknown) => toSearch(unknown, unknown.upper)),
    logarithmic: Uint8Array.from(unknowns, ({ scale }) => (scale === "log" ? 1 : 0)),
    scale: scaleOf(plan),
    evaluate(x, gradient) {
      for (let j = 0; j < q; j++) {
        values[j] = fromSearch(unknowns[j]!, x[j]!);
        slopes[j] = slopeOf(unknowns[j]!, values[j]!);
        if (!Number.isFinite(values[j]!)) return undefined;
      }
      sums.fill(0);
      const courses: RecordedSolution[] = [];
      for (const run of runs) {
        // A run of an ordinary window hands on what its solver gives.
        const course = run.solve(recorder, values, slopes, false) as RecordedSolution;
        if (!reachedEnd(course.outcome) || course.times.length < run.window.samples.length) return undefined;
        if (!addSquares(run, course, sums)) return undefined;
        courses.push(course);
      }
      if (beliefs) {
        sink.gradient.fill(0);
        sums[groups.length - 1] = beliefs.add(values, slopes, sink).sum;
      }
      sigmas(groups, sums, sigma);
      gradient.fill(0);
      for (const [w, run] of runs.entries()) if (!addGradient(run, courses[w]!, plan, system, sigma, slopes, gradient)) return undefined;
      // The rows of beliefs have a group of their own, with σ = 1.
      if (beliefs) for (let j = 0; j < q; j++) gradient[j]! += sink.gradient[j]!;
      return gradient.every(Number.isFinite) ? merit(groups, sums) : undefined;
    },
  };
}

/** Adds squared residuals to the sums of their groups. @returns false where a computed value is not finite */
function addSquares({ window, computed, points, first, reader, p }: WindowRun, course: RecordedSolution, sums: Float64Array): boolean {
  for (let sample = 0; sample < first.length - 1; sample++) {
    reader.read(course, sample, p, undefined);
    for (let k = first[sample]!; k < first[sample + 1]!; k += 2) {
      const tag = window.tags[points[k]!]!;
      const i = points[k + 1]!;
      const value = reader.y[tag.observable]!;
      if (!Number.isFinite(value)) return false;
      computed[points[k]!]![i] = value;
      sums[tag.group]! += tag.weight[i]! * ((value - tag.value[i]!) / (tag.sigma ?? 1)) ** 2;
    }
  }
  return true;
}

/** Adds the gradient of ½Σ(r/σ)². @returns false where there is none */
function addGradient(
  { window, computed, points, first, acting }: WindowRun,
  course: RecordedSolution,
  { unknowns }: Plan,
  system: System,
  sigma: Float64Array,
  slopes: Float64Array,
  gradient: Float64Array,
): boolean {
  const count = system.observables.length;
  const weights = new Float64Array((first.length - 1) * count);
  for (let sample = 0; sample < first.length - 1; sample++) {
    for (let k = first[sample]!; k < first[sample + 1]!; k += 2) {
      const tag = window.tags[points[k]!]!;
      const i = points[k + 1]!;
      const size = sigma[tag.group]! * (tag.sigma ?? 1);
      weights[sample * count + tag.observable]! += (tag.weight[i]! * (computed[points[k]!]![i]! - tag.value[i]!)) / (size * size);
    }
  }
  const back = course.gradient({ observables: weights });
  if (!back) return false;
  for (const unknown of acting) {
    for (const act of unknowns[unknown]!.acts) {
      if (act.sets === "gain") continue;
      const part = act.sets === "parameter" ? act.factor * back.p[system.active.indexOf(act.index)]! : back.x0[act.index]!;
      gradient[unknown]! += slopes[unknown]! * part;
    }
  }
  return true;
}

/** Takes rows of least squares and keeps only the product of rows and right-hand sides. */
function gradientSink(q: number): RowTriangle & { readonly gradient: Float64Array } {
  const rows = new Float64Array(q + 1);
  const gradient = new Float64Array(q);
  return {
    columns: q + 1,
    r: new Float64Array(0),
    rows,
    gradient,
    reset: () => {},
    at: () => 0,
    added() {
      for (let j = 0; j < q; j++) gradient[j]! += rows[j]! * rows[q]!;
    },
    finish: () => {},
  };
}
