/** From stored states back to things that predict, by the name of the learner. */
import { GreyboxError } from "../../core/index.ts";
import type { Learned } from "../learner.ts";
import { type PlsState, restorePls } from "./pls.ts";
import { type RidgeState, restoreRidge } from "./ridge.ts";

/** What a state must hold; lists of numbers are checked to be that. */
const restorers: Readonly<Record<string, { readonly lists: readonly string[]; readonly restore: (state: never) => Learned }>> = {
  ridge: { lists: ["mean", "scale", "coefficients"], restore: (state: RidgeState) => restoreRidge(state) },
  pls: { lists: ["mean", "scale", "coefficients", "directions", "loadings"], restore: (state: PlsState) => restorePls(state) },
};

/**
 * Makes a stored state predict again, with the same bits.
 *
 * @param kind  `learned.kind`
 * @param state  `learned.state`, also after a trip through JSON
 * @throws GreyboxError `learner/unknown`, `learner/state`
 */
export function restoreLearned(kind: string, state: unknown): Learned {
  const known = Object.hasOwn(restorers, kind) ? restorers[kind] : undefined;
  if (!known) throw new GreyboxError("learner/unknown", { learner: kind, known: Object.keys(restorers) });
  for (const part of known.lists) {
    const list = (state as Readonly<Record<string, unknown>> | null)?.[part];
    if (!Array.isArray(list) || !list.every((value) => Number.isFinite(value)))
      throw new GreyboxError("learner/state", { learner: kind, part });
  }
  return known.restore(state as never); // its lists are checked; a bundle's hash vouches for the rest
}
