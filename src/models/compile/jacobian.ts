/** The Jacobian of the right-hand side with respect to the states: its non-zeros by rows, and their tangents from a symmetric Hessian. */
import type { Differentiable, Sparsity } from "../../core/index.ts";
import type { NodeId } from "../graph/graph.ts";
import type { Equations } from "./equations.ts";
import { type Partial, type PartialOf, partials } from "./tangent.ts";
import { vectorFunction } from "./vector-function.ts";

export interface Jacobian {
  withActive(active: Int32Array): Differentiable & { readonly sparsity: Sparsity };
}

/** Non-zeros are structural: an entry that happens to be 0 somewhere is there, one that is 0 everywhere by the rules of differentiation is not. */
export function jacobianOf(equations: Equations): Jacobian {
  let made: readonly Partial[] | undefined;
  const entries = (): readonly Partial[] => {
    // Sorted by column within a row: dependencies come in the order of the states' nodes, which is that of the states.
    made ??= partials(equations, equations.f, "dx", equations.x);
    return made;
  };
  let places: Sparsity | undefined;
  const sparsity = (): Sparsity => {
    places ??= { rows: Int32Array.from(entries(), ({ row }) => row), columns: Int32Array.from(entries(), ({ column }) => column) };
    return places;
  };
  return {
    withActive(active) {
      const values = vectorFunction(equations, {
        name: "jacobian",
        size: entries().length,
        nodes: () => entries().map(({ node }) => node),
        comment: (i) => commentOf(equations, entries()[i]!),
        partialOf: secondDerivatives(equations, entries()),
      }).withActive(active);
      return Object.assign(values, { sparsity: sparsity() });
    },
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
