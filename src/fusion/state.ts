/** From storage back to a hybrid. */
import type { Calibrated } from "../calibration/index.ts";
import { type AnySource, GreyboxError } from "../core/index.ts";
import { assemble } from "./assemble.ts";
import { mechanismHash } from "./fuse.ts";
import type { Hybrid, HybridState } from "./hybrid.ts";
import { restoreLearned } from "./learners/registry.ts";
import { type MechanismOptions, mechanismOf } from "./mechanism/solved.ts";

/**
 * Restores a hybrid; it predicts the same bits as the one that was stored.
 *
 * @param state  what `hybrid.toState()` gave, also after a trip through JSON
 * @param fit  the fit the hybrid was made from, also restored
 * @throws GreyboxError `fusion/state` when the format is another or the fit is not the one it was made from, `learner/unknown`, `learner/state`
 *
 * @example
 * const again = hybridFromState(JSON.parse(JSON.stringify(hybrid.toState())), fit);
 * again.predict(window).value[7] === hybrid.predict(window).value[7]; // => true
 */
export function hybridFromState<M extends AnySource>(state: HybridState, fit: Calibrated<M>, options: MechanismOptions = {}): Hybrid<M> {
  const { format, learned, ...rest } = state;
  if (format !== "greybox/hybrid/1") {
    throw new GreyboxError("fusion/state", { expected: "format greybox/hybrid/1", got: `format ${format}` });
  }
  const hash = mechanismHash(fit);
  if (hash !== state.provenance.fit) {
    throw new GreyboxError("fusion/state", {
      expected: `the mechanism ${state.provenance.fit.slice(0, 12)}…`,
      got: `${hash.slice(0, 12)}…`,
    });
  }
  return assemble({ ...rest, fit, learned: restoreLearned(learned.kind, learned.state), rivals: undefined }, mechanismOf(fit, options));
}
