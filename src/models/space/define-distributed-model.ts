/** `defineDistributedModel`: a model with quantities along an axis, its names checked by the compiler, made into cells when the module loads. */
import { GreyboxError, isGreyboxError, type ModelDefinition, type ParameterDefinition, type TableDefinition } from "../../core/index.ts";
import { type Model, modelFromDefinition } from "../define/model.ts";
import type { Checked } from "../define/names.ts";
import type { Problem } from "../language/problem.ts";
import type { AxisDefinition, Boundary, DistributedDefinition, FieldState } from "./definition.ts";
import { discretize } from "./discretize.ts";

type Table<T> = Readonly<Record<string, T>>;
type None = Readonly<Record<never, never>>;
type Key<T> = Extract<keyof T, string>;

type Parameter =
  | ParameterDefinition
  | { readonly unit: string; readonly is: string; readonly source?: string; readonly description?: string };
/** Names of parameters that are expressions of others; they are explicit quantities. */
type Derived<P> = { readonly [N in keyof P]: P[N] extends { readonly is: string } ? N : never }[keyof P] & string;
/** Names of the parameters that initial values to be estimated become. */
type Initial<S> = {
  readonly [N in keyof S]: S[N] extends { readonly initial: { readonly value: number } } ? `${N & string}.initial` : never;
}[keyof S];

interface Explicit {
  readonly unit: string;
  readonly is: string;
  readonly along?: string;
  readonly description?: string;
}
interface Implicit {
  readonly unit: string;
  readonly guess: number;
  readonly zero: string;
  readonly along?: string;
  readonly description?: string;
}
interface Output {
  readonly unit: string;
  readonly is: string;
  readonly description?: string;
}
interface Event {
  readonly when: string;
  readonly direction?: "rising" | "falling" | "both";
  readonly then?: Table<string>;
  readonly terminal?: boolean;
}

/** Words of equations in a model with these axes. */
type SpaceWords<X extends string> = X | `dd${X}` | `d2d${X}2` | "at" | "mean" | "integral" | "start" | "end";
type Fields<T, Known extends string, F> = {
  readonly [N in keyof T]: { readonly [G in keyof T[N]]: G extends F ? Checked<T[N][G], Known> : T[N][G] };
};
type Equations<T, Known extends string> = { readonly [N in keyof T]: Checked<T[N], Known> };

/** Names of the flat model: one for each cell of what lies along an axis. */
type Flat<T> = { [N in Key<T>]: T[N] extends { readonly along: string } ? `${N}[${number}]` : N }[Key<T>];
type Ends<S> = { [N in Key<S>]: S[N] extends { readonly along: string } ? `${N}.${"start" | "end"}` : never }[Key<S>];

/** What {@link defineDistributedModel} takes: axes X, parameters P, inputs I, states S, algebraic quantities A, derivatives D, boundaries B, events E, outputs O, tables L. */
export interface DistributedText<X, P, I, S, A, D, B, E, O, L> {
  readonly name: string;
  /** Unit of time; `"1"` for a dimensionless time. */
  readonly time: string;
  readonly description?: string;
  readonly axes: X;
  /** With a value, or as an expression of others. */
  readonly parameters?: P & Fields<P, Key<P> | Key<L>, "is">;
  /** Read by `lookup(table, x)`. */
  readonly tables?: L;
  /** Unit of each input. */
  readonly inputs?: I;
  /** With `along`, a state has a value in each cell. */
  readonly states: S & Fields<S, Key<P> | Key<I> | Key<L> | Key<X>, "initial">;
  /** With `along`, a quantity has a value in each cell. */
  readonly algebraic?: A & Fields<A, Key<P> | Key<I> | Key<S> | Key<A> | Key<L> | SpaceWords<Key<X>>, "is" | "zero">;
  /** One equation a state: its derivative with respect to time. */
  readonly derivatives: D & Equations<D, Key<P> | Key<I> | Key<S> | Key<A> | Key<L> | SpaceWords<Key<X>>>;
  /** By state, the equations at the ends of its axis, such as `{ start: "v*c - D*ddz(c) = v*cIn", end: "ddz(c) = 0" }`. */
  readonly boundaries?: B & {
    readonly [N in keyof B]: N extends keyof S ? Equations<B[N], Key<P> | Key<I> | Key<S> | Key<A> | Key<L> | SpaceWords<Key<X>>> : never;
  };
  readonly events?: E & Fields<E, Key<P> | Key<I> | Key<S> | Key<A> | Key<L> | SpaceWords<Key<X>>, "when">;
  readonly outputs?: O & Fields<O, Key<P> | Key<I> | Key<S> | Key<A> | Key<L> | SpaceWords<Key<X>>, "is">;
}

