/** A kernel that evaluates nodes of a model: `out[i] = node i`. */
import type { Evaluate } from "../../core/index.ts";
import { instantiate, type Kernel } from "../../kernel/index.ts";
import type { NodeId } from "../graph/graph.ts";
import type { Equations } from "./equations.ts";
import { lower } from "./lower.ts";

/** One kernel for a vector of nodes, with the signature of {@link Evaluate}. `comment` gives what stands beside result i in generated code. */
export function evaluateKernel(
  name: string,
  { graph, symbols, labels }: Equations,
  nodes: readonly NodeId[],
  comment: (i: number) => string,
): Kernel {
  const { statements } = lower(graph, nodes, {
    symbols,
    labels,
    use: (i, value) => ({ do: "store", array: "out", at: { offset: i }, value, comment: comment(i) }),
  });
  return {
    name,
    scalars: [{ name: "t", type: "number" }],
    arrays: [
      { name: "x", role: "in" },
      { name: "u", role: "in" },
      { name: "p", role: "in" },
      { name: "out", role: "out" },
    ],
    body: statements,
  };
}

/** The kernel as a function. */
export const compileEvaluate = (kernel: Kernel): Evaluate => instantiate(kernel) as Evaluate; // Scalars first, then arrays: t, x, u, p, out.
