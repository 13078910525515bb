/**
 * The equation graph: nodes in an array, each after those it is made of, no two alike. Plain data, and the only input of code generation.
 *
 * What was written is what will be computed, bit for bit: of the rules of algebra only those are applied that hold for every double,
 * infinities, NaN and signed zeros included (`1·x`, `x/1`, `x−0`, `−(−x)`, `a−(−b)`, `a+(−b)`, `(−a)·b = −(a·b)`, `(−a)/b = −(a/b)`,
 * operations on constants). `x+0`, `0·x` and `x−x` stay. Derivatives, which are ours and not the modeler's, drop structural zeros: see `derivative.ts`.
 */
import { type BinaryOperation, binary, type Comparison, comparison, type UnaryOperation, unary } from "../../kernel/index.ts";

/** Place of a node in its graph. */
export type NodeId = number;

export type Node =
  | { readonly op: "number"; readonly value: number }
  | { readonly op: "symbol"; readonly name: string }
  | { readonly op: UnaryOperation; readonly a: NodeId }
  | { readonly op: BinaryOperation; readonly a: NodeId; readonly b: NodeId }
  /** Truth values: these stand only as tests of `select` and under one another. */
  | { readonly op: Comparison | "and" | "or"; readonly a: NodeId; readonly b: NodeId }
  | { readonly op: "not"; readonly a: NodeId }
  | { readonly op: "select"; readonly a: NodeId; readonly b: NodeId; readonly c: NodeId };

/** Makes nodes, or finds those that are there. */
export interface Graph {
  /** Every node so far. Children come before parents. */
  readonly nodes: readonly Node[];
  number(value: number): NodeId;
  symbol(name: string): NodeId;
  unary(op: UnaryOperation, a: NodeId): NodeId;
  binary(op: BinaryOperation, a: NodeId, b: NodeId): NodeId;
  test(op: Comparison | "and" | "or", a: NodeId, b: NodeId): NodeId;
  not(a: NodeId): NodeId;
  /** b where the test a holds, else c. */
  select(a: NodeId, b: NodeId, c: NodeId): NodeId;
}

const operations = [
  ...Object.keys(unary),
  ...Object.keys(binary),
  ...Object.keys(comparison),
  "and",
  "or",
  "not",
  "select",
] as readonly Exclude<Node["op"], "number" | "symbol">[];
const codeOf = new Map<string, number>(operations.map((op, code) => [op, code]));
/** Operation codes and node numbers share the 53 bits of a key. */
const codes = 64;
const most = 2 ** 23;

const commutative: ReadonlySet<string> = new Set(["add", "mul", "eq", "ne", "and", "or"]);

/**
 * An empty graph, or one that holds the given nodes.
 *
 * @param nodes  as taken from another graph's `nodes`
 *
 * @example
 * const g = graph();
 * g.binary("mul", g.number(1), g.symbol("x")) === g.symbol("x"); // => true
 */
export function graph(nodes: readonly Node[] = []): Graph {
  const made: Node[] = [];
  const numbers = new Map<number | string, NodeId>();
  const symbols = new Map<string, NodeId>();
  const composed = new Map<number, NodeId>();
  const selections = new Map<string, NodeId>();

  const add = (node: Node): NodeId => made.push(node) - 1;
  const constant = (id: NodeId): number | undefined => {
    const node = made[id]!;
    return node.op === "number" ? node.value : undefined;
  };

  /** Where the node with this operation and operands is, in either order where order does not matter; −1 where it is to be made. */
  const find = (op: string, a: NodeId, b: NodeId): NodeId => {
    const code = codeOf.get(op)!;
    const key = (a * most + b) * codes + code;
    const found = composed.get(key) ?? (commutative.has(op) ? composed.get((b * most + a) * codes + code) : undefined);
    if (found !== undefined) return found;
    composed.set(key, made.length);
    return -1;
  };

  const result: Graph = {
    nodes: made,
    number(value) {
      const key = Object.is(value, -0) ? "-0" : value;
      return remembered(numbers, key, () => add({ op: "number", value }));
    },
    symbol(name) {
      return remembered(symbols, name, () => add({ op: "symbol", name }));
    },
    unary(op, a) {
      const node = made[a]!;
      if (node.op === "number") return result.number(unary[op](node.value));
      if (op === "neg" && node.op === "neg") return node.a;
      const found = find(op, a, 0);
      return found >= 0 ? found : add({ op, a });
    },
    binary(op, a, b) {
      const left = constant(a);
      const right = constant(b);
      if (left !== undefined && right !== undefined) return result.number(binary[op](left, right));
      if (op === "mul" && left === 1) return b;
      if ((op === "mul" || op === "div") && right === 1) return a;
      if (op === "sub" && Object.is(right, 0)) return a;
      const first = made[a]!;
      const second = made[b]!;
      if (op === "add" && second.op === "neg") return result.binary("sub", a, second.a);
      if (op === "add" && first.op === "neg") return result.binary("sub", b, first.a);
      if (op === "sub" && second.op === "neg") return result.binary("add", a, second.a);
      if ((op === "mul" || op === "div") && first.op === "neg") return result.unary("neg", result.binary(op, first.a, b));
      if ((op === "mul" || op === "div") && second.op === "neg") return result.unary("neg", result.binary(op, a, second.a));
      const found = find(op, a, b);
      return found >= 0 ? found : add({ op, a, b });
    },
    test(op, a, b) {
      const found = find(op, a, b);
      return found >= 0 ? found : add({ op, a, b });
    },
    not(a) {
      const found = find("not", a, 0);
      return found >= 0 ? found : add({ op: "not", a });
    },
    select(a, b, c) {
      if (b === c) return b;
      return remembered(selections, `${a},${b},${c}`, () => add({ op: "select", a, b, c }));
    },
  };
  for (const node of nodes) restore(result, node);
  return result;
}

/** What the map has for the key, made and kept if it has nothing. */
export function remembered<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Enters a node as it is, so that numbers of nodes stay what they were. */
function restore(into: Graph, node: Node): void {
  switch (node.op) {
    case "number":
      into.number(node.value);
      return;
    case "symbol":
      into.symbol(node.name);
      return;
    case "select":
      into.select(node.a, node.b, node.c);
      return;
    case "not":
      into.not(node.a);
      return;
    default:
      if ("b" in node) {
        if (Object.hasOwn(binary, node.op)) into.binary(node.op as BinaryOperation, node.a, node.b);
        else into.test(node.op as Comparison, node.a, node.b);
      } else into.unary(node.op, node.a);
  }
}

/** Nodes that a node is made of. */
export function operands(node: Node): readonly NodeId[] {
  if (node.op === "number" || node.op === "symbol") return [];
  if ("c" in node) return [node.a, node.b, node.c];
  return "b" in node ? [node.a, node.b] : [node.a];
}

/** True for nodes that are truth values. */
export const isTest = ({ op }: Node): boolean => op === "and" || op === "or" || op === "not" || Object.hasOwn(comparison, op);
