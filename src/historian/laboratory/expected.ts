/** What a laboratory result should be about, from the results before and after it. */
import { clean, goodOf } from "../cleaning/clean.ts";
import { madToSigma, medianOf } from "../cleaning/noise.ts";

import { ruleDefaults } from "../cleaning/rules.ts";
import { gathered, type Series } from "../series.ts";
import type { Trend } from "../suspicion/trend.ts";

/** The usable results by time. Neither spikes nor flat lines are looked for: results are few, and each is looked at by itself. */
export function resultsOf(series: Series): Trend {
  const { view, order, grain } = clean(series, ruleDefaults, { stepped: true });
  const good = goodOf(view, order);
  return { tag: series.tag, info: series.info, time: gathered(view.time, good), value: gathered(view.value, good), grain };
}

/** Results on each side that are asked. */
const neighbours = 4;
/** Fewer results tell nothing. */
export const fewestResults = 12;

export interface Expected {
  /** Median of the neighbours, the result itself left out. Shape (k). */
  readonly value: Float64Array;
  /** Robust standard deviation of results about it, at least `floor`. */
  readonly sigma: number;
}

/**
 * @param value  by time, shape (k)
 * @param floor  least standard deviation: that of the method
 */
export function expectedFrom(value: Float64Array, floor: number): Expected {
  const n = value.length;
  const expected = new Float64Array(n);
  const distances = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const first = Math.max(0, Math.min(k - neighbours, n - 2 * neighbours - 1));
    const around: number[] = [];
    for (let j = first; j < Math.min(first + 2 * neighbours + 1, n); j++) if (j !== k) around.push(value[j]!);
    expected[k] = medianOf(Float64Array.from(around));
    distances[k] = Math.abs(value[k]! - expected[k]!);
  }
  return { value: expected, sigma: Math.max(floor, madToSigma * medianOf(distances)) };
}
