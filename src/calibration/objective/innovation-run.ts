/** A window as predictions: from each measured value to the next, the states being corrected by what was not foreseen. */
import { inputWidth, reachedEnd, type System } from "../../core/index.ts";
import type { ProblemDirections, Solver } from "../../solvers/index.ts";
import type { InnovationPlan } from "../question/innovations.ts";
import type { WindowPlan } from "../question/windows.ts";
import type { ObservableReader } from "./observables.ts";
import type { Course } from "./steady-run.ts";

/** The gains of one window, ready to be applied. Owns its arrays. */
export interface Corrections {
  /** @param slopes  derivatives of the values with respect to the search coordinates */
  begin(values: Float64Array, slopes: Float64Array): void;
  /** Corrects x, shape (n), and its derivatives, shape (q, n), by the values measured at the sample. The reader has read it. */
  apply(sample: number, reader: ObservableReader, x: Float64Array, dx: Float64Array | undefined): void;
}

interface Correction {
  readonly observable: number;
  readonly state: number;
  readonly unknown: number;
  /** Direction along which the gain changes; −1: none. */
  readonly direction: number;
  /** By sample; NaN where nothing is measured. */
  readonly measured: Float64Array;
  /** Whether `measured` is what the values differ by from the computed ones, instead. */
  readonly drawn: boolean;
  readonly weight: Float64Array;
  gain: number;
  slope: number;
}

/** @param acting  the unknowns that are the directions of the run, in order */
export function corrections(plans: readonly InnovationPlan[], window: WindowPlan, acting: Int32Array, n: number): Corrections {
  const all = plans.flatMap(({ tag, state, gain }): Correction[] => {
    const points = window.tags.find((one) => one.tag === tag);
    if (!points) return [];
    const measured = new Float64Array(window.samples.length).fill(Number.NaN);
    const weight = new Float64Array(window.samples.length);
    for (const [i, sample] of points.at.entries()) {
      if (points.side && points.side[i] !== 0) continue;
      measured[sample] = points.drawn ? points.drawn[i]! : points.value[i]!;
      weight[sample] = Math.min(points.weight[i]!, 1);
    }
    const unknown = typeof gain === "number" ? -1 : gain.unknown;
    return [
      {
        observable: points.observable,
        state,
        unknown,
        direction: acting.indexOf(unknown),
        measured,
        drawn: points.drawn !== undefined,
        weight,
        gain: typeof gain === "number" ? gain : 0,
        slope: 0,
      },
    ];
  });
  const q = acting.length;
  return {
    begin(values, slopes) {
      for (const one of all) {
        if (one.unknown < 0) continue;
        one.gain = values[one.unknown]!;
        one.slope = slopes[one.unknown]!;
      }
    },
    apply(sample, { y, dy }, x, dx) {
      for (const { observable, state, direction, measured, drawn, weight, gain, slope } of all) {
        const value = measured[sample]!;
        if (Number.isNaN(value)) continue;
        const innovation = weight[sample]! * (drawn ? value : value - y[observable]!);
        x[state]! += gain * innovation;
        if (!dx) continue;
        for (let j = 0; j < q; j++) dx[j * n + state]! -= gain * weight[sample]! * dy[j * y.length + observable]!;
        if (direction >= 0) dx[direction * n + state]! += slope * innovation;
      }
    },
  };
}

/** How the run starts. */
export interface Beginning {
  readonly p: Float64Array;
  /** Shape (n). */
  readonly x0: Float64Array;
  readonly given: Uint8Array;
  readonly directions: (ProblemDirections & { readonly dx0: Float64Array }) | undefined;
}

/** Solves from sample to sample. What it gives at a sample is before the correction. */
export function innovationCourse(
  solver: Solver,
  { inputs, samples, end }: WindowPlan,
  { p, x0, given, directions }: Beginning,
  reader: ObservableReader,
  correct: Corrections,
): Course {
  const { system } = solver;
  const [n, r, q] = [system.states.length, inputWidth(system), directions?.count ?? 0];
  const course = {
    outcome: { kind: "success" } as Course["outcome"],
    times: samples,
    states: new Float64Array(samples.length * n),
    inputs: new Float64Array(samples.length * r),
    tangents: new Float64Array(samples.length * q * n),
  };
  const x = Float64Array.from(x0);
  const dx = directions && Float64Array.from(directions.dx0);
  const at = new Float64Array(1);
  let known = given;
  let time = 0;
  for (const [i, sample] of samples.entries()) {
    at[0] = sample;
    // A sample at the very start has no stretch of its own: the one after it is asked for its beginning.
    const to = sample > time ? sample : (samples[i + 1] ?? end);
    const found = solver.solve({
      span: [time, to],
      p,
      x0: x,
      x0Given: known,
      inputs,
      samples: at,
      directions: directions && dx && { count: q, dp: directions.dp, dx0: dx },
    });
    if (!reachedEnd(found.outcome) || found.times.length < 1) return { ...course, outcome: found.outcome, times: samples.subarray(0, i) };
    course.states.set(found.states, i * n);
    course.inputs.set(found.inputs, i * r);
    if (found.tangents) course.tangents.set(found.tangents, i * q * n);
    reader.read(course, i, p, directions?.dp);
    x.set(found.states);
    if (dx && found.tangents) dx.set(found.tangents);
    correct.apply(i, reader, x, dx);
    known = differential(system);
    time = sample;
  }
  return course;
}

const differentials = new WeakMap<System, Uint8Array>();

/** 1 for states that go on from where they are; algebraic ones follow from them. */
function differential(system: System): Uint8Array {
  let known = differentials.get(system);
  if (!known) {
    known = Uint8Array.from(system.states, (_, i) => (system.mass?.[i] === 0 ? 0 : 1));
    differentials.set(system, known);
  }
  return known;
}
