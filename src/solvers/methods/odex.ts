/** odex: extrapolation of variable order, for smooth non-stiff systems at tight tolerances. The npm package of that name runs it. */
import type { Method } from "./method.ts";

/**
 * Gragg–Bulirsch–Stoer extrapolation, order up to 18.
 *
 * @see E. Hairer, S. P. Nørsett, G. Wanner, *Solving ODEs I*, 2nd ed., Springer 1993, §II.9; ported to JavaScript by C. Smith.
 */
export const odexFacts: Method = { name: "odex", order: 18, stiff: false, algebraic: false, sensitivities: false, events: false };
