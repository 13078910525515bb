/** A search for what has no closed form; the rest follows at every point. */
import type { Objective } from "../objective/objective.ts";
import { type SearchOptions, type SearchResult, search, type TrustRegionState } from "../search/trust-region.ts";
import { type Reduced, reducedOf } from "./reduced.ts";

/**
 * As `search`, from and to points of the whole problem. Where what was solved has left its bounds the whole problem is searched from there.
 *
 * @see G. H. Golub, V. Pereyra, "Separable nonlinear least squares: the variable projection method and its applications", Inverse Problems 19
 *   (2003) R1–R26.
 */
export function* searchReduced(
  objective: Objective,
  start: Float64Array,
  options: SearchOptions,
  resume?: TrustRegionState,
  which?: Parameters<typeof reducedOf>[1],
): Generator<SearchResult, SearchResult, void> {
  const { problem, shrink, expand, more } = reducedOf(objective, which);
  if (problem === objective || resume?.scale.length === objective.size) return yield* search(objective, start, options, resume);
  const steps = search(problem, shrink(start), options, resume);
  for (let { done, value } = steps.next(); ; { done, value } = steps.next()) {
    if (!done) {
      yield lazily(value, value.merit === undefined ? undefined : value.merit + more, expand);
      continue;
    }
    const { x, merit, inside } = expand(value.x, value.merit);
    if (inside) return { ...value, x, merit };
    const { iterations, evaluations } = value;
    const later = (result: SearchResult): SearchResult => ({
      ...result,
      iterations: result.iterations + iterations,
      evaluations: result.evaluations + evaluations,
      resume: result.resume && {
        ...result.resume,
        iterations: result.resume.iterations + iterations,
        evaluations: result.resume.evaluations + evaluations,
      },
    });
    const rest = search(objective, x, options);
    for (let turn = rest.next(); ; turn = rest.next()) {
      if (turn.done) return later(turn.value);
      yield later(turn.value);
    }
  }
}

/** Its whole point is computed when somebody asks for it: most pauses are passed over. */
function lazily(result: SearchResult, merit: number | undefined, expand: Reduced["expand"]): SearchResult {
  let whole: Float64Array | undefined;
  return {
    ...result,
    merit,
    get x() {
      whole ??= expand(result.x, result.merit).x;
      return whole;
    },
  };
}
