/** Every measured point of a fit with its residual and its rows: what the search folds into triangles, kept apart. */
import { GreyboxError, type RowTriangle, reachedEnd, valueAt } from "../../core/index.ts";
import { createSolver, type SolveOptions } from "../../solvers/index.ts";
import type { Calibrated } from "../calibrated.ts";
import { objectiveOf } from "../objective/objective.ts";
import { windowRun } from "../objective/run.ts";
import { asked } from "../question/asked.ts";
import type { Plan } from "../question/plan.ts";
import type { Question } from "../question/question.ts";
import { fromSearch, slopeOf, toSearch, type Unknown } from "../question/unknown.ts";
import type { TagPlan } from "../question/windows.ts";
import { type Uncertainty, uncertaintyOf } from "../verdict/uncertainty.ts";

/** The points of one tag in one window. */
export interface SeriesRows {
  readonly window: string;
  /** Index of the window in the plan. */
  readonly place: number;
  readonly tag: TagPlan;
  readonly time: Float64Array;
  readonly computed: Float64Array;
  /** Standardised, measured minus computed. */
  readonly residual: Float64Array;
  /** −1, +1 for a limit, 0 for a value. */
  readonly side: Int8Array;
  /** Rows of point i: from `first[i]` up to `first[i + 1]`. */
  readonly first: Int32Array;
  /** Row-major, shape (rows, q + 1): derivatives along the unknowns in search coordinates, and the right-hand side. */
  readonly rows: Float64Array;
}

export interface PointRows {
  readonly plan: Plan;
  readonly unknowns: readonly Unknown[];
  /** In model units. Shape (q). */
  readonly values: Float64Array;
  /** Derivative of each value with respect to its search coordinate. Shape (q). */
  readonly slopes: Float64Array;
  readonly uncertainty: Uncertainty;
  /** Of the unknowns in search coordinates, row-major, shape (q, q). */
  readonly covariance: Float64Array;
  readonly series: readonly SeriesRows[];
  /** 1 where something computed for a measured value depends on the unknown; 0 for sizes of errors. Shape (q). */
  readonly computes: Uint8Array;
  /** Values of the inputs of a window at a time, by name. */
  inputs(window: number, times: Float64Array): Record<string, Float64Array>;
}

/**
 * @throws GreyboxError `calibration/profile` where the model cannot be evaluated at the values of the fit
 */
export function pointRows(question: Question, fit: Calibrated): PointRows {
  const { model, plan, system } = asked(question);
  const { unknowns } = plan;
  const q = unknowns.length;
  const objective = objectiveOf(plan, system);
  const x = Float64Array.from(unknowns, (unknown) => toSearch(unknown, fit.parameters[unknown.name]?.value ?? unknown.start));
  if (!objective.evaluate(x, true)) throw new GreyboxError("calibration/profile", { model: model.name });
  const values = Float64Array.from(unknowns, (unknown, j) => fromSearch(unknown, x[j]!));
  const slopes = Float64Array.from(unknowns, (unknown, j) => slopeOf(unknown, values[j]!));
  const uncertainty = uncertaintyOf(objective, unknowns, x, values);
  const covariance = new Float64Array(q * q);
  for (let i = 0; i < q; i++)
    for (let j = 0; j < q; j++) covariance[i * q + j] = uncertainty.covariance[i * q + j]! / (slopes[i]! * slopes[j]!);

  const solver = createSolver(system, plan.solver as SolveOptions);
  const observables = system.observables.length;
  const computes = new Uint8Array(q);
  const series = plan.windows.flatMap((window, w): SeriesRows[] => {
    const run = windowRun(plan, w, system);
    const course = run.solve(solver, values, slopes, true);
    if (!reachedEnd(course.outcome)) throw new GreyboxError("calibration/profile", { model: model.name });
    const collected = window.tags.map((tag) => collector(q, tag.value.length));
    for (const errors of run.errors) errors?.begin(values, slopes);
    const row = new Float64Array(q);
    const sizeRow = new Float64Array(q);
    for (let sample = 0; sample < run.first.length - 1; sample++) {
      run.reader.read(course, sample, run.p, run.acting.length > 0 ? run.dp : undefined);
      const { y, dy } = run.reader;
      const slope = (j: number, observable: number): number => dy[j * observables + observable]!;
      for (let at = run.first[sample]!; at < run.first[sample + 1]!; at += 2) {
        const place = run.points[at]!;
        const i = run.points[at + 1]!;
        const tag = window.tags[place]!;
        const into = collected[place]!;
        const value = y[tag.observable]!;
        row.fill(0);
        for (let j = 0; j < run.acting.length; j++) {
          row[run.acting[j]!] = slope(j, tag.observable);
          if (row[run.acting[j]!] !== 0) computes[run.acting[j]!] = 1;
        }
        into.computed[i] = value;
        into.triangle.begin(i);
        const errors = run.errors[place];
        if (errors) {
          sizeRow.fill(0);
          if (tag.sigmaAt !== undefined) for (let j = 0; j < run.acting.length; j++) sizeRow[run.acting[j]!] = slope(j, tag.sigmaAt);
          const own = tag.sigmaAt === undefined ? undefined : { sigma: y[tag.sigmaAt]!, row: sizeRow };
          errors.add(i, window.samples[sample]!, value, row, into.triangle, own);
          into.residual[i] = -Math.sqrt(tag.weight[i]!) * errors.deviations[i]!;
        } else {
          const factor = Math.sqrt(tag.weight[i]!) / (tag.sigma ?? uncertainty.sigma[tag.group]!);
          const right = factor * (value - tag.value[i]!);
          for (let j = 0; j < q; j++) into.triangle.rows[j] = factor * row[j]!;
          into.triangle.rows[q] = right;
          into.triangle.added();
          into.residual[i] = -right;
        }
      }
    }
    return window.tags.map((tag, k): SeriesRows => {
      const { computed, residual, triangle } = collected[k]!;
      return {
        window: window.name,
        place: w,
        tag,
        time: Float64Array.from(tag.at, (sample) => window.samples[sample]!),
        computed,
        residual,
        side: tag.side ?? new Int8Array(tag.value.length),
        ...triangle.all(),
      };
    });
  });
  return {
    plan,
    unknowns,
    values,
    slopes,
    uncertainty,
    covariance,
    series,
    computes,
    inputs: (w, times) =>
      Object.fromEntries(
        system.inputs.map((name, k) => [name, Float64Array.from(times, (time) => valueAt(plan.windows[w]!.inputs[k]!, time))]),
      ),
  };
}

/** Takes rows as a triangle does, and keeps them, with the point that each is of. */
interface Collecting extends RowTriangle {
  begin(point: number): void;
  all(): { readonly first: Int32Array; readonly rows: Float64Array };
}

function collector(q: number, points: number): { computed: Float64Array; residual: Float64Array; triangle: Collecting } {
  const rows = new Float64Array(q + 1);
  const kept: Float64Array[] = [];
  const first = new Int32Array(points + 1);
  const triangle: Collecting = {
    columns: q + 1,
    r: new Float64Array(0),
    rows,
    reset() {},
    finish() {},
    at: () => 0,
    added() {
      kept.push(rows.slice());
    },
    // Points of a tag come in the order of time.
    begin(point) {
      first[point] = kept.length;
    },
    all() {
      first[points] = kept.length;
      const out = new Float64Array(kept.length * (q + 1));
      for (const [i, row] of kept.entries()) out.set(row, i * (q + 1));
      return { first, rows: out };
    },
  };
  return { computed: new Float64Array(points), residual: new Float64Array(points), triangle };
}
