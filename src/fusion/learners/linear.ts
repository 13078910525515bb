/** A fitted linear map on scaled columns: what ridge and PLS both end in. */
import type { Matrix } from "../learner.ts";
import { type Scaling, scaled } from "./prepared.ts";

export interface LinearState extends Scaling {
  /** One a column, on the scaled features, in scaled target units. */
  readonly coefficients: readonly number[];
}

/** target = mean + scale · (scaled features · coefficients). Summed in the order of the columns. */
export function predictLinear(state: LinearState, features: Matrix): Float64Array {
  const x = scaled(features, state);
  const { coefficients, targetMean, targetScale } = state;
  const columns = coefficients.length;
  return Float64Array.from({ length: features.rows }, (_, row) => {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += x[row * columns + c]! * coefficients[c]!;
    return targetMean + targetScale * sum;
  });
}
