/** Models with quantities along an axis, as they are written: what becomes a flat model of cells. */
import type {
  AlgebraicDefinition,
  EventDefinition,
  ModelDefinition,
  OutputDefinition,
  ParameterDefinition,
  StateDefinition,
} from "../../core/index.ts";

export const spaceDefaults = { from: 0, scheme: "upwind-2" } as const;

/**
 * How a quantity that flows is carried from cell to cell.
 *
 * - `upwind-1`: the value of the cell upstream. First order; never overshoots, smears fronts as a dispersion v·h/2 would.
 * - `upwind-2`: a line through the two cells upstream. Second order; overshoots a little at fronts.
 * - `central`: the mean of both cells. Second order; oscillates where v·h/D exceeds 2.
 *
 * Without a direction of flow every scheme is `central`. Second derivatives are central, second order.
 */
export type Scheme = "upwind-1" | "upwind-2" | "central";

export interface AxisDefinition {
  readonly unit: string;
  /** Where it starts and ends: a number in `unit`, or an expression of parameters. Default of `from`: 0. */
  readonly from?: number | string | undefined;
  readonly to: number | string;
  /** Number of equal cells, 2 to 10 000. */
  readonly cells: number;
  /** For states along it that have none of their own. Default: "upwind-2". */
  readonly scheme?: Scheme | undefined;
  /** For states along it that have none of their own. */
  readonly flow?: Flow | undefined;
}

/** `forward`: from the start to the end of the axis; `none`; or the name of a velocity, whose sign decides at every instant. */
export type Flow = "forward" | "backward" | "none" | (string & {});

export interface FieldState extends Omit<StateDefinition, "initial"> {
  /** A number, an expression of parameters, inputs and the place, or one value to be estimated for all cells. */
  readonly initial: number | string | Omit<ParameterDefinition, "unit" | "description">;
  /** The axis it is spread along. Absent: it has one value, as in any model. */
  readonly along?: string | undefined;
  readonly scheme?: Scheme | undefined;
  readonly flow?: Flow | undefined;
}

export type FieldAlgebraic = AlgebraicDefinition & { readonly along?: string | undefined };

/** Equations that hold at the ends of an axis, such as `"v*c - D*ddz(c) = v*cIn"`: linear in the quantity and its derivative there. */
export interface Boundary {
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** A model with axes, as plain data. Equations of quantities along an axis z may use `ddz(…)`, `d2dz2(…)` and `z`; all may use `at` and `mean`. */
export interface DistributedDefinition {
  readonly name: string;
  readonly time: string;
  readonly description?: string | undefined;
  readonly axes: Readonly<Record<string, AxisDefinition>>;
  /** With a value, or `is`, an expression of others. */
  readonly parameters?:
    | Readonly<Record<string, ModelDefinition["parameters"][string] | { readonly unit: string; readonly is: string }>>
    | undefined;
  /** Read by `lookup(table, x)`. */
  readonly tables?: ModelDefinition["tables"];
  readonly inputs?: ModelDefinition["inputs"] | undefined;
  readonly states: Readonly<Record<string, FieldState>>;
  readonly algebraic?: Readonly<Record<string, FieldAlgebraic>> | undefined;
  readonly derivatives: Readonly<Record<string, string>>;
  readonly boundaries?: Readonly<Record<string, Boundary>> | undefined;
  readonly events?: Readonly<Record<string, EventDefinition>> | undefined;
  readonly outputs?: Readonly<Record<string, OutputDefinition>> | undefined;
}
