/** How much there is to compute at an instant: operations as written, operations with everything shared, places of the Jacobian. */
import { build } from "../graph/build.ts";
import { graph, type NodeId } from "../graph/graph.ts";
import { sizeOf } from "../graph/size.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { occurrences } from "../structure/occurrence.ts";

export interface ModelSize {
  /** Differential and implicit states. */
  readonly states: number;
  /** Nodes of the right-hand sides if every use of a subexpression were written out. */
  readonly written: number;
  /** Nodes when equal subexpressions are one. */
  readonly shared: number;
  /** Pairs of an equation and a state that occurs in it, also through computed quantities. */
  readonly occurrences: number;
}

/**
 * The size of a model.
 *
 * @example
 * sizeOfModel(reactor).states; // => 2
 */
export function sizeOfModel({ equations }: { readonly equations: ParsedEquations }): ModelSize {
  const { algebraic, derivatives, implicit } = equations;
  const g = graph();
  const quantities = new Map<string, NodeId>();
  const resolve = (name: string): NodeId => quantities.get(name) ?? g.symbol(name);
  for (const [name, expression] of algebraic) quantities.set(name, build(g, expression, resolve));
  const roots = [...derivatives.values(), ...implicit.values()].map((expression) => build(g, expression, resolve));
  const { written, shared } = sizeOf(g, roots);
  return { states: roots.length, written, shared, occurrences: occurrenceRows(equations).reduce((sum, row) => sum + row.length, 0) };
}

/** For every right-hand side and residual, the places of the states in it; states in the order of solvers. */
export function occurrenceRows({ algebraic, derivatives, implicit }: ParsedEquations): readonly (readonly number[])[] {
  const places = new Map([...derivatives.keys(), ...implicit.keys()].map((name, i) => [name, i]));
  const occurring = occurrences(algebraic, (name) => places.has(name));
  return [...derivatives.values(), ...implicit.values()].map((expression) => [...occurring(expression)].map((name) => places.get(name)!));
}
