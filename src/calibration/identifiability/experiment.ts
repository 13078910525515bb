/** One experiment with a model, in exact arithmetic: what is measured, term by term, and how it depends on the unknowns. */
import type { ModelProgram } from "./model-program.ts";
import { divide, exactly, type Generic, multiply } from "./prime-field.ts";
import { constantSeries, type Series, seriesRun } from "./series.ts";

/** How an input runs: any course (all of its derivatives are unrelated), one value, or a known value. */
export type InputCourse = "free" | "constant" | number;

/** Undefined: as the model says. `unknown` has a direction; `known`: some number. */
export type Start = { readonly direction: number } | "known" | number | undefined;

export interface ExperimentPlan {
  readonly program: ModelProgram;
  /** Values of all parameters, and the direction of those that are unknown. */
  readonly parameters: ReadonlyMap<
    string,
    { readonly value: number; readonly directions: readonly { readonly direction: number; readonly factor: number }[] }
  >;
  readonly inputs: (name: string) => InputCourse;
  /** By state. */
  readonly starts: (state: string) => Start;
  readonly directions: number;
  readonly orders: number;
  readonly generic: Generic;
}

export interface Experiment {
  /** Value of an unknown initial value at this point. */
  readonly start: ReadonlyMap<string, number>;
  /** Computes the next coefficient of everything. */
  next(): void;
  /** Derivatives of the last coefficient of an observable along all directions; NaN where there is no series. Fresh. */
  row(observable: string): Float64Array;
}

export function experiment({ program, parameters, inputs, starts, directions, orders, generic }: ExperimentPlan): Experiment {
  const { states, operations, derivatives, observables, initial } = program;
  const moving = (along: readonly { readonly direction: number; readonly factor: number }[], length: number): Float64Array | undefined => {
    if (along.length === 0) return undefined;
    const out = new Float64Array(directions * length);
    for (const { direction, factor } of along) out[direction * length] = factor;
    return out;
  };
  const symbols = new Map<string, Series>();
  const first = new Map<string, Series>();
  const time = constantSeries(0, orders);
  if (orders > 1) time[1] = 1;
  symbols.set("t", { value: time, tangent: undefined });
  first.set("t", { value: constantSeries(0, 1), tangent: undefined });
  for (const [name, { value, directions: along }] of parameters) {
    symbols.set(name, { value: constantSeries(value, orders), tangent: moving(along, orders) });
    first.set(name, { value: constantSeries(value, 1), tangent: moving(along, 1) });
  }
  for (const name of program.inputs) {
    const course = inputs(name);
    const value = constantSeries(typeof course === "number" ? exactly(course) : generic.number(), orders);
    if (course === "free") for (let k = 1; k < orders; k++) value[k] = generic.number();
    symbols.set(name, { value, tangent: undefined });
    first.set(name, { value: value.slice(0, 1), tangent: undefined });
  }
  const found = (map: ReadonlyMap<string, Series>) => (name: string) => map.get(name)!;
  const beginning = seriesRun(initial.operations, found(first), directions, 1, generic);
  beginning.advance(0);
  const start = new Map<string, number>();
  const columns = states.map((state, i) => {
    const chosen = starts(state);
    const says = beginning.of(initial.places[i]!);
    const value = new Float64Array(orders);
    const tangent = new Float64Array(directions * orders);
    if (chosen === undefined) {
      value[0] = says.value[0]!;
      for (let j = 0; says.tangent && j < directions; j++) tangent[j * orders] = says.tangent[j]!;
    } else {
      value[0] = typeof chosen === "number" ? exactly(chosen) : generic.number();
      if (typeof chosen === "object") {
        tangent[chosen.direction * orders] = 1;
        start.set(state, value[0]!);
      }
    }
    symbols.set(state, { value, tangent });
    return { value, tangent };
  });
  const run = seriesRun(operations, found(symbols), directions, orders, generic);
  let k = -1;
  return {
    start,
    next() {
      k++;
      run.advance(k);
      if (k + 1 >= orders) return;
      const scale = divide(1, k + 1);
      for (const [i, { value, tangent }] of columns.entries()) {
        const rate = run.of(derivatives[i]!);
        value[k + 1] = multiply(rate.value[k]!, scale);
        for (let j = 0; rate.tangent && j < directions; j++) tangent[j * orders + k + 1] = multiply(rate.tangent[j * orders + k]!, scale);
      }
    },
    row(observable) {
      const { value, tangent } = run.of(observables.get(observable)!);
      const out = new Float64Array(directions);
      for (let j = 0; tangent && j < directions; j++) out[j] = tangent[j * orders + k]!;
      return Number.isNaN(value[k]!) ? out.fill(Number.NaN) : out;
    },
  };
}
