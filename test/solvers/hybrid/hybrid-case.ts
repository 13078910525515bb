/** A system in which events, conditions, algebraic equations or inputs meet, with what its derivatives are compared with. */
import type { Signal, System } from "greybox/core";
import { type Model, modelFromDefinition } from "greybox/models";

export interface HybridCase {
  readonly name: string;
  /** Every parameter is active. */
  readonly system: System;
  readonly model?: Model;
  readonly span: readonly [number, number];
  /** Where derivatives are compared: away from events, where they have no value. */
  readonly samples: readonly number[];
  readonly inputs?: readonly Signal[];
  /** Relative change of the parameters for differences. Default 5e-4; less where the system amplifies changes. */
  readonly step?: number;
  /** Relative tolerance of the runs that are compared. Default 1e-11; less where steps meet kinks, of `min`, `max` and tables. */
  readonly rtol?: number;
  /** False where other initial values make another course, so that there is no derivative by them. */
  readonly initialValues?: false;
  /** Events that must happen, in order. */
  readonly events?: readonly string[];
  /** States at t in closed form, as far as there is one. */
  readonly truth?: (p: Numbers, t: number) => readonly number[];
  /** Times of the events in closed form. */
  readonly times?: (p: Numbers) => readonly number[];
}

export type Numbers = Readonly<Record<string, number>>;

interface Text extends Omit<HybridCase, "system" | "model"> {
  readonly parameters: Numbers;
  readonly inputNames?: readonly string[];
  /** Initial values: numbers, or expressions of the parameters. */
  readonly states: Readonly<Record<string, number | string>>;
  readonly nominal?: Numbers;
  readonly algebraic?: Readonly<Record<string, string | { readonly guess: number; readonly zero: string }>>;
  readonly tables?: Readonly<Record<string, { readonly x: readonly number[]; readonly values: readonly number[] }>>;
  readonly rates: Readonly<Record<string, string>>;
  readonly happenings?: Readonly<Record<string, Happening>>;
}

interface Happening {
  readonly when: string;
  readonly direction?: "rising" | "falling" | "both";
  readonly then?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
}

/** A case from equations in the model language, all quantities without unit. */
export function hybrid(text: Text): HybridCase {
  const { parameters, inputNames = [], states, nominal, algebraic = {}, tables = {}, rates, happenings = {}, ...question } = text;
  const each = <T, R>(record: Readonly<Record<string, T>>, make: (value: T, name: string) => R): Record<string, R> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(value, name)]));
  const model = modelFromDefinition({
    name: question.name,
    time: "1",
    parameters: each(parameters, (value) => ({ value, unit: "1" })),
    inputs: Object.fromEntries(inputNames.map((name) => [name, "1"])),
    tables: each(tables, (table) => ({ unit: { x: "1", value: "1" }, ...table })),
    states: each(states, (initial, name) => ({ unit: "1", initial, nominal: nominal?.[name] ?? 1 })),
    algebraic: each(algebraic, (equation) => (typeof equation === "string" ? { unit: "1", is: equation } : { unit: "1", ...equation })),
    derivatives: rates,
    events: happenings,
    outputs: {},
  });
  return { ...question, model, system: model.system({ active: Object.keys(parameters) }) };
}

/** Value at t of dx/dt = rate·(target − x) from x at 0. */
export const relax = (x: number, target: number, rate: number, t: number): number => target + (x - target) * Math.exp(-rate * t);
