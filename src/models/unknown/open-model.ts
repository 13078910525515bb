/** Models with relations that nobody knows yet: declared with what is known of them, and filled later, by an equation or by a network. */
import { GreyboxError, isGreyboxError, type ModelDefinition, nearestNames } from "../../core/index.ts";
import { namesOfModel } from "../compose/prefix.ts";
import { namesOf } from "../compose/rename.ts";
import type { ModelText } from "../define/define-model.ts";
import { isPlainObject } from "../define/fields.ts";
import { type Model, modelFromDefinition } from "../define/model.ts";
import { type Problem, problem, type Report } from "../language/problem.ts";
import type { Filler, Filling, OpenDefinition, UnknownDefinition } from "./definition.ts";

type Table<T> = Readonly<Record<string, T>>;
type None = Readonly<Record<never, never>>;
type Key<T> = Extract<keyof T, string>;
type Text = Parameters<typeof import("../define/define-model.ts").defineModel>[0];

/** What the compiler shows where a model with unknown relations is run. */
export interface Unfilled<U> {
  readonly unfilled: U;
}

/** A model that cannot run yet. The type parameters are those of a model, and the names of its unknown relations. */
export interface OpenModel<
  P extends string = string,
  I extends string = string,
  S extends string = string,
  A extends string = string,
  O extends string = string,
  U extends string = string,
> {
  readonly name: string;
  /** Plain data: JSON gives the model back through {@link openModelFromDefinition}. */
  readonly definition: OpenDefinition;
  readonly unknown: readonly U[];
  /** @throws GreyboxError `model/unfilled`, always: fill it with {@link substitute}. */
  system(): never;
  /** Never present: makes the compiler refuse an open model where one that runs is needed, naming what is unknown. */
  readonly names?: Unfilled<U>;
  /** Never present: carries the names to the compiler. */
  readonly open?: { readonly parameters: P; readonly inputs: I; readonly states: S; readonly algebraic: A; readonly outputs: O };
}

/**
 * Defines a model with unknown relations. Everything else of it is checked as in `defineModel`, with the unknown relations as quantities of their units.
 *
 * @throws GreyboxError `model/invalid` with every mistake at once
 *
 * @example
 * const open = defineOpenModel({
 *   name: "batch",
 *   time: "min",
 *   parameters: { k: { value: 0.1, unit: "1/min" } },
 *   states: { c: { unit: "mol/L", initial: 1 } },
 *   unknown: { r: { unit: "mol/L/min", of: ["c"], sign: "positive" } },
 *   derivatives: { c: "-r" },
 * });
 * substitute(open, { r: "k*c" }).system().states; // => ["c"]
 */
export function defineOpenModel<
  const S extends Text["states"] & Table<unknown>,
  const U extends Table<UnknownDefinition>,
  const D extends { readonly [N in keyof S]: string },
  const P extends NonNullable<Text["parameters"]> & Table<unknown> = None,
  const I extends Table<string> = None,
  const A extends NonNullable<Text["algebraic"]> & Table<unknown> = None,
  const E extends NonNullable<Text["events"]> & Table<unknown> = None,
  const O extends NonNullable<Text["outputs"]> & Table<unknown> = None,
  const L extends NonNullable<Text["tables"]> & Table<unknown> = None,
>(
  definition: Omit<ModelText<P, I, S, A, D, E, O, L & U>, "tables"> & {
    readonly tables?: L;
    readonly unknown: U & { readonly [N in keyof U]: { readonly of: readonly (Key<P> | Key<I> | Key<S> | Key<A> | Key<U>)[] } };
  },
): OpenModel<Key<P>, Key<I>, Key<S>, Key<A>, Key<O>, Key<U>> {
  return openModelFromDefinition(definition) as OpenModel<Key<P>, Key<I>, Key<S>, Key<A>, Key<O>, Key<U>>;
}

/**
 * As {@link defineOpenModel}, from plain data.
 *
 * @throws GreyboxError `model/invalid`
 */
