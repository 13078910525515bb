/** Nodes as expressions again: for messages, documents and snapshots. */
import type { Expression, FunctionName } from "../language/expression.ts";
import { toLatex } from "../language/latex.ts";
import { printExpression } from "../language/print.ts";
import type { Graph, NodeId } from "./graph.ts";
import { mostMultiplied } from "./power.ts";

export const defaults = {
  /** Nodes written out before the rest becomes "…": a graph written out can be exponentially longer than the graph. */
  most: 1000,
} as const;

/**
 * Text of a node in the language of models.
 *
 * @example
 * const g = graph();
 * const x = g.symbol("x");
 * printNode(g, g.binary("mul", x, g.binary("add", x, g.number(1)))); // => "x*(x + 1)"
 */
export function printNode(graph: Graph, node: NodeId, most: number = defaults.most): string {
  return printExpression(expressionOf(graph, node, most));
}

/** A node in LaTeX, without delimiters. */
export function nodeToLatex(graph: Graph, node: NodeId, most: number = defaults.most): string {
  return toLatex(expressionOf(graph, node, most));
}

/** The expression that a node stands for, with products of a thing with itself as powers. Building it gives the node again. */
export function expressionOf(graph: Graph, node: NodeId, most: number = defaults.most): Expression {
  let left = most;
  const write = (id: NodeId): Expression => {
    if (left-- <= 0) return { op: "name", name: "…" };
    const node = graph.nodes[id]!;
    switch (node.op) {
      case "number":
        return { op: "number", value: node.value };
      case "symbol":
        return { op: "name", name: node.name };
      case "neg":
      case "not":
        return { op: node.op, of: write(node.a) };
      case "select":
        return { op: "if", test: write(node.a), yes: write(node.b), no: write(node.c) };
      case "mul": {
        const { base, exponent } = asPower(graph, id);
        if (exponent > 1) return { op: "pow", left: write(base), right: { op: "number", value: exponent } };
        return { op: "mul", left: write(node.a), right: write(node.b) };
      }
      case "min":
      case "max":
      case "atan2":
        return { op: "call", name: node.op, of: [write(node.a), write(node.b)] };
      default:
        if ("b" in node) return { op: node.op, left: write(node.a), right: write(node.b) };
        return { op: "call", name: node.op satisfies FunctionName, of: [write(node.a)] };
    }
  };
  return write(node);
}

/** A node as base^exponent where it is the product that `power` makes of it; exponent 1 for everything else. */
function asPower(graph: Graph, id: NodeId): { readonly base: NodeId; readonly exponent: number } {
  const node = graph.nodes[id]!;
  if (node.op === "mul") {
    const { base, exponent } = asPower(graph, node.a);
    if (node.a === node.b && 2 * exponent <= mostMultiplied) return { base, exponent: 2 * exponent };
    if (base === node.b && exponent % 2 === 0 && exponent < mostMultiplied) return { base, exponent: exponent + 1 };
  }
  return { base: id, exponent: 1 };
}
