/**
 * Runs a model on, under inputs that stay as they are, until nothing changes any more.
 *
 * By integration and not by Newton's method: where something is conserved the rest depends on where the run came from, and the equations
 * of the rest alone are singular. Derivatives come to rest with the states.
 */
import { describeOutcome, reachedEnd, type Signal, signal } from "../../core/index.ts";
import type { ProblemDirections, Solver } from "../../solvers/index.ts";

export const settleDefaults = {
  /** Each stretch is so many times as long as the last. */
  growth: 10,
  /** Stretches without change, one after the other, that count as rest. */
  calm: 2,
  /** Stretches after which a model is said not to come to rest: 10¹² times as long as the first one. */
  stretches: 13,
  /** Change over a stretch, in tolerances of the integration, that counts as none: of states, and of their derivatives. */
  slack: 10,
  derivativeSlack: 100,
} as const;

/** Where a run that settles begins, and under which inputs. */
export interface Settling {
  readonly time: number;
  /** Length of the first stretch. */
  readonly first: number;
  /** Inputs, shape (r). */
  readonly inputs: Float64Array;
  readonly p: Float64Array;
  readonly x0: Float64Array;
  /** 1 where `x0` counts; elsewhere the model says. Shape (n). */
  readonly given: Uint8Array;
  readonly directions: ProblemDirections | undefined;
  readonly rtol: number;
}

/** What it came to, or why it did not. */
export type Rest =
  | { readonly time: number; readonly x: Float64Array; readonly tangents: Float64Array | undefined }
  | { readonly time: number; readonly x: undefined; readonly why: string };

export function settle(solver: Solver, { time, first, inputs, p, x0, given, directions, rtol }: Settling): Rest {
  const { nominal, states } = solver.system;
  const n = states.length;
  let [from, length, calm] = [time, first, 0];
  let [x, own] = [x0, given];
  let tangents = directions?.dx0;
  for (let stretch = 0; stretch <= settleDefaults.stretches; stretch++) {
    const to = from + length;
    const constant = Array.from(inputs, (value): Signal => signal([from, to], [value, value]));
    const along = directions && { count: directions.count, dp: directions.dp, ...(tangents && { dx0: tangents }) };
    const { outcome, end } = solver.solve({ span: [from, to], p, x0: x, x0Given: own, inputs: constant, samples: none, directions: along });
    if (!reachedEnd(outcome) || end.time < to)
      return { time: end.time, x: undefined, why: `On the way to rest: ${describeOutcome(outcome)}` };
    const moved = stretch === 0 || moves(end.x, x, nominal, n, rtol, settleDefaults.slack) >= 0;
    const turned = end.tangents && tangents && moves(end.tangents, tangents, nominal, n, rtol, settleDefaults.derivativeSlack) >= 0;
    calm = moved || turned ? 0 : calm + 1;
    const before = x;
    [x, own, tangents] = [end.x, new Uint8Array(n).fill(1), end.tangents];
    from = to;
    length *= settleDefaults.growth;
    if (calm >= settleDefaults.calm) return { time: from, x, tangents };
    if (stretch === settleDefaults.stretches) {
      const state = states[Math.max(0, moves(x, before, nominal, n, rtol, settleDefaults.slack))];
      return { time: from, x: undefined, why: `It does not come to rest: "${state}" still changes at t = ${from.toPrecision(2)}.` };
    }
  }
  return { time: from, x: undefined, why: "It does not come to rest." };
}

const none = new Float64Array(0);

/** The first state that differs by more than `slack` tolerances, −1 where none does. Both of shape (…, n). */
function moves(a: Float64Array, b: Float64Array, nominal: Float64Array, n: number, rtol: number, slack: number): number {
  for (let i = 0; i < a.length; i++) {
    const size = Math.abs(a[i]!) + nominal[i % n]! / 100;
    if (!(Math.abs(a[i]! - b[i]!) <= slack * rtol * size)) return i % n;
  }
  return -1;
}
