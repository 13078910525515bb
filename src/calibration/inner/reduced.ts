/**
 * The search problem of an objective without the unknowns that have a closed form: they are at their best at every point of the search.
 *
 * Sizes of errors: σ² = Σw·d²/Σw for Gaussian errors of one unknown σ. Gains and offsets of readings: linear regression. What is left is the
 * likelihood with these at their most likely values; its minimum is that of the whole, and the whole says what is known of it there.
 */
import { type Objective, objectiveOf } from "../objective/objective.ts";
import type { Plan } from "../question/plan.ts";
import { toSearch } from "../question/unknown.ts";
import type { LeastSquares } from "../search/problem.ts";
import { type Follower, projected } from "./projected.ts";
import { solvedReadings } from "./readings.ts";
import { type ReducedPlan, reducedPlan } from "./reduced-plan.ts";
import { solvedSizes } from "./sizes.ts";

export interface Reduced {
  readonly problem: LeastSquares;
  /** Merit of the whole less that of the problem, everywhere. */
  readonly more: number;
  /** Search coordinates of the problem, of those of the whole. */
  shrink(x: Float64Array): Float64Array;
  /**
   * The whole point, with what is solved at its best, and the merit there. `inside`: within the bounds of what is solved; else it is moved
   * to them and the whole problem has to be searched from there.
   */
  expand(
    x: Float64Array,
    merit: number | undefined,
  ): { readonly x: Float64Array; readonly merit: number | undefined; readonly inside: boolean };
}

const known = { all: new WeakMap<Objective, Reduced>(), undrawn: new WeakMap<Objective, Reduced>() } as const;

/**
 * Without anything to solve it is the objective itself. Remembered, as it owns arrays and a solver.
 *
 * @param which  `undrawn`: sizes of errors that starts are drawn for, as other parameters, are searched. From a random start that finds the best
 *   minimum more often: with σ at its best, whichever tag is met first has all the weight (note 0161).
 */
export function reducedOf(objective: Objective, which: keyof typeof known = "all"): Reduced {
  const found = known[which].get(objective) ?? make(objective, which);
  known[which].set(objective, found);
  return found;
}

function make(objective: Objective, which: keyof typeof known): Reduced {
  const { plan, system } = objective;
  const all = solvedSizes(plan, system.parameters);
  const sizes = which === "all" ? all : all.filter(({ unknown }) => plan.unknowns[unknown]!.acts.length === 0);
  const readings = solvedReadings(plan, system, sizes);
  const solved =
    sizes.length + readings.reduce((sum, { gain, offset }) => sum + (gain === undefined ? 0 : 1) + (offset === undefined ? 0 : 1), 0);
  if (solved === 0 || solved === plan.unknowns.length) {
    return { problem: objective, more: 0, shrink: (x) => x, expand: (x, merit) => ({ x, merit, inside: true }) };
  }
  const reduced = reducedPlan(plan, sizes, readings);
  const inner = objectiveOf(reduced.plan, system);
  const place = (j: number | undefined): number | undefined => (j === undefined ? undefined : reduced.kept.indexOf(j));
  const followers = readings.map(
    ({ gain, offset, constant, tags, logarithmic }, k): Follower => ({
      constant,
      gain: place(gain),
      offset: place(offset),
      tags,
      logarithmic,
      unit: unitOf(reduced.plan, tags),
      group: reduced.readingGroups[k]!,
    }),
  );
  const { problem, kept, whole } = projected(inner, withSizes(inner, reduced), followers);
  return {
    problem,
    more: reduced.more,
    shrink: (x) => Float64Array.from(kept, (i) => x[reduced.kept[i]!]!),
    expand(x, merit) {
      const point = new Float64Array(plan.unknowns.length);
      const evaluated = problem.evaluate(x, false);
      for (const [i, value] of whole(x).entries()) point[reduced.kept[i]!] = value;
      let inside = true;
      for (const [k, { unknown }] of sizes.entries()) {
        const { start, lower, upper } = plan.unknowns[unknown]!;
        const { count } = problem.groups[reduced.groups[k]!]!;
        const sigma = evaluated ? Math.sqrt(problem.sums[reduced.groups[k]!]! / count) : start;
        inside &&= sigma >= lower && sigma <= upper;
        point[unknown] = toSearch(plan.unknowns[unknown]!, Math.min(Math.max(sigma, lower), upper));
      }
      return { x: point, merit: merit === undefined ? undefined : merit + reduced.more, inside };
    },
  };
}

/** What the logarithms of the errors of some tags are in. */
function unitOf({ windows, noises }: Plan, tags: readonly string[]): number {
  const noise = windows.flatMap((window) => window.tags).find(({ tag }) => tags.includes(tag))?.noise;
  return noise !== undefined && noises[noise]!.scale === "log10" ? 1 / Math.LN10 : 1;
}

/** Sums of the groups whose σ is solved are plain sums of squares, without the constants of a likelihood. */
function withSizes(inner: Objective, { groups }: ReducedPlan): LeastSquares {
  const sums = new Float64Array(inner.groups.length);
  const squares = inner.squares ?? inner.sums;
  const { size, lower, upper, logarithmic, triangles } = inner;
  return {
    size,
    lower,
    upper,
    logarithmic,
    groups: inner.groups,
    sums,
    squares,
    triangles,
    evaluate(x, derivatives) {
      const found = inner.evaluate(x, derivatives);
      sums.set(inner.sums);
      for (const g of groups) sums[g] = squares[g]!;
      return found;
    },
  };
}
