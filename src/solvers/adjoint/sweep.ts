/** A recorded run, walked backwards: weights of what was reported become weights of what it started from. */
import type { Gradient } from "../../core/index.ts";
import type { Iterate } from "../stepper.ts";
import type { JumpBack } from "./jump-back.ts";
import { addTo, type StepBack } from "./step-back.ts";
import { asItStood, atEnd, type Recording, type StepTaken } from "./tape.ts";

/**
 * @param steps  the run's methods, backwards
 * @param ofRows  weights of the rows, shape (m, n)
 * @param state  weights of the state where the run ended, shape (n); receives those of its start
 * @param into  `p` is added to
 * @returns false when a matrix was singular, or a number not finite, on the way back
 */
export function sweepBack(
  iterate: Iterate,
  { actions, rows }: Recording,
  steps: readonly StepBack[],
  jumps: JumpBack,
  ofRows: Float64Array,
  state: Float64Array,
  into: Gradient,
): boolean {
  const { inputs, x } = iterate;
  const n = x.length;
  let row = rows.length - 1;
  const stand = (at: Float64Array, piece: number): void => {
    x.set(at);
    inputs.enter(piece);
  };
  const rowsAsTheyStood = (after: number): void => {
    for (; row >= 0 && rows[row]!.theta === asItStood && rows[row]!.action === after; row--) addTo(state, 1, ofRows, row * n);
  };

  /** States that were not kept, of the stretch in hand. */
  const again = new Map<number, Float64Array>();
  const repeated = (k: number): Float64Array => {
    if (!again.has(k)) {
      again.clear();
      let first = k;
      while ((actions[first] as StepTaken).x === undefined) first--; // Only steps that go on from steps are not kept.
      let at = (actions[first] as StepTaken).x!;
      for (let i = first; i < k; i++) {
        const { t, h, stepper, piece } = actions[i] as StepTaken;
        stand(at, piece);
        steps[stepper]!.stepper.restart();
        steps[stepper]!.stepper.attempt(t, h);
        at = iterate.xNext.slice();
        again.set(i + 1, at);
      }
    }
    return again.get(k)!;
  };

  for (let k = actions.length - 1; k >= 0; k--) {
    rowsAsTheyStood(k + 1);
    const action = actions[k]!;
    let fine = true;
    switch (action.kind) {
      case "step": {
        const { t, h, used, piece } = action;
        const step = steps[action.stepper]!;
        const given = row >= 0 && rows[row]!.action === k && rows[row]!.theta !== asItStood;
        if (!given && !state.some((weight) => weight !== 0)) break;
        step.begin();
        for (; row >= 0 && rows[row]!.action === k && rows[row]!.theta !== asItStood; row--) {
          const { theta } = rows[row]!;
          if (theta === atEnd) step.end(ofRows, row * n);
          else step.inside(theta, h, ofRows, row * n);
        }
        if (used === 1) step.end(state, 0);
        else step.inside(used, h, state, 0);
        stand(action.x ?? repeated(k), piece);
        fine = step.back(t, h, state, into);
        break;
      }
      case "consistent":
        stand(action.x, action.piece);
        fine = jumps.consistent(action.t, state, into);
        break;
      case "instant":
        jumps.instant();
        break;
      case "event":
        stand(action.x, action.piece);
        jumps.event(action.t, action.event, action.moves, state, into);
        break;
      case "after-event":
        stand(action.x, action.piece);
        fine = jumps.afterEvent(action.t, state, into);
        break;
      case "condition":
        stand(action.x, action.piece);
        jumps.condition(action.t, action.condition, action.jump, state, into);
        break;
      default:
        action satisfies never;
    }
    if (!fine) return false;
  }
  rowsAsTheyStood(0);
  return state.every(Number.isFinite) && into.p.every(Number.isFinite);
}
