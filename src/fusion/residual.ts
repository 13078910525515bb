/** The second way of fusing: the data model corrects the mechanism, by learning what it leaves over. A question, as plain data and a learner. */
import type { Learner } from "./learner.ts";

export interface ResidualOptions<O extends string = string, F extends string = string> {
  /** The observable to correct. */
  readonly on: O;
  /** Model inputs (their value at the time) and observables (as the mechanism computes them) that the correction may depend on. */
  readonly from: readonly F[];
  readonly learner: Learner;
  /** Earlier values beside the present ones: by name of `from`, how long ago, > 0, in the time unit of the model. */
  readonly lags?: Readonly<Partial<Record<F, readonly number[]>>> | undefined;
  /** Other observables whose last measured value the correction may depend on. */
  readonly measured?: readonly F[] | undefined;
  /** Makes the correction dynamic: it sees the target's own residual as it was known so long ago, > 0, in the time unit of the model. */
  readonly dynamic?: { readonly lags: readonly number[] } | undefined;
  /** The correction may depend on the time since the start of the run (fouling, ageing). It then ends where the training ended. */
  readonly time?: boolean | undefined;
  /**
   * "orthogonal": what some change of the calibrated parameters would explain is taken out of the residual before it is learned, so that
   * the correction does not stand in for badly known parameters. Default "none": it may, and the confounding index says how much it does.
   */
  readonly protect?: "none" | "orthogonal" | undefined;
}

export interface Residual<O extends string = string, F extends string = string> extends ResidualOptions<O, F> {
  readonly kind: "residual";
}

/**
 * Asks for a learned correction of one observable: y = mechanism + learned(from …).
 *
 * @example
 * residual({ on: "T", from: ["q", "Tc", "T"], learner: ridge() });
 */
export function residual<const O extends string, const F extends string>(options: ResidualOptions<O, F>): Residual<O, F> {
  return { kind: "residual", ...options };
}
