/**
 * The passage from one piece of a run with delays to the next. Where a delayed value jumps at an instant that depends on the parameters, the
 * rate jumps there, and with it the derivative of the state: ∂x⁺ = ∂x⁻ + (f⁻ − f⁺)·τ′. Changes that fall on one instant are passed one by one,
 * because each moves by itself.
 *
 * @see `docs/notes/0043-delays.md`.
 */
import type { Consistency, ConsistencyFailure } from "../consistent.ts";
import type { EventWatch } from "../events.ts";
import type { Output } from "../output.ts";
import type { Iterate } from "../stepper.ts";
import type { DelayTrack } from "./delay-track.ts";

export interface Passage {
  /** Enters a piece at t: inputs, delayed values and algebraic states on the far side; the derivative of the differential ones too. */
  enter(piece: number, t: number, watch: EventWatch | undefined): ConsistencyFailure | undefined;
  /** See {@link DelayTrack.turn}. */
  turn(t: number, shift: Float64Array | undefined): void;
}

export function passageOf(iterate: Iterate, track: DelayTrack, consistent: Consistency): Passage {
  const n = iterate.x.length;
  const [before, after] = [new Float64Array(n), new Float64Array(n)];

  function jump(shift: Float64Array): void {
    const { s, count } = iterate;
    for (let k = 0; k < count; k++) for (let i = 0; i < n; i++) s[k * n + i]! += (before[i]! - after[i]!) * shift[k]!;
  }

  return {
    turn: track.turn,

    enter(piece, t, watch) {
      iterate.onset.fill(0);
      const moving = iterate.count > 0 && track.sources(piece).some((source) => track.shiftOf(source) !== undefined);
      if (!moving) {
        track.enter(piece);
        return consistent.solve(t);
      }
      consistent.rate(t, before);
      let crossed = false;
      for (const source of track.sources(piece)) {
        track.apply(source);
        const failure = consistent.solve(t);
        if (failure) return failure;
        consistent.rate(t, after);
        const shift = track.shiftOf(source);
        if (shift) jump(shift);
        if (!crossed && watch?.scanJump(t)) {
          crossed = true;
          if (shift) iterate.onset.set(shift);
        }
        before.set(after);
      }
      track.enter(piece);
      return consistent.solve(t);
    },
  };
}

/** An output that also tells a track of every step. */
export function rememberedBy(track: DelayTrack, output: Output): Output {
  return {
    ...output,
    get polynomial() {
      return output.polynomial;
    },
    within: () => true,
    step(t, h, end, whole, piece) {
      output.step(t, h, end, whole, piece);
      track.record(t, h, end, output.polynomial, output.tangentPolynomial());
    },
  };
}
