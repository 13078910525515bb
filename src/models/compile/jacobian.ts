/** The Jacobian of the right-hand side with respect to the states: its non-zeros by rows, and their tangents from a symmetric Hessian. */
import type { Differentiable, Sparsity } from "../../core/index.ts";
import type { Kernel } from "../../kernel/index.ts";
import type { NodeId } from "../graph/graph.ts";
import type { Equations } from "./equations.ts";
import { type Partial, type PartialOf, partials } from "./tangent.ts";
import { vectorFunction } from "./vector-function.ts";

export interface Jacobian {
  /** The kernel that evaluates it, and the places of its values. */
  kernel(): { readonly kernel: Kernel; readonly sparsity: Sparsity };
  /** The kernel of the derivative of its values along states and the given parameters. */
  tangentKernel(active: Int32Array): Kernel;
  withActive(active: Int32Array): Differentiable & { readonly sparsity: Sparsity };
}

/** Non-zeros are structural: an entry that happens to be 0 somewhere is there, one that is 0 everywhere by the rules of differentiation is not. */
export function jacobianOf(equations: Equations): Jacobian {
  // Nothing is differentiated before someone asks: explicit methods never do.
  const made = once(() => {
    // Columns increase within a row: dependencies come in the order of the states' nodes, which is that of the states.
    const entries = partials(equations, equations.f, "dx", equations.x);
    const sparsity: Sparsity = {
      rows: Int32Array.from(entries, ({ row }) => row),
      columns: Int32Array.from(entries, ({ column }) => column),
    };
    const values = vectorFunction(equations, {
      name: "jacobian",
      size: entries.length,
      nodes: () => entries.map(({ node }) => node),
      comment: (i) => commentOf(equations, entries[i]!),
      partialOf: secondDerivatives(equations, entries),
    });
    return { sparsity, values };
  });
  return {
    kernel: () => ({ kernel: made().values.kernel(), sparsity: made().sparsity }),
    tangentKernel: (active) => made().values.tangentKernel(active),
    withActive(active) {
      const values = once(() => made().values.withActive(active));
      return {
        get size() {
          return values().size;
        },
        get sparsity() {
          return made().sparsity;
        },
        get evaluate() {
          return values().evaluate;
        },
        tangent(t, x, u, p, along, out) {
          values().tangent(t, x, u, p, along, out);
        },
        pullback(t, x, u, p, weights, into) {
          values().pullback!(t, x, u, p, weights, into); // Vectors of nodes always have one.
        },
      };
    },
  };
}

/** A value that is computed when first asked for, and kept. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function commentOf({ states, differential }: Equations, { row, column }: Partial): string {
  const result = row < differential ? `(d${states[row]}/dt)` : `(residual of ${states[row]})`;
  return `d${result}/d${states[column]}`;
}

/** ∂²f/∂xⱼ∂xₖ is differentiated in one order only, whichever entry asks: half the work, and one node for both. */
function secondDerivatives({ derivative, f, x }: Equations, entries: readonly Partial[]): PartialOf {
  const columns = new Map<NodeId, number>(x.map((symbol, column) => [symbol, column]));
  return (i, symbol) => {
    const { row, column, node } = entries[i]!;
    const other = columns.get(symbol);
    if (other === undefined || other >= column) return derivative(node, symbol);
    return derivative(derivative(f[row]!, symbol), x[column]!);
  };
}
