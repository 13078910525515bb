/**
 * The mechanism, moved forward from point to point: by plain integration, or by a filter that measurements correct.
 *
 * Without a filter, whether an unknown start still matters is found out with a twin: the same mechanism, started a little elsewhere. Once
 * both answer alike the start is forgotten.
 */
import type { Interpolation, Outcome, Signal, System } from "../core/index.ts";
import type { Filter, Innovation, RunningFilter } from "../fusion/index.ts";
import { createSolver } from "../solvers/index.ts";
import { consistentStates, type Mover, mover } from "./mover.ts";
import { defaults } from "./spec.ts";

export interface PhysicsOptions {
  readonly filter: Filter | undefined;
  readonly rtol: number;
  /** How each input of the system runs between two points. */
  readonly holds: readonly Interpolation[];
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
  doubt(): void;
  /** |answer of the twin − answer| now, and at its start; undefined once settled or with a filter. */
  disagreement(observable: number, u: Float64Array): { readonly now: number; readonly first: number } | undefined;
  /** The twin is no longer needed. */
  settle(): void;
  stop(): void;
}

export function physics(system: System, { filter, rtol, holds }: PhysicsOptions): Physics {
  const n = system.states.length;
  const values = new Float64Array(system.observables.length);
  const twinValues = new Float64Array(system.observables.length);
  const signals = signalsOver(holds);
  const solver = createSolver(system, { rtol });
  let time = 0;
  let running: RunningFilter | undefined;
  let main: Mover | undefined;
  let twin: { mover: Mover; first: number | undefined } | undefined;
  let direction = 1;

  const states = (): Float64Array => running?.state().x ?? main?.x ?? new Float64Array(n);
  const beside = (sure: ReadonlySet<string>): Float64Array => {
    const x = Float64Array.from(states());
    for (const [i, name] of system.states.entries()) {
      if (system.mass?.[i] === 0 || sure.has(name)) continue;
      x[i] = Math.max(system.lower[i]!, x[i]! + direction * defaults.twinShare * system.nominal[i]!);
    }
    return x;
  };
  const startTwin = (sure: ReadonlySet<string>): void => {
    const all = system.states.every((name, i) => sure.has(name) || system.mass?.[i] === 0);
    twin = filter || all ? undefined : { mover: mover(system, beside(sure), time, rtol), first: undefined };
  };

  return {
    get started() {
      return running !== undefined || main !== undefined;
    },
    start(t, u, known, sure) {
      time = t;
      const x0 = new Float64Array(n);
      system.initial.evaluate(t, new Float64Array(n), u, system.p, x0);
      for (const [i, name] of system.states.entries()) x0[i] = known[name] ?? x0[i]!;
      if (filter) running = filter.start(system, x0, { time: t, inputs: u });
      else main = mover(system, x0, t, rtol);
      startTwin(sure);
    },
    advance(to, before, now, bridge) {
      const inputs = bridge ? signals(time, to, before, now) : before;
      const outcome = (running ?? main!).advance(to, inputs);
      if (twin) {
        const followed = twin.mover.advance(to, inputs);
        if (followed.kind !== "success" && outcome.kind === "success") {
          direction = -direction;
          time = to;
          startTwin(new Set());
        }
      }
      time = to;
      return outcome;
    },
    observe(u) {
      system.observe.evaluate(time, consistentStates(solver, time, states(), u), u, system.p, values);
      return values;
    },
    update: (observable, value, sigma) => running?.update(observable, value, sigma),
    deviation: (observable) => running?.observe(observable).sigma,
    doubt() {
      startTwin(new Set());
    },
    disagreement(observable, u) {
      if (!twin) return undefined;
      system.observe.evaluate(time, consistentStates(solver, time, twin.mover.x, u), u, system.p, twinValues);
      const now = Math.abs(twinValues[observable]! - values[observable]!);
      twin.first ??= now;
      return { now, first: twin.first };
    },
    settle() {
      twin = undefined;
    },
    stop() {
      running = undefined;
      main = undefined;
      twin = undefined;
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
