/** Events: watched on the interpolant of each step, located, and applied with what they do to the derivatives. */
import type { SystemEvents } from "../core/index.ts";
import type { Consistency, ConsistencyFailure } from "./consistent.ts";
import { jumpOf } from "./jump.ts";
import { bracketedRoot } from "./root.ts";
import { evaluatePolynomial, type Iterate } from "./stepper.ts";

export const eventDefaults = {
  /** Interior points of a step at which crossings are looked for, besides its end. */
  probes: 3,
  /** Looks at where a function that keeps its sign comes closest to zero, where a parabola says that it comes below this share of its ends. */
  looks: 4,
  doubt: 0.5,
  /** Share of its distance from zero by which a function may change in a step that is not looked into. */
  calm: 0.5,
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
  /**
   * Takes the sides on which the events stand at (t, x). Those that stand at zero, or have just fired and are at most `near` in time from it,
   * go by their rate.
   */
  begin(t: number, near: number): void;
  /** Forgets what a scan found, for a step that is taken again. */
  forget(): void;
  /** True where the step in hand, which ends at `end`, moves every function so little against its distance from zero that `scan` is not needed. */
  quiet(end: number): boolean;
  /** First crossing in the step from t to `end`, whose interpolant is given, as a fraction of it; 2 if there is none. */
  scan(t: number, h: number, end: number, polynomial: Float64Array): number;
  /** Looks for events that a jump of inputs has set off at (t, x). True if there are any. */
  scanJump(t: number): boolean;
  /**
   * Applies the events that `scan` or `scanJump` found, at (t, x) of the iterate. `moved`: the instant depends on the parameters. Events
   * are recorded with the derivative of their time along each direction, an array that is used again.
   */
  fire(t: number, moved: boolean, record: (event: number, shift: Float64Array) => void): Fired;
}

