/** What was before a run: inputs hold their first value back to the longest lag, states were at rest unless signals say what they were. */
import { GreyboxError, type Signal, type System, signal } from "../../core/index.ts";
import { type LayOut, layOutOf } from "../input-track.ts";

/** The same signals, with their first value from `since` on where they begin later. */
export function reachingBack(signals: readonly Signal[], since: number): readonly Signal[] {
  return signals.map((given) => {
    const { times, values, interpolation } = given;
    return times[0]! <= since ? given : signal([since, ...times], [values[0]!, ...values], interpolation);
  });
}

/** The past of the states in pieces of straight lines. Where no signal is given: the value in x. */
export function pastOf(system: System, past: readonly (Signal | undefined)[], x: Float64Array, since: number, to: number): LayOut {
  const courses = system.states.map((state, i) => {
    const given = past[i];
    if (given === undefined) return signal([since, to], [x[i]!, x[i]!]);
    const [first, last] = [given.times[0]!, given.times[given.times.length - 1]!];
    if (first > since || last < to) throw new GreyboxError("solver/history", { state, first, last, from: since, to });
    return given;
  });
  return layOutOf(courses, since, to);
}
