/**
 * What a run did, in the order it did it: as much of it as the way back needs. Steps are kept by where they began; with little memory only
 * every second, fourth … of them is, and those between are computed again.
 */

/** A step, or as much of it as was used. */
export interface StepTaken {
  readonly kind: "step";
  readonly t: number;
  readonly h: number;
  /** 1: as a whole. Less: the state went on from the interpolant there. */
  readonly used: number;
  /** Index into the run's steppers. */
  readonly stepper: number;
  readonly piece: number;
  /** False where it goes on from the end of the step that is the action before, by the same method. */
  readonly first: boolean;
  /** State where it began. Undefined: to be computed again from an earlier step. */
  x: Float64Array | undefined;
}

/** Algebraic states were solved for. */
interface MadeConsistent {
  readonly kind: "consistent";
  readonly t: number;
  readonly piece: number;
  readonly x: Float64Array;
}

/** Start of an instant in which events act. */
interface InstantBegun {
  readonly kind: "instant";
}

/** An event was applied to state x. `moves`: its instant is its own, and depends on the parameters. */
interface EventPassed {
  readonly kind: "event";
  readonly t: number;
  readonly piece: number;
  readonly event: number;
  readonly moves: boolean;
  readonly x: Float64Array;
}

/** The state after an event, algebraic states solved for. */
interface EventCompleted {
  readonly kind: "after-event";
  readonly t: number;
  readonly piece: number;
  readonly x: Float64Array;
}

/** A condition changed sides at x; derivatives s along any direction became s + jump·(∂g/∂x·s + ∂g/∂p·p′). */
interface ConditionCrossed {
  readonly kind: "condition";
  readonly t: number;
  readonly piece: number;
  readonly condition: number;
  readonly jump: Float64Array;
  readonly x: Float64Array;
}

export type Action = StepTaken | MadeConsistent | InstantBegun | EventPassed | EventCompleted | ConditionCrossed;

/** What the parts of a solver tell as they change the state by other means than a step. They pass the state by the iterate. */
export interface Tape {
  consistent(t: number): void;
  instant(): void;
  event(t: number, event: number, moves: boolean): void;
  afterEvent(t: number): void;
  /** The state is moved, by as little as makes no difference to derivatives. */
  moved(): void;
  condition(t: number, condition: number, jump: Float64Array): void;
}

/** Where a reported row comes from. `theta`: place in the step that is action `action`; see {@link atEnd}, {@link asItStood}. */
export interface Row {
  readonly action: number;
  readonly theta: number;
}

/** The row is the end of the step, not its interpolant there. */
export const atEnd = -1;
/** The row is the state after the first `action` actions. */
export const asItStood = -2;

export interface Recording {
  readonly actions: readonly Action[];
  readonly rows: readonly Row[];
}

/** A recording in the making. */
export interface Recorder extends Recording, Tape {
  /** The stepper of this index attempts a step. */
  attempted(stepper: number, t: number, h: number): void;
  /** The step in hand counts as far as `used`; x is where it began. */
  step(used: number): void;
  row(theta: number): void;
}

/**
 * @param x  the state of the iterate
 * @param piece  the stretch of the inputs that is entered
 * @param bytes  most that states kept for steps may take; but the first step after anything else is always kept
 */
export function recorder(x: Float64Array, piece: () => number, bytes: number): Recorder {
  const actions: Action[] = [];
  const rows: Row[] = [];
  let most = Math.max(2, Math.floor(bytes / (8 * x.length)));
  let attempt = { stepper: 0, t: 0, h: 0 };
  let kept = 0;
  let every = 1;
  /** Of the last step among those that go on from one another. */
  let place = 0;
  let moved = false;
  /** The step that rows belong to. */
  let current = -1;

  /** Forgets states until only every so many steps that go on from one another have theirs. */
  function thin(): void {
    every *= 2;
    kept = 0;
    let at = 0;
    for (const action of actions) {
      if (action.kind !== "step") continue;
      at = action.first ? 0 : at + 1;
      if (at % every === 0) kept++;
      else action.x = undefined;
    }
    // Where most steps are first ones, thinning again at every step would gain nothing.
    most = Math.max(most, 2 * kept);
  }

  return {
    actions,
    rows,

    attempted(stepper, t, h) {
      attempt = { stepper, t, h };
    },

    step(used) {
      const before = actions.at(-1);
      const goesOn = before?.kind === "step" && before.used === 1 && before.piece === piece() && before.stepper === attempt.stepper;
      const first = moved || !goesOn;
      moved = false;
      place = first ? 0 : place + 1;
      const keep = place % every === 0;
      actions.push({ kind: "step", ...attempt, used, piece: piece(), first, x: keep ? x.slice() : undefined });
      current = actions.length - 1;
      if (keep && ++kept > most) thin();
    },

    row(theta) {
      rows.push({ action: theta === asItStood ? actions.length : current, theta });
    },

    moved() {
      moved = true;
    },

    consistent(t) {
      actions.push({ kind: "consistent", t, piece: piece(), x: x.slice() });
    },

    instant() {
      actions.push({ kind: "instant" });
    },

    event(t, event, moves) {
      actions.push({ kind: "event", t, piece: piece(), event, moves, x: x.slice() });
    },

    afterEvent(t) {
      actions.push({ kind: "after-event", t, piece: piece(), x: x.slice() });
    },

    condition(t, condition, jump) {
      actions.push({ kind: "condition", t, piece: piece(), condition, jump, x: x.slice() });
    },
  };
}
