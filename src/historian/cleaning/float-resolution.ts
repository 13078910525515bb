/** Totals that outgrew single precision: their last digits were lost on the way. */
import type { Layer, View } from "./layers.ts";

/**
 * Values that are all single-precision numbers, where the distance of such numbers exceeds half the usual change: rounding is then part of
 * the noise. They count less, by σ²/(σ² + step²/12); differences of two of them are to be taken over longer times.
 *
 * @param order  usable places by time, shape (k)
 * @param sigma  standard deviation of the measurement; 0: unknown, half the usual change stands for it
 */
export function floatResolutionLayer(view: View, order: Int32Array, sigma = 0): Layer {
  const { value } = view;
  const places: number[] = [];
  const weights: number[] = [];
  const single = order.length >= 10 && order.every((place) => Math.fround(value[place]!) === value[place]);
  if (single) {
    const rise = Math.abs(value[order[order.length - 1]!]! - value[order[0]!]!) / (order.length - 1);
    const noise = sigma > 0 ? sigma : rise / 2;
    for (const place of [...order].sort((a, b) => a - b)) {
      const step = singleStep(value[place]!);
      if (noise > 0 && step > noise && Math.abs(value[place]!) >= 2 ** 23) {
        places.push(place);
        weights.push(noise ** 2 / (noise ** 2 + step ** 2 / 12));
      }
    }
  }
  return {
    method: "single-precision",
    reason: "noisy",
    places: Int32Array.from(places),
    status: 0,
    omit: false,
    weights: Float64Array.from(weights),
  };
}

/** Distance of single-precision numbers near a value. */
export function singleStep(value: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 23);
}
