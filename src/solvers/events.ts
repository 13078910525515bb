/** Events: watched on the interpolant of each step, located, and applied with what they do to the derivatives. */
import type { SystemEvents } from "../core/index.ts";
import type { Consistency, ConsistencyFailure } from "./consistent.ts";
import { jumpOf } from "./jump.ts";
import { bracketedRoot } from "./root.ts";
import { evaluatePolynomial, type Iterate } from "./stepper.ts";

export const eventDefaults = {
  /** Interior points of a step at which crossings are looked for, besides its end. */
  probes: 3,
  /** Width of the bracket around a crossing, as a fraction of the step. Events closer than that are simultaneous. */
  tolerance: 1e-13,
  /** Rounds of events that set off events in one instant. */
  maxRounds: 100,
  /** Consecutive events, each within `closeness` of the span after the last, that count as chatter. */
  maxClose: 50,
  closeness: 1e-10,
} as const;

/** What came of an instant at which events fired. */
export type Fired =
  | { readonly kind: "went-on" }
  | { readonly kind: "terminal"; readonly event: number }
  | { readonly kind: "chatter"; readonly event: number; readonly count: number }
  | { readonly kind: "inconsistent"; readonly failure: ConsistencyFailure };

export interface EventWatch {
  /** Takes the sides on which the events stand at (t, x). Those that have just fired, or stand exactly at zero, go by their rate. */
  begin(t: number): void;
  /** Forgets what a scan found, for a step that is taken again. */
  forget(): void;
  /** First crossing in the step from t to `end`, whose interpolant is given, as a fraction of it; 2 if there is none. */
  scan(t: number, h: number, end: number, polynomial: Float64Array): number;
  /** Looks for events that a jump of inputs has set off at (t, x). True if there are any. */
  scanJump(t: number): boolean;
  /** Applies the events that `scan` or `scanJump` found, at (t, x) of the iterate. `moved`: the instant depends on the parameters. */
  fire(t: number, moved: boolean, record: (event: number) => void): Fired;
}

/** Undefined for a system without events. `events`: those of the system, or other zero crossings to look for. */
export function eventWatch(
  iterate: Iterate,
  consistent: Consistency,
  events: SystemEvents | undefined = iterate.system.events,
): EventWatch | undefined {
  const { system, inputs, x } = iterate;
  if (!events || events.names.length === 0) return undefined;
  const { directions, when, terminal } = events;
  const m = events.names.length;
  const n = x.length;
  const g = new Float64Array(m);
  const gBefore = new Float64Array(m);
  const side = new Int8Array(m);
  const fired = new Uint8Array(m);
  const acted = new Uint8Array(m);
  const roots = new Float64Array(m);
  const state = new Float64Array(n);
  const jump = jumpOf(iterate, consistent, events);

  function evaluate(t: number, at: Float64Array): void {
    inputs.at(t);
    when.evaluate(t, at, inputs.u, iterate.p, g);
  }

  const crosses = (i: number): boolean =>
    (side[i]! < 0 && g[i]! >= 0 && directions[i]! >= 0) || (side[i]! > 0 && g[i]! <= 0 && directions[i]! <= 0);

  /** Root of event i in [low, high] of the step; a low end within rounding of zero is moved up first. */
  function locate(i: number, low: number, high: number, t: number, h: number, end: number, polynomial: Float64Array): number {
    const at = (theta: number): number => {
      evaluatePolynomial(polynomial, 0, n, theta, state, 0);
      evaluate(theta === 1 ? end : t + theta * h, state);
      return g[i]!;
    };
    const gHigh = at(high);
    let from = low;
    let gFrom = at(low);
    for (let turn = 0; turn < 50 && gFrom * side[i]! <= 0; turn++) {
      from = low + (high - low) * 2 ** -(turn + 1);
      gFrom = at(from);
    }
    if (gFrom * side[i]! <= 0) return low;
    // A halving that passed other roots still ends next to the one where the sign is lost for good, or finds an earlier one: both count.
    return bracketedRoot(at, from, high, gFrom, gHigh, eventDefaults.tolerance);
  }

  return {
    begin(t) {
      evaluate(t, x);
      let unsure = false;
      for (let i = 0; i < m; i++) {
        side[i] = fired[i] !== 0 ? 0 : Math.sign(g[i]!);
        if (side[i] === 0) unsure = true;
      }
      fired.fill(0);
      if (!unsure || !system.differentiable) return;
      const rates = jump.rates(t);
      for (let i = 0; i < m; i++) if (side[i] === 0) side[i] = Math.sign(rates[i]!);
    },

    forget() {
      fired.fill(0);
    },

    scan(t, h, end, polynomial) {
      const points = eventDefaults.probes + 1;
      let previous = 0;
      for (let point = 1; point <= points; point++) {
        const theta = point / points;
        evaluatePolynomial(polynomial, 0, n, theta, state, 0);
        evaluate(point === points ? end : t + theta * h, state);
        gBefore.set(g);
        let first = 2;
        for (let i = 0; i < m; i++) {
          g[i] = gBefore[i]!;
          if (!crosses(i)) continue;
          const root = locate(i, previous, theta, t, h, end, polynomial);
          roots[i] = root;
          fired[i] = 1;
          if (root < first) first = root;
        }
        if (first < 2) {
          for (let i = 0; i < m; i++) if (fired[i] !== 0 && roots[i]! > first + 2 * eventDefaults.tolerance) fired[i] = 0;
          return first;
        }
        for (let i = 0; i < m; i++) side[i] = Math.sign(gBefore[i]!);
        previous = theta;
      }
      return 2;
    },

    scanJump(t) {
      evaluate(t, x);
      let any = false;
      for (let i = 0; i < m; i++) {
        if (!crosses(i)) continue;
        fired[i] = 1;
        any = true;
      }
      return any;
    },

    fire(t, moved, record) {
      evaluate(t, x);
      gBefore.set(g);
      jump.begin(moved);
      acted.fill(0);
      for (let round = 0; round < eventDefaults.maxRounds; round++) {
        let ending = -1;
        let last = -1;
        for (let i = 0; i < m; i++) {
          if (fired[i] === 0) continue;
          evaluate(t, x);
          jump.pass(i, t, round === 0 && g[i] === gBefore[i]);
          record(i);
          iterate.statistics.events++;
          last = i;
          if (terminal[i] !== 0 && ending < 0) ending = i;
          const failure = consistent.solve(t);
          if (failure) return { kind: "inconsistent", failure };
          jump.complete(t);
        }
        if (ending >= 0) return { kind: "terminal", event: ending };
        evaluate(t, x);
        let more = false;
        for (let i = 0; i < m; i++) {
          acted[i]! |= fired[i]!;
          if (fired[i] !== 0) {
            side[i] = Math.sign(g[i]!);
            fired[i] = 0;
          } else if (crosses(i)) {
            fired[i] = 1;
            more = true;
          } else if (g[i] !== 0) side[i] = Math.sign(g[i]!);
        }
        if (!more) {
          fired.set(acted);
          return { kind: "went-on" };
        }
        if (round === eventDefaults.maxRounds - 1) return { kind: "chatter", event: last, count: eventDefaults.maxRounds };
      }
      return { kind: "went-on" };
    },
  };
}
