/** The search from one start, by the method of the plan. */
import { random } from "../../core/index.ts";
import { reducedOf } from "../inner/reduced.ts";
import { searchReduced } from "../inner/search-reduced.ts";
import { adjointSmooth } from "../objective/adjoint-gradient.ts";
import { coarseOf } from "../objective/coarse.ts";
import type { Objective } from "../objective/objective.ts";
import { type GlobalState, globalSearch } from "../search/global/global.ts";
import { lbfgs } from "../search/lbfgs.ts";
import { type Smooth, smoothOf } from "../search/smooth.ts";
import type { SearchResult, SearchState } from "../search/trust-region.ts";
import { boxOf } from "./multistart.ts";

const smooths = new WeakMap<Objective, Smooth>();

/**
 * Pauses as `search` does, and goes on as it does from its point and state.
 *
 * @param number  of the start; global searches draw from a stream of its own
 */
export function* find(
  objective: Objective,
  number: number,
  start: Float64Array,
  resume: SearchState | undefined,
): Generator<SearchResult, SearchResult, void> {
  const { search: options, method, seed } = objective.plan;
  if (method.name === "lbfgs") {
    const smooth =
      smooths.get(objective) ?? (method.gradient === "adjoint" ? adjointSmooth(objective.plan, objective.system) : smoothOf(objective));
    smooths.set(objective, smooth);
    return yield* lbfgs(smooth, start, options, resume?.method === "lbfgs" ? resume : undefined);
  }
  const local = resume && resume.method === undefined ? resume : undefined;
  const which = method.name === "trust-region" && number > 0 ? "undrawn" : "all";
  if (method.name === "trust-region" || local) return yield* searchReduced(objective, start, options, local, which);

  const { problem, more, shrink, expand } = reducedOf(coarseOf(objective));
  const box = boxOf(objective.plan);
  const draw = random(seed).fork(method.name).fork(number);
  const earlier: GlobalState | undefined = resume?.method === method.name ? resume : undefined;
  const rounds = globalSearch(
    method.name,
    problem,
    shrink(start),
    { low: shrink(box.low), high: shrink(box.high) },
    options,
    draw,
    earlier,
  );
  let found: SearchResult;
  for (;;) {
    const { done, value } = rounds.next();
    if (done) {
      found = value;
      break;
    }
    const { x, merit } = value;
    yield {
      ...value,
      merit: merit === undefined ? undefined : merit + more,
      get x() {
        return expand(x, merit).x;
      },
      get resume() {
        return value.resume;
      },
    };
  }
  const { evaluations } = found;
  const steps = searchReduced(objective, expand(found.x, found.merit).x, options);
  for (;;) {
    const { done, value } = steps.next();
    const counted: SearchResult = {
      ...value,
      evaluations: value.evaluations + evaluations,
      resume: value.resume && { ...value.resume, evaluations: value.resume.evaluations + evaluations },
    };
    if (done) return counted;
    yield counted;
  }
}
