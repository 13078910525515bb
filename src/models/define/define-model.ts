/** `defineModel`: a model as a modeler writes it, its names checked by the compiler and everything else when the module loads. */
import type { ParameterDefinition, StateDefinition, TableDefinition } from "../../core/index.ts";
import { type Model, modelFromDefinition } from "./model.ts";
import type { Checked } from "./names.ts";

type Table<T> = Readonly<Record<string, T>>;
type None = Readonly<Record<never, never>>;
type Key<T> = Extract<keyof T, string>;

type Parameter =
  | ParameterDefinition
  | { readonly unit: string; readonly is: string; readonly source?: string; readonly description?: string };
type State = Omit<StateDefinition, "initial"> & {
  readonly initial: number | string | Omit<ParameterDefinition, "unit" | "description">;
};

/** Names of parameters that are expressions of others; they are explicit quantities. */
type Derived<P> = { readonly [N in keyof P]: P[N] extends { readonly is: string } ? N : never }[keyof P] & string;
/** Names of the parameters that initial values to be estimated become. */
type Initial<S> = {
  readonly [N in keyof S]: S[N] extends { readonly initial: { readonly value: number } } ? `${N & string}.initial` : never;
}[keyof S];

interface Explicit {
  readonly unit: string;
  readonly is: string;
  readonly description?: string;
}
interface Implicit {
  readonly unit: string;
  readonly guess: number;
  readonly zero: string;
  readonly description?: string;
}
interface Event {
  readonly when: string;
  readonly direction?: "rising" | "falling" | "both";
  readonly then?: Table<string>;
  readonly terminal?: boolean;
}

/** Shown when an equation is given for something that is not a state. */
export interface NotAState<Name> {
  readonly notAState: Name;
}

/** The fields of `T`, with those called `F` checked as equations. */
type Fields<T, Known extends string, F> = { readonly [Q in keyof T]: Q extends F ? Checked<T[Q], Known> : T[Q] };
type Entries<T, Known extends string, F> = { readonly [N in keyof T]: Fields<T[N], Known, F> };
/** Equations by state. */
type ByState<T, S, Known extends string> = { readonly [N in keyof T]: N extends keyof S ? Checked<T[N], Known> : NotAState<N> };
type Events<E, S, Known extends string> = {
  readonly [N in keyof E]: {
    readonly [F in keyof E[N]]: F extends "when" ? Checked<E[N][F], Known> : F extends "then" ? ByState<E[N][F], S, Known> : E[N][F];
  };
};

/** What {@link defineModel} takes: parameters P, inputs I, states S, algebraic quantities A, derivatives D, events E, outputs O, tables L. */
export interface ModelText<P, I, S, A, D, E, O, L> {
  readonly name: string;
  /** Unit of time; `"1"` for a dimensionless time. */
  readonly time: string;
  readonly description?: string;
  /** With a value, or as an expression of others. */
  readonly parameters?: P & Entries<P, Key<P> | Key<L>, "is">;
  /** Read by `lookup(table, x)`. */
  readonly tables?: L;
  /** Unit of each input. */
  readonly inputs?: I;
  readonly states: S & Entries<S, Key<P> | Key<I> | Key<A> | Key<L>, "initial">;
  readonly algebraic?: A & Entries<A, Key<P> | Key<I> | Key<S> | Key<A> | Key<L>, "is" | "zero">;
  /** One equation a state: its derivative with respect to time. */
  readonly derivatives: D & ByState<D, S, Key<P> | Key<I> | Key<S> | Key<A> | Key<L>>;
  readonly events?: E & Events<E, S, Key<P> | Key<I> | Key<S> | Key<A> | Key<L>>;
  readonly outputs?: O & Entries<O, Key<P> | Key<I> | Key<S> | Key<A> | Key<L>, "is">;
}

/**
 * Defines a model. A misspelt name in an equation, a state without an equation and an equation without a state are errors of the
 * compiler that name the culprit; units, values and structure are checked when the module loads.
 *
 * @throws GreyboxError `model/invalid` with every mistake at once in `details.problems`
 *
 * @example
 * const decay = defineModel({
 *   name: "decay",
 *   time: "min",
 *   parameters: { k: { value: 0.2, unit: "1/min" } },
 *   states: { c: { unit: "mol/L", initial: 1 } },
 *   derivatives: { c: "-k*c" },
 * });
 * decay.system().states; // => ["c"]
 */
export function defineModel<
  const S extends Table<State>,
  const D extends { readonly [N in keyof S]: string },
  const P extends Table<Parameter> = None,
  const I extends Table<string> = None,
  const A extends Table<Explicit | Implicit> = None,
  const E extends Table<Event> = None,
  const O extends Table<Explicit> = None,
  const L extends Table<TableDefinition> = None,
>(
  definition: ModelText<P, I, S, A, D, E, O, L>,
): Model<Exclude<Key<P>, Derived<P>> | Initial<S>, Key<I>, Key<S>, Key<A> | Derived<P>, Key<O>> {
  // The names were checked by the compiler against the same object that is read here.
  return modelFromDefinition(definition) as unknown as Model<
    Exclude<Key<P>, Derived<P>> | Initial<S>,
    Key<I>,
    Key<S>,
    Key<A> | Derived<P>,
    Key<O>
  >;
}