export function openModelFromDefinition(raw: unknown): OpenModel {
  const problems: Problem[] = [];
  const report: Report = (found) => void problems.push(found);
  const { unknown: declared = {}, ...rest } = (isPlainObject(raw) ? raw : {}) as Readonly<Record<string, unknown>>;
  const unknown = readUnknown(declared, report);
  const inputs = isPlainObject(rest["inputs"]) ? rest["inputs"] : {};
  let whole: ModelDefinition | undefined;
  try {
    // An unknown relation is to the other equations what an input is.
    const units = Object.fromEntries(Object.entries(unknown).map(([name, { unit }]) => [name, unit]));
    whole = modelFromDefinition({ ...rest, inputs: { ...inputs, ...units } }).definition;
    for (const name of Object.keys(unknown)) {
      if (!Object.hasOwn(inputs, name)) continue;
      report(problem("model/duplicate", { where: `unknown.${name}` }, { name, first: "inputs" }));
    }
    checkArguments(unknown, whole, report);
  } catch (error) {
    if (!isGreyboxError(error, "model/invalid")) throw error;
    for (const found of error.details.problems as readonly Problem[]) {
      const [, name] = /^inputs\.(.*)$/.exec(found.where) ?? [];
      report(name !== undefined && Object.hasOwn(unknown, name) ? { ...found, where: `unknown.${name}` } : found);
    }
  }
  const name = typeof rest["name"] === "string" ? rest["name"] : "";
  if (problems.length > 0 || whole === undefined) throw new GreyboxError("model/invalid", { model: name, problems });
  const own = Object.fromEntries(Object.entries(whole.inputs).filter(([input]) => !Object.hasOwn(unknown, input)));
  const definition: OpenDefinition = { ...whole, inputs: own, unknown };
  return {
    name,
    definition,
    unknown: Object.keys(unknown),
    system() {
      throw new GreyboxError("model/unfilled", { model: name, unknown: Object.keys(unknown) });
    },
  };
}

function readUnknown(declared: unknown, report: Report): Readonly<Record<string, UnknownDefinition>> {
  const found: Record<string, UnknownDefinition> = {};
  const fields = ["unit", "of", "sign", "bounds", "monotone", "ranges", "nominal", "description"];
  for (const [name, raw] of Object.entries(isPlainObject(declared) ? declared : {})) {
    const where = `unknown.${name}`;
    const shape = (field: string, expected: string): void =>
      report(
        problem(
          "model/shape",
          { where: `${where}.${field}` },
          { expected, actual: JSON.stringify(isPlainObject(raw) ? raw[field] : raw) ?? "nothing" },
        ),
      );
    if (!isPlainObject(raw)) {
      report(problem("model/shape", { where }, { expected: "an object", actual: String(raw) }));
      continue;
    }
    for (const field of Object.keys(raw)) {
      if (!fields.includes(field))
        report(problem("model/unknown-field", { where }, { field, nearest: nearestNames(field, fields), fields }));
    }
    const range = (value: unknown): boolean =>
      Array.isArray(value) &&
      value.length === 2 &&
      value.every((one) => typeof one === "number" && Number.isFinite(one)) &&
      value[0] < value[1];
    const { unit, of, sign, bounds, monotone, ranges, nominal } = raw;
    if (typeof unit !== "string") shape("unit", 'a unit, such as "mol/L/min"');
    if (!Array.isArray(of) || of.length === 0 || !of.every((one) => typeof one === "string")) shape("of", "names of quantities");
    if (sign !== undefined && sign !== "positive" && sign !== "negative" && sign !== "any")
      shape("sign", '"positive", "negative" or "any"');
    if (bounds !== undefined && !range(bounds)) shape("bounds", "two finite numbers, the lower first");
    else if (Array.isArray(bounds) && ((sign === "positive" && bounds[0] < 0) || (sign === "negative" && bounds[1] > 0))) {
      shape("bounds", `bounds that are ${sign} as \`sign\` says`);
    }
    if (nominal !== undefined && !(typeof nominal === "number" && nominal > 0 && Number.isFinite(nominal)))
      shape("nominal", "a number greater than 0");
    const named = (field: string, value: unknown, test: (entry: unknown) => boolean, expected: string): void => {
      if (value === undefined) return;
      if (
        !isPlainObject(value) ||
        !Object.entries(value).every(([key, entry]) => (of as unknown[] | undefined)?.includes?.(key) && test(entry))
      )
        shape(field, expected);
    };
    named(
      "monotone",
      monotone,
      (entry) => entry === "increasing" || entry === "decreasing",
      '"increasing" or "decreasing" for names in `of`',
    );
    named("ranges", ranges, range, "two numbers, the lower first, for names in `of`");
    // What was not reported is as the type says; with a report nothing is built.
    found[name] = raw as unknown as UnknownDefinition;
  }
  if (Object.keys(found).length === 0)
    report(problem("model/shape", { where: "unknown" }, { expected: "at least one unknown relation", actual: "none" }));
  return found;
}

