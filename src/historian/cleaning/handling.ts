/** From flags to what is done with a point: what it counts in a fit, as what, and what a prediction that uses it may claim. */
import { reason, type Severity, severity } from "../../core/index.ts";
import type { View } from "./layers.ts";
import { type Rules, ruleDefaults } from "./rules.ts";

export interface Handling {
  /** Factor on its term of a fit, 0 … 1. A limit counts in full whatever its status. */
  readonly weight: number;
  /** `value`: the measurement. `below`, `above`: the true value lies beyond it. `none`: it does not count. */
  readonly likelihood: "value" | "below" | "above" | "none";
  /** The best a prediction can be that this point influences. `bad`: the point is not used; the last usable value stands for it, for a while. */
  readonly prediction: Severity;
}

/** OPC UA limit bits of a data value. */
const [dataValue, limits, low, high] = [0x400, 0x300, 0x100, 0x200];

/** What is done with one point of a cleaned series. The same rules are at work in `prepare`, in calibration and in a sensor. */
export function handlingOf(view: View, place: number, weights: Rules["weights"] = ruleDefaults.weights): Handling {
  const [code, mask] = [view.status[place]!, view.reasons[place]!];
  const prediction = severity(code);
  if ((mask & reason.notANumber) !== 0 || view.omitted[place] === 1) return { weight: 0, likelihood: "none", prediction };
  const side = (mask & reason.saturated) !== 0 && (code & dataValue) !== 0 ? code & limits : 0;
  if ((mask & reason.censored) !== 0 || side === low) return { weight: 1, likelihood: "below", prediction };
  if (side === high) return { weight: 1, likelihood: "above", prediction };
  const weight = weights[prediction] * (view.weight?.[place] ?? 1);
  return { weight, likelihood: weight > 0 ? "value" : "none", prediction };
}
