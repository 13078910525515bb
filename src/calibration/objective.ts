/** A calibration as the search sees it: sums of squares and their triangles, from solves with exact sensitivities. */
import { type Directions, describeOutcome, GreyboxError, type RowTriangle, reachedEnd, rowTriangle, type System } from "../core/index.ts";
import { createSolver, type Solution, type SolveOptions, type Solver } from "../solvers/index.ts";
import type { WindowStart } from "./question/initial.ts";
import type { Plan } from "./question/plan.ts";
import { fromSearch, slopeOf, toSearch, type Unknown } from "./question/unknown.ts";
import type { TagPlan, WindowPlan } from "./question/windows.ts";
import type { LeastSquares } from "./search/problem.ts";

export interface Objective extends LeastSquares {
  readonly plan: Plan;
  readonly system: System;
  /** Values in model units of the unknowns at the last evaluated point. Shape (q). */
  readonly values: Float64Array;
  /** Computed values by window and tag at the last point that could be evaluated. */
  readonly computed: readonly (readonly Float64Array[])[];
  /** Why the last evaluation that failed did, as a sentence, and in which window. */
  failure(): Failure | undefined;
}

export interface Failure {
  readonly window: string;
  readonly why: string;
}

/**
 * @param system  of the plan's model, with `plan.estimate` active
 */
