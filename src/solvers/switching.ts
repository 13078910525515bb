/**
 * Derivatives through conditions inside equations: where `if(T > Tmax, a, b)` changes sides, the state is continuous but its rate jumps, and
 * with it the derivative: ∂x⁺ = ∂x⁻ + (f⁻ − f⁺)·τ′, where τ′ is the shift of the instant.
 *
 * No step is made across such an instant: it is taken again to end just before it, the instant is passed by a straight line of no consequence,
 * and the derivative jumps there.
 *
 * @see A. F. Filippov, *Differential Equations with Discontinuous Righthand Sides*, Kluwer 1988, §10; `docs/notes/0031-derivatives-through-events.md`.
 */
import type { Directions } from "../core/index.ts";
import type { Consistency, ConsistencyFailure } from "./consistent.ts";
import { type EventWatch, eventWatch } from "./events.ts";
import type { Iterate } from "./stepper.ts";

export const switchingDefaults = {
  /** A crossing so near, as a share of the span, is passed; one farther is stepped up to. */
  near: 1e-12,
  /** Doublings of the straight line until the condition has changed sides. */
  doublings: 12,
  /** How much of a step that was refused for its error, and saw a condition change sides, the next one may be. */
  leastApproach: 0.1,
  mostApproach: 0.8,
  /** A condition that both sides approach so slowly that it would take more than this many spans to go back to where it came from is at rest there. */
  rest: 1e3,
  /** Attempts to step up to one crossing, and the share of its largest value below which a condition is then no longer looked for. */
  approaches: 24,
  close: 1e-6,
} as const;

/** What came of a crossing. */
export type Passed =
  | { readonly kind: "passed"; readonly at: number }
  /** The rates on both sides point to the boundary: the solution would slide along it. Not looked for any more in this stretch. */
  | { readonly kind: "slides"; readonly at: number; readonly condition: string }
  /** Nothing has changed sides, and nothing was moved. */
  | { readonly kind: "missed" }
  | { readonly kind: "inconsistent"; readonly failure: ConsistencyFailure };

export interface Switching {
  /** A new stretch of the run, `span` long as a whole: at its start (`fresh`), after a stop of the inputs, after an event. */
  begin(t: number, span: number, fresh: boolean): void;
  /** True where a condition stands exactly at its change, and leaves it: the rate at (t, x) may be that of the other side. */
  stands(t: number): boolean;
  /** The same stretch, from (t, x) again. */
  again(t: number): void;
  /** True where no condition comes near a crossing in the step that ends at `end`, so that `scan` is not needed. */
  quiet(end: number): boolean;
  /** First crossing in the step from t to `end`, as a fraction of it; 2 if there is none. */
  scan(t: number, h: number, end: number, polynomial: Float64Array): number;
  /** Time from (t, x) to the crossing that the rates there promise first; Infinity where they promise none. */
  ahead(t: number): number;
  /**
   * Gives up on a crossing that cannot be reached, as where a rate vanishes with the root of what is left: looked for no more in this
   * stretch. Gives the condition's name where it is not at rest there.
   */
  leave(t: number): string | undefined;
  /** Carries the iterate, which stands `ahead` before a crossing, over it, but not beyond `limit`. */
  pass(t: number, ahead: number, near: number, limit: number): Passed;
}

