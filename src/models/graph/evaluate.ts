/** Reference meaning of expressions and graphs. Slow and obvious; every generated function is tested against it. */
import { binary, comparison, isBinary, isComparison, isUnary, unary } from "../../kernel/index.ts";
import { converted, isConversion } from "../language/convert.ts";
import type { Expression } from "../language/expression.ts";
import { printExpression } from "../language/print.ts";
import { readTable } from "../language/table.ts";
import type { Graph, NodeId } from "./graph.ts";
import { powerOf } from "./power.ts";

/**
 * Value of an expression.
 *
 * @param lookup  the value of a name; of a delayed quantity, by its text
 *
 * @example
 * evaluateExpression({ op: "neg", of: { op: "name", name: "x" } }, () => 2); // => -2
 */
export function evaluateExpression(expression: Expression, lookup: (name: string) => number): number {
  const value = (e: Expression): number => {
    switch (e.op) {
      case "number":
        return e.value;
      case "name":
        return lookup(e.name);
      case "neg":
        return -value(e.of);
      case "add":
      case "sub":
      case "mul":
      case "div":
        return binary[e.op](value(e.left), value(e.right));
      case "pow":
        return isConstant(e.right) ? powerOf(value(e.left), value(e.right)) : binary.pow(value(e.left), value(e.right));
      case "lt":
      case "le":
      case "gt":
      case "ge":
      case "eq":
      case "ne":
        return comparison[e.op](value(e.left), value(e.right)) ? 1 : 0;
      case "and":
        return holds(e.left) && holds(e.right) ? 1 : 0;
      case "or":
        return holds(e.left) || holds(e.right) ? 1 : 0;
      case "not":
        return holds(e.of) ? 0 : 1;
      case "if":
        return holds(e.test) ? value(e.yes) : value(e.no);
      case "lookup":
        return readTable(e.data!, e.of.map(value));
      case "delay":
        return lookup(printExpression(e));
      case "call": {
        const [first, ...others] = e.of.map(value);
        const { name } = e;
        if (isConversion(name)) {
          return converted(name, [first!, ...others], { number: (v) => v, binary: (op, a, b) => binary[op](a, b) });
        }
        return isBinary(name) ? others.reduce((sofar, next) => binary[name](sofar, next), first!) : unary[name](first!);
      }
      default:
        return e satisfies never;
    }
  };
  const holds = (e: Expression): boolean => value(e) !== 0;
  return value(expression);
}

/** True when no name is in it. */
export function isConstant(expression: Expression): boolean {
  switch (expression.op) {
    case "number":
      return true;
    case "name":
    case "delay":
      return false;
    case "neg":
    case "not":
      return isConstant(expression.of);
    case "if":
      return isConstant(expression.test) && isConstant(expression.yes) && isConstant(expression.no);
    case "lookup":
    case "call":
      return expression.of.every(isConstant);
    default:
      return isConstant(expression.left) && isConstant(expression.right);
  }
}

/** Values of some nodes of a graph. Truth values count 1 or 0. */
export function evaluateNodes(graph: Graph, ids: readonly NodeId[], lookup: (symbol: string) => number): number[] {
  const values: number[] = [];
  for (const node of graph.nodes) {
    if (node.op === "number") values.push(node.value);
    else if (node.op === "symbol") values.push(lookup(node.name));
    else if (node.op === "select") values.push(values[node.a] !== 0 ? values[node.b]! : values[node.c]!);
    else if (node.op === "not") values.push(values[node.a] !== 0 ? 0 : 1);
    else if (node.op === "and") values.push(values[node.a] !== 0 && values[node.b] !== 0 ? 1 : 0);
    else if (node.op === "or") values.push(values[node.a] !== 0 || values[node.b] !== 0 ? 1 : 0);
    else if (isUnary(node.op)) values.push(unary[node.op](values[node.a]!));
    else {
      const { op, a, b } = node as Extract<typeof node, { b: NodeId }>;
      if (isComparison(op)) values.push(comparison[op](values[a]!, values[b]!) ? 1 : 0);
      else values.push(binary[op as keyof typeof binary](values[a]!, values[b]!));
    }
  }
  return ids.map((id) => values[id]!);
}
