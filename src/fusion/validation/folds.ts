/**
 * Folds that do not leak: contiguous in time, with an embargo on both sides of what is held out.
 *
 * Neighbouring points of a plant tell each other's values; folds drawn at random would let a learner remember instead of predict.
 */
import { GreyboxError } from "../../core/index.ts";

/** When the rows were measured, in the order of time within each window, window after window. */
export interface RowTimes {
  /** Index of the window of each row, non-decreasing. */
  readonly window: Int32Array;
  /** From the start of the window, in the time unit of the model. */
  readonly time: Float64Array;
  /** Start of each window on a clock in the same unit; windows of equal `clock` may overlap. */
  readonly starts: readonly WindowStart[];
}

export interface WindowStart {
  readonly clock: string;
  readonly at: number;
  /** Indices of windows that show the same hours of another plant: nothing in them tells anything of this one. */
  readonly unrelated?: readonly number[] | undefined;
}

export interface FoldRows {
  readonly held: Int32Array;
  /** Rows learned from: not held out and further than the embargo from what is. */
  readonly learned: Int32Array;
  readonly stretches: readonly { readonly window: number; readonly from: number; readonly to: number }[];
}

/**
 * Cuts the rows into `folds` contiguous parts of equal count; each is held out once.
 *
 * @param embargo  ≥ 0, in the time unit of the model
 * @throws GreyboxError `fusion/option`
 */
export function blockedFolds(rows: RowTimes, folds: number, embargo: number): FoldRows[] {
  const count = rows.time.length;
  if (!Number.isInteger(folds) || folds < 2) {
    throw new GreyboxError("fusion/option", { option: "validation.folds", value: folds, needed: "a whole number ≥ 2" });
  }
  if (!(embargo >= 0 && embargo < Infinity)) {
    throw new GreyboxError("fusion/option", { option: "validation.embargo", value: embargo, needed: "a finite time ≥ 0" });
  }
  return Array.from({ length: folds }, (_, fold) => {
    const first = Math.round((fold * count) / folds);
    const end = Math.round(((fold + 1) * count) / folds);
    const stretches = stretchesOf(rows, first, end);
    const learned: number[] = [];
    for (let row = 0; row < count; row++) {
      if ((row < first || row >= end) && isAway(rows, row, stretches, embargo)) learned.push(row);
    }
    return { held: Int32Array.from({ length: end - first }, (_, i) => first + i), learned: Int32Array.from(learned), stretches };
  });
}

function stretchesOf(rows: RowTimes, first: number, end: number): FoldRows["stretches"] {
  const stretches: { window: number; from: number; to: number }[] = [];
  for (let row = first; row < end; row++) {
    const [window, time] = [rows.window[row]!, rows.time[row]!];
    const last = stretches.at(-1);
    if (last?.window === window) last.to = time;
    else stretches.push({ window, from: time, to: time });
  }
  return stretches;
}

/** True where a row is further than the embargo from everything that is held out. */
export function isAway(rows: RowTimes, row: number, stretches: FoldRows["stretches"], embargo: number): boolean {
  return stretches.every((stretch) => away(rows, row, stretch, embargo));
}

function away(rows: RowTimes, row: number, stretch: FoldRows["stretches"][number], embargo: number): boolean {
  const [own, other] = [rows.starts[rows.window[row]!]!, rows.starts[stretch.window]!];
  if (own.clock !== other.clock || own.unrelated?.includes(stretch.window)) return true;
  const time = own.at - other.at + rows.time[row]!;
  return time < stretch.from - embargo || time > stretch.to + embargo;
}

/**
 * How long a residual remembers: the lag at which its autocorrelation has fallen to 1/e, times the median spacing; the longest over the
 * windows. 0 for fewer than three points or a residual that never changes.
 */
export function correlationTime(rows: Pick<RowTimes, "window" | "time">, residual: Float64Array): number {
  let longest = 0;
  for (let first = 0; first < residual.length; ) {
    let end = first;
    while (end < residual.length && rows.window[end] === rows.window[first]) end++;
    longest = Math.max(longest, ofWindow(rows.time.subarray(first, end), residual.subarray(first, end)));
    first = end;
  }
  return longest;
}

function ofWindow(time: Float64Array, residual: Float64Array): number {
  const count = residual.length;
  if (count < 3) return 0;
  const mean = residual.reduce((sum, value) => sum + value, 0) / count;
  const centred = residual.map((value) => value - mean);
  const power = centred.reduce((sum, value) => sum + value * value, 0);
  if (!(power > 0)) return 0;
  const spacing = time
    .subarray(1)
    .map((t, i) => t - time[i]!)
    .sort()[(count - 1) >> 1]!;
  const most = Math.floor(count / 4);
  // Longer lags in longer strides: a twentieth of a lag is as near as an embargo needs to be.
  for (let lag = 1; lag <= most; lag += Math.max(1, Math.floor(lag / 20))) {
    let sum = 0;
    for (let i = lag; i < count; i++) sum += centred[i]! * centred[i - lag]!;
    if (sum < power / Math.E) return lag * spacing;
  }
  return (most + 1) * spacing;
}
