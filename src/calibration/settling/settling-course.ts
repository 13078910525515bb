/** A run that starts at rest, or goes on until it rests: measurements at t = Infinity are compared with what it comes to. */
import { type System, valueAt } from "../../core/index.ts";
import type { ProblemDirections, Solver } from "../../solvers/index.ts";
import type { Course } from "../objective/steady-run.ts";
import type { Plan } from "../question/plan.ts";
import { defaults } from "../question/question.ts";
import { type Rest, settle } from "./settle.ts";
import type { SettledPlan } from "./settled.ts";

export interface Beginning {
  readonly p: Float64Array;
  readonly x0: Float64Array;
  readonly given: Uint8Array;
  readonly directions: ProblemDirections | undefined;
}

/** What a plan says of it; segments of windows have neither. */
export type SettlingPlan = Partial<Pick<Plan, "settled" | "solver">>;

/** Rests of one evaluation, by what they follow from: many windows start from the same one. */
export type Rests = Map<string, Rest>;

/** Solves one window; owns nothing but its key. */
export type SettlingRun = (solver: Solver, beginning: Beginning, rests: Rests) => Course;

/** @returns undefined for a window that neither begins nor ends at rest. */
export function settlingRun(
  { windows, settled: all, solver: { rtol = defaults.rtol } = {} }: Pick<Plan, "windows"> & SettlingPlan,
  place: number,
  system: System,
  acting: Int32Array,
): SettlingRun | undefined {
  const window = windows[place]!;
  const settled = all?.[place];
  // The same for all, so that what they come to can be shared.
  const settings = { first: Math.max(...windows.map(({ end }) => end)), rtol };
  const forEver = window.samples.at(-1) === Infinity;
  if (!settled && !forEver) return undefined;
  const samples = forEver ? window.samples.subarray(0, window.samples.length - 1) : window.samples;
  const places = system.states.map((_, i) => i);
  return (solver, beginning, rests) => {
    const { p, directions } = beginning;
    let start = { x0: beginning.x0, given: beginning.given, directions };
    if (settled) {
      const key = [settled.inputs, acting, beginning.given, beginning.x0].map((column) => column.join()).join("|");
      const rest = rests.get(key) ?? settle(solver, { ...beginning, ...settings, time: 0, inputs: settled.inputs });
      rests.set(key, rest);
      if (rest.x === undefined) return stopped(rest.time, rest.why);
      start = fromRest(rest, settled, start, places);
    }
    const { inputs, end } = window;
    const course = solver.solve({ span: [0, end], p, x0: start.x0, x0Given: start.given, inputs, samples, directions: start.directions });
    if (!forEver || course.outcome.kind !== "success") return course;
    const last = Float64Array.from(inputs, (signal) => valueAt(signal, end));
    const { x, tangents } = course.end;
    const along = start.directions && { ...start.directions, ...(tangents && { dx0: tangents }) };
    const given = new Uint8Array(places.length).fill(1);
    const rest = settle(solver, { time: end, inputs: last, p, x0: x, given, directions: along, ...settings });
    if (rest.x === undefined) return stopped(rest.time, rest.why);
    return {
      outcome: course.outcome,
      times: joined(course.times, Float64Array.of(rest.time)),
      states: joined(course.states, rest.x),
      inputs: joined(course.inputs, last),
      ...(course.tangents && rest.tangents && { tangents: joined(course.tangents, rest.tangents) }),
    };
  };
}

/** The window's own start, with what it takes from the rest; values that are estimated or measured stay. */
function fromRest(
  rest: Extract<Rest, { readonly x: Float64Array }>,
  { kept }: SettledPlan,
  { x0, given, directions }: Omit<Beginning, "p">,
  places: readonly number[],
): Omit<Beginning, "p"> {
  const n = places.length;
  const takes = (i: number): boolean => kept[i] === 1 && given[i] === 0;
  const dx0 = directions && Float64Array.from(directions.dx0 ?? new Float64Array(directions.count * n));
  if (dx0 && rest.tangents) for (let k = 0; k < dx0.length; k++) if (takes(k % n)) dx0[k] = rest.tangents[k]!;
  return {
    x0: Float64Array.from(places, (i) => (takes(i) ? rest.x[i]! : x0[i]!)),
    given: Uint8Array.from(places, (i) => (takes(i) ? 1 : given[i]!)),
    directions: directions && { ...directions, ...(dx0 && { dx0 }) },
  };
}

const nothing = new Float64Array(0);

const stopped = (at: number, why: string): Course => ({
  outcome: { kind: "max-steps", steps: 0, at },
  why,
  times: nothing,
  states: nothing,
  inputs: nothing,
});

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
