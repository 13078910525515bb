/**
 * Derivative of a node with respect to a symbol, as a node of the same graph.
 *
 * Zeros that follow from structure are dropped (`0·x` is 0, `x+0` is x), so a derivative never contains `0·∞` that the mathematics does not.
 * At kinks the derivative is that of the side the value was taken from: `min`, `max` and `if` follow the branch in force, `abs` has 0 at 0;
 * `sign`, `floor` and `ceil` have 0 everywhere. Conditions are not differentiated: a switch that the state can cross belongs into an event.
 */
import { contains, dependencies } from "./dependencies.ts";
import { type Graph, type Node, type NodeId, remembered } from "./graph.ts";
import { power } from "./power.ts";

/** Derivatives of the nodes of one graph, each made once. */
export interface Derivatives {
  /** ∂node/∂symbol. */
  (node: NodeId, symbol: NodeId): NodeId;
  /** Symbols a node depends on, as increasing node numbers. */
  readonly dependencies: (node: NodeId) => readonly NodeId[];
}

export function derivatives(graph: Graph): Derivatives {
  const dependenciesOf = dependencies(graph);
  const known = new Map<NodeId, Map<NodeId, NodeId>>();
  const zero = graph.number(0);
  const algebra = structural(graph);

  const derivative = (target: NodeId, symbol: NodeId): NodeId => {
    if (!contains(dependenciesOf(target), symbol)) return zero;
    const done = remembered(known, symbol, () => new Map([[symbol, graph.number(1)]]));
    // A stack of our own: quantities that build on one another make graphs deeper than the stack of the machine.
    const stack = [target];
    const of = (id: NodeId): NodeId => done.get(id) ?? zero;
    while (stack.length > 0) {
      const id = stack.at(-1)!;
      const before = stack.length;
      if (!done.has(id)) {
        const node = graph.nodes[id]!;
        for (const operand of differentiated(node)) {
          if (!done.has(operand) && contains(dependenciesOf(operand), symbol)) stack.push(operand);
        }
        if (stack.length > before) continue;
        done.set(id, rule(graph, algebra, id, node, of));
      }
      stack.pop();
    }
    return done.get(target)!;
  };
  return Object.assign(derivative, { dependencies: dependenciesOf });
}

/** Operands that the chain rule goes through: all but conditions. */
function differentiated(node: Node): readonly NodeId[] {
  if (node.op === "number" || node.op === "symbol") return [];
  if (node.op === "select") return [node.b, node.c];
  return "b" in node ? [node.a, node.b] : [node.a];
}

/** The chain rule at one node; `of` gives the derivatives of its operands. */
function rule(graph: Graph, algebra: Algebra, id: NodeId, node: Node, of: (id: NodeId) => NodeId): NodeId {
  const { sum, difference, product, quotient, minus, square, isZero } = algebra;
  const { number } = graph;
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
      return number(0);
    case "neg":
      return minus(of(node.a));
    case "exp":
      return product(id, of(node.a));
    case "log":
      return quotient(of(node.a), node.a);
    case "log10":
      return quotient(of(node.a), graph.binary("mul", node.a, number(Math.LN10)));
    case "sqrt":
      return quotient(of(node.a), graph.binary("mul", number(2), id));
    case "sin":
      return product(graph.unary("cos", node.a), of(node.a));
    case "cos":
      return minus(product(graph.unary("sin", node.a), of(node.a)));
    case "tan":
      return product(graph.binary("add", number(1), square(id)), of(node.a));
    case "asin":
      return quotient(of(node.a), graph.unary("sqrt", graph.binary("sub", number(1), square(node.a))));
    case "acos":
      return minus(quotient(of(node.a), graph.unary("sqrt", graph.binary("sub", number(1), square(node.a)))));
    case "atan":
      return quotient(of(node.a), graph.binary("add", number(1), square(node.a)));
    case "sinh":
      return product(graph.unary("cosh", node.a), of(node.a));
    case "cosh":
      return product(graph.unary("sinh", node.a), of(node.a));
    case "tanh":
      return product(graph.binary("sub", number(1), square(id)), of(node.a));
    case "abs":
      return product(graph.unary("sign", node.a), of(node.a));
    case "add":
      return sum(of(node.a), of(node.b));
    case "sub":
      return difference(of(node.a), of(node.b));
    case "mul":
      return sum(product(of(node.a), node.b), product(node.a, of(node.b)));
    case "div":
      return quotient(difference(of(node.a), product(id, of(node.b))), node.b);
    case "pow": {
      const [base, exponent] = [of(node.a), of(node.b)];
      if (isZero(exponent)) return product(byBase(graph, node.a, node.b), base);
      const grown = product(byExponent(graph, id, node.a, node.b), exponent);
      return isZero(base) ? grown : sum(product(byBase(graph, node.a, node.b), base), grown);
    }
    case "atan2":
      return quotient(
        difference(product(of(node.a), node.b), product(node.a, of(node.b))),
        graph.binary("add", square(node.a), square(node.b)),
      );
    case "min":
      return graph.select(graph.test("le", node.a, node.b), of(node.a), of(node.b));
    case "max":
      return graph.select(graph.test("ge", node.a, node.b), of(node.a), of(node.b));
    case "select":
      return graph.select(node.a, of(node.b), of(node.c));
    default:
      return node satisfies never;
  }
}

/** ∂(a^b)/∂a = b·a^(b−1): finite at a = 0 wherever the power is differentiable there. */
export function byBase(graph: Graph, a: NodeId, b: NodeId): NodeId {
  const exponent = graph.nodes[b]!;
  const lower =
    exponent.op === "number" ? power(graph, a, exponent.value - 1) : graph.binary("pow", a, graph.binary("sub", b, graph.number(1)));
  return graph.binary("mul", b, lower);
}

/** ∂(a^b)/∂b = a^b·log a, and its limit 0 at a = 0 with a positive exponent. */
export function byExponent(graph: Graph, id: NodeId, a: NodeId, b: NodeId): NodeId {
  const zero = graph.number(0);
  const vanishes = graph.test("and", graph.test("eq", a, zero), graph.test("gt", b, zero));
  return graph.select(vanishes, zero, graph.binary("mul", id, graph.unary("log", a)));
}

type Algebra = ReturnType<typeof structural>;

/** Arithmetic that drops structural zeros. For derivatives only. */
export function structural(graph: Graph) {
  const isNumber = (id: NodeId, value: number): boolean => {
    const node = graph.nodes[id]!;
    return node.op === "number" && node.value === value;
  };
  const minus = (a: NodeId): NodeId => (isNumber(a, 0) ? a : graph.unary("neg", a));
  return {
    minus,
    isZero: (a: NodeId): boolean => isNumber(a, 0),
    square: (a: NodeId): NodeId => graph.binary("mul", a, a),
    sum: (a: NodeId, b: NodeId): NodeId => (isNumber(a, 0) ? b : isNumber(b, 0) ? a : graph.binary("add", a, b)),
    difference: (a: NodeId, b: NodeId): NodeId => (isNumber(b, 0) ? a : isNumber(a, 0) ? minus(b) : graph.binary("sub", a, b)),
    product: (a: NodeId, b: NodeId): NodeId => {
      if (isNumber(a, 0) || isNumber(b, 0)) return graph.number(0);
      if (isNumber(a, -1)) return graph.unary("neg", b);
      return isNumber(b, -1) ? graph.unary("neg", a) : graph.binary("mul", a, b);
    },
    quotient: (a: NodeId, b: NodeId): NodeId => (isNumber(a, 0) ? a : graph.binary("div", a, b)),
  };
}
