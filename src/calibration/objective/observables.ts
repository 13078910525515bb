/** Observables and their derivatives at the samples of a run. */
import { type Directions, inputWidth, type System } from "../../core/index.ts";
import type { Course } from "./steady-run.ts";

/** Reads one sample at a time. Owns its arrays. */
export interface ObservableReader {
  readonly y: Float64Array;
  /** Shape (q, number of observables). */
  readonly dy: Float64Array;
  /** @param dp  change of the active parameters along each direction; absent where no derivatives are wanted */
  read(course: Course, sample: number, p: Float64Array, dp: Float64Array | undefined): void;
}

/** @param q  number of directions */
export function observableReader(system: System, q: number): ObservableReader {
  const n = system.states.length;
  const r = inputWidth(system);
  const y = new Float64Array(system.observables.length);
  const dy = new Float64Array(q * y.length);
  const x = new Float64Array(n);
  const u = new Float64Array(r);
  const along = { count: q, dt: new Float64Array(q), dx: new Float64Array(q * n), du: new Float64Array(q * r) };
  return {
    y,
    dy,
    read({ times, states, inputs, tangents, inputTangents }, sample, p, dp) {
      // Copies instead of views: a view is an object, and this runs once for each sample of each evaluation.
      for (let i = 0; i < n; i++) x[i] = states[sample * n + i]!;
      for (let i = 0; i < r; i++) u[i] = inputs[sample * r + i]!;
      system.observe.evaluate(times[sample]!, x, u, p, y);
      if (!dp || !tangents) return;
      const from = sample * q * n;
      for (let i = 0; i < q * n; i++) along.dx[i] = tangents[from + i]!;
      for (let i = 0; inputTangents && i < q * r; i++) along.du[i] = inputTangents[sample * q * r + i]!;
      const directions: Directions = { count: along.count, dt: along.dt, dx: along.dx, du: along.du, dp };
      system.observe.tangent(times[sample]!, x, u, p, directions, dy);
    },
  };
}