/** Undefined for a system without events. `events`: those of the system, or other zero crossings to look for. `muted`: 1 where not to look. */
export function eventWatch(
  iterate: Iterate,
  consistent: Consistency,
  events: SystemEvents | undefined = iterate.system.events,
  muted?: Uint8Array,
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
  /** Sides of those that stood exactly at zero while others fired: where one rises to a level, one that falls from it is above. */
  const arrived = new Int8Array(m);
  let begun = 0;
  const roots = new Float64Array(m);
  const state = new Float64Array(n);
  const intervals = eventDefaults.probes + 1;
  /** g where the step begins, and at all points of it, shape (intervals + 1, m). */
  const gStart = new Float64Array(m);
  const values = new Float64Array((intervals + 1) * m);
  const jump = jumpOf(iterate, consistent, events);

  function evaluate(t: number, at: Float64Array): void {
    inputs.at(t);
    when.evaluate(t, at, inputs.u, iterate.p, g);
  }

  const crosses = (i: number): boolean =>
    !muted?.[i] && ((side[i]! < 0 && g[i]! >= 0 && directions[i]! >= 0) || (side[i]! > 0 && g[i]! <= 0 && directions[i]! <= 0));

  /** Value of event i at θ of the step in hand. */
  function at(i: number, theta: number, t: number, h: number, end: number, polynomial: Float64Array): number {
    evaluatePolynomial(polynomial, 0, n, theta, state, 0);
    evaluate(theta === 1 ? end : t + theta * h, state);
    return g[i]!;
  }

  /** Root of event i in [low, high] of the step; a low end within rounding of zero is moved up first. */
  function locate(i: number, low: number, high: number, t: number, h: number, end: number, polynomial: Float64Array): number {
    const value = (theta: number): number => at(i, theta, t, h, end, polynomial);
    const gHigh = value(high);
    let from = low;
    let gFrom = value(low);
    for (let turn = 0; turn < 50 && gFrom * side[i]! <= 0; turn++) {
      from = low + (high - low) * 2 ** -(turn + 1);
      gFrom = value(from);
    }
    if (gFrom * side[i]! <= 0) return low;
    // A halving that passed other roots still ends next to the one where the sign is lost for good, or finds an earlier one: both count.
    return bracketedRoot(value, from, high, gFrom, gHigh, eventDefaults.tolerance);
  }

  /** True where the parabola through the values nearest to the interval before `point` has its least size inside of it. */
  function turnsIn(i: number, point: number): boolean {
    const sign = side[i]!;
    const [ga, gb] = [sign * values[(point - 1) * m + i]!, sign * values[point * m + i]!];
    const bend = point < intervals ? ga - 2 * gb + sign * values[(point + 1) * m + i]! : gb - 2 * ga + sign * values[(point - 2) * m + i]!;
    return 2 * Math.abs(gb - ga) < bend;
  }

  /**
   * Where event i, on one side at both ends of the interval before `point`, is on the other side in between; 0 where it seems to stay. Parabolas
   * through the three values nearest say where it comes closest.
   */
  function turningPoint(i: number, point: number, t: number, h: number, polynomial: Float64Array): number {
    const sign = side[i]!;
    const [low, high] = [(point - 1) / intervals, point / intervals];
    const outer = point < intervals ? point + 1 : point - 2;
    let [a, b, c] = [low, high, outer / intervals];
    let [ga, gb, gc] = [sign * values[(point - 1) * m + i]!, sign * values[point * m + i]!, sign * values[outer * m + i]!];
    if (!(ga >= 0 && gb > 0)) return 0;
    for (let look = 0; look < eventDefaults.looks; look++) {
      const [fall, rise] = [(b - a) * (gb - gc), (b - c) * (gb - ga)];
      const bend = 2 * (fall - rise);
      const vertex = b - ((b - a) * fall - (b - c) * rise) / bend;
      if (!(vertex > low && vertex < high)) return 0;
      const [chord, curvature] = [(gb - ga) / (b - a), ((gc - gb) / (c - b) - (gb - ga) / (b - a)) / (c - a)];
      const least = ga + chord * (vertex - a) + curvature * (vertex - a) * (vertex - b);
      // Far from zero by more than a parabola is likely to be wrong.
      if (!(curvature > 0 && least < eventDefaults.doubt * Math.min(ga > 0 ? ga : gb, gb))) return 0;
      const value = sign * at(i, vertex, t, h, 2, polynomial);
      if (value < 0) return vertex;
      if (value >= Math.min(ga, gb)) return 0;
      // The farthest of the three makes room.
      const [da, db, dc] = [Math.abs(a - vertex), Math.abs(b - vertex), Math.abs(c - vertex)];
      if (dc >= da && dc >= db) [c, gc] = [vertex, value];
      else if (da >= db) [a, ga] = [vertex, value];
      else [b, gb] = [vertex, value];
      if (a > b) [a, ga, b, gb] = [b, gb, a, ga];
    }
    return 0;
  }

  return {
    begin(t, near) {
      begun = t;
      evaluate(t, x);
      gStart.set(g);
      let unsure = false;
      for (let i = 0; i < m; i++) {
        // What has fired stands within rounding of zero, unless its own jump has moved it.
        side[i] = fired[i] !== 0 && g[i] === gBefore[i] ? 0 : Math.sign(g[i]!);
        if (side[i] === 0) side[i] = arrived[i]!;
        arrived[i] = 0;
        if (side[i] === 0 || fired[i] !== 0) unsure = true;
      }
      if (unsure && system.differentiable) {
        const rates = jump.rates(t);
        for (let i = 0; i < m; i++) {
          const rate = rates[i]!;
          if (side[i] === 0 || (fired[i] !== 0 && Math.abs(g[i]!) < Math.abs(rate) * near)) side[i] = Math.sign(rate);
        }
      }
      fired.fill(0);
    },

    forget() {
      fired.fill(0);
    },

    quiet(end) {
      evaluate(end, iterate.xNext);
      for (let i = 0; i < m; i++) {
        const least = Math.min(side[i]! * g[i]!, side[i]! * gStart[i]!);
        if (!(least > 0 && Math.abs(g[i]! - gStart[i]!) < eventDefaults.calm * least) && !muted?.[i]) return false;
      }
      for (let i = 0; i < m; i++) gStart[i] = g[i]!;
      return true;
    },

    scan(t, h, end, polynomial) {
      for (let i = 0; i < m; i++) values[i] = gStart[i]!;
      for (let point = 1; point <= intervals; point++) {
        const theta = point / intervals;
        evaluatePolynomial(polynomial, 0, n, theta, state, 0);
        evaluate(point === intervals ? end : t + theta * h, state);
        for (let i = 0; i < m; i++) values[point * m + i] = g[i]!;
      }
      for (let point = 1; point <= intervals; point++) {
        const [before, theta] = [(point - 1) / intervals, point / intervals];
        let first = 2;
        for (let i = 0; i < m; i++) {
          let from = before;
          const turn = turnsIn(i, point) ? turningPoint(i, point, t, h, polynomial) : 0;
          if (turn > before) {
            at(i, turn, t, h, end, polynomial);
            if (crosses(i)) {
              roots[i] = locate(i, before, turn, t, h, end, polynomial);
              fired[i] = 1;
              first = Math.min(first, roots[i]!);
              continue;
            }
            side[i] = Math.sign(g[i]!);
            from = turn;
          }
          g[i] = values[point * m + i]!;
          if (!crosses(i)) continue;
          roots[i] = locate(i, from, theta, t, h, end, polynomial);
          fired[i] = 1;
          first = Math.min(first, roots[i]!);
        }
        if (first < 2) {
          for (let i = 0; i < m; i++) if (fired[i] !== 0 && roots[i]! > first + 2 * eventDefaults.tolerance) fired[i] = 0;
          return first;
        }
        for (let i = 0; i < m; i++) side[i] = Math.sign(values[point * m + i]!);
      }
      for (let i = 0; i < m; i++) gStart[i] = values[intervals * m + i]!;
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
          record(i, jump.shift());
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
          } else if (g[i] !== gBefore[i] && crosses(i)) {
            fired[i] = 1;
            more = true;
          } else if (g[i] !== 0) side[i] = Math.sign(g[i]!);
          else if (gBefore[i] === 0) arrived[i] = t > begun ? -side[i]! : side[i]!;
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
