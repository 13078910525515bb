/** What the unit of an expression turned out to be, and what its names are declared in. */
import type { FailureDetails } from "../../core/index.ts";
import type { ProblemCode } from "../language/problem.ts";
import { type Measure, pure } from "./measure.ts";

/** A number whose `measure` is undefined where any unit fits, with its value where it is made of bare numbers only. */
export interface Quantity {
  readonly kind: "number";
  readonly measure: Measure | undefined;
  readonly constant?: number | undefined;
}

export type Found = { readonly kind: "condition" } | Quantity;

export interface UnitScope {
  /** Unit of a name; undefined where it is not known, which fits anywhere. */
  unitOf(name: string): Measure | undefined;
  /** Unit of time, which delays are measured in; absent where it is not known. */
  readonly time?: Measure | undefined;
  /** True for a name of the model. */
  declared(name: string): boolean;
  /** True while a remedy is being tried out: only whether there is a mistake counts, not what to do about it. */
  readonly trial?: boolean | undefined;
  report<C extends ProblemCode>(code: C, details: FailureDetails<C>): void;
}

export const anything: Quantity = { kind: "number", measure: undefined };
export const plain: Quantity = { kind: "number", measure: pure };
export const condition: Found = { kind: "condition" };
