/** Nodes of a graph become statements of a kernel: what is used twice or has a name gets a local, everything else stands where it is used. */
import { isBinary, isComparison, type Statement, type Test, type Value } from "../../kernel/index.ts";
import { type Graph, isTest, type NodeId, operands } from "../graph/graph.ts";

export const defaults = {
  /** Operations nested in one another before a local is made of them, so that no line of code is too deep to parse or to read. */
  depth: 24,
} as const;

/** What a reader calls a node, and the equation it comes from. */
export interface Label {
  readonly hint: string;
  readonly comment?: string;
}

export interface Lowering {
  /** Where each symbol is loaded from. */
  readonly symbols: ReadonlyMap<NodeId, Value>;
  readonly labels: ReadonlyMap<NodeId, Label>;
  /** Targets to keep in a local of their own, so that later statements can use them. */
  readonly kept?: boolean;
  /** The statement that uses the value of target i, if one is wanted right after it is known. */
  readonly use?: (i: number, value: Value) => Statement;
}

/**
 * Statements that compute the targets in order, each preceded by what it needs and is not there yet.
 *
 * @returns the statements, and the value of each target for statements that follow
 */
export function lower(
  graph: Graph,
  targets: readonly NodeId[],
  { symbols, labels, kept = false, use }: Lowering,
): { readonly statements: Statement[]; readonly values: Value[] } {
  const uses = countUses(graph, targets);
  const named = chooseLocals(graph, uses, labels);
  if (kept) for (const target of targets) if (graph.nodes[target]!.op !== "number") named[target] = 1;
  const locals = new Map<NodeId, Value>();
  const statements: Statement[] = [];

  const value = (id: NodeId): Value => locals.get(id) ?? compose(id);
  const compose = (id: NodeId): Value => {
    const node = graph.nodes[id]!;
    if (node.op === "number") return node;
    if (node.op === "symbol") return symbols.get(id)!;
    if (node.op === "select") return { op: "select", test: test(node.a), yes: value(node.b), no: value(node.c) };
    if ("b" in node && isBinary(node.op)) return { op: node.op, left: value(node.a), right: value(node.b) };
    return { op: node.op as "neg", of: value(node.a) };
  };
  const test = (id: NodeId): Test => {
    const node = graph.nodes[id]!;
    if (node.op === "not") return { op: "not", of: test(node.a) };
    if ((node.op === "and" || node.op === "or") && "b" in node) return { op: node.op, left: test(node.a), right: test(node.b) };
    const { op, a, b } = node as Extract<typeof node, { b: NodeId }>;
    return { op: isComparison(op) ? op : "ne", left: value(a), right: value(b) };
  };

  /** Emits locals below a node, children first, without recursion: graphs can be deeper than the stack. */
  const visited = new Uint8Array(graph.nodes.length);
  const prepare = (root: NodeId): void => {
    const stack = [root];
    while (stack.length > 0) {
      const id = stack.at(-1)!;
      if (visited[id] === 2) {
        stack.pop();
      } else if (visited[id] === 0) {
        visited[id] = 1;
        const children = operands(graph.nodes[id]!);
        for (let i = children.length - 1; i >= 0; i--) if (visited[children[i]!] === 0) stack.push(children[i]!);
      } else {
        visited[id] = 2;
        stack.pop();
        if (named[id] === 0) continue;
        const label = labels.get(id);
        const local = locals.size + 1;
        statements.push({ do: "let", local, value: compose(id), ...label });
        locals.set(id, { op: "local", local });
      }
    }
  };

  const values = targets.map((target, i) => {
    prepare(target);
    const result = value(target);
    if (use) statements.push(use(i, result));
    return result;
  });
  return { statements, values };
}

/** How often each node is written out. Tests cannot be kept in locals, so what they are made of is used as often as they are. */
function countUses(graph: Graph, targets: readonly NodeId[]): Float64Array {
  const uses = new Float64Array(graph.nodes.length);
  for (const target of targets) uses[target]! += 1;
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    if (uses[id] === 0) continue;
    const node = graph.nodes[id]!;
    for (const operand of operands(node)) uses[operand]! += isTest(node) ? uses[id]! : 1;
  }
  return uses;
}

/** 1 for the nodes that get a local. */
function chooseLocals(graph: Graph, uses: Float64Array, labels: ReadonlyMap<NodeId, Label>): Uint8Array {
  const named = new Uint8Array(graph.nodes.length);
  const depth = new Uint16Array(graph.nodes.length);
  for (let id = 0; id < named.length; id++) {
    const node = graph.nodes[id]!;
    if (uses[id] === 0 || node.op === "number") continue;
    if (node.op === "symbol") {
      named[id] = 1;
      continue;
    }
    for (const operand of operands(node)) depth[id] = Math.max(depth[id]!, depth[operand]! + 1);
    if (!isTest(node) && (uses[id]! > 1 || labels.has(id) || depth[id]! > defaults.depth)) {
      named[id] = 1;
      depth[id] = 0;
    }
  }
  return named;
}
