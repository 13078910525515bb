/** A calibration as the search sees it: sums of squares and their triangles, from solves with exact sensitivities. */
import { describeOutcome, GreyboxError, type RowTriangle, reachedEnd, rowTriangle, type System } from "../../core/index.ts";
import { createSolver, type SolveOptions, type Solver } from "../../solvers/index.ts";
import { scatterOf } from "../likelihood/scatter.ts";
import type { Plan } from "../question/plan.ts";
import { fromSearch, slopeOf, toSearch } from "../question/unknown.ts";
import type { TagPlan } from "../question/windows.ts";
import type { LeastSquares } from "../search/problem.ts";
import type { Rests } from "../settling/settling-course.ts";
import { beliefRows } from "./belief-rows.ts";
import { directionsOf } from "./directions.ts";
import type { ErrorRows } from "./error-rows.ts";
import { type WindowRun, windowRun } from "./run.ts";
import type { Course } from "./steady-run.ts";

export interface Objective extends LeastSquares {
  readonly plan: Plan;
  readonly system: System;
  /** Values in model units of the unknowns at the last evaluated point. Shape (q). */
  readonly values: Float64Array;
  /** Computed values by window and tag at the last point that could be evaluated. */
  readonly computed: readonly (readonly Float64Array[])[];
  /** Standardised deviations and sizes of errors by window and tag, where errors are not simply Gaussian. */
  readonly errors: readonly (readonly (Pick<ErrorRows, "deviations" | "sizes"> | undefined)[])[];
  /** Why the last evaluation that failed did, as a sentence, and in which window. */
  failure(): Failure | undefined;
}

export interface Failure {
  readonly window: string;
  readonly why: string;
}

/**
 * @param system  of the plan's model, with `plan.active` active
 * @param solver  of that system; one for all where the same model is fitted to many data
 */
export function objectiveOf(plan: Plan, system: System, solver: Solver = solverOf(plan, system)): Objective {
  const { unknowns, groups, pools } = plan;
  const q = unknowns.length;
  const triangles = groups.map(() => rowTriangle(q + 1));
  const sums = new Float64Array(groups.length);
  const squares = new Float64Array(groups.length);
  const values = new Float64Array(q);
  const slopes = new Float64Array(q);
  const rests: Rests = new Map();
  const directions = directionsOf(plan, system);
  const runs = plan.windows.map((_, w) => windowRun(plan, w, system, rests, directions[w]));
  const beliefs = unknowns.some(({ prior }) => prior) || pools.length > 0 ? beliefRows(unknowns, pools) : undefined;
  const row = new Float64Array(q);
  let failed: Failure | undefined;
  const last = { x: new Float64Array(q).fill(Number.NaN), derivatives: false, found: false };

  const compute = (x: Float64Array, derivatives: boolean): boolean => {
    sums.fill(0);
    squares.fill(0);
    rests.clear();
    if (derivatives) for (const triangle of triangles) triangle.reset();
    for (let j = 0; j < q; j++) {
      const unknown = unknowns[j]!;
      values[j] = fromSearch(unknown, x[j]!);
      slopes[j] = slopeOf(unknown, values[j]!);
      if (!Number.isFinite(values[j]!)) return false;
    }
    for (const run of runs) {
      const solution = run.solve(solver, values, slopes, derivatives);
      if (!reachedEnd(solution.outcome) || solution.times.length < run.window.samples.length) {
        failed = { window: run.window.name, why: solution.why ?? describeOutcome(solution.outcome) };
        return false;
      }
      for (const errors of run.errors) errors?.begin(values, slopes);
      const why = addResiduals(run, solution, derivatives, sums, squares, triangles, row);
      if (why !== undefined) {
        failed = { window: run.window.name, why };
        return false;
      }
    }
    if (beliefs) {
      const place = groups.length - 1;
      const added = beliefs.add(values, slopes, derivatives ? triangles[place] : undefined);
      sums[place] = added.sum;
      squares[place] = added.squares;
    }
    if (!derivatives) return true;
    for (const triangle of triangles) triangle.finish();
    const finite = triangles.every(({ r }) => r.every(Number.isFinite));
    if (!finite) failed = { window: runs[0]!.window.name, why: "A derivative of a measured quantity is not a finite number." };
    return finite;
  };

  const deviations = runs.map(({ errors }) => errors.map((one) => one?.deviations));
  return {
    plan,
    system,
    size: q,
    groups,
    lower: Float64Array.from(unknowns, (unknown) => toSearch(unknown, unknown.lower)),
    upper: Float64Array.from(unknowns, (unknown) => toSearch(unknown, unknown.upper)),
    logarithmic: Uint8Array.from(unknowns, ({ scale }) => (scale === "log" ? 1 : 0)),
    sums,
    squares,
    triangles: triangles.map(({ r }) => r),
    values,
    computed: runs.map(({ computed }) => computed),
    errors: runs.map(({ errors }) => errors),
    failure: () => failed,
    scatter: (taken) => scatterOf(plan, deviations, values, taken),
    evaluate(x, derivatives) {
      // The check before a search, the search and the answer ask for the same points; everything asked for is still there.
      if (same(x, last.x) && (last.derivatives || !derivatives)) return last.found;
      last.found = compute(x, derivatives);
      last.x.set(x);
      last.derivatives = derivatives;
      return last.found;
    },
  };
}

