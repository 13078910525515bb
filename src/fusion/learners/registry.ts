/** Learners by name: made from their options, restored from their states. What makes a learner travel as data. */
import { GreyboxError } from "../../core/index.ts";
import type { Learned, Learner } from "../learner.ts";
import { type GaussianProcessState, gaussianProcess, restoreGaussianProcess } from "./gaussian-process.ts";
import { type NetworkState, network, restoreNetwork } from "./network.ts";
import { type PlsState, pls, restorePls } from "./pls.ts";
import { type RidgeState, restoreRidge, ridge } from "./ridge.ts";

interface Entry {
  readonly make: (options: Readonly<Record<string, unknown>>) => Learner;
  /** Parts of the state that must be lists of numbers. */
  readonly lists: readonly string[];
  readonly restore: (state: never) => Learned;
}

const registry: Readonly<Record<string, Entry>> = {
  ridge: {
    make: ridge,
    lists: ["mean", "scale", "coefficients"],
    restore: (state: RidgeState) => restoreRidge(state),
  },
  pls: {
    make: pls,
    lists: ["mean", "scale", "coefficients", "directions", "loadings"],
    restore: (state: PlsState) => restorePls(state),
  },
  "gaussian-process": {
    make: gaussianProcess,
    lists: ["mean", "scale", "length", "rows", "alpha"],
    restore: (state: GaussianProcessState) => restoreGaussianProcess(state),
  },
  network: {
    make: network,
    lists: ["mean", "scale"],
    restore: (state: NetworkState) => restoreNetwork(state),
  },
};

/** Names of the learners there are. */
export const learnerKinds = Object.keys(registry);

/** Makes a learner from its name and options; undefined for one that this package does not know. */
export function learnerFrom(kind: string, options: Readonly<Record<string, unknown>>): Learner | undefined {
  return Object.hasOwn(registry, kind) ? registry[kind]!.make(options) : undefined;
}

/**
 * Makes a stored state predict again, with the same bits.
 *
 * @param kind  `learned.kind`
 * @param state  `learned.state`, also after a trip through JSON
 * @throws GreyboxError `learner/unknown`, `learner/state`
 *
 * @example
 * const { kind, state } = hybrid.toState().learned;
 * restoreLearned(kind, JSON.parse(JSON.stringify(state))).kind; // => "ridge"
 */
export function restoreLearned(kind: string, state: unknown): Learned {
  const entry = Object.hasOwn(registry, kind) ? registry[kind] : undefined;
  if (!entry) throw new GreyboxError("learner/unknown", { learner: kind, known: learnerKinds });
  for (const part of entry.lists) {
    const list = (state as Readonly<Record<string, unknown>> | null)?.[part];
    if (!Array.isArray(list) || !list.every((value) => Number.isFinite(value)))
      throw new GreyboxError("learner/state", { learner: kind, part });
  }
  return entry.restore(state as never); // its lists are checked; a bundle's hash vouches for the rest
}
