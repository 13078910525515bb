/**
 * The mechanism, moved forward from point to point: by plain integration, or by a filter that measurements correct.
 *
 * Whether an unknown start still matters is found out with a twin: the same mechanism or filter, started a little elsewhere. Once both
 * answer alike the start is forgotten.
 */
import type { Interpolation, Outcome, Signal, System } from "../core/index.ts";
import type { Filter, FilterStart, FilterState, Innovation, RunningFilter } from "../fusion/index.ts";
import { createSolver, refuseDelays } from "../solvers/index.ts";
import { consistentStates, mover } from "./mover.ts";
import { defaults } from "./spec.ts";

export interface PhysicsOptions {
  readonly filter: Filter | undefined;
  readonly rtol: number;
  /** How each input of the system runs between two points. */
  readonly holds: readonly Interpolation[];
}

/** Where a mechanism or a filter is. Plain data. */
type RunnerState = Pick<FilterState, "x"> | FilterState;

export interface PhysicsState {
  readonly time: number;
  readonly direction: number;
  readonly main: RunnerState | undefined;
  readonly twin: { readonly runner: RunnerState; readonly first: number | undefined } | undefined;
}

export interface Physics {
  readonly started: boolean;
  /** Starts at time t with inputs u. States named in `known` start there; those in `sure` need not be forgotten. Times in model units. */
  start(t: number, u: Float64Array, known: Readonly<Record<string, number>>, sure: ReadonlySet<string>): void;
  /** Moves to `to`, while the inputs go from `before` to `now`; with `bridge` false they hold `before` until then. */
  advance(to: number, before: Float64Array, now: Float64Array, bridge: boolean): Outcome;
  /** All observables now, in the order of the system. */
  observe(u: Float64Array): Float64Array;
  /** Shows a measured value to the filter; undefined without one. */
  update(observable: string, value: number, sigma: number): Innovation | undefined;
  /** Standard deviation of an observable as the filter sees it; undefined without one. */
  deviation(observable: string): number | undefined;
  /** The past is not known well any more: a twin starts elsewhere. */
  doubt(u: Float64Array): void;
  /** |answer of the twin − answer| now, and at its start; undefined once settled. */
  disagreement(observable: number, u: Float64Array): { readonly now: number; readonly first: number } | undefined;
  /** The twin is no longer needed. */
  settle(): void;
  stop(): void;
  state(): PhysicsState;
  restore(state: PhysicsState): void;
}

/** What moves: an open loop has no updates. */
interface Runner {
  states(): Float64Array;
  advance: RunningFilter["advance"];
  readonly filter?: RunningFilter | undefined;
}

export function physics(system: System, { filter, rtol, holds }: PhysicsOptions): Physics {
  const n = system.states.length;
  const values = new Float64Array(system.observables.length);
  const twinValues = new Float64Array(system.observables.length);
  const signals = signalsOver(holds);
  refuseDelays(system, "soft sensor");
  const solver = createSolver(system, { rtol });
  // What is wrong with a filter is told when the sensor is made, not at its first point.
  if (filter && system.mass === undefined) filter.start(system, Float64Array.from(system.nominal));
  let time = 0;
  let main: Runner | undefined;
  let twin: { readonly runner: Runner; first: number | undefined } | undefined;
  let direction = 1;

  const runner = (x0: Float64Array, at: Omit<FilterStart, "time">): Runner => {
    if (filter) {
      const running = filter.start(system, x0, { ...at, time });
      return { states: () => running.state().x, advance: (to, inputs) => running.advance(to, inputs), filter: running };
    }
    const open = mover(system, x0, time, rtol);
    return { states: () => open.x, advance: (to, inputs) => open.advance(to, inputs) };
  };
  const stateOf = ({ filter: running, states }: Runner): RunnerState => running?.state() ?? { x: Float64Array.from(states()) };
  const again = (state: RunnerState): Runner => runner(Float64Array.from(state.x), "covariance" in state ? state : {});
  const startTwin = (u: Float64Array, sure: ReadonlySet<string>): void => {
    const doubtful = system.states.map((name, i) => !sure.has(name) && system.mass?.[i] !== 0);
    if (!main || !doubtful.includes(true)) {
      twin = undefined;
      return;
    }
    const x = Float64Array.from(main.states());
    for (let i = 0; i < n; i++) {
      if (doubtful[i]) x[i] = Math.max(system.lower[i]!, x[i]! + direction * defaults.twinShare * system.nominal[i]!);
    }
    twin = { runner: runner(x, { inputs: u }), first: undefined };
  };
  const observe = (from: Runner, u: Float64Array, out: Float64Array): Float64Array => {
    system.observe.evaluate(time, consistentStates(solver, time, from.states(), u), u, system.p, out);
    return out;
  };

  return {
    get started() {
      return main !== undefined;
    },
    start(t, u, known, sure) {
      time = t;
      const x0 = new Float64Array(n);
      system.initial.evaluate(t, new Float64Array(n), u, system.p, x0);
      for (const [i, name] of system.states.entries()) x0[i] = known[name] ?? x0[i]!;
      main = runner(x0, { inputs: u });
      startTwin(u, sure);
    },
    advance(to, before, now, bridge) {
      const inputs = bridge ? signals(time, to, before, now) : before;
      const outcome = main!.advance(to, inputs);
      const followed = twin?.runner.advance(to, inputs);
      time = to;
      if (outcome.kind === "success" && followed && followed.kind !== "success") {
        direction = -direction;
        startTwin(now, new Set());
      }
      return outcome;
    },
    observe: (u) => observe(main!, u, values),
    update(observable, value, sigma) {
      twin?.runner.filter?.update(observable, value, sigma);
      return main?.filter?.update(observable, value, sigma);
    },
    deviation: (observable) => main?.filter?.observe(observable).sigma,
    doubt: (u) => startTwin(u, new Set()),
    disagreement(observable, u) {
      if (!twin) return undefined;
      const now = Math.abs(observe(twin.runner, u, twinValues)[observable]! - values[observable]!);
      twin.first ??= now;
      return { now, first: twin.first };
    },
    settle() {
      twin = undefined;
    },
    stop() {
      main = undefined;
      twin = undefined;
    },
    state: () => ({
      time,
      direction,
      main: main && stateOf(main),
      twin: twin && { runner: stateOf(twin.runner), first: twin.first },
    }),
    restore(state) {
      ({ time, direction } = state);
      main = state.main && again(state.main);
      twin = state.twin && { runner: again(state.twin.runner), first: state.twin.first };
    },
  };
}

/** Inputs between two points: constant where held, straight where linear. Plain values where all hold. */
function signalsOver(holds: readonly Interpolation[]) {
  const allHold = holds.every((hold) => hold === "hold");
  return (from: number, to: number, before: Float64Array, now: Float64Array): Float64Array | readonly Signal[] => {
    if (allHold || to <= from) return before;
    return holds.map((hold, i) => ({
      times: Float64Array.of(from, to),
      values: Float64Array.of(before[i]!, hold === "hold" ? before[i]! : now[i]!),
      interpolation: "linear" as const,
    }));
  };
}