/**
 * Defines a model with quantities along one or more axes. The result is a model like any other: its states are `c[1]` … `c[50]`, its boundary values the algebraic
 * quantities `c.start` and `c.end`, and `definition` is the flat text.
 *
 * Along an axis z, equations may use `ddz(…)` and `d2dz2(…)` of any expression, nested as in `ddz(D*ddz(T))`, and the place `z`; all equations may use `at(c, end)`,
 * `at(c, 0.3)` (a fraction of the axis), `mean(c)` and `integral(c)`. Finite volumes: what is written as the derivative of a flux is conserved to the
 * last bit. How values are carried by a flow, and of which order, says {@link Scheme}.
 *
 * @throws GreyboxError `model/invalid` with every mistake at once in `details.problems`
 *
 * @example
 * const pipe = defineDistributedModel({
 *   name: "pipe",
 *   time: "s",
 *   axes: { z: { unit: "m", to: "L", cells: 4, flow: "forward" } },
 *   parameters: { L: { value: 2, unit: "m" }, v: { value: 1, unit: "m/s" } },
 *   inputs: { cIn: "mol/L" },
 *   states: { c: { unit: "mol/L", initial: 0, along: "z" } },
 *   derivatives: { c: "-v*ddz(c)" },
 *   boundaries: { c: { start: "c = cIn" } },
 *   outputs: { outlet: { unit: "mol/L", is: "at(c, end)" } },
 * });
 * pipe.definition.derivatives["c[3]"]; // => "-v*(((3*c[3] - c[2])/2 - (3*c[2] - c[1])/2)/z.step)"
 */
export function defineDistributedModel<
  const X extends Table<AxisDefinition>,
  const S extends Table<FieldState>,
  const D extends { readonly [N in keyof S]: string },
  const P extends Table<Parameter> = None,
  const I extends Table<string> = None,
  const A extends Table<Explicit | Implicit> = None,
  const B extends Table<Boundary> = None,
  const E extends Table<Event> = None,
  const O extends Table<Output> = None,
  const L extends Table<TableDefinition> = None,
>(
  definition: DistributedText<X, P, I, S, A, D, B, E, O, L>,
): Model<Exclude<Key<P>, Derived<P>> | Initial<S>, Key<I>, Flat<S>, Flat<A> | Derived<P> | Ends<S> | `${Key<X>}.step`, Key<O>> {
  // The names were checked by the compiler against the same object that is read here.
  return distributedModel(definition as unknown as DistributedDefinition) as ReturnType<
    typeof defineDistributedModel<X, S, D, P, I, A, B, E, O, L>
  >;
}

/**
 * As {@link defineDistributedModel}, for a definition that is only known when the program runs, such as one from JSON.
 *
 * @throws GreyboxError `model/invalid`
 */
export function distributedModel(definition: DistributedDefinition): Model {
  const problems: Problem[] = [];
  const flat = discretize(definition, (found) => problems.push(found));
  if (problems.length > 0) throw new GreyboxError("model/invalid", { model: definition.name, problems });
  try {
    return modelFromDefinition(flat);
  } catch (error) {
    if (!isGreyboxError(error, "model/invalid")) throw error;
    const found = (error.details.problems as readonly Problem[]).map((one) => asWritten(one, definition));
    // An equation that is wrong is wrong in every cell.
    const first = new Map(found.map((one) => [`${one.where} ${one.code}`, one] as const).reverse());
    throw new GreyboxError("model/invalid", { model: definition.name, problems: [...first.values()].reverse() }, { cause: error });
  }
}

/** A mistake in the equation of a cell or an end, told where that equation was written. */
function asWritten(found: Problem, definition: DistributedDefinition): Problem {
  const [table = "", ...path] = found.where.split(".");
  const [quantity = "", field] = path;
  const bare = quantity.replace(/\[\d+\]$/, "");
  const end = field === "start" || field === "end" ? field : undefined;
  if (table === "algebraic" && end !== undefined) {
    return {
      ...found,
      where: `boundaries.${bare}.${end}`,
      equation: definition.boundaries?.[bare]?.[end] ?? found.equation,
      column: undefined,
    };
  }
  const entry = (definition[table as keyof ModelDefinition & keyof DistributedDefinition] as Table<unknown> | undefined)?.[bare];
  const written = typeof entry === "string" ? entry : (equationIn(entry) ?? found.equation);
  return { ...found, where: [table, bare, ...path.slice(1)].join("."), equation: written, column: undefined };
}

function equationIn(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  for (const field of ["is", "zero", "initial", "when"]) {
    const text = (entry as Table<unknown>)[field];
    if (typeof text === "string") return text;
  }
  return undefined;
}
