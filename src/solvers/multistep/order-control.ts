/** Order and length of a multistep method's steps, from what each order would leave as error. */
import type { MultistepMethod } from "../methods/method.ts";
import type { Iterate } from "../stepper.ts";
import { differenceWeights, leadingSum } from "./formula.ts";
import { differencePast, type Past } from "./past.ts";

/** @see L. F. Shampine, M. W. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1–22 (`ode15s`): bias of the orders, and when they are compared. */
export const orderDefaults = {
  /** Divisors of the step that an order would allow: the one below, the present one, the one above. */
  bias: [1.3, 1.2, 1.4],
  /** A step grows by this factor at least, or not at all: each change costs a factorisation. */
  leastGrowth: 1.2,
  mostGrowth: 4,
  /** While the order still rises from 1 after a start. */
  startGrowth: 3,
  leastFactor: 0.25,
  /** After an iteration that did not converge. */
  failedFactor: 0.25,
} as const;

export interface OrderControl {
  restart(): void;
  /** Fixes the order of a step from t to t + h and returns it. */
  choose(t: number, h: number): number;
  order(): number;
  length(): number;
  /** Error of the step just chosen over its correction x − x̂. */
  constant(): number;
  next(error: number, points: number): number;
  again(error: number, points: number): number;
}

export function orderControl(
  method: MultistepMethod,
  iterate: Iterate,
  past: Past,
  times: Float64Array,
  atol: Float64Array,
  rtol: number,
): OrderControl {
  const { x, xNext } = iterate;
  const n = x.length;
  const difference = new Float64Array(n);
  const weights = new Float64Array(method.order + 2);
  /** Constants for equal steps. */
  const constants = method.kappa.map((kappa, k) => Math.abs(kappa * leadingSum(k) + 1 / (k + 1)));
  let [k, h, t, equal, failures] = [1, 0, 0, 0, 0];
  let starting = true;

  /** Weighted norm of the error that order q would have made in the step in hand. */
  function estimate(q: number): number {
    differenceWeights(times, q, t, h, weights);
    differencePast(past, q, weights, xNext, difference);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const weighted = difference[i]! / (atol[i]! + rtol * Math.max(Math.abs(x[i]!), Math.abs(xNext[i]!)));
      total += weighted * weighted;
    }
    return constants[q]! * Math.sqrt(total / n);
  }

  const factorOf = (error: number, q: number, bias: number): number => 1 / (bias * Math.max(error, 1e-12) ** (1 / (q + 1)));

  return {
    restart() {
      [k, h, equal, failures] = [1, 0, 0, 0];
      starting = true;
    },

    choose(from, length) {
      if (Math.abs(length - h) > 1e-9 * length) equal = 0;
      [t, h] = [from, length];
      return k;
    },

    order: () => k,
    length: () => h,

    constant() {
      // Of the formula with this past, which for equal steps is 1/(k + 1) + κσ; never much less than what interpolation leaves.
      let sum = 0;
      const at = t + h;
      for (let i = 0; i < k; i++) sum += h / (at - times[i]!);
      const last = h / (at - times[k]!);
      return Math.max(0.5 * last, Math.abs(last + sum - (1 - method.kappa[k]!) * leadingSum(k)));
    },

    next(error, points) {
      const { bias, leastGrowth, mostGrowth, startGrowth, leastFactor } = orderDefaults;
      failures = 0;
      equal++;
      const own = factorOf(error, k, bias[1]!);
      if (starting) {
        const falls = k > 1 && estimate(k - 1) < error;
        if (falls || own < 1) starting = false;
        else {
          if (points > k && k < method.order) {
            k++;
            equal = 0;
          } else if (k === method.order) starting = false;
          return Math.min(own, startGrowth);
        }
      }
      if (equal <= k) return own < 1 && error > 0.9 ? Math.max(leastFactor, own) : 1;
      const below = k > 1 ? factorOf(estimate(k - 1), k - 1, bias[0]!) : 0;
      const above = k < method.order && points > k + 1 ? factorOf(estimate(k + 1), k + 1, bias[2]!) : 0;
      const factor = Math.max(own, below, above);
      if (factor >= 1 && factor < leastGrowth) return 1;
      if (factor === below) k--;
      else if (factor === above && factor !== own) k++;
      equal = 0;
      return Math.max(leastFactor, Math.min(factor, mostGrowth));
    },

    again(error) {
      const { bias, leastFactor, failedFactor } = orderDefaults;
      starting = false;
      equal = 0;
      failures++;
      if (!(error < Infinity)) return failedFactor;
      if (failures > 2) {
        k = 1;
        return leastFactor;
      }
      const own = factorOf(error, k, bias[1]!);
      const below = k > 1 ? factorOf(estimate(k - 1), k - 1, bias[0]!) : 0;
      if (below > own) k--;
      return Math.max(leastFactor, Math.min(0.9, Math.max(own, below)));
    },
  };
}
