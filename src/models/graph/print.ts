/** A node as a person would write it, with the brackets it needs. For messages and snapshots; generated code has its own emitters. */
import type { Graph, NodeId } from "./graph.ts";

export const defaults = {
  /** Nodes printed before the rest becomes "…": a graph written out can be exponentially longer than the graph. */
  most: 1000,
} as const;

const signs: Readonly<Record<string, { readonly sign: string; readonly own: number; readonly right: number }>> = {
  or: { sign: " or ", own: 1, right: 2 },
  and: { sign: " and ", own: 2, right: 3 },
  lt: { sign: " < ", own: 4, right: 5 },
  le: { sign: " <= ", own: 4, right: 5 },
  gt: { sign: " > ", own: 4, right: 5 },
  ge: { sign: " >= ", own: 4, right: 5 },
  eq: { sign: " == ", own: 4, right: 5 },
  ne: { sign: " != ", own: 4, right: 5 },
  add: { sign: " + ", own: 5, right: 6 },
  sub: { sign: " - ", own: 5, right: 6 },
  mul: { sign: "*", own: 6, right: 7 },
  div: { sign: "/", own: 6, right: 7 },
};

/**
 * Text of a node in the language of models.
 *
 * @example
 * const g = graph();
 * const x = g.symbol("x");
 * printNode(g, g.binary("mul", x, g.binary("add", x, g.number(1)))); // => "x*(x + 1)"
 */
export function printNode(graph: Graph, node: NodeId, most: number = defaults.most): string {
  let left = most;
  const print = (id: NodeId, outer: number): string => {
    if (left-- <= 0) return "…";
    const node = graph.nodes[id]!;
    const bracketed = (own: number, text: string): string => (own < outer ? `(${text})` : text);
    if (node.op === "number")
      return bracketed(node.value < 0 || Object.is(node.value, -0) ? 7 : 9, Object.is(node.value, -0) ? "-0" : String(node.value));
    if (node.op === "symbol") return node.name;
    if (node.op === "neg") return bracketed(7, `-${print(node.a, 8)}`);
    if (node.op === "not") return bracketed(7, `not ${print(node.a, 8)}`);
    if (node.op === "select") return `if(${print(node.a, 0)}, ${print(node.b, 0)}, ${print(node.c, 0)})`;
    if (!("b" in node)) return `${node.op}(${print(node.a, 0)})`;
    if (node.op === "pow") return bracketed(8, `${print(node.a, 9)}^${print(node.b, 9)}`);
    const operator = signs[node.op];
    if (operator === undefined) return `${node.op}(${print(node.a, 0)}, ${print(node.b, 0)})`;
    return bracketed(operator.own, `${print(node.a, operator.own)}${operator.sign}${print(node.b, operator.right)}`);
  };
  return print(node, 0);
}
