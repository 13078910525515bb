/** `compose`: a plant made of models, its connections checked by the compiler for names and on loading for units. */
import { type AnySource, GreyboxError, isGreyboxError, type ParameterDefinition } from "../../core/index.ts";
import { type Model, modelFromDefinition } from "../define/model.ts";
import type { Checked } from "../define/names.ts";
import type { Problem } from "../language/problem.ts";
import type { PartArray } from "./array.ts";
import type { Source } from "./connections.ts";
import { flatten, type Plan } from "./flatten.ts";

type Table<T> = Readonly<Record<string, T>>;
type None = Readonly<Record<never, never>>;
type Key<T> = Extract<keyof T, string>;
type PartTable = Table<AnySource | PartArray>;
type Kind = "parameters" | "inputs" | "states" | "algebraic" | "outputs";

type ModelIn<V> = V extends PartArray<infer M> ? M : V;
type NamesIn<V, F extends Kind> =
  ModelIn<V> extends { readonly names?: infer N } ? NonNullable<N>[F & keyof NonNullable<N>] & string : never;
/** Names of one kind in all parts, with those in front of them; `Index` is what may stand in the brackets of parts in a row. */
type NamesOf<Q, F extends Kind, Index extends string | number> = {
  [K in Key<Q>]: Q[K] extends PartArray ? `${K}[${Index}].${NamesIn<Q[K], F>}` : `${K}.${NamesIn<Q[K], F>}`;
}[Key<Q>];

/** What stands on the left of a connection that is neither an input nor a parameter of a part. */
export interface NotConnectable<Name> {
  readonly notConnectable: Name;
}

type Connections<C, Q, Own extends string> = {
  readonly [K in keyof C]: K extends NamesOf<Q, "inputs" | "parameters", string>
    ? C[K] extends { readonly is: infer Is }
      ? { readonly is: Checked<Is, Own | NamesOf<Q, Kind, string>>; readonly guess: number }
      : Checked<C[K], Own | NamesOf<Q, Kind, string>>
    : NotConnectable<K>;
};
/** `trays[i].L` as a name of the plant. */
type Each<K> = K extends `${infer Part}[i]${infer Port}` ? `${Part}[${number}]${Port}` : K extends string ? K : never;

type Parameter =
  | ParameterDefinition
  | { readonly unit: string; readonly is: string; readonly source?: string; readonly description?: string };
/** Names of parameters that are expressions of others; they are explicit quantities. */
type Derived<P> = { readonly [N in keyof P]: P[N] extends { readonly is: string } ? N : never }[keyof P] & string;

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
type Fields<T, Known extends string, F> = {
  readonly [N in keyof T]: { readonly [G in keyof T[N]]: G extends F ? Checked<T[N][G], Known> : T[N][G] };
};

/** What {@link compose} takes: parts Q, connections C; parameters P, inputs I, algebraic quantities A, events E and outputs O of the plant itself. */
export interface PlanText<Q, C, P, I, A, E, O> {
  readonly description?: string;
  /** Models by the name they have in the plant; `array(40, tray)` for many in a row. */
  readonly parts: Q;
  /**
   * By input or parameter of a part, the equation that it follows, in names of the plant: usually one name. `{ is, guess }` where the
   * connections go round in a circle within one instant: that input is then solved for.
   */
  readonly connect?: C & Connections<C, Q, Key<P> | Key<I> | Key<A>>;
  /** Parameters of the plant itself, such as one that several parts share. */
  readonly parameters?: P & Fields<P, Key<P>, "is">;
  readonly inputs?: I;
  readonly algebraic?: A & Fields<A, Key<P> | Key<I> | Key<A> | NamesOf<Q, Kind, number>, "is" | "zero">;
  readonly events?: E & Fields<E, Key<P> | Key<I> | Key<A> | NamesOf<Q, Kind, number>, "when">;
  readonly outputs?: O & Fields<O, Key<P> | Key<I> | Key<A> | NamesOf<Q, Kind, number>, "is">;
}

/**
 * Makes one model of many. Names of the plant are those of the parts with the part's name in front, as `r1.T` and `trays[3].x`; the result is a model
 * like any other, flat and readable in `definition`.
 *
 * A connected input or parameter becomes an algebraic quantity that equals its source; inputs without a connection become inputs of the plant.
 * Units of connections are checked, never converted: write the factor, as in `"60 s/min*pump.q"`.
 *
 * @throws GreyboxError `model/invalid` with every mistake at once: parts and ports that do not exist, units, different clocks, circles
 *
 * @example
 * const pair = compose("pair", { parts: { a: decay, b: decay }, connect: { "b.k": "2*a.k" } });
 * pair.system().states; // => ["a.x", "b.x"]
 */
export function compose<
  const Q extends PartTable,
  const C extends Table<Source> = None,
  const P extends Table<Parameter> = None,
  const I extends Table<string> = None,
  const A extends Table<Explicit | Implicit> = None,
  const E extends Table<Event> = None,
  const O extends Table<Explicit> = None,
>(
  name: string,
  plan: PlanText<Q, C, P, I, A, E, O>,
): Model<
  Exclude<Key<P>, Derived<P>> | Exclude<NamesOf<Q, "parameters", number>, Key<C>>,
  Key<I> | Exclude<NamesOf<Q, "inputs", number>, Key<C>>,
  NamesOf<Q, "states", number>,
  Key<A> | Derived<P> | NamesOf<Q, "algebraic", number> | Each<keyof C>,
  Key<O> | NamesOf<Q, "outputs", number>
> {
  // The compiler has checked the names against the same object that is flattened here.
  return flatModel(name, plan as unknown as Plan) as ReturnType<typeof compose<Q, C, P, I, A, E, O>>;
}

function flatModel(name: string, plan: Plan): Model {
  const problems: Problem[] = [];
  const { definition, connections } = flatten(name, plan, (found) => problems.push(found));
  // Equations of parts with different clocks would all be called wrong as well.
  if (problems.some(({ code }) => code === "model/part-time")) throw new GreyboxError("model/invalid", { model: name, problems });
  const told = new Map(
    [...connections].map(([target, { written, is }]) => [`algebraic.${target}`, { where: `connect.${written}`, equation: is }]),
  );
  try {
    const model = modelFromDefinition(definition);
    if (problems.length === 0) return model;
  } catch (error) {
    if (!isGreyboxError(error, "model/invalid")) throw error;
    // What the flat model says of a connection is told where the connection was written, once for all members of a row.
    const seen = new Set<string>();
    const found = error.details.problems as readonly Problem[];
    const misspelt = new Set(found.flatMap(({ where, details }) => (told.has(where) ? [details["name"]] : [])));
    for (const one of found) {
      // A wrong name on the right of a connection is in initial values as well, where it was put for the one on the left.
      if (one.where.endsWith(".initial") && misspelt.has(one.details["name"])) continue;
      const at = told.get(one.where);
      const moved = at === undefined ? one : { ...one, ...at };
      const key = `${moved.code} ${moved.where} ${moved.problem.replace(/\[\d+\]/g, "")}`;
      if (!seen.has(key)) problems.push(moved);
      seen.add(key);
    }
  }
  throw new GreyboxError("model/invalid", { model: name, problems });
}
