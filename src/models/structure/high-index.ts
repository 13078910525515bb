/** Constraints between states: implicit equations that must be differentiated before they determine anything. */
import type { ParsedEquations } from "../language/equations.ts";
import { occurrences } from "./occurrence.ts";
import { differentiations } from "./pantelides.ts";

export interface Constraint {
  /** The implicit quantity that the equation was declared with. */
  readonly equation: string;
  /** Times it is to be differentiated with respect to time. */
  readonly times: number;
  /** States that it contains. */
  readonly states: readonly string[];
}

/** Structural index of a model whose implicit equations are not of index 1; undefined where it is singular however they are differentiated. */
export interface HighIndex {
  readonly index: number;
  readonly constraints: readonly Constraint[];
}

/**
 * Constraints of a model and how often each is to be differentiated.
 *
 * @returns undefined for a model that is structurally singular
 */
export function highIndex({ algebraic, implicit, derivatives }: ParsedEquations): HighIndex | undefined {
  const states = [...derivatives.keys()];
  const n = states.length;
  const place = new Map([
    ...states.map((name, i) => [name, i] as const),
    ...[...implicit.keys()].map((name, j) => [name, 2 * n + j] as const),
  ]);
  const occurring = occurrences(algebraic, (name) => place.has(name));
  const expressions = [...derivatives.values(), ...implicit.values()];
  const contents = expressions.map((expression) => [...occurring(expression)]);
  const equations = contents.map((names, e) => {
    const own = names.map((name) => place.get(name)!);
    return e < n ? [n + e, ...own] : own;
  });
  const derivativeOf = Array.from({ length: 2 * n + implicit.size }, (_, v) => (v < n ? n + v : -1));
  const counts = differentiations({ equations, derivativeOf });
  if (counts === undefined) return undefined;
  const constraints = [...implicit.keys()].flatMap((equation, j) => {
    const times = counts[n + j]!;
    return times === 0 ? [] : [{ equation, times, states: contents[n + j]!.filter((name) => derivatives.has(name)) }];
  });
  return { index: Math.max(implicit.size > 0 ? 1 : 0, ...constraints.map(({ times }) => times + 1)), constraints };
}
