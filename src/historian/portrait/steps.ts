/** How far apart the points of a tag are: a scan has one step, exception reporting has all. */

export interface StepBin {
  /** Longest step of the bin [s]; the bin begins where the one before ends. */
  readonly atMost: number;
  readonly count: number;
}

export interface Steps {
  /** Share of the steps within 5 % of the median one: near 1 for a scan, small for reports by exception. */
  readonly regular: number;
  /** By 1, 2, 5, 10 … s; bins without a step at both ends left out. */
  readonly histogram: readonly StepBin[];
}

/** Steps that are taken for the median one. */
const same = 0.05;

/** @param time  increasing [s] @param median  of the steps [s] */
export function stepsOf(time: Float64Array, median: number): Steps {
  const counts = new Map<number, number>();
  let regular = 0;
  for (let i = 1; i < time.length; i++) {
    const step = time[i]! - time[i - 1]!;
    const bin = binOf(step);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
    if (Math.abs(step - median) <= same * median) regular++;
  }
  const bins = [...counts.keys()].sort((a, b) => a - b);
  const [low, high] = [bins[0], bins.at(-1)];
  if (low === undefined || high === undefined) return { regular: 0, histogram: [] };
  return {
    regular: regular / (time.length - 1),
    histogram: Array.from({ length: high - low + 1 }, (_, i) => ({ atMost: edgeOf(low + i), count: counts.get(low + i) ?? 0 })),
  };
}

/** The number of a bin: 0 ends at 1 s, 1 at 2 s, 2 at 5 s, 3 at 10 s … */
function binOf(step: number): number {
  const decade = Math.floor(Math.log10(Math.max(step, 1e-9)));
  // Rounding of the logarithm may miss by one bin: the edges decide.
  for (let bin = 3 * decade - 1; ; bin++) if (step <= edgeOf(bin) * (1 + 1e-9)) return bin;
}

function edgeOf(bin: number): number {
  const decade = Math.floor(bin / 3);
  return Number(`${[1, 2, 5][bin - 3 * decade]}e${decade}`);
}
