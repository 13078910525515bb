/** Plain integration from point to point: the open loop, with the same interface as a running filter. */
import type { Outcome, Signal, System } from "../core/index.ts";
import { createSolver, refuseDelays, type Solver } from "../solvers/index.ts";

export interface Mover {
  /** States now, shape (n). Not to be written. */
  readonly x: Float64Array;
  /** Moves on to `to`; where that fails the states stay as they were. Inputs: values that hold until then, or signals that cover the way. */
  advance(to: number, inputs: Float64Array | readonly Signal[]): Outcome;
}

export function mover(system: System, x0: Float64Array, from: number, rtol: number): Mover {
  refuseDelays(system, "soft sensor");
  const solver = createSolver(system, { rtol });
  let x = x0;
  let time = from;
  return {
    get x() {
      return x;
    },
    advance(to, inputs) {
      if (to <= time || x.length === 0) {
        time = Math.max(time, to);
        return { kind: "success" };
      }
      const { outcome, end } = solver.solve({ span: [time, to], x0: x, inputs: signalsOf(inputs, time, to), samples: Float64Array.of(to) });
      if (outcome.kind === "success") {
        x = end.x;
        time = to;
      }
      return outcome;
    },
  };
}

/**
 * Values of the algebraic states that belong to inputs which have just stepped: the same instant, seen from the right. Systems without
 * algebraic states come back as they are; so does one that has no consistent values here, whose next step will say so.
 */
export function consistentStates(solver: Solver, t: number, x: Float64Array, u: Float64Array): Float64Array {
  if (!solver.system.mass?.includes(0)) return x;
  const instant = t + Math.max(1e-9, Math.abs(t) * 1e-12);
  const { states } = solver.solve({ span: [t, instant], x0: x, inputs: signalsOf(u, t, instant), samples: Float64Array.of(t) });
  return states.length === x.length ? states : x;
}

function signalsOf(inputs: Float64Array | readonly Signal[], from: number, to: number): readonly Signal[] {
  if (!(inputs instanceof Float64Array)) return inputs;
  const times = Float64Array.of(from, to);
  return Array.from(inputs, (value) => ({ times, values: Float64Array.of(value, value), interpolation: "hold" as const }));
}
