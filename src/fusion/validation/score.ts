/** Scores of predictions against measurements, every rival on the same points. */
import type { Comparison, Score } from "./validation.ts";

/** Columns of equal length, in the unit of the observable. */
export interface Rivals {
  readonly measured: Float64Array;
  readonly mechanism: Float64Array;
  readonly dataOnly: Float64Array | undefined;
  readonly persistence: Float64Array;
  readonly hybrid: Float64Array;
}

export function compare(rivals: Rivals): Comparison {
  const mechanism = score(rivals.measured, rivals.mechanism);
  const hybrid = score(rivals.measured, rivals.hybrid);
  return {
    mechanism,
    dataOnly: rivals.dataOnly && score(rivals.measured, rivals.dataOnly),
    persistence: score(rivals.measured, rivals.persistence),
    hybrid,
    improvement: mechanism.rmse > 0 ? 1 - hybrid.rmse / mechanism.rmse : 0,
  };
}

/** Unweighted: each point that is used at all counts the same. */
export function score(measured: Float64Array, predicted: Float64Array): Score {
  const points = measured.length;
  let [square, absolute, sum] = [0, 0, 0];
  for (let i = 0; i < points; i++) {
    const error = measured[i]! - predicted[i]!;
    square += error * error;
    absolute += Math.abs(error);
    sum += error;
  }
  return { rmse: Math.sqrt(square / points), mae: absolute / points, bias: sum / points, points };
}
