/**
 * The search problem of an objective without the unknowns that have a closed form: they are at their best at every point of the search.
 *
 * Sizes of errors: σ² = Σw·d²/Σw for Gaussian errors of one unknown σ. What is left is the likelihood with σ at its most likely value; its
 * minimum is that of the whole, and the whole says what is known of it there.
 */
import { type Objective, objectiveOf } from "../objective/objective.ts";
import { toSearch } from "../question/unknown.ts";
import type { LeastSquares } from "../search/problem.ts";
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

const known = new WeakMap<Objective, Reduced>();

/** Without anything to solve it is the objective itself. Remembered, as it owns arrays and a solver. */
export function reducedOf(objective: Objective): Reduced {
  const found = known.get(objective) ?? make(objective);
  known.set(objective, found);
  return found;
}

function make(objective: Objective): Reduced {
  const { plan, system } = objective;
  const sizes = solvedSizes(plan, system.parameters);
  if (sizes.length === 0 || sizes.length === plan.unknowns.length) {
    return { problem: objective, more: 0, shrink: (x) => x, expand: (x, merit) => ({ x, merit, inside: true }) };
  }
  const reduced = reducedPlan(plan, sizes);
  const inner = objectiveOf(reduced.plan, system);
  const problem = withSizes(inner, reduced);
  return {
    problem,
    more: reduced.more,
    shrink: (x) => Float64Array.from(reduced.kept, (j) => x[j]!),
    expand(x, merit) {
      const whole = new Float64Array(plan.unknowns.length);
      for (const [i, j] of reduced.kept.entries()) whole[j] = x[i]!;
      const evaluated = problem.evaluate(x, false);
      let inside = true;
      for (const [k, { unknown }] of sizes.entries()) {
        const { start, lower, upper } = plan.unknowns[unknown]!;
        const { count } = problem.groups[reduced.groups[k]!]!;
        const sigma = evaluated ? Math.sqrt(problem.sums[reduced.groups[k]!]! / count) : start;
        inside &&= sigma >= lower && sigma <= upper;
        whole[unknown] = toSearch(plan.unknowns[unknown]!, Math.min(Math.max(sigma, lower), upper));
      }
      return { x: whole, merit: merit === undefined ? undefined : merit + reduced.more, inside };
    },
  };
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
