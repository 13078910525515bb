/** One look at a model: the rank of what is measured along all unknowns, at one point. */
import type { AnySource } from "../../core/index.ts";
import { experiment, type InputCourse, type Start } from "./experiment.ts";
import type { ModelProgram } from "./model-program.ts";
import { exactly, type Generic, multiply } from "./prime-field.ts";
import { rowSpace } from "./row-space.ts";

/** What is known, and what is done. */
export interface Setting {
  readonly estimate: readonly string[];
  readonly perExperiment: readonly string[];
  readonly initial: "unknown" | Readonly<Record<string, "unknown" | "known" | number | undefined>>;
  readonly ties: Readonly<Record<string, { readonly to: string; readonly factor?: number | undefined }>>;
  readonly experiments: readonly {
    readonly name: string;
    /** Inputs that are not here run freely. */
    readonly inputs: Readonly<Record<string, InputCourse>>;
    readonly measured: readonly string[];
  }[];
}

export interface UnknownHere {
  readonly name: string;
  readonly unit: string;
  readonly parameter: string | undefined;
  readonly state: string | undefined;
  /** Undefined: all. */
  readonly experiment: number | undefined;
}

export interface Look {
  readonly rank: number;
  readonly order: number;
  readonly loose: readonly Float64Array[];
  /** Values of the unknowns at the point. */
  readonly values: Float64Array;
  readonly rows: ReadonlyMap<string, readonly Float64Array[]>;
  readonly singular: boolean;
}

export function unknownsOf(
  model: AnySource,
  { estimate, perExperiment, experiments, initial }: Setting,
  states: readonly string[],
): UnknownHere[] {
  const { parameters, states: declared } = model.definition;
  const named = (name: string, experiment: string): string => (experiments.length === 1 ? name : `${name} in ${experiment}`);
  const unknown = states.filter((state) => (initial === "unknown" ? "unknown" : initial[state]) === "unknown");
  return [
    ...estimate.map((name) => ({ name, unit: parameters[name]!.unit, parameter: name, state: undefined, experiment: undefined })),
    ...perExperiment.flatMap((name) =>
      experiments.map((one, e) => ({
        name: named(name, one.name),
        unit: parameters[name]!.unit,
        parameter: name,
        state: undefined,
        experiment: e,
      })),
    ),
    ...unknown.flatMap((state) =>
      experiments.map((one, e) => ({
        name: named(`${state}(0)`, one.name),
        unit: declared[state]!.unit,
        parameter: undefined,
        state,
        experiment: e,
      })),
    ),
  ];
}

/** Rank at one point. */
export function look(
  model: AnySource,
  setting: Setting,
  program: ModelProgram,
  unknowns: readonly UnknownHere[],
  point: Generic,
  shaken: boolean,
): Look {
  const { experiments, initial, ties } = setting;
  const directions = unknowns.length;
  const n = program.states.length;
  // Beyond n + q derivatives nothing new comes from a point without special values; special ones can take some more.
  const orders = n + directions + (initial === "unknown" ? 1 : n + 2);
  const values = new Float64Array(directions);
  for (const [j, { parameter }] of unknowns.entries()) if (parameter !== undefined) values[j] = point.number();
  const special = new Map(
    Object.entries(model.definition.parameters).map(([name, { value }]) => [name, shaken ? point.number() : exactly(value)]),
  );
  const all = experiments.map(({ inputs }, e) => {
    const settingOf = (name: string): { value: number; directions: { direction: number; factor: number }[] } => {
      const direction = unknowns.findIndex((one) => one.parameter === name && (one.experiment === undefined || one.experiment === e));
      if (direction >= 0) return { value: values[direction]!, directions: [{ direction, factor: 1 }] };
      const tie = Object.hasOwn(ties, name) ? ties[name] : undefined;
      if (!tie) return { value: special.get(name)!, directions: [] };
      const other = settingOf(tie.to);
      const factor = exactly(tie.factor ?? 1);
      return {
        value: multiply(other.value, factor),
        directions: other.directions.map((one) => ({ ...one, factor: multiply(one.factor, factor) })),
      };
    };
    const starts = (state: string): Start => {
      const direction = unknowns.findIndex((one) => one.state === state && one.experiment === e);
      if (direction >= 0) return { direction };
      const chosen = initial === "unknown" ? undefined : (initial as Record<string, "known" | number | undefined>)[state];
      return shaken && typeof model.definition.states[state]?.initial === "number" ? "known" : chosen;
    };
    return experiment({
      program,
      parameters: new Map(Object.keys(model.definition.parameters).map((name) => [name, settingOf(name)])),
      inputs: (name) => inputs[name] ?? "free",
      starts,
      directions,
      orders,
      generic: point,
    });
  });
  for (const [e, { start }] of all.entries()) {
    for (const [j, one] of unknowns.entries()) if (one.state !== undefined && one.experiment === e) values[j] = start.get(one.state)!;
  }
  const space = rowSpace(directions);
  const rows = new Map<string, Float64Array[]>([...program.observables.keys()].map((name) => [name, []]));
  let [order, idle, singular] = [0, 0, false];
  for (; order < orders && space.rank() < directions && idle <= n + 2 && !singular; order++) {
    let grown = false;
    for (const [e, one] of all.entries()) {
      one.next();
      for (const [name, list] of rows) {
        const row = one.row(name);
        if (experiments[e]!.measured.includes(name)) {
          if (row.some(Number.isNaN)) singular = true;
          else if (space.add(row.slice())) grown = true;
        }
        list.push(row);
      }
    }
    idle = grown ? 0 : idle + 1;
  }
  return { rank: space.rank(), order: order - 1, loose: space.orthogonal(), values, rows, singular };
}
