/** How well a laboratory repeats itself, from results of one sample measured twice. */
import { chiSquareTail } from "../../core/index.ts";
import type { Layer, View } from "../cleaning/layers.ts";
import { inOrder } from "../cleaning/layers.ts";
import { type Suspicion, shown } from "../suspicion/suspicion.ts";

export interface Repeatability {
  /** Standard deviation of one result. */
  readonly sigma: number;
  /** Pairs behind it. */
  readonly pairs: number;
}

/** Fewer pairs tell nothing. */
const fewest = 5;
/** Chance of pairs so far apart, if the assumed deviation were true, below which it is not believed. */
const chance = 1e-3;

/**
 * Standard deviation from pairs: s² = Σd² / 2n. Results of one time, or within `together`, are taken for the same sample.
 *
 * @see ISO 5725-2:2019, §7.5: repeatability from duplicates.
 */
export function repeatabilityOf(view: View, together = 0): Repeatability | undefined {
  const order = inOrder(view);
  let [sum, pairs] = [0, 0];
  for (let k = 1; k < order.length; k++) {
    const [a, b] = [order[k - 1]!, order[k]!];
    if (view.time[b]! - view.time[a]! > together) continue;
    sum += (view.value[b]! - view.value[a]!) ** 2;
    pairs++;
    // A third result of the same sample pairs with a fourth.
    k++;
  }
  return pairs < fewest ? undefined : { sigma: Math.sqrt(sum / (2 * pairs)), pairs };
}

/** Whether duplicates lie further apart than the deviation that is assumed of the method allows. */
export function repeatabilitySuspicion(tag: string, found: Repeatability | undefined, assumed: number): Suspicion | undefined {
  if (found === undefined || chiSquareTail((found.pairs * found.sigma ** 2) / assumed ** 2, found.pairs) > chance) return undefined;
  return {
    kind: "repeatability",
    tags: [tag],
    from: -Infinity,
    to: Infinity,
    reason: "noisy",
    evidence: `${tag}: ${found.pairs} duplicates have a standard deviation of ${shown(found.sigma)}, where ${shown(assumed)} is assumed`,
    proposal: `Bind it with \`sigma: ${shown(found.sigma)}\`, and lower the gain of the bias update accordingly.`,
    figures: { sigma: found.sigma, assumed, pairs: found.pairs },
  };
}

/** Every result weighs what its true deviation makes it worth, beside the one that is assumed. */
export function repeatabilityLayer(view: View, found: Repeatability, assumed: number): Layer {
  const places = Int32Array.from(view.time.keys());
  const factor = Math.min(1, (assumed / found.sigma) ** 2);
  return {
    method: "repeatability",
    reason: "noisy",
    places,
    status: 0,
    omit: false,
    weights: new Float64Array(places.length).fill(factor),
  };
}