export function solverOf(plan: Plan, system: System): Solver {
  // The method's name is checked by the solver, which knows the methods.
  return createSolver(system, plan.solver as SolveOptions);
}

function same(a: Float64Array, b: Float64Array): boolean {
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return true;
}

/** Why a computed value cannot be compared with what was measured; undefined where all can. */
export function addResiduals(
  { window, computed, errors, points, first, acting, reader, p, dp }: WindowRun,
  solution: Course,
  derivatives: boolean,
  sums: Float64Array,
  squares: Float64Array,
  triangles: readonly RowTriangle[],
  row: Float64Array,
): string | undefined {
  const count = reader.y.length;
  const sizeRow = new Float64Array(row.length);
  for (let sample = 0; sample < first.length - 1; sample++) {
    reader.read(solution, sample, p, derivatives && acting.length > 0 ? dp : undefined);
    for (let k = first[sample]!; k < first[sample + 1]!; k += 2) {
      const place = points[k]!;
      const tag: TagPlan = window.tags[place]!;
      const i = points[k + 1]!;
      const value = reader.y[tag.observable]!;
      if (!Number.isFinite(value)) return "A computed value of a measured quantity is not a finite number.";
      computed[place]![i] = value;
      const own = errors[place];
      if (own) {
        if (derivatives) {
          row.fill(0);
          for (let j = 0; j < acting.length; j++) row[acting[j]!] = reader.dy[j * count + tag.observable]!;
        }
        let size: { sigma: number; row: Float64Array } | undefined;
        if (tag.sigmaAt !== undefined) {
          sizeRow.fill(0);
          for (let j = 0; derivatives && j < acting.length; j++) sizeRow[acting[j]!] = reader.dy[j * count + tag.sigmaAt]!;
          size = { sigma: reader.y[tag.sigmaAt]!, row: sizeRow };
        }
        if (!own.add(i, window.samples[sample]!, value, derivatives ? row : undefined, triangles[tag.group]!, size)) {
          return `The computed value ${value} of "${tag.tag}" has no likelihood.`;
        }
        continue;
      }
      const factor = Math.sqrt(tag.weight[i]!) / (tag.sigma ?? 1);
      const residual = factor * (value - tag.value[i]!);
      sums[tag.group]! += residual * residual;
      squares[tag.group]! += residual * residual;
      if (derivatives) addRow(triangles[tag.group]!, reader.dy, tag.observable, count, acting, factor, residual);
    }
  }
  for (const [place, own] of errors.entries()) {
    if (!own) continue;
    const { group } = window.tags[place]!;
    sums[group]! += 2 * own.loss();
    squares[group]! += own.squares();
  }
  return undefined;
}

function addRow(
  triangle: RowTriangle,
  dy: Float64Array,
  observable: number,
  size: number,
  acting: Int32Array,
  factor: number,
  residual: number,
): void {
  const { rows } = triangle;
  const at = triangle.at();
  const q = triangle.columns - 1;
  if (acting.length < q) rows.fill(0, at, at + q);
  for (let j = 0; j < acting.length; j++) rows[at + acting[j]!] = factor * dy[j * size + observable]!;
  rows[at + q] = residual;
  triangle.added();
}

/** Where the search starts. Shape (q). */
export function givenStart({ unknowns }: Plan): Float64Array {
  return Float64Array.from(unknowns, (unknown) => toSearch(unknown, unknown.start));
}

/**
 * Names parameters that nothing measured depends on at the start and at the given points around it.
 *
 * @param points  asked for one by one, until every parameter is seen to act
 *
 * @returns false where the model could be evaluated at none of the points
 * @throws GreyboxError `calibration/no-influence`
 */
export function checkInfluence(objective: Objective, points: Iterable<Float64Array>): boolean {
  const { size: q, plan, triangles } = objective;
  const silent = new Set(plan.unknowns.keys());
  let seen = false;
  for (const x of points) {
    if (!objective.evaluate(x, true)) continue;
    seen = true;
    for (const j of [...silent]) {
      if (triangles.some((r) => columnIsUsed(r, q, j))) silent.delete(j);
    }
    if (silent.size === 0) return true;
  }
  if (!seen) return false;
  const observables = [...new Set(plan.windows.flatMap(({ tags }) => tags.map(({ tag }) => tag)))];
  throw new GreyboxError("calibration/no-influence", { names: [...silent].map((j) => plan.unknowns[j]!.name), observables });
}

function columnIsUsed(r: Float64Array, q: number, j: number): boolean {
  for (let i = 0; i <= j; i++) if (r[i * (q + 1) + j] !== 0) return true;
  return false;
}
