/** Relations that nobody knows yet, as they are declared. */
import type { ModelDefinition } from "../../core/index.ts";

export type Sign = "positive" | "negative" | "any";
export type Trend = "increasing" | "decreasing";

export interface UnknownDefinition {
  readonly unit: string;
  /** What it depends on: states, inputs, parameters, algebraic quantities. Nothing that fills it may use more than that. */
  readonly of: readonly string[];
  /** Default: "any". */
  readonly sign?: Sign | undefined;
  /** Lowest and highest value, in `unit`. */
  readonly bounds?: readonly [number, number] | undefined;
  /** By name in `of`, how it changes with that quantity. */
  readonly monotone?: Readonly<Record<string, Trend>> | undefined;
  /** By name in `of`, from where to where that quantity goes in operation, in its unit. Default: the limits of the state, or the bounds of the parameter. */
  readonly ranges?: Readonly<Record<string, readonly [number, number]>> | undefined;
  /** Typical size, in `unit`. Default: 1. */
  readonly nominal?: number | undefined;
  readonly description?: string | undefined;
}

/** A model with relations to be filled, as plain data. */
export interface OpenDefinition extends ModelDefinition {
  readonly unknown: Readonly<Record<string, UnknownDefinition>>;
}

/** What takes the place of an unknown relation: an explicit quantity, with the quantities and parameters that it is made of. */
export interface Filling {
  readonly is: string;
  readonly parameters?: ModelDefinition["parameters"] | undefined;
  readonly algebraic?:
    | Readonly<Record<string, { readonly unit: string; readonly is: string; readonly description?: string | undefined }>>
    | undefined;
}

/** Makes a filling for the place it is to fill. */
export interface Filler {
  fill(name: string, unknown: UnknownDefinition, around: Surroundings): Filling;
}

/** What a filling can know of the model. */
export interface Surroundings {
  /** Unit of a quantity. */
  unitOf(name: string): string;
  /** Where a quantity moves; undefined where nothing says so. */
  rangeOf(name: string): readonly [number, number] | undefined;
  /** Reports why it cannot be filled. */
  refuse(why: string, remedy: string): void;
}
