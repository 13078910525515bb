/** Stretches in which a tag kept one value: what it does at rest, whether that is a failure or its nature. */

export interface FlatLines {
  /** Stretches of at least five equal values. */
  readonly count: number;
  /** Share of the record that they last. */
  readonly share: number;
  /** Longest first, at most five. */
  readonly longest: readonly { readonly from: number; readonly to: number; readonly value: number }[];
}

/** Fewer equal values in a row are chance, or quantisation. */
const fewest = 5;

/** @param time  increasing [s], shape (k) */
export function flatLinesOf(time: Float64Array, value: Float64Array): FlatLines {
  const runs: { from: number; to: number; value: number }[] = [];
  let start = 0;
  for (let i = 1; i <= value.length; i++) {
    if (i < value.length && value[i] === value[start]) continue;
    if (i - start >= fewest) runs.push({ from: time[start]!, to: time[i - 1]!, value: value[start]! });
    start = i;
  }
  const lasts = (run: { from: number; to: number }): number => run.to - run.from;
  const whole = time.length > 1 ? time[time.length - 1]! - time[0]! : 0;
  return {
    count: runs.length,
    share: whole > 0 ? runs.reduce((sum, run) => sum + lasts(run), 0) / whole : 0,
    longest: [...runs].sort((a, b) => lasts(b) - lasts(a)).slice(0, 5),
  };
}
