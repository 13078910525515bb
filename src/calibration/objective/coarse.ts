/** The same objective from less exact runs: for the part of a search that only has to find where to look. */
import { defaults } from "../question/question.ts";
import { type Objective, objectiveOf } from "./objective.ts";

/** Relative tolerance of runs that look around. Differences that matter there are many times larger; a run takes a third of the steps of 1e-7. */
const coarseTolerance = 1e-4;

const known = new WeakMap<Objective, Objective>();

/** Remembered, as it owns arrays and a solver. The objective itself where nothing is integrated, or no more exactly. */
export function coarseOf(objective: Objective): Objective {
  const { plan, system } = objective;
  if (plan.steady || (plan.solver.rtol ?? defaults.rtol) >= coarseTolerance) return objective;
  const found = known.get(objective) ?? objectiveOf({ ...plan, solver: { ...plan.solver, rtol: coarseTolerance } }, system);
  known.set(objective, found);
  return found;
}
