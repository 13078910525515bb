/** Models with relations that nobody knows yet: declared with what is known of them, and filled later, by an equation or by a network. */
import { GreyboxError, isGreyboxError, type ModelDefinition } from "../../core/index.ts";
import type { ModelText } from "../define/define-model.ts";
import { isPlainObject } from "../define/fields.ts";
import { modelFromDefinition } from "../define/model.ts";
import { type Problem, problem, type Report } from "../language/problem.ts";
import type { OpenDefinition, UnknownDefinition } from "./definition.ts";
import { checkArguments, readUnknown } from "./read-unknown.ts";

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
