/**
 * The transposed derivative of a vector of nodes: a weighted sum of results, differentiated with respect to states, inputs and active
 * parameters in one reverse sweep over the graph.
 */
import type { Gradient } from "../../core/index.ts";
import { instantiate, type Kernel, type KernelFunction, type Value } from "../../kernel/index.ts";
import type { NodeId } from "../graph/graph.ts";
import { reverse } from "../graph/reverse.ts";
import type { Equations } from "./equations.ts";
import { type Label, lower } from "./lower.ts";

/** Adds Σ weights[i]·∂resultᵢ to a gradient. */
export type Pullback = (t: number, x: Float64Array, u: Float64Array, p: Float64Array, weights: Float64Array, into: Gradient) => void;

/**
 * `gx += wᵀ ∂result/∂x`, and `gu`, `gp` likewise, where there is anything to add. Called with t, x, u, p, w, gx, gu, gp.
 *
 * @param active  indices of the parameters that `gp` refers to
 */
export function pullbackKernel(name: string, equations: Equations, nodes: readonly NodeId[], active: Int32Array): Kernel {
  const { graph, x, u, p } = equations;
  const symbols = new Map<NodeId, Value>(equations.symbols);
  const labels = new Map<NodeId, Label>(equations.labels);
  const seeds = new Map<NodeId, NodeId>();
  for (const [i, node] of nodes.entries()) {
    // A blank in it: no name of a model is like this.
    const weight = graph.symbol(`weight ${i}`);
    symbols.set(weight, { op: "load", array: "w", at: { offset: i } });
    labels.set(weight, { hint: `w${i}` });
    // Two results may be one node, which then weighs the sum of both weights.
    const before = seeds.get(node);
    seeds.set(node, before === undefined ? weight : graph.binary("add", before, weight));
  }
  const slope = reverse(graph, seeds);
  const zero = graph.number(0);
  const places = [
    ...x.map((symbol, offset) => ({ array: "gx", offset, node: slope(symbol) })),
    ...u.map((symbol, offset) => ({ array: "gu", offset, node: slope(symbol) })),
    ...Array.from(active, (index, offset) => ({ array: "gp", offset, node: slope(p[index]!) })),
  ].filter(({ node }) => node !== zero);
  const { statements } = lower(
    graph,
    places.map(({ node }) => node),
    {
      symbols,
      labels,
      use: (i, value) => {
        const { array, offset } = places[i]!;
        const at = { offset };
        return { do: "store", array, at, value: { op: "add", left: { op: "load", array, at }, right: value } };
      },
    },
  );
  return {
    name,
    scalars: [{ name: "t", type: "number" }],
    arrays: [
      ...["x", "u", "p", "w"].map((array) => ({ name: array, role: "in" as const })),
      ...["gx", "gu", "gp"].map((array) => ({ name: array, role: "out" as const })),
    ],
    body: statements,
  };
}

/** The transposed derivative as a function; its kernel is made when it is first needed. */
export function compilePullback(name: string, equations: Equations, nodes: () => readonly NodeId[], active: Int32Array): Pullback {
  let run: KernelFunction | undefined;
  return (t, x, u, p, weights, into) => {
    run ??= instantiate(pullbackKernel(name, equations, nodes(), active));
    run(t, x, u, p, weights, into.x, into.u, into.p);
  };
}
