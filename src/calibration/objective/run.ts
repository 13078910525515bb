/** One window as a run of the model: what the unknowns set in it, its solution, and the points measured at each of its samples. */
import type { System } from "../../core/index.ts";
import type { Solver } from "../../solvers/index.ts";
import type { Plan } from "../question/plan.ts";
import type { WindowPlan } from "../question/windows.ts";
import { type Rests, type SettlingPlan, settlingRun } from "../settling/settling-course.ts";
import { actingIn } from "./directions.ts";
import { type ErrorRows, errorRows } from "./error-rows.ts";
import { corrections, innovationCourse } from "./innovation-run.ts";
import { type ObservableReader, observableReader } from "./observables.ts";
import { type Course, steadyCourse } from "./steady-run.ts";

/** A window with the arrays that its solves need. */
export interface WindowRun {
  readonly window: WindowPlan;
  /** The unknowns that change this run: its directions, in order. */
  readonly acting: Int32Array;
  /** Shape (acting, a): change of the active parameters along each of them. */
  readonly dp: Float64Array;
  readonly reader: ObservableReader;
  readonly computed: readonly Float64Array[];
  /** By tag of the window; undefined where errors are independent and Gaussian. */
  readonly errors: readonly (ErrorRows | undefined)[];
  /** The points measured at sample i: pairs (index of the tag, index of the point), from `first[i]` up to `first[i + 1]`. */
  readonly points: Int32Array;
  readonly first: Int32Array;
  /**
   * Solves, with derivatives when asked for.
   *
   * @param values  of all unknowns
   * @param slopes  their derivatives with respect to the search coordinates
   */
  solve(solver: Solver, values: Float64Array, slopes: Float64Array, derivatives: boolean): Course;
  /** The parameters of the last run. */
  readonly p: Float64Array;
}

/** What a run needs to know of a plan. */
export type RunPlan = Pick<Plan, "windows" | "starts" | "unknowns" | "noises" | "innovations" | "steady"> & SettlingPlan;

/**
 * @param place  index of the window
 * @param rests  of the evaluation in hand: shared by windows that start from the same rest
 * @param directions  the unknowns to differentiate along, in order; default: all that set something in the window
 */
export function windowRun(
  plan: RunPlan,
  place: number,
  system: System,
  rests: Rests = new Map(),
  directions?: Int32Array | undefined,
): WindowRun {
  const { windows: all, starts, unknowns, noises, innovations, steady } = plan;
  const window = all[place]!;
  const start = starts[place]!;
  const n = system.states.length;
  const a = system.active.length;
  const present = actingIn(plan, place);
  const acting = directions ?? present;
  const x0 = Float64Array.from(start.values);
  const p = Float64Array.from(system.p);
  const dp = new Float64Array(acting.length * a);
  const dx0 = new Float64Array(acting.length * n);
  const firstGuess = new Float64Array(n);
  // One list of what to set: unknown, place in p or x0, factor, direction (−1: none) and place in it.
  const parameters = Array.from(present).flatMap((unknown) =>
    unknowns[unknown]!.acts.flatMap((act) =>
      act.sets === "parameter"
        ? [{ unknown, index: act.index, factor: act.factor, direction: acting.indexOf(unknown), column: system.active.indexOf(act.index) }]
        : [],
    ),
  );
  const initial = Array.from(present).flatMap((unknown) =>
    unknowns[unknown]!.acts.flatMap((act) =>
      act.sets === "initial" ? [{ unknown, index: act.index, direction: acting.indexOf(unknown) }] : [],
    ),
  );
  const reader = observableReader(system, acting.length);
  const settling = settlingRun(plan, place, system, acting);
  const corrected = innovations.some(({ tag }) => window.tags.some((one) => one.tag === tag))
    ? corrections(innovations, window, acting, n)
    : undefined;
  return {
    window,
    acting,
    dp,
    p,
    reader,
    computed: window.tags.map(({ value }) => new Float64Array(value.length)),
    errors: window.tags.map((tag) => (tag.noise === undefined ? undefined : errorRows(noises[tag.noise]!, tag, unknowns.length))),
    ...pointsBySample(window),
    solve(solver, values, slopes, derivatives) {
      for (const { unknown, index, factor, direction, column } of parameters) {
        p[index] = factor * values[unknown]!;
        if (direction >= 0) dp[direction * a + column] = factor * slopes[unknown]!;
      }
      for (const { unknown, index, direction } of initial) {
        x0[index] = values[unknown]!;
        if (direction >= 0) dx0[direction * n + index] = slopes[unknown]!;
      }
      if (steady) {
        const guess = Float64Array.from(x0);
        if (start.given.includes(0)) {
          system.initial.evaluate(
            0,
            new Float64Array(n),
            Float64Array.from(window.inputs, ({ values }) => values[0]!),
            p,
            firstGuess,
          );
          for (let i = 0; i < n; i++) if (start.given[i] === 0) guess[i] = firstGuess[i]!;
        }
        return steadyCourse(system, window, p, guess, derivatives && acting.length > 0 ? { count: acting.length, dp } : undefined);
      }
      const along = derivatives && acting.length > 0 ? { count: acting.length, dp, dx0 } : undefined;
      if (settling) return settling(solver, { p, x0, given: start.given, directions: along }, rests);
      if (corrected) {
        corrected.begin(values, slopes);
        return innovationCourse(solver, window, { p, x0, given: start.given, directions: along }, reader, corrected);
      }
      return solver.solve({
        span: [window.from ?? 0, window.end],
        p,
        x0,
        x0Given: start.given,
        inputs: window.inputs,
        samples: window.samples,
        directions: along,
      });
    },
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
