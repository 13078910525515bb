/**
 * Reverse derivatives: one sweep gives the derivatives of a weighted sum of nodes with respect to all symbols, at the cost of a few
 * evaluations whatever their number. For gradients with respect to many weights; `derivative.ts` is the way to Jacobians.
 *
 * Rules at kinks and the dropping of structural zeros are those of `derivative.ts`. The adjoints are nodes of the same graph, so they can be
 * differentiated again: forward over reverse gives Hessian products.
 */
import { byBase, byExponent, structural } from "./derivative.ts";
import type { Graph, NodeId } from "./graph.ts";

/**
 * Derivatives of Σ weight · node.
 *
 * @param seeds  the nodes and their weights; a weight is a node, too, such as a symbol or the number 1
 * @returns the derivative with respect to a symbol: the number 0 for one that no node depends on
 *
 * @example
 * const g = graph();
 * const [x, y] = [g.symbol("x"), g.symbol("y")];
 * const slope = reverse(g, new Map([[g.binary("mul", x, y), g.number(1)]]));
 * slope(x) === y; // => true
 */
export function reverse(graph: Graph, seeds: ReadonlyMap<NodeId, NodeId>): (symbol: NodeId) => NodeId {
  const algebra = structural(graph);
  const { sum, difference, isZero } = algebra;
  const zero = graph.number(0);
  const adjoints = new Map<NodeId, NodeId>();
  const last = Math.max(-1, ...seeds.keys());
  for (const [node, weight] of seeds) adjoints.set(node, weight);

  const collect: Collect = {
    add: (to, part) => {
      adjoints.set(to, sum(adjoints.get(to) ?? zero, part));
    },
    subtract: (to, part) => {
      adjoints.set(to, difference(adjoints.get(to) ?? zero, part));
    },
  };
  // Children come before parents, so a node's adjoint is complete when the sweep reaches it; what the sweep adds lies above `last`.
  for (let id = last; id >= 0; id--) {
    const adjoint = adjoints.get(id);
    if (adjoint !== undefined && !isZero(adjoint)) distribute(graph, algebra, id, adjoint, collect);
  }
  return (symbol) => adjoints.get(symbol) ?? zero;
}

interface Collect {
  add(to: NodeId, part: NodeId): void;
  subtract(to: NodeId, part: NodeId): void;
}

/** Hands a node's adjoint on to what it is made of. */
function distribute(graph: Graph, algebra: ReturnType<typeof structural>, id: NodeId, adjoint: NodeId, { add, subtract }: Collect): void {
  const { product, quotient, square } = algebra;
  const node = graph.nodes[id]!;
  const one = graph.number(1);
  switch (node.op) {
    case "number":
    case "symbol":
    case "sign":
    case "floor":
    case "ceil":
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
    case "and":
    case "or":
    case "not":
      return;
    case "neg":
      subtract(node.a, adjoint);
      return;
    case "exp":
      add(node.a, product(adjoint, id));
      return;
    case "log":
      add(node.a, quotient(adjoint, node.a));
      return;
    case "log10":
      add(node.a, quotient(adjoint, graph.binary("mul", node.a, graph.number(Math.LN10))));
      return;
    case "sqrt":
      add(node.a, quotient(adjoint, graph.binary("mul", graph.number(2), id)));
      return;
    case "sin":
      add(node.a, product(adjoint, graph.unary("cos", node.a)));
      return;
    case "cos":
      subtract(node.a, product(adjoint, graph.unary("sin", node.a)));
      return;
    case "tan":
      add(node.a, product(adjoint, graph.binary("add", one, square(id))));
      return;
    case "asin":
      add(node.a, quotient(adjoint, graph.unary("sqrt", graph.binary("sub", one, square(node.a)))));
      return;
    case "acos":
      subtract(node.a, quotient(adjoint, graph.unary("sqrt", graph.binary("sub", one, square(node.a)))));
      return;
    case "atan":
      add(node.a, quotient(adjoint, graph.binary("add", one, square(node.a))));
      return;
    case "sinh":
      add(node.a, product(adjoint, graph.unary("cosh", node.a)));
      return;
    case "cosh":
      add(node.a, product(adjoint, graph.unary("sinh", node.a)));
      return;
    case "tanh":
      add(node.a, product(adjoint, graph.binary("sub", one, square(id))));
      return;
    case "abs":
      add(node.a, product(adjoint, graph.unary("sign", node.a)));
      return;
    case "add":
      add(node.a, adjoint);
      add(node.b, adjoint);
      return;
    case "sub":
      add(node.a, adjoint);
      subtract(node.b, adjoint);
      return;
    case "mul":
      add(node.a, product(adjoint, node.b));
      add(node.b, product(adjoint, node.a));
      return;
    case "div": {
      const share = quotient(adjoint, node.b);
      add(node.a, share);
      subtract(node.b, product(share, id));
      return;
    }
    case "pow":
      add(node.a, product(adjoint, byBase(graph, node.a, node.b)));
      if (graph.nodes[node.b]!.op !== "number") add(node.b, product(adjoint, byExponent(graph, id, node.a, node.b)));
      return;
    case "atan2": {
      const share = quotient(adjoint, graph.binary("add", square(node.a), square(node.b)));
      add(node.a, product(share, node.b));
      subtract(node.b, product(share, node.a));
      return;
    }
    case "min":
    case "max": {
      const first = graph.test(node.op === "min" ? "le" : "ge", node.a, node.b);
      add(node.a, graph.select(first, adjoint, graph.number(0)));
      add(node.b, graph.select(first, graph.number(0), adjoint));
      return;
    }
    case "select":
      add(node.b, graph.select(node.a, adjoint, graph.number(0)));
      add(node.c, graph.select(node.a, graph.number(0), adjoint));
      return;
    default:
      node satisfies never;
  }
}
