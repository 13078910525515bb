/** Rodas3: a stiff method of low order with small coefficients, for single precision. Used on GPUs only. */
import type { RosenbrockMethod } from "./method.ts";

/**
 * Third-order Rosenbrock method with a second-order error estimate; 4 stages (three right-hand sides), stiffly accurate and L-stable. In the form of
 * {@link RosenbrockMethod}; no interpolant, as steps end at the samples where it is used.
 *
 * Not for tight tolerances: steps grow with the third root of the tolerance.
 *
 * @see A. Sandu, J. G. Verwer, J. G. Blom, E. J. Spee, G. R. Carmichael, F. A. Potra, "Benchmarking stiff ODE solvers for atmospheric chemistry
 *   problems II: Rosenbrock solvers", Atmos. Environ. 31 (1997) 3459–3472.
 */
export const rodas3: Omit<RosenbrockMethod, "name"> = {
  order: 3,
  stiff: true,
  algebraic: true,
  sensitivities: false,
  events: false,
  gamma: 1 / 2,
  a: [[], [0], [2, 0], [2, 0, 1]],
  cumulativeFrom: 3,
  C: [[], [4], [1, -1], [1, -1, -8 / 3]],
  c: [0, 0, 1, 1],
  d: [1 / 2, 3 / 2, 0, 0],
  dense: [],
};
