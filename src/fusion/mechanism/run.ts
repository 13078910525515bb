/** What the mechanism computes over a window, at the times that were asked for. */

export interface MechanismRun {
  /** Increasing. */
  readonly time: Float64Array;
  /** Names of what was computed. */
  readonly observables: readonly string[];
  /** Row-major, shape (times, observables). */
  readonly values: Float64Array;
  /**
   * Derivatives of one observable with respect to the calibrated parameters, row-major, shape (times, parameters); only where asked for.
   */
  readonly sensitivity: Float64Array | undefined;
}

/** A computed value at one of the times of the run; undefined at other times, where nothing was computed. */
export function computedAt(run: MechanismRun, name: string, t: number): number | undefined {
  const row = rowAt(run.time, t);
  const column = run.observables.indexOf(name);
  return row < 0 || column < 0 ? undefined : run.values[row * run.observables.length + column];
}

/** Derivatives with respect to the parameters at one of the times of the run; empty where the run has none. */
export function sensitivityAt({ time, sensitivity }: MechanismRun, t: number): Float64Array {
  if (!sensitivity) return new Float64Array(0);
  const [row, parameters] = [rowAt(time, t), sensitivity.length / time.length];
  return sensitivity.subarray(row * parameters, (row + 1) * parameters);
}

/** Index of t among increasing times, −1 where it is not one of them. */
export function rowAt(time: Float64Array, t: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return time[low] === t ? low : -1;
}