export function objectiveOf(plan: Plan, system: System): Objective {
  const { unknowns, groups } = plan;
  const q = unknowns.length;
  // The method's name is checked by the solver, which knows the methods.
  const solver = createSolver(system, plan.solver as SolveOptions);
  const triangles = groups.map(() => rowTriangle(q + 1));
  const sums = new Float64Array(groups.length);
  const values = new Float64Array(q);
  const slopes = new Float64Array(q);
  const p = Float64Array.from(system.p);
  const runs = plan.windows.map((window, w) => windowRun(window, plan.starts[w]!, w, unknowns, system));
  const reader = observableReader(system, q);
  const dp = new Float64Array(q * system.active.length);
  const activeOf = unknowns.map(({ parameter }) => (parameter === undefined ? -1 : system.active.indexOf(parameter)));
  let failed: Failure | undefined;
  const last = { x: new Float64Array(q).fill(Number.NaN), derivatives: false, found: false };

  const compute = (x: Float64Array, derivatives: boolean): boolean => {
    sums.fill(0);
    if (derivatives) for (const triangle of triangles) triangle.reset();
    for (let j = 0; j < q; j++) {
      const unknown = unknowns[j]!;
      values[j] = fromSearch(unknown, x[j]!);
      slopes[j] = slopeOf(unknown, values[j]!);
      if (!Number.isFinite(values[j]!)) return false;
      if (unknown.parameter === undefined) continue;
      p[unknown.parameter] = values[j]!;
      dp[j * system.active.length + activeOf[j]!] = slopes[j]!;
    }
    for (const run of runs) {
      const solution = solveWindow(run, solver, p, values, slopes, derivatives ? dp : undefined);
      if (!reachedEnd(solution.outcome) || solution.times.length < run.window.samples.length) {
        failed = { window: run.window.name, why: describeOutcome(solution.outcome) };
        return false;
      }
      if (!addResiduals(run, solution, p, derivatives ? dp : undefined, reader, sums, triangles)) {
        failed = { window: run.window.name, why: "A computed value of a measured quantity is not a finite number." };
        return false;
      }
    }
    if (!derivatives) return true;
    for (const triangle of triangles) triangle.finish();
    const finite = triangles.every(({ r }) => r.every(Number.isFinite));
    if (!finite) failed = { window: runs[0]!.window.name, why: "A derivative of a measured quantity is not a finite number." };
    return finite;
  };

  return {
    plan,
    system,
    size: q,
    groups,
    lower: Float64Array.from(unknowns, (unknown) => toSearch(unknown, unknown.lower)),
    upper: Float64Array.from(unknowns, (unknown) => toSearch(unknown, unknown.upper)),
    sums,
    triangles: triangles.map(({ r }) => r),
    values,
    computed: runs.map(({ computed }) => computed),
    failure: () => failed,
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

function same(a: Float64Array, b: Float64Array): boolean {
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return true;
}

/** A window with the arrays that its solves need. */
interface WindowRun {
  readonly window: WindowPlan;
  readonly x0: Float64Array;
  readonly given: Uint8Array;
  /** Estimated initial values: state, and index of the unknown. */
  readonly estimated: readonly { readonly state: number; readonly unknown: number }[];
  /** Shape (q, n). */
  readonly dx0: Float64Array;
  readonly computed: readonly Float64Array[];
  /** The points measured at sample i: pairs (index of the tag, index of the point), from `first[i]` up to `first[i + 1]`. */
  readonly points: Int32Array;
  readonly first: Int32Array;
}

function windowRun(window: WindowPlan, start: WindowStart, w: number, unknowns: readonly Unknown[], system: System): WindowRun {
  return {
    window,
    x0: Float64Array.from(start.values),
    given: start.given,
    estimated: unknowns.flatMap(({ initial }, unknown) =>
      initial && (initial.window === undefined || initial.window === w) ? [{ state: initial.state, unknown }] : [],
    ),
    dx0: new Float64Array(unknowns.length * system.states.length),
    computed: window.tags.map(({ value }) => new Float64Array(value.length)),
    ...pointsBySample(window),
  };
}

function pointsBySample({ samples, tags }: WindowPlan): Pick<WindowRun, "points" | "first"> {
  const first = new Int32Array(samples.length + 1);
  for (const { at } of tags) for (let i = 0; i < at.length; i++) first[at[i]! + 1]! += 2;
  for (let sample = 0; sample < samples.length; sample++) first[sample + 1]! += first[sample]!;
  const points = new Int32Array(first[samples.length]!);
  const next = first.slice();
  for (let k = 0; k < tags.length; k++) {
    const { at } = tags[k]!;
    for (let i = 0; i < at.length; i++) {
      const place = next[at[i]!]!;
      points[place] = k;
      points[place + 1] = i;
      next[at[i]!] = place + 2;
    }
  }
  return { points, first };
}

function solveWindow(
  { window, x0, given, estimated, dx0 }: WindowRun,
  solver: Solver,
  p: Float64Array,
  values: Float64Array,
  slopes: Float64Array,
  dp: Float64Array | undefined,
): Solution {
  const n = x0.length;
  for (const { state, unknown } of estimated) {
    x0[state] = values[unknown]!;
    dx0[unknown * n + state] = slopes[unknown]!;
  }
  return solver.solve({
    span: [0, window.end],
    p,
    x0,
    x0Given: given,
    inputs: window.inputs,
    samples: window.samples,
    directions: dp && { count: values.length, dp, dx0 },
  });
}

/** Reads observables and their derivatives at one sample. Owns its arrays. */
interface ObservableReader {
  readonly y: Float64Array;
  /** Shape (q, number of observables). */
  readonly dy: Float64Array;
  read(solution: Solution, sample: number, p: Float64Array, dp: Float64Array | undefined): void;
}

function observableReader(system: System, q: number): ObservableReader {
  const n = system.states.length;
  const r = system.inputs.length;
  const y = new Float64Array(system.observables.length);
  const dy = new Float64Array(q * y.length);
  const x = new Float64Array(n);
  const u = new Float64Array(r);
  const along = { count: q, dt: new Float64Array(q), dx: new Float64Array(q * n), du: new Float64Array(q * r) };
  return {
    y,
    dy,
    read({ times, states, inputs, tangents }, sample, p, dp) {
      // Copies instead of views: a view is an object, and this runs once for each sample of each evaluation.
      for (let i = 0; i < n; i++) x[i] = states[sample * n + i]!;
      for (let i = 0; i < r; i++) u[i] = inputs[sample * r + i]!;
      system.observe.evaluate(times[sample]!, x, u, p, y);
      if (!dp || !tangents) return;
      const from = sample * q * n;
      for (let i = 0; i < q * n; i++) along.dx[i] = tangents[from + i]!;
      const directions: Directions = { count: along.count, dt: along.dt, dx: along.dx, du: along.du, dp };
      system.observe.tangent(times[sample]!, x, u, p, directions, dy);
    },
  };
}

/** False when a computed value is not finite. */
function addResiduals(
  { window, computed, points, first }: WindowRun,
  solution: Solution,
  p: Float64Array,
  dp: Float64Array | undefined,
  reader: ObservableReader,
  sums: Float64Array,
  triangles: readonly RowTriangle[],
): boolean {
  const size = reader.y.length;
  for (let sample = 0; sample < first.length - 1; sample++) {
    reader.read(solution, sample, p, dp);
    for (let k = first[sample]!; k < first[sample + 1]!; k += 2) {
      const tag: TagPlan = window.tags[points[k]!]!;
      const i = points[k + 1]!;
      const value = reader.y[tag.observable]!;
      if (!Number.isFinite(value)) return false;
      computed[points[k]!]![i] = value;
      const factor = Math.sqrt(tag.weight[i]!) / (tag.sigma ?? 1);
      const residual = factor * (value - tag.value[i]!);
      sums[tag.group]! += residual * residual;
      if (dp) addRow(triangles[tag.group]!, reader.dy, tag.observable, size, factor, residual);
    }
  }
  return true;
}

function addRow(triangle: RowTriangle, dy: Float64Array, observable: number, size: number, factor: number, residual: number): void {
  const { rows } = triangle;
  const at = triangle.at();
  const q = triangle.columns - 1;
  for (let j = 0; j < q; j++) rows[at + j] = factor * dy[j * size + observable]!;
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
 * @throws GreyboxError `calibration/no-influence`
 */
export function checkInfluence(objective: Objective, points: Iterable<Float64Array>): void {
  const { size: q, plan, triangles } = objective;
  const silent = new Set(plan.unknowns.keys());
  let seen = false;
  for (const x of points) {
    if (!objective.evaluate(x, true)) continue;
    seen = true;
    for (const j of [...silent]) {
      if (triangles.some((r) => columnIsUsed(r, q, j))) silent.delete(j);
    }
    if (silent.size === 0) return;
  }
  if (!seen) return;
  const observables = [...new Set(plan.windows.flatMap(({ tags }) => tags.map(({ tag }) => tag)))];
  throw new GreyboxError("calibration/no-influence", { names: [...silent].map((j) => plan.unknowns[j]!.name), observables });
}

function columnIsUsed(r: Float64Array, q: number, j: number): boolean {
  for (let i = 0; i <= j; i++) if (r[i * (q + 1) + j] !== 0) return true;
  return false;
}
