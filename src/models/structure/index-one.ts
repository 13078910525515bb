/**
 * Whether the implicit equations can determine the implicit quantities, judged by what occurs in what.
 *
 * A solver of index 1 needs to solve them for the implicit quantities at every instant, so each quantity must be matched with an equation
 * that contains it. Where that fails, the Dulmage–Mendelsohn parts say which equations are too many and which quantities are left over.
 */
import type { Expression } from "../language/expression.ts";
import { dulmageMendelsohn, largestMatching } from "./matching.ts";
import { occurrences } from "./occurrence.ts";

/** Equations, called after the quantity they were declared with, that contain too few quantities; and quantities that nothing determines. */
export interface Singular {
  readonly equations: readonly string[];
  /** Implicit quantities that the equations contain: fewer than there are equations. */
  readonly contained: readonly string[];
  readonly undetermined: readonly string[];
}

/**
 * @param explicit  explicit quantities, each after those it depends on
 * @param implicit  residuals by implicit quantity
 * @returns undefined where every implicit quantity can be matched with an equation
 */
export function structuralDefect(
  explicit: ReadonlyMap<string, Expression>,
  implicit: ReadonlyMap<string, Expression>,
): Singular | undefined {
  if (implicit.size === 0) return undefined;
  const names = [...implicit.keys()];
  const placeOf = new Map(names.map((name, i) => [name, i]));
  const occurring = occurrences(explicit, (name) => implicit.has(name));
  const columnsOf = [...implicit.values()].map((expression) => [...occurring(expression)].map((name) => placeOf.get(name)!));
  const matching = largestMatching(columnsOf, names.length);
  if (matching.size === names.length) return undefined;
  const { overRows, overColumns, underColumns } = dulmageMendelsohn(columnsOf, names.length, matching);
  const named = (places: readonly number[]): string[] => places.map((place) => names[place]!);
  return { equations: named(overRows), contained: named(overColumns), undetermined: named(underColumns) };
}
