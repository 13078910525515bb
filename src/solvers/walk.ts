/** Where a run stands between steps, and the promise of whoever can take many of them at once. */

/** What step control knows between steps. */
export interface Walk {
  t: number;
  /** Length meant for the next step. */
  h: number;
  /** Logarithm of the error of the last accepted step. */
  logMemory: number;
  rejectedBefore: boolean;
  /** Steps at the edge of stability, and steps after them that were not. */
  edgeSteps: number;
  quietSteps: number;
}

/** Where rows of a run are put. */
export interface Rows {
  samplesGiven(): boolean;
  /** Copies the samples up to `end` that still wait, as many as fit; returns their number. */
  waiting(end: number, out: Float64Array): number;
  /** Takes rows of the samples that wait, or, where none were given, of steps that end at `times`. */
  take(count: number, times: Float64Array, states: Float64Array, tangents: Float64Array): void;
}

export interface Stretch {
  /** Start of the run, and where the stretch ends: a stop of the inputs. */
  readonly from: number;
  readonly to: number;
  readonly stop: number;
  /** Most attempts. */
  readonly budget: number;
  readonly watchesStiffness: boolean;
}

/** Takes many steps at once: as many as need nobody else. */
export interface Cruise {
  /**
   * Goes on from (t, x, s) of walk and iterate, and leaves both where it stopped.
   *
   * @returns `declined` where the next attempt is for others to make; `stiff` where the system shows itself to be so; `fine` at the end of the
   *   stretch or of the budget
   */
  run(walk: Walk, stretch: Stretch, rows: Rows): "fine" | "declined" | "stiff";
}
