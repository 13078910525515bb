/** Times corrected for a clock that was found wrong, as a layer that can be taken off again. */
import type { Layer, View } from "../cleaning/layers.ts";
import type { ClockFit } from "./compare.ts";

/**
 * Takes offset and drift of a clock off its time stamps. The uncertainty of the correction at t is that of the fitted line.
 *
 * @example
 * const view = bareView(seriesOf("TI1", { time: [0, 100], value: [1, 2] }));
 * const fit = { at: 0, offset: 5, offsetSigma: 0.1, drift: 0, driftSigma: 0 };
 * Array.from(withLayer(view, clockLayer(view, fit)).time); // => [-5, 95]
 */
export function clockLayer(view: View, fit: ClockFit): Layer {
  const places = Int32Array.from(view.time.keys());
  const times = view.time.map((t) => t - fit.offset - fit.drift * (t - fit.at));
  return { method: "clock-correction", reason: "timeCoarse", places, status: 0, omit: false, times };
}

/** Standard deviation of the correction at a time [s]. */
export function clockSigma(fit: ClockFit, t: number): number {
  return Math.hypot(fit.offsetSigma, fit.driftSigma * (t - fit.at));
}