/** Undefined where no condition can change sides. */
export function switchingOf(iterate: Iterate, consistent: Consistency): Switching | undefined {
  const { system, inputs, x } = iterate;
  const { switches } = system;
  if (!switches) return undefined;
  const { names, when } = switches;
  const [n, m] = [x.length, names.length];
  const muted = new Uint8Array(m);
  const largest = new Float64Array(m);
  let span = 0;
  const watched = { names, when, directions: new Int8Array(m), terminal: new Uint8Array(m), then: [] };
  const watch = eventWatch(iterate, consistent, watched, muted) as EventWatch;
  const g = new Float64Array(m);
  const gRate = new Float64Array(m);
  const sides = new Float64Array(m);
  const before = new Float64Array(n);
  const after = new Float64Array(n);
  const start = new Float64Array(n);
  const dp = new Float64Array(system.active.length);

  /** dg/dt at (t, x) along a rate of the states. */
  function rates(t: number, rate: Float64Array): void {
    inputs.at(t);
    when.tangent(t, x, inputs.u, iterate.p, { count: 1, dt: Float64Array.of(1), dx: rate, du: inputs.slope, dp }, gRate);
  }

  function valuesAt(t: number): void {
    inputs.at(t);
    when.evaluate(t, x, inputs.u, iterate.p, g);
  }

  function again(t: number): void {
    watch.forget();
    watch.begin(t, 0);
  }

  const atRest = (i: number, rate: number): boolean => Math.abs(rate) * span * switchingDefaults.rest < largest[i]!;

  return {
    begin(t, length, fresh) {
      span = length;
      muted.fill(0);
      if (fresh) largest.fill(0);
      valuesAt(t);
      for (let i = 0; i < m; i++) largest[i] = Math.max(largest[i]!, Math.abs(g[i]!));
      again(t);
    },

    stands(t) {
      valuesAt(t);
      if (!g.includes(0)) return false;
      consistent.rate(t, before);
      rates(t, before);
      return g.some((value, i) => value === 0 && gRate[i] !== 0);
    },

    again,
    quiet: watch.quiet,
    scan: watch.scan,

    ahead(t) {
      consistent.rate(t, before);
      valuesAt(t);
      rates(t, before);
      let least = Infinity;
      for (let i = 0; i < m; i++) {
        const time = -g[i]! / gRate[i]!;
        if (muted[i] === 0 && time >= 0 && time < least) least = time;
      }
      return least;
    },

    leave(t) {
      consistent.rate(t, before);
      valuesAt(t);
      rates(t, before);
      let moving: string | undefined;
      for (let i = 0; i < m; i++) {
        if (muted[i] !== 0 || Math.abs(g[i]!) > switchingDefaults.close * largest[i]!) continue;
        muted[i] = 1;
        if (!atRest(i, gRate[i]!)) moving ??= names[i];
      }
      again(t);
      return moving;
    },

    pass(t, ahead, near, limit) {
      const { count, s } = iterate;
      consistent.rate(t, before);
      valuesAt(t);
      sides.set(g);
      rates(t, before);
      // One that stands at its change came from the other side.
      for (let i = 0; i < m; i++) if (g[i] === 0) sides[i] = -gRate[i]!;
      start.set(x);
      iterate.tape?.moved();
      let at = t;
      let crossed = -1;
      for (let turn = 0; turn <= switchingDefaults.doublings && crossed < 0 && at < limit; turn++) {
        at = Math.min(limit, t + ahead + near * 2 ** turn);
        for (let i = 0; i < n; i++) x[i] = start[i]! + (at - t) * before[i]!;
        const failure = consistent.solve(at);
        if (failure) return { kind: "inconsistent", failure };
        valuesAt(at);
        for (let i = 0; i < m && crossed < 0; i++)
          if (g[i] !== 0 && sides[i] !== 0 && Math.sign(g[i]!) !== Math.sign(sides[i]!)) crossed = i;
      }
      if (crossed < 0) {
        x.set(start);
        again(t);
        return { kind: "missed" };
      }
      const shift = new Float64Array(count);
      const along: Directions = { count, dt: new Float64Array(count), dx: s, du: iterate.du, dp: iterate.dp };
      const dg = new Float64Array(count * m);
      const ownRate = gRate[crossed]!;
      when.tangent(at, x, inputs.u, iterate.p, along, dg);
      for (let k = 0; k < count; k++) shift[k] = -dg[k * m + crossed]! / ownRate;
      consistent.rate(at, after);
      rates(at, after);
      if (gRate[crossed]! * ownRate < 0) {
        muted[crossed] = 1;
        again(at);
        return atRest(crossed, ownRate) ? { kind: "passed", at } : { kind: "slides", at, condition: names[crossed]! };
      }
      iterate.tape?.condition(
        at,
        crossed,
        after.map((value, i) => (value - before[i]!) / ownRate),
      );
      for (let k = 0; k < count; k++) for (let i = 0; i < n; i++) s[k * n + i]! += (before[i]! - after[i]!) * shift[k]!;
      consistent.differentiate(at);
      again(at);
      return { kind: "passed", at };
    },
  };
}
