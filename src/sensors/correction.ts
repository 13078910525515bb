/** The learned part in a stream: remembers as much of the past as its features look back on, and asks the hybrid at each point. */
import type { Interpolation } from "../core/index.ts";
import type { Corrected, Hybrid } from "../fusion/index.ts";
import { type Trace, type TraceState, trace } from "./trace.ts";

/** What is known at one time, in model units; undefined where there is no usable value. */
export interface Known {
  input(name: string): number | undefined;
  computed(name: string): number | undefined;
  measured(name: string): number | undefined;
  /** True when the point at hand brought the measured value. */
  fresh(name: string): boolean;
}

/** Plain data. */
export interface CorrectionState {
  readonly now: number;
  /** By kind of feature and name. */
  readonly courses: Readonly<Record<string, Readonly<Record<string, TraceState>>>>;
}

export interface Correction {
  /** The observable that is corrected. */
  readonly on: string;
  /** Takes in one moment. Time in the unit of the model. */
  record(time: number, known: Known): void;
  /** A late measured value of the observable, such as a laboratory's: measured minus computed at its sample time, known from `time` on. */
  late(time: number, residual: number): void;
  /** Asks the hybrid about the last moment recorded; `physics` is what the mechanism computes for its observable. In model units. */
  ask(physics: number): Corrected;
  clear(): void;
  state(): CorrectionState;
  restore(state: CorrectionState): void;
}

/** @param holdOf  how an input runs between points */
export function correction(hybrid: Hybrid, holdOf: (input: string) => Interpolation): Correction {
  const { on } = hybrid;
  const features = hybrid.features.filter((feature) => feature.kind !== "time");
  const span = features.reduce((longest, { lag }) => Math.max(longest, lag), 0);
  const traced = (kind: string, hold: (name: string) => Interpolation): ReadonlyMap<string, Trace> =>
    new Map(features.filter((it) => it.kind === kind).map(({ name }) => [name, trace(span, hold(name))]));
  const inputs = traced("input", holdOf);
  const computed = traced("computed", () => "linear");
  const measured = traced("measured", () => "hold");
  const residual = trace(span, "hold");
  const all = { inputs, computed, measured, residual: new Map([[on, residual]]) };
  let now = 0;

  return {
    on,
    record(time, known) {
      now = time;
      for (const [name, course] of inputs) course.push(time, known.input(name));
      for (const [name, course] of computed) course.push(time, known.computed(name));
      for (const [name, course] of measured) course.push(time, known.measured(name));
      const [value, model] = [known.measured(on), known.computed(on)];
      if (known.fresh(on) && value !== undefined && model !== undefined) residual.push(time, value - model);
    },
    late: (time, value) => residual.push(Math.max(time, now), value),
    ask(physics) {
      const of = (course: Trace | undefined, at: number): number | undefined => course?.at(at);
      return hybrid.correct(
        {
          time: now,
          input: (name, at) => of(inputs.get(name), at),
          computed: (name, at) => of(computed.get(name), at),
          measured: (name, at) => of(measured.get(name), at),
          residual: (name, at) => (name === on ? residual.at(at) : undefined),
        },
        physics,
      );
    },
    clear() {
      for (const courses of Object.values(all)) for (const course of courses.values()) course.clear();
    },
    state: () => ({
      now,
      courses: Object.fromEntries(
        Object.entries(all).map(([kind, courses]) => [
          kind,
          Object.fromEntries([...courses].map(([name, course]) => [name, course.state()])),
        ]),
      ),
    }),
    restore(state) {
      now = state.now;
      for (const [kind, courses] of Object.entries(all)) {
        for (const [name, course] of courses) course.restore(state.courses[kind]?.[name] ?? { times: [], values: [] });
      }
    },
  };
}
