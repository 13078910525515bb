/** Conditions inside equations, and functions that jump, as functions that cross zero where they do. */
import type { SystemSwitches } from "../../core/index.ts";
import type { NodeId } from "../graph/graph.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { type Expression, partsOf } from "../language/expression.ts";
import { printExpression } from "../language/print.ts";
import type { Equations } from "./equations.ts";
import { vectorFunction } from "./vector-function.ts";

/** sin(π·x), which crosses zero at whole numbers and nowhere else. */
const zeroAtWholeNumbers = (x: Expression): Expression => ({
  op: "call",
  name: "sin",
  of: [{ op: "mul", left: { op: "number", value: Math.PI }, right: x }],
});

/**
 * Switching functions of the right-hand side: `left − right` of every comparison by size in the conditions of its conditionals that can
 * change during a run, and of `sign`, `floor` and `ceil`, which jump as well. Equality has no side to change to. `abs`, `min`, `max` and tables
 * have kinks but no jumps: derivatives are continuous there, and step control alone keeps them right.
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
  /** A call that jumps where `at` crosses zero. */
  const jumps = (call: Expression, at: Expression): void => {
    const id = node(at);
    if (derivative.dependencies(id).some((symbol) => changing.has(symbol))) found.set(id, printExpression(call));
  };
  const visit = (expression: Expression): void => {
    if (expression.op === "if") compare(expression.test);
    if (expression.op === "call") {
      const [of] = expression.of;
      if (expression.name === "sign") jumps(expression, of!);
      if (expression.name === "floor" || expression.name === "ceil") jumps(expression, zeroAtWholeNumbers(of!));
    }
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
