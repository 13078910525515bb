/**
 * What an event does to the state and to its derivatives: the jump itself, and the shift of its instant (saltation).
 *
 * With τ′ = −(∂g/∂x·S + ∂g/∂p)/(dg/dt) the state before the jump moves by S + f⁻τ′, goes through `then`, and is brought back to a fixed
 * time by f⁺τ′. Derived in `docs/notes/0031-derivatives-through-events.md`.
 *
 * @see S. Galán, W. F. Feehery, P. I. Barton, "Parametric sensitivity functions for hybrid discrete/continuous systems", Appl. Numer.
 *   Math. 31 (1999) 17–47, doi:10.1016/S0168-9274(98)00125-1.
 */
import type { Directions, SystemEvents } from "../core/index.ts";
import type { Consistency } from "./consistent.ts";
import type { Iterate } from "./stepper.ts";

export interface Jump {
  /** dg/dt of every event along the solution through (t, x). Shape (m). Overwritten by the next call. */
  rates(t: number): Float64Array;
  /** Starts an instant. `moved`: it is a located crossing, so its time depends on the parameters. */
  begin(moved: boolean): void;
  /** Applies event i to x and s. `own`: the crossing is its own, not brought about by another jump. */
  pass(i: number, t: number, own: boolean): void;
  /** Derivative of the instant along each direction, as of the event passed last. Shape (q). Overwritten by the next. */
  shift(): Float64Array;
  /** After algebraic states have been made consistent: derivatives at a fixed time again. */
  complete(t: number): void;
}

export function jumpOf(iterate: Iterate, consistent: Consistency, events: SystemEvents): Jump {
  const { system, inputs, x } = iterate;
  const n = x.length;
  const r = inputs.u.length;
  const m = events.names.length;
  const after = new Float64Array(n);
  const gRate = new Float64Array(m);
  const alongTime: Directions = {
    count: 1,
    dt: Float64Array.of(1),
    dx: new Float64Array(n),
    du: inputs.slope,
    dp: new Float64Array(system.active.length),
  };
  let shift = new Float64Array(0);
  let located = false;

  function rates(t: number): Float64Array {
    consistent.rate(t, alongTime.dx);
    inputs.at(t);
    events.when.tangent(t, x, inputs.u, iterate.p, alongTime, gRate);
    return gRate;
  }

  /** τ′ along each direction. */
  function shiftInstant(i: number, t: number): void {
    const { count, s, dp, du, p } = iterate;
    const gRateOwn = rates(t)[i]!;
    const along: Directions = { count, dt: new Float64Array(count), dx: s, du, dp };
    const dg = new Float64Array(count * m);
    events.when.tangent(t, x, inputs.u, p, along, dg);
    for (let k = 0; k < count; k++) shift[k] = -dg[k * m + i]! / gRateOwn;
  }

  function tangentsThrough(i: number, t: number): void {
    const { count, s, dp, p } = iterate;
    const rate = alongTime.dx;
    consistent.rate(t, rate);
    inputs.at(t);
    const dx = Float64Array.from(s, (value, j) => value + rate[j % n]! * shift[Math.floor(j / n)]!);
    const du = Float64Array.from({ length: count * r }, (_, j) => iterate.du[j]! + inputs.slope[j % r]! * shift[Math.floor(j / r)]!);
    const then = events.then[i]!;
    then.tangent(t, x, inputs.u, p, { count, dt: shift, dx, du, dp }, s);
  }

  return {
    rates,

    begin(moved) {
      iterate.tape?.instant();
      located = moved;
      if (shift.length !== iterate.count) shift = new Float64Array(iterate.count);
      shift.set(moved ? shift.fill(0) : iterate.onset);
    },

    pass(i, t, own) {
      iterate.tape?.event(t, i, own && located);
      if (iterate.count > 0) {
        if (own && located) shiftInstant(i, t);
        tangentsThrough(i, t);
      }
      inputs.at(t);
      events.then[i]!.evaluate(t, x, inputs.u, iterate.p, after);
      x.set(after);
    },

    shift: () => shift,

    complete(t) {
      const { count, s } = iterate;
      iterate.tape?.afterEvent(t);
      if (count === 0) return;
      const rate = alongTime.dx;
      consistent.rate(t, rate);
      for (let k = 0; k < count; k++) for (let j = 0; j < n; j++) s[k * n + j]! -= rate[j]! * shift[k]!;
      consistent.differentiate(t);
    },
  };
}
