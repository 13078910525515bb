/** Delays by the same time, gathered: they read the past in one place. */
import type { SystemDelays } from "../../core/index.ts";
import type { Iterate } from "../stepper.ts";

export interface Group {
  readonly lag: number;
  /** Indices into the delays of the system. */
  readonly members: readonly number[];
  /** False where only inputs are delayed. */
  readonly ofStates: boolean;
  /** Derivative of the lag along each direction. */
  readonly shift: Float64Array;
  /** Line of the inputs that it reads, and the first and last step. */
  line: number;
  low: number;
  high: number;
}

/** Delays whose lags are the same by chance, and move differently with the parameters, stay apart. */
export function groupsOf(delays: SystemDelays, lags: Float64Array, { p, x, inputs, count, dp }: Iterate): readonly Group[] {
  const d = lags.length;
  const shifts = new Float64Array(count * d);
  if (count > 0) {
    const still = { dt: new Float64Array(count), dx: new Float64Array(count * x.length), du: new Float64Array(count * inputs.u.length) };
    delays.lag.tangent(0, x, inputs.u, p, { count, ...still, dp }, shifts);
  }
  const shiftOf = (i: number): Float64Array => Float64Array.from({ length: count }, (_, k) => shifts[k * d + i]!);
  const found = new Map<string, number[]>();
  for (const [i, lag] of lags.entries()) {
    const key = [lag, ...shiftOf(i)].join();
    const members = found.get(key);
    if (members) members.push(i);
    else found.set(key, [i]);
  }
  return [...found.values()].map((members) => ({
    lag: lags[members[0]!]!,
    members,
    ofStates: members.some((i) => delays.ofStates?.[i] !== 0),
    shift: shiftOf(members[0]!),
    line: 0,
    low: 0,
    high: Infinity,
  }));
}
