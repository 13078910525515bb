/** Backward differentiation: the method for large stiff systems, where one factorisation has to serve many steps. */
import type { MultistepMethod } from "./method.ts";

/**
 * Numerical differentiation formulas of order 1 to 5 with a fixed leading coefficient, for index-1 systems M·dx/dt = f with a diagonal M of
 * ones and zeros. The step from the predictor x̂ (the polynomial through the last k + 1 points, at the new time) is
 *
 *   M·(x̂′ + (1 − κ)·σ/h·(x − x̂)) = f(t + h, x),   σ = 1 + 1/2 + … + 1/k.
 *
 * Not for oscillations that hardly die out: from order 3 on the formulas are not stable near the imaginary axis. Not for small systems or inputs
 * with many steps, where a one-step method starts anew at full order.
 *
 * @see K. R. Jackson, R. Sacks-Davis, "An alternative implementation of variable step-size multistep formulas for stiff ODEs", ACM Trans.
 *   Math. Softw. 6 (1980) 295–318 (fixed leading coefficient); L. F. Shampine, M. W. Reichelt, "The MATLAB ODE suite", SIAM J. Sci. Comput. 18
 *   (1997) 1–22 (κ); K. E. Brenan, S. L. Campbell, L. R. Petzold, *Numerical Solution of Initial-Value Problems in Differential-Algebraic Equations*,
 *   SIAM 1996, §5.2 (the formula above).
 */
export const bdf: MultistepMethod = {
  name: "bdf",
  order: 5,
  stiff: true,
  algebraic: true,
  sensitivities: true,
  events: true,
  kappa: [0, -0.185, -1 / 9, -0.0823, -0.0415, 0],
};
