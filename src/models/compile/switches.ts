/** Conditions inside equations as functions that cross zero where the conditions change sides. */
import type { SystemSwitches } from "../../core/index.ts";
import type { NodeId } from "../graph/graph.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { type Expression, partsOf } from "../language/expression.ts";
import { printExpression } from "../language/print.ts";
import type { Equations } from "./equations.ts";
import { vectorFunction } from "./vector-function.ts";

/**
 * Switching functions of the right-hand side: `left − right` of every comparison by size in the conditions of its conditionals that can
 * change during a run. Equality has no side to change to.
 */
export function switchFunctions(
  { algebraic, implicit, derivatives }: ParsedEquations,
  equations: Equations,
): ((active: Int32Array) => SystemSwitches) | undefined {
  const { graph, derivative, node } = equations;
  const changing = new Set([equations.t, ...equations.x, ...equations.u]);
  const found = new Map<NodeId, string>();
  const compare = (test: Expression): void => {
    if (test.op === "lt" || test.op === "le" || test.op === "gt" || test.op === "ge") {
      const id = node({ op: "sub", left: test.left, right: test.right });
      if (!found.has(id) && derivative.dependencies(id).some((symbol) => changing.has(symbol))) found.set(id, printExpression(test));
      return;
    }
    for (const part of partsOf(test)) compare(part);
  };
  const visit = (expression: Expression): void => {
    if (expression.op === "if") compare(expression.test);
    for (const part of partsOf(expression)) visit(part);
  };
  for (const expression of [...algebraic.values(), ...implicit.values(), ...derivatives.values()]) visit(expression);
  // A difference and its opposite, as of a < b and b < a, cross zero together.
  for (const id of found.keys()) {
    const { op, ...operands } = graph.nodes[id]!;
    if (op !== "sub" || !("b" in operands)) continue;
    const opposite = graph.binary("sub", operands.b, operands.a);
    if (opposite !== id && found.has(opposite)) found.delete(opposite);
  }
  if (found.size === 0) return undefined;
  const names = [...found.values()];
  const when = vectorFunction(equations, {
    name: "switches",
    size: names.length,
    nodes: () => [...found.keys()],
    comment: (i) => names[i]!,
  });
  return (active) => ({ names, when: when.withActive(active) });
}
