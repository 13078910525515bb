/** Candidate laws beside a rate that was found without them: a regression each. */
import { type AnySource, type ModelDefinition, type Signal, signal, status } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import { type Filling, modelFromDefinition } from "../../models/index.ts";
import { calibrate } from "../calibrate.ts";
import type { RateQuestion } from "./rate-question.ts";

/** What a law can depend on, and the rate, at points of time. */
export interface Table {
  readonly name: string;
  readonly time: Float64Array;
  /** By name of what the rate depends on. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly rate: Float64Array;
  readonly standardError: Float64Array;
}

export interface Regressed {
  readonly law: string;
  readonly filling: Filling;
  readonly parameters: Readonly<Record<string, number>>;
  readonly rmse: number;
}

/** Fits a law to the course of the rate. */
export async function regress(law: string, question: RateQuestion, rate: string, tables: readonly Table[]): Promise<Regressed> {
  const open = question.model;
  const written = question.laws[law]!;
  const filling = typeof written === "string" ? { is: written } : written;
  const estimate = Object.keys(filling.parameters ?? {});
  const { unit } = open.definition.unknown[rate]!;
  const { parameters, inputs, states, algebraic, time, tables: lookup } = open.definition;
  const needed = Object.keys(tables[0]!.columns);
  const model: AnySource = modelFromDefinition({
    name: `${open.name}, ${law}`,
    time,
    parameters: { ...parameters, ...filling.parameters },
    ...(lookup === undefined ? {} : { tables: lookup }),
    inputs: Object.fromEntries(needed.map((name) => [name, (states[name] ?? algebraic[name])?.unit ?? inputs[name] ?? "1"])),
    states: {},
    algebraic: { ...filling.algebraic, [rate]: { unit, is: filling.is } },
    derivatives: {},
    events: {},
    outputs: {},
  } satisfies ModelDefinition);
  const rmseOf = (values: Readonly<Record<string, number>>): number => distance(model, rate, tables, values);
  if (estimate.length === 0) return { law, filling, parameters: {}, rmse: rmseOf({}) };
  const fit = await calibrate({
    model,
    windows: tables.map((table) => windowOf(table, rate, time)),
    estimate,
    starts: question.starts ?? 8,
    seed: question.seed,
    compute: question.compute,
    signal: question.signal,
  });
  const found = Object.fromEntries(estimate.map((name) => [name, fit.parameters[name]!.value]));
  return { law, filling, parameters: found, rmse: rmseOf(found) };
}

/** The rate as a measured quantity; a point counts the more, the surer it is. */
function windowOf({ name, time, columns, rate, standardError }: Table, tag: string, unit: string): Window {
  const sorted = Float64Array.from(standardError).sort();
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  return {
    name,
    time: unit,
    epoch: 0,
    duration: time[time.length - 1]!,
    inputs: Object.fromEntries(Object.entries(columns).map(([input, values]): [string, Signal] => [input, signal(time, values, "linear")])),
    inputStatus: {},
    measured: {
      [tag]: {
        time,
        value: rate,
        status: new Uint32Array(time.length).fill(status.good),
        reasons: new Uint32Array(time.length),
        weight: standardError.map((error) => Math.min(1, (middle / error) ** 2)),
        sigma: undefined,
        compression: 0,
      },
    },
    excluded: {},
  };
}

/** Root mean square between a law and the rate, points weighted as in the regression. */
function distance(model: AnySource, rate: string, tables: readonly Table[], values: Readonly<Record<string, number>>): number {
  const system = model.system({ active: [] });
  const p = Float64Array.from(system.p, (value, i) => values[system.parameters[i]!] ?? value);
  const y = new Float64Array(system.observables.length);
  const place = system.observables.indexOf(rate);
  let [sum, weights] = [0, 0];
  for (const { time, columns, rate: course, standardError } of tables) {
    const u = new Float64Array(system.inputs.length);
    for (let k = 0; k < time.length; k++) {
      for (const [j, input] of system.inputs.entries()) u[j] = columns[input]![k]!;
      system.observe.evaluate(time[k]!, new Float64Array(0), u, p, y);
      const weight = 1 / standardError[k]! ** 2;
      sum += weight * (y[place]! - course[k]!) ** 2;
      weights += weight;
    }
  }
  return Math.sqrt(sum / weights);
}
