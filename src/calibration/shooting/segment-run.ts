/** A segment as a run: from the states at its node to those at its end, with the rows of its points in between. */
import { type RowTriangle, reachedEnd, rowTriangle, type System } from "../../core/index.ts";
import type { Solver } from "../../solvers/index.ts";
import { addResiduals } from "../objective/objective.ts";
import { type WindowRun, windowRun } from "../objective/run.ts";
import type { WindowStart } from "../question/initial.ts";
import type { Plan } from "../question/plan.ts";
import { plainUnknown, type Unknown } from "../question/unknown.ts";
import type { WindowPlan } from "../question/windows.ts";

/** The unknowns of a segment are those of the question, then the states at its node, if it has one: m together. */
export interface SegmentRun {
  readonly m: number;
  /** Differential states at the node, in the order of `Shape.states`; shape (0) for the first segment of a window. */
  readonly node: Float64Array;
  /** States at the end, shape (n), of the last solve. */
  readonly end: Float64Array;
  /** Their derivatives along all m unknowns, shape (m, n), of the last solve with derivatives. */
  readonly ends: Float64Array;
  /** Node and end of the last solve with derivatives. */
  readonly base: { readonly node: Float64Array; readonly end: Float64Array };
  /** By group, of the last solve. */
  readonly sums: Float64Array;
  /** By group, of the last solve with derivatives: rows of the points, columns as the unknowns, then the right-hand side. */
  readonly triangles: readonly Float64Array[];
  /** False where the model cannot be integrated from here, or a value has no likelihood. */
  solve(solver: Solver, values: Float64Array, slopes: Float64Array, derivatives: boolean): boolean;
}

/** What nodes look like. */
export interface Shape {
  /** Indices of the differential states. */
  readonly states: Int32Array;
  /** Typical size of each, in model units: the unit of a node in the search. */
  readonly sizes: Float64Array;
}

/**
 * @param place  index of the window that it is a segment of
 * @param first  whether the window begins with it
 * @param guess  states to look for algebraic ones from, shape (n)
 */
export function segmentRun(
  plan: Plan,
  segment: WindowPlan,
  place: number,
  first: boolean,
  guess: Float64Array,
  shape: Shape,
  system: System,
): SegmentRun {
  const n = system.states.length;
  const q = plan.unknowns.length;
  const count = first ? 0 : shape.states.length;
  const m = q + count;
  const nodes = Array.from(
    shape.states.subarray(0, count),
    (index, i): Unknown => ({
      ...plainUnknown,
      name: "node",
      acts: [{ sets: "initial", index }],
      windows: undefined,
      unit: "1",
      scale: "linear",
      nominal: shape.sizes[i]!,
      start: 0,
      lower: -Infinity,
      upper: Infinity,
    }),
  );
  const start: WindowStart = first ? plan.starts[place]! : { given: new Uint8Array(n).fill(1), values: guess };
  const unknowns = [...plan.unknowns.map((unknown) => acting(unknown, place, first)), ...nodes];
  const run: WindowRun = windowRun(
    { windows: [segment], starts: [start], unknowns, noises: plan.noises, innovations: [], steady: false },
    0,
    system,
  );
  const triangles: RowTriangle[] = plan.groups.map(() => rowTriangle(m + 1));
  const own: SegmentRun = {
    m,
    node: new Float64Array(count),
    end: new Float64Array(n),
    ends: new Float64Array(m * n),
    base: { node: new Float64Array(count), end: new Float64Array(n) },
    sums: new Float64Array(plan.groups.length),
    triangles: triangles.map(({ r }) => r),
    solve(solver, values, slopes, derivatives) {
      all.set(values);
      all.set(own.node, q);
      steps.set(slopes);
      steps.set(shape.sizes.subarray(0, count), q);
      own.sums.fill(0);
      if (derivatives) for (const triangle of triangles) triangle.reset();
      const solution = run.solve(solver, all, steps, derivatives);
      if (!reachedEnd(solution.outcome) || solution.times.length < segment.samples.length || !solution.end) return false;
      for (const errors of run.errors) errors?.begin(all, steps);
      if (addResiduals(run, solution, derivatives, own.sums, squares, triangles, row) !== undefined) return false;
      own.end.set(solution.end.x);
      if (!derivatives) return own.end.every(Number.isFinite);
      for (const triangle of triangles) triangle.finish();
      own.base.node.set(own.node);
      own.base.end.set(own.end);
      own.ends.fill(0);
      const { tangents } = solution.end;
      for (const [k, j] of run.acting.entries()) for (let i = 0; i < n; i++) own.ends[j * n + i] = tangents![k * n + i]!;
      return own.ends.every(Number.isFinite) && triangles.every(({ r }) => r.every(Number.isFinite));
    },
  };
  const all = new Float64Array(m);
  const steps = new Float64Array(m);
  const squares = new Float64Array(plan.groups.length);
  const row = new Float64Array(m);
  return own;
}

/** What the unknown does in this segment: initial values act in the first one only. */
function acting(unknown: Unknown, place: number, first: boolean): Unknown {
  const here = unknown.windows === undefined || unknown.windows.includes(place);
  return { ...unknown, windows: undefined, acts: here ? unknown.acts.filter(({ sets }) => first || sets === "parameter") : [] };
}
