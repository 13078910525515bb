/** Whether all common estimates together differ by more than chance would make them. */
import { chiSquareTail, svd } from "../../core/index.ts";
import type { Calibrated } from "../calibrated.ts";
import type { EstimateChange } from "./estimates.ts";

export interface JointDifference {
  /** dᵀ(C₁ + C₂)⁻¹d over the common estimates that both fits fix. */
  readonly statistic: number;
  readonly freedom: number;
  /** How often chance alone would make as much of a difference, if the fits share no data. */
  readonly tail: number;
}

/** Combinations that are known so much better than others count as they are; below this share of the variance they are rounding. */
const resolved = 1e-10;

export function jointDifference(before: Calibrated, after: Calibrated, changes: readonly EstimateChange[]): JointDifference | undefined {
  const known = changes.filter(({ standardErrors }) => standardErrors !== undefined);
  const m = known.length;
  if (m === 0) return undefined;
  const correlation = new Float64Array(m * m);
  const difference = new Float64Array(m);
  const [first, second] = [before, after].map(({ names }) => known.map(({ name }) => names.indexOf(name)));
  const sizes = known.map(({ errors: [a, b] }) => Math.hypot(a, b));
  for (let i = 0; i < m; i++) {
    difference[i] = known[i]!.standardErrors!;
    for (let j = 0; j < m; j++) {
      const [a, b] = [correlationOf(before, first![i]!, first![j]!), correlationOf(after, second![i]!, second![j]!)];
      const [ei, ej] = [known[i]!.errors, known[j]!.errors];
      correlation[i * m + j] = i === j ? 1 : (a * ei[0] * ej[0] + b * ei[1] * ej[1]) / (sizes[i]! * sizes[j]!);
    }
  }
  const { values, right } = svd(correlation, m, m);
  let [statistic, freedom] = [0, 0];
  for (let k = 0; k < m; k++) {
    if (values[k]! <= resolved * values[0]!) continue;
    let along = 0;
    for (let i = 0; i < m; i++) along += right[i * m + k]! * difference[i]!;
    statistic += (along * along) / values[k]!;
    freedom++;
  }
  return { statistic, freedom, tail: chiSquareTail(statistic, freedom) };
}

function correlationOf({ correlation, names }: Calibrated, i: number, j: number): number {
  return correlation[i * names.length + j] ?? 0;
}
