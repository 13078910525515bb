/**
 * Cumulative sums: the quickest way to see a small lasting shift in deviations that should be around zero.
 *
 * @see E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954) 100–115; D. C. Montgomery, *Introduction to Statistical Quality
 *   Control*, 6th ed., Wiley 2009, table 9.3: with k = ½ and h = 5 a false alarm comes every 465 deviations on average, a shift of
 *   one standard deviation is seen after 10.4 on average.
 */

export interface CusumRule {
  /** Half the shift to be seen, in standard deviations. */
  readonly k: number;
  /** Height of an alarm, in standard deviations. */
  readonly h: number;
}

export const cusumDefaults: CusumRule = { k: 0.5, h: 5 };

export interface CusumAlarm {
  /** Place where the alarm is raised, and where the shift probably began: after the sum was zero for the last time. */
  readonly at: number;
  readonly since: number;
  readonly side: 1 | -1;
  /** Estimate of the shift, in the unit of the deviations: its mean since the beginning. */
  readonly size: number;
}

/**
 * All alarms of a two-sided scheme; the sums begin anew after each.
 *
 * @param deviations  independent, in order of time; shape (k)
 * @param sigma  their standard deviation without a shift
 *
 * @example
 * cusum(Float64Array.from([0.1, -0.4, 0.3, 2, 2.2, 1.9, 2.1]), 1).map((alarm) => alarm.since); // => [3]
 */
export function cusum(deviations: Float64Array, sigma: number, rule: Partial<CusumRule> = {}): readonly CusumAlarm[] {
  const { k, h } = { ...cusumDefaults, ...rule };
  const alarms: CusumAlarm[] = [];
  let [high, low, highSince, lowSince] = [0, 0, 0, 0];
  for (let i = 0; i < deviations.length; i++) {
    const z = deviations[i]! / sigma;
    high = Math.max(0, high + z - k);
    low = Math.max(0, low - z - k);
    if (high === 0) highSince = i + 1;
    if (low === 0) lowSince = i + 1;
    if (high <= h && low <= h) continue;
    const side = high > h ? 1 : -1;
    const since = side === 1 ? highSince : lowSince;
    let sum = 0;
    for (let j = since; j <= i; j++) sum += deviations[j]!;
    alarms.push({ at: i, since, side, size: sum / (i - since + 1) });
    [high, low, highSince, lowSince] = [0, 0, i + 1, i + 1];
  }
  return alarms;
}