/** What a relation depends on has to exist. */
function checkArguments(unknown: Readonly<Record<string, UnknownDefinition>>, whole: ModelDefinition, report: Report): void {
  const { parameters, inputs, states, algebraic } = whole;
  const names = [parameters, inputs, states, algebraic].flatMap((table) => Object.keys(table));
  for (const [name, { of }] of Object.entries(unknown)) {
    for (const used of Array.isArray(of) ? of : []) {
      if (used !== name && names.includes(used)) continue;
      report(problem("model/undeclared", { where: `unknown.${name}.of` }, { name: used, nearest: nearestNames(used, names) }));
    }
  }
}

type Fill = string | Filling | Filler;
type NewParameters<F> = {
  [N in keyof F]: F[N] extends { readonly parameters: infer Q } ? Key<Q> : F[N] extends Filler ? `${N & string}.${string}` : never;
}[keyof F];

/** What {@link substitute} gives: a model when nothing is left unknown; where names are only known when the program runs, either. */
export type Substituted<
  P extends string,
  I extends string,
  S extends string,
  A extends string,
  O extends string,
  U extends string,
  F,
> = string extends U
  ? Model | OpenModel
  : [Exclude<U, keyof F>] extends [never]
    ? Model<P | NewParameters<F>, I, S, A | U, O>
    : OpenModel<P | NewParameters<F>, I, S, A | Extract<U, keyof F>, O, Exclude<U, keyof F>>;

/**
 * Fills unknown relations: with an equation, `{ is, parameters }` where it has parameters of its own, or a network, {@link mlp}.
 *
 * @throws GreyboxError `model/invalid` for names that are not unknown, and for equations that use what the relation does not depend on, or have another unit
 *
 * @example
 * const open = defineOpenModel({
 *   name: "batch",
 *   time: "min",
 *   states: { c: { unit: "mol/L", initial: 1 } },
 *   unknown: { r: { unit: "mol/L/min", of: ["c"] } },
 *   derivatives: { c: "-r" },
 * });
 * const model = substitute(open, { r: { is: "k*c", parameters: { k: { value: 0.3, unit: "1/min" } } } });
 * model.system().parameters; // => ["k"]
 */
export function substitute<
  P extends string,
  I extends string,
  S extends string,
  A extends string,
  O extends string,
  U extends string,
  const F extends { readonly [N in U]?: Fill },
>(model: OpenModel<P, I, S, A, O, U>, fills: F & { readonly [N in Exclude<keyof F, U>]: never }): Substituted<P, I, S, A, O, U, F> {
  // The compiler knows from the names in `fills` which of the two it is.
  return filled(model.definition, fills as Table<Fill | undefined>) as Substituted<P, I, S, A, O, U, F>;
}

