/** Whether residuals are larger than errors can be: by σ where it is given, by replicates where it is not. */
import { chiSquareTail, fisherTail } from "../../core/index.ts";
import type { DiagnosedTag } from "./diagnosis.ts";
import type { SeriesRows } from "./point-rows.ts";

/**
 * @param series  of one tag, all windows
 * @param leverage  of its points, all together
 * @param given  whether σ is given
 * @param unknowns  number q of all unknowns
 */
export function lackOfFit(series: readonly SeriesRows[], leverage: number, given: boolean, unknowns: number): DiagnosedTag["lackOfFit"] {
  let [points, chiSquare] = [0, 0];
  for (const { residual, side } of series) {
    for (let i = 0; i < residual.length; i++) {
      if (side[i] !== 0) continue;
      points++;
      chiSquare += residual[i]! ** 2;
    }
  }
  const freedom = points - leverage;
  if (!(freedom > 0.5)) return undefined;
  if (given) return { kind: "chi-square", statistic: chiSquare, freedom, p: chiSquareTail(chiSquare, freedom) };
  const pure = pureError(series, unknowns);
  const left = freedom - pure.freedom;
  if (!(pure.freedom >= 1 && left > 0.5 && pure.sum > 0)) return undefined;
  const statistic = Math.max(chiSquare - pure.sum, 0) / left / (pure.sum / pure.freedom);
  return { kind: "replicates", statistic, freedom: left, p: fisherTail(statistic, left, pure.freedom) };
}

/**
 * Scatter of points for which the same is computed, with the same derivatives, to the last bit: the same was measured twice. Only points
 * with the same weight are compared.
 */
function pureError(series: readonly SeriesRows[], q: number): { sum: number; freedom: number } {
  const groups = new Map<string, number[]>();
  for (const { computed, residual, side, tag, first, rows } of series) {
    for (let i = 0; i < residual.length; i++) {
      if (side[i] !== 0) continue;
      const from = first[i]! * (q + 1);
      const key = [computed[i], tag.weight[i], ...rows.subarray(from, from + q)].join(" ");
      const list = groups.get(key) ?? [];
      list.push(residual[i]!);
      groups.set(key, list);
    }
  }
  let [sum, freedom] = [0, 0];
  for (const list of groups.values()) {
    const mean = list.reduce((total, e) => total + e, 0) / list.length;
    for (const e of list) sum += (e - mean) ** 2;
    freedom += list.length - 1;
  }
  return { sum, freedom };
}
