/** Statistics that are small while a record is steady and large while it moves. Each takes samples that do not depend on each other. */

/** One method: what it computes of a sequence, in the order of time. */
export interface SteadyMethod {
  readonly name: "ratio" | "means" | "slope";
  /** Samples after which an answer can be given. */
  readonly warmup: number;
  /** Statistic at each sample; 0 before the warm-up. Shape (n). */
  readonly of: (x: Float64Array) => Float64Array;
}

/** Weights of the three filters of {@link ratioMethod}. */
export const ratioWeights = { mean: 0.2, above: 0.1, steps: 0.1 } as const;

/**
 * Cao and Rhinehart: the variance around a filtered mean over the variance from sample to sample. 1 on average while the record is steady.
 *
 * @see S. Cao, R. R. Rhinehart, "An efficient method for on-line identification of steady state", J. Process Control 5(6) (1995) 363–374.
 */
export const ratioMethod: SteadyMethod = {
  name: "ratio",
  warmup: 30,
  of(x) {
    const { mean: l1, above: l2, steps: l3 } = ratioWeights;
    const ratio = new Float64Array(x.length);
    let mean = x[0] ?? 0;
    let [around, between] = [0, 0];
    let same = 0;
    // Until the filters are full their sums are averages over what there was.
    for (let i = 1; i < x.length; i++) {
      const [a, b] = [Math.max(l2, 1 / i), Math.max(l3, 1 / i)];
      around += a * ((x[i]! - mean) ** 2 - around);
      between += b * ((x[i]! - x[i - 1]!) ** 2 - between);
      mean += Math.max(l1, 1 / (i + 1)) * (x[i]! - mean);
      // Without noise a step is forgotten by both filters alike, and their ratio would never fall again.
      same = x[i] === x[i - 1] ? same + 1 : 0;
      const still = same >= ratioMethod.warmup || between === 0;
      if (i >= ratioMethod.warmup) ratio[i] = still ? 0 : ((2 - l1) * around) / between;
    }
    return ratio;
  },
};

/**
 * Two neighbouring windows of n samples: the distance of their means in units of what noise makes of it, with the noise from the mean range
 * from sample to sample, as on a chart of means and ranges.
 *
 * @see W. A. Shewhart, *Economic Control of Quality of Manufactured Product*, Van Nostrand 1931 (charts of means and ranges);
 *   1.128 is the mean range of two normal samples.
 */
export function meansMethod(n: number): SteadyMethod {
  return {
    name: "means",
    warmup: 2 * n,
    of(x) {
      const distance = new Float64Array(x.length);
      let [older, newer, ranges] = [0, 0, 0];
      for (let i = 0; i < x.length; i++) {
        newer += x[i]!;
        if (i > 0) ranges += Math.abs(x[i]! - x[i - 1]!);
        if (i >= n) {
          newer -= x[i - n]!;
          older += x[i - n]!;
        }
        if (i >= 2 * n) {
          older -= x[i - 2 * n]!;
          ranges -= Math.abs(x[i - 2 * n + 1]! - x[i - 2 * n]!);
        }
        if (i < 2 * n - 1) continue;
        const noise = ranges / (2 * n - 1) / 1.128;
        const apart = Math.abs(newer - older) / n;
        distance[i] =
          noise > 1e-12 * Math.abs(newer) ? apart / (noise * Math.sqrt(2 / n)) : apart > 1e-9 * Math.abs(newer / n) ? Infinity : 0;
      }
      return distance;
    },
  };
}

/**
 * The slope of the line through the last n samples, in standard errors.
 *
 * @see R. M. Bethea, R. R. Rhinehart, *Applied Engineering Statistics*, Marcel Dekker 1991 (t-test of a slope)
 */
export function slopeMethod(n: number): SteadyMethod {
  return {
    name: "slope",
    warmup: n,
    of(x) {
      const t = new Float64Array(x.length);
      const squares = (n * (n * n - 1)) / 12;
      for (let i = n - 1; i < x.length; i++) {
        let mean = 0;
        for (let j = 0; j < n; j++) mean += x[i - j]! / n;
        let [slope, around] = [0, 0];
        for (let j = 0; j < n; j++) {
          const apart = x[i - j]! - mean;
          slope += ((n - 1) / 2 - j) * apart;
          around += apart * apart;
        }
        slope /= squares;
        const rest = Math.max(0, around - slope * slope * squares);
        t[i] = rest > 1e-20 * around ? Math.abs(slope) / Math.sqrt(rest / (n - 2) / squares) : Math.abs(slope) > 0 ? Infinity : 0;
      }
      return t;
    },
  };
}
