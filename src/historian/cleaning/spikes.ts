/**
 * Spikes: one point, or two, far from what both sides agree on.
 *
 * @see F. R. Hampel, "The influence curve and its role in robust estimation", J. Am. Stat. Assoc. 69 (1974) 383–393; R. K. Pearson et al.,
 *   "Generalized Hampel filters", EURASIP J. Adv. Signal Process. 2016:87. Here with a floor on the deviation, without which a quantised
 *   or idle signal has deviation 0 and every change of it counts as a spike.
 */
import { status } from "../../core/index.ts";
import type { Layer, View } from "./layers.ts";
import { type Grain, madToSigma, medianOf } from "./noise.ts";
import type { SpikeRule } from "./rules.ts";

/** Fewer points do not tell noise from what happens. */
const fewest = 30;

/**
 * The floor is the greatest of the declared standard deviation, the noise and the quantum; a tag without any has no scale to judge by.
 *
 * @param order  usable places by time, shape (k)
 * @param sigma  declared standard deviation, in the unit of the tag
 */
export function spikeLayer(view: View, order: Int32Array, rule: SpikeRule | false, grain: Grain, sigma = 0): Layer {
  let places: number[] = [];
  const floor = Math.max(sigma, grain.noise, grain.quantum);
  if (rule && floor > 0 && order.length >= fewest) {
    const { value } = view.raw;
    const { neighbours, sigmas } = rule;
    const [around, deviations] = [new Float64Array(2 * neighbours), new Float64Array(2 * neighbours)];
    const [before, after] = [new Float64Array(neighbours), new Float64Array(neighbours)];
    for (let k = 0; k < order.length; k++) {
      const x = value[order[k]!]!;
      if (k < neighbours || k >= order.length - neighbours) continue;
      // Most points lie close to both ends of their neighbourhood: no need to look further.
      const reach = 0.5 * sigmas * floor;
      if (Math.abs(x - value[order[k - neighbours]!]!) <= reach && Math.abs(x - value[order[k + neighbours]!]!) <= reach) continue;
      for (let j = 0; j < neighbours; j++) {
        before[j] = around[j] = value[order[k - 1 - j]!]!;
        after[j] = around[neighbours + j] = value[order[k + 1 + j]!]!;
      }
      const centre = medianOf(around);
      for (let j = 0; j < 2 * neighbours; j++) deviations[j] = Math.abs(around[j]! - centre);
      // The deviation of a few neighbours is a rough estimate: it counts only where it says clearly that more is going on than noise.
      const local = madToSigma * medianOf(deviations);
      const scale = local > 3 * floor ? local : floor;
      const distance = Math.abs(x - centre);
      // Both sides must agree with each other far better than with the point: a step or a corner is no spike.
      const sides = Math.abs(medianOf(before) - medianOf(after));
      if (distance > sigmas * scale && sides < 0.5 * distance) places.push(order[k]!);
    }
    // What happens that often is how the tag behaves, as the power of a machine that starts and stops.
    if (places.length > rule.rare * order.length) places = [];
  }
  return {
    method: "spikes",
    reason: "spike",
    places: Int32Array.from(places).sort(),
    status: status.uncertainSensorNotAccurate,
    omit: false,
  };
}
