/**
 * Directional derivatives of a vector of nodes, along several directions at once.
 *
 * The partial derivatives that are not zero by structure are computed once a call, then multiplied with every direction. Along the states and
 * parameters, and along time and inputs, are two kernels: the second runs only for directions that move time or an input.
 */
import type { Directions } from "../../core/index.ts";
import { instantiate, type Kernel, type KernelFunction, type Place, type Statement, type Value } from "../../kernel/index.ts";
import type { NodeId } from "../graph/graph.ts";
import type { Equations } from "./equations.ts";
import { type Label, lower } from "./lower.ts";

export const defaults = {
  /** Products in one loop over directions; longer ones become several loops. */
  products: 200,
} as const;

/** One partial derivative: of result `row` with respect to entry `column` of the array `along` (dx, dp, du or dt). */
export interface Partial {
  readonly row: number;
  readonly along: "dt" | "dx" | "du" | "dp";
  readonly column: number;
  readonly node: NodeId;
}

/** Writes the derivative along direction k into `out[k*size …]`. */
export type Tangent = (t: number, x: Float64Array, u: Float64Array, p: Float64Array, along: Directions, out: Float64Array) => void;

/** ∂(node i)/∂symbol. Given where there is a better way to it than differentiating node i. */
export type PartialOf = (row: number, symbol: NodeId) => NodeId;

/** Partial derivatives of the nodes with respect to some symbols, structural zeros left out. */
export function partials(
  { graph, derivative }: Equations,
  nodes: readonly NodeId[],
  along: Partial["along"],
  symbols: readonly NodeId[],
  partialOf: PartialOf = (row, symbol) => derivative(nodes[row]!, symbol),
): Partial[] {
  const columns = new Map(symbols.map((symbol, column) => [symbol, column]));
  const zero = graph.number(0);
  const found: Partial[] = [];
  for (const [row, id] of nodes.entries()) {
    for (const symbol of derivative.dependencies(id)) {
      const column = columns.get(symbol);
      if (column === undefined) continue;
      const node = partialOf(row, symbol);
      if (node !== zero) found.push({ row, along, column, node });
    }
  }
  return found;
}

/** Length of one direction in each array. */
export type Strides = Readonly<Record<Partial["along"] | "out", number>>;

/**
 * `out[k, row] = Σ partial · direction[k, column]` for every direction k, or `+=` where `adding`.
 *
 * Called with t, count, x, u, p, the arrays of directions (dx and dp; dt and du where `adding`), out.
 */
export function tangentKernel(
  name: string,
  { graph, symbols, labels }: Equations,
  terms: readonly Partial[],
  { strides, adding }: { readonly strides: Strides; readonly adding: boolean },
): Kernel {
  const targets = terms.map(({ node }) => node);
  const { statements, values } = lower(graph, targets, { symbols, labels: withHints(labels, terms), kept: true });
  const place = (array: keyof Strides, offset: number): Place => ({ offset, strides: [{ loop: "k", by: strides[array] }] });
  const loops: Statement[][] = [[]];
  let products = 0;
  let next = 0;
  for (let row = 0; row < strides.out; row++) {
    const at = place("out", row);
    const out: Value = { op: "load", array: "out", at };
    if (!adding && terms[next]?.row !== row) loops.at(-1)!.push({ do: "store", array: "out", at, value: { op: "number", value: 0 } });
    let fresh = !adding;
    while (terms[next]?.row === row) {
      if (products >= defaults.products) {
        loops.push([]);
        products = 0;
      }
      let sum: Value | undefined = fresh ? undefined : out;
      fresh = false;
      for (; terms[next]?.row === row && products < defaults.products; next++, products++) {
        const { along, column } = terms[next]!;
        const term = times(values[next]!, { op: "load", array: along, at: place(along, column) });
        sum = sum === undefined ? term : { op: "add", left: sum, right: term };
      }
      loops.at(-1)!.push({ do: "store", array: "out", at, value: sum! });
    }
  }
  const directions = adding ? ["dt", "du"] : ["dx", "dp"];
  return {
    name,
    scalars: [
      { name: "t", type: "number" },
      { name: "count", type: "integer" },
    ],
    arrays: [...["x", "u", "p", ...directions].map((array) => ({ name: array, role: "in" as const })), { name: "out", role: "out" }],
    body: [...statements, ...loops.map((body): Statement => ({ do: "loop", loop: "k", count: "count", body }))],
  };
}

/** Partial derivatives that have no name yet are called after their places: `d3dx5`. */
function withHints(labels: ReadonlyMap<NodeId, Label>, terms: readonly Partial[]): ReadonlyMap<NodeId, Label> {
  const hinted = new Map(labels);
  for (const { node, row, along, column } of terms) if (!hinted.has(node)) hinted.set(node, { hint: `d${row}${along}${column}` });
  return hinted;
}

/** A product, without the factor 1. */
function times(partial: Value, direction: Value): Value {
  if (partial.op === "number" && partial.value === 1) return direction;
  if (partial.op === "number" && partial.value === -1) return { op: "neg", of: direction };
  return { op: "mul", left: partial, right: direction };
}

/**
 * The tangent of a vector of nodes as one function; its kernels are made when they are first needed.
 *
 * A direction whose entries are all zero contributes exactly zero, also where a partial derivative is infinite, if no direction of the call
 * moves that group of variables (states and parameters; time and inputs).
 *
 * @param terms  the partial derivatives by group: of states and parameters, of time and inputs
 */
export function compileTangent(
  name: string,
  equations: Equations,
  strides: Strides,
  terms: { readonly moving: () => readonly Partial[]; readonly driven: () => readonly Partial[] },
): Tangent {
  let alongStates: KernelFunction | undefined;
  let alongInputs: KernelFunction | undefined;
  return (t, x, u, p, { count, dt, dx, du, dp }, out) => {
    if (moves(dx, count * strides.dx) || moves(dp, count * strides.dp)) {
      alongStates ??= instantiate(tangentKernel(name, equations, terms.moving(), { strides, adding: false }));
      alongStates(t, count, x, u, p, dx, dp, out);
    } else {
      out.fill(0, 0, count * strides.out);
    }
    if (moves(dt, count) || moves(du, count * strides.du)) {
      alongInputs ??= instantiate(tangentKernel(`${name}Driven`, equations, terms.driven(), { strides, adding: true }));
      alongInputs(t, count, x, u, p, dt, du, out);
    }
  };
}

/** True when one of the first entries is not zero; stops at the first such. */
function moves(direction: Float64Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (direction[i] !== 0) return true;
  return false;
}
