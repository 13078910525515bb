/** How large equations are as they are written out, and as a graph that shares. */
import { type Graph, type NodeId, operands } from "./graph.ts";

export interface GraphSize {
  /** Nodes if every use of a subexpression were written out. */
  readonly written: number;
  /** Nodes of the graph that are used. */
  readonly shared: number;
}

/** Counts the nodes below some nodes. */
export function sizeOf(graph: Graph, roots: readonly NodeId[]): GraphSize {
  const last = Math.max(-1, ...roots);
  const written = new Float64Array(last + 1);
  const used = new Uint8Array(last + 1);
  for (const root of roots) used[root] = 1;
  for (let id = last; id >= 0; id--) if (used[id] === 1) for (const operand of operands(graph.nodes[id]!)) used[operand] = 1;
  for (let id = 0; id <= last; id++) {
    if (used[id] === 1) written[id] = 1 + operands(graph.nodes[id]!).reduce((sum, operand) => sum + written[operand]!, 0);
  }
  return {
    written: roots.reduce((sum, root) => sum + written[root]!, 0),
    shared: used.reduce((sum, one) => sum + one, 0),
  };
}
