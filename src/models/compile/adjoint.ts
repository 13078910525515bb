/** The product of weights with all derivatives of the right-hand side, from one reverse sweep: what adjoint sensitivities are made of. */
import type { Kernel, Value } from "../../kernel/index.ts";
import type { NodeId } from "../graph/graph.ts";
import { reverse } from "../graph/reverse.ts";
import type { Equations } from "./equations.ts";
import { type Label, lower } from "./lower.ts";

/**
 * `out = wᵀ ∂f/∂(x, u, p)`: first for the states, then the inputs, then all parameters. Called with t, x, u, p, w, out.
 *
 * Costs a few right-hand sides, however many parameters there are; tangents are cheaper for few.
 */
export function adjointKernel(equations: Equations): Kernel {
  const { graph, f, x, u, p, states, inputs, parameters } = equations;
  const symbols = new Map<NodeId, Value>(equations.symbols);
  const labels = new Map<NodeId, Label>(equations.labels);
  const weights = f.map((_, i) => {
    // A blank in it: no name of a model is like this.
    const id = graph.symbol(`weight ${i}`);
    symbols.set(id, { op: "load", array: "w", at: { offset: i } });
    labels.set(id, { hint: `w${states[i]}` });
    return id;
  });
  const seeds = new Map<NodeId, NodeId>();
  // Two states may have the same right-hand side, which then weighs the sum of both weights.
  for (const [i, node] of f.entries()) {
    const before = seeds.get(node);
    seeds.set(node, before === undefined ? weights[i]! : graph.binary("add", before, weights[i]!));
  }
  const slope = reverse(graph, seeds);
  const names = [...states, ...inputs, ...parameters];
  const { statements } = lower(graph, [...x, ...u, ...p].map(slope), {
    symbols,
    labels,
    use: (i, value) => ({ do: "store", array: "out", at: { offset: i }, value, comment: `with respect to ${names[i]}` }),
  });
  return {
    name: "adjoint",
    scalars: [{ name: "t", type: "number" }],
    arrays: [...["x", "u", "p", "w"].map((name) => ({ name, role: "in" as const })), { name: "out", role: "out" }],
    body: statements,
  };
}
