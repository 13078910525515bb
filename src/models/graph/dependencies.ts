/** Which symbols a node depends on, by structure: `0·x` counts as depending on x. */
import type { Graph, NodeId } from "./graph.ts";

const none: readonly NodeId[] = [];

/**
 * Gives, for every node of the graph, the symbols it is made of, as increasing node numbers. Grows with the graph; answers are shared, so
 * compare and read them, do not change them.
 */
export function dependencies(graph: Graph): (id: NodeId) => readonly NodeId[] {
  const known: (readonly NodeId[])[] = [];
  return (id) => {
    // Children come before parents, so one pass upwards needs no recursion, however deep the equations.
    for (let next = known.length; next <= id; next++) {
      const node = graph.nodes[next]!;
      if (node.op === "number") known.push(none);
      else if (node.op === "symbol") known.push([next]);
      else {
        let union = known[node.a]!;
        if ("b" in node) union = merged(union, known[node.b]!);
        if ("c" in node) union = merged(union, known[node.c]!);
        known.push(union);
      }
    }
    return known[id]!;
  };
}

/** Union of two increasing lists; one of the two themselves where that is the union. */
function merged(a: readonly NodeId[], b: readonly NodeId[]): readonly NodeId[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  const union: NodeId[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [left, right] = [a[i]!, b[j]!];
    union.push(Math.min(left, right));
    if (left <= right) i++;
    if (right <= left) j++;
  }
  while (i < a.length) union.push(a[i++]!);
  while (j < b.length) union.push(b[j++]!);
  return union.length === a.length ? a : union.length === b.length ? b : union;
}

/** Whether an increasing list contains a number. */
export function contains(list: readonly NodeId[], id: NodeId): boolean {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return list[low] === id;
}