function filled(open: OpenDefinition, fills: Table<Fill | undefined>): Model | OpenModel {
  const problems: Problem[] = [];
  const report: Report = (found) => void problems.push(found);
  const left = { ...open.unknown };
  const parameters: Record<string, ModelDefinition["parameters"][string]> = { ...open.parameters };
  const algebraic: Record<string, ModelDefinition["algebraic"][string]> = { ...open.algebraic };
  for (const [name, fill] of Object.entries(fills)) {
    const unknown = Object.hasOwn(open.unknown, name) ? open.unknown[name]! : undefined;
    if (fill === undefined) continue;
    if (unknown === undefined) {
      report(
        problem(
          "model/not-unknown",
          { where: `substitute.${name}` },
          { name, nearest: nearestNames(name, Object.keys(open.unknown)), unknown: Object.keys(open.unknown) },
        ),
      );
      continue;
    }
    const filling = fillingOf(name, fill, unknown, open, report);
    if (typeof fill === "string" || !("fill" in fill)) checkUse(name, filling, unknown, open, report);
    delete left[name];
    const description = unknown.description === undefined ? {} : { description: unknown.description };
    algebraic[name] = { unit: unknown.unit, is: filling.is, ...description };
    Object.assign(algebraic, filling.algebraic);
    for (const [parameter, value] of Object.entries(filling.parameters ?? {})) {
      if (Object.hasOwn(parameters, parameter)) {
        report(
          problem("model/duplicate", { where: `substitute.${name}.parameters.${parameter}` }, { name: parameter, first: "parameters" }),
        );
      }
      parameters[parameter] = value;
    }
  }
  if (problems.length > 0) throw new GreyboxError("model/invalid", { model: open.name, problems });
  const { unknown: _, ...definition } = open;
  const whole = { ...definition, parameters, algebraic };
  return Object.keys(left).length > 0 ? openModelFromDefinition({ ...whole, unknown: left }) : modelFromDefinition(whole);
}

function fillingOf(name: string, fill: Fill, unknown: UnknownDefinition, open: OpenDefinition, report: Report): Filling {
  if (typeof fill === "string") return { is: fill };
  if (!("fill" in fill)) return fill;
  const { parameters, inputs, states, algebraic } = open;
  return fill.fill(name, unknown, {
    unitOf: (of) => (states[of] ?? parameters[of] ?? algebraic[of] ?? open.unknown[of])?.unit ?? inputs[of] ?? "1",
    rangeOf(of) {
      const [low, high] = unknown.ranges?.[of] ?? parameters[of]?.bounds ?? [states[of]?.min, states[of]?.max];
      return low !== undefined && high !== undefined ? [low, high] : undefined;
    },
    refuse: (why, remedy) => report(problem("model/filling", { where: `substitute.${name}` }, { name, why, remedy })),
  });
}

/** An equation may use what the relation depends on, parameters, and what comes with it. */
function checkUse(name: string, filling: Filling, { of }: UnknownDefinition, open: OpenDefinition, report: Report): void {
  const own = new Set([...Object.keys(filling.parameters ?? {}), ...Object.keys(filling.algebraic ?? {})]);
  const allowed = new Set([...of, ...Object.keys(open.parameters), ...own]);
  const names = new Set([...namesOfModel(open), ...own]);
  for (const text of [filling.is, ...Object.values(filling.algebraic ?? {}).map(({ is }) => is)]) {
    for (const used of new Set(namesOf(text, names))) {
      if (allowed.has(used) || !names.has(used)) continue;
      report(problem("model/not-argument", { where: `substitute.${name}`, equation: text }, { name, used, of }));
    }
  }
}

/**
 * The weights of a network inside a model, to be estimated.
 *
 * @param name  the relation that the network fills
 */
export function weightsOf<P extends string>(
  model: { readonly definition: ModelDefinition; readonly names?: { readonly parameters: P } },
  name: string,
): P[] {
  // They are parameters of this model, so of the type of its parameters.
  return Object.keys(model.definition.parameters).filter(
    (parameter) => parameter.startsWith(`${name}.`) && /^[Wb]\d+\[/.test(parameter.slice(name.length + 1)),
  ) as P[];
}
