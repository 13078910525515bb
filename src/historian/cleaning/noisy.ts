/** Stretches that are much noisier than the tag usually is: loose wires, cavitation. They count less, by the square of the ratio. */
import type { Layer, View } from "./layers.ts";
import { type Grain, madToSigma, medianOf } from "./noise.ts";
import type { NoiseRule } from "./rules.ts";

/** Share of noisy blocks from which they are no fault. */
const usualShare = 0.3;

/**
 * Noise of moving blocks beside the lower half of all blocks, which is what the tag can do.
 *
 * The status stays Good: a noisy value is still a measurement. Its weight in a fit is that of its variance.
 *
 * @param order  usable places by time, shape (k)
 */
export function noisyLayer(view: View, order: Int32Array, rule: NoiseRule | false, grain: Grain): Layer {
  const places: number[] = [];
  const weights: number[] = [];
  const size = rule ? rule.points : 1;
  const count = Math.floor(order.length / size);
  if (rule && count >= 8) {
    const noise = new Float64Array(count);
    for (let block = 0; block < count; block++) noise[block] = blockNoise(view, order, block * size, size);
    const usual = Math.max(
      medianOf(
        noise
          .slice()
          .sort()
          .slice(0, Math.ceil(count / 2)),
      ),
      grain.quantum / Math.sqrt(12),
    );
    const isNoisy = Array.from(noise, (one) => usual > 0 && one > rule.ratio * usual);
    // What happens that often is how the tag behaves: it is noisy where it moves.
    const habit = isNoisy.filter(Boolean).length > usualShare * count;
    // Noise lasts: a single block may be a disturbance, one or two between noisy ones belong to them.
    for (let block = 0; block < count && !habit; block++) {
      const near = [isNoisy[block - 1], isNoisy[block], isNoisy[block + 1]].filter(Boolean).length;
      if (near < 2) continue;
      const stop = block === count - 1 ? order.length : (block + 1) * size;
      const ratio = Math.max(noise[block]! / usual, 1);
      for (let k = block * size; k < stop; k++) {
        places.push(order[k]!);
        weights.push(1 / ratio ** 2);
      }
    }
  }
  const byPlace = places.map((place, k) => [place, weights[k]!] as const).sort((a, b) => a[0] - b[0]);
  return {
    method: "noise",
    reason: "noisy",
    places: Int32Array.from(byPlace, ([place]) => place),
    status: 0,
    omit: false,
    weights: Float64Array.from(byPlace, ([, weight]) => weight),
  };
}

function blockNoise(view: View, order: Int32Array, start: number, size: number): number {
  const bends: number[] = [];
  for (let k = Math.max(start, 1); k < Math.min(start + size, order.length - 1); k++) {
    const [before, at, after] = [view.value[order[k - 1]!]!, view.value[order[k]!]!, view.value[order[k + 1]!]!];
    bends.push(Math.abs(at - 0.5 * (before + after)) / Math.sqrt(1.5));
  }
  return madToSigma * medianOf(Float64Array.from(bends));
}
