/** A global search as the others are: it pauses after each round, goes on elsewhere with the same bits, and ends in a local search. */
import type { Random } from "../../../core/index.ts";
import type { LeastSquares } from "../problem.ts";
import { type SearchOptions, type SearchResult, search } from "../trust-region.ts";
import { type Box, landscapeOf } from "./box.ts";
import { cmaEs, type Fittest } from "./cma-es.ts";
import { scatterSearch } from "./scatter.ts";

/** All that was computed so far, in order: a search that goes on is led through it again, and computes nothing twice. */
export interface GlobalState {
  readonly method: "cma-es" | "scatter";
  /** Where it began. */
  readonly start: Float64Array;
  readonly values: Float64Array;
  readonly refined: readonly Refined[];
  readonly iterations: number;
  readonly evaluations: number;
}

interface Refined {
  readonly share: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

/** Iterations of a local search within a scatter search, and the fall of the cost below which it ends. */
const short = { maxIterations: 40, cost: 1e-4 } as const;

/**
 * The best point that was found, not yet refined.
 *
 * @param box  what is searched; `start` is moved into it
 */
export function* globalSearch(
  method: GlobalState["method"],
  problem: LeastSquares,
  start: Float64Array,
  box: Box,
  options: SearchOptions,
  draw: Random,
  resume?: GlobalState,
): Generator<SearchResult, SearchResult, void> {
  const begun = resume?.start ?? start;
  const values: number[] = [];
  const refined: Refined[] = [];
  let local = 0;
  const landscape = landscapeOf(problem, box, values, resume?.values);
  const refine = (share: Float64Array): Refined => {
    const found = resume?.refined[refined.length] ?? refinedFrom(share);
    refined.push(found);
    local += found.evaluations;
    return found;
  };
  const refinedFrom = (share: Float64Array): Refined => {
    const steps = search(problem, landscape.place(share), { ...options, ...short });
    let turn = steps.next();
    while (!turn.done) turn = steps.next();
    const { x, merit, evaluations } = turn.value;
    return { share: landscape.share(x), value: merit ?? Infinity, evaluations };
  };
  const most = options.budget * problem.size;
  const rounds =
    method === "cma-es"
      ? cmaEs(landscape, landscape.share(begun), { evaluations: most }, draw)
      : scatterSearch(landscape, landscape.share(begun), { evaluations: most, refine }, draw);
  let iterations = 0;
  const result = ({ share, value }: Fittest): SearchResult => ({
    x: landscape.place(share),
    merit: value < Infinity ? value : undefined,
    iterations,
    evaluations: landscape.evaluations() + local,
    termination: { kind: "max-iterations", ok: false },
  });
  for (;;) {
    const { done, value } = rounds.next();
    if (done) return result(value);
    iterations++;
    if (iterations <= (resume?.iterations ?? 0)) continue;
    const now = result(value);
    const state = (): GlobalState => ({
      method,
      start: begun,
      values: Float64Array.from(values),
      refined: [...refined],
      iterations,
      evaluations: now.evaluations,
    });
    // Copied when somebody asks for it: most pauses are passed over.
    yield {
      ...now,
      get resume() {
        return state();
      },
    };
  }
}
