/** The Jacobian's kernel for a matrix of another layout: the same values, stored where a dense or a banded matrix has them. */
import type { ModelDefinition, Sparsity } from "../../core/index.ts";
import type { Kernel, Statement } from "../../kernel/index.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { modelKernels } from "./model-kernels.ts";

export interface JacobianLayout {
  /** Called with t, x, u, p, out. Entries that are structurally 0 are not written: give it an `out` that holds zeros there. */
  readonly kernel: Kernel;
  /** Length of `out`. */
  readonly size: number;
  /** Place of the entry (row, column) in `out`; −1 where the layout has none. */
  at(row: number, column: number): number;
  /** Diagonals below and above the main one that hold entries. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * ∂f/∂x as `dense` (row-major, n × n) or `banded` (row-major, n × (lower + 1 + upper); entry (i, j) at column j − i + lower). For the values
 * alone, at the places of a sparsity pattern, see `modelKernels`.
 *
 * @example
 * const { instantiate } = await import("greybox/kernel");
 * const { kernel, size, at } = jacobianLayout(reactor, "dense");
 * const matrix = new Float64Array(size);
 * instantiate(kernel)(0, Float64Array.of(0.5, 350), Float64Array.of(100, 1, 350, 300), reactor.system().p, matrix);
 * matrix[at(0, 0)] < 0; // => true
 */
export function jacobianLayout(
  model: { readonly definition: ModelDefinition; readonly equations: ParsedEquations },
  layout: "dense" | "banded",
): JacobianLayout {
  const { jacobian, sparsity } = modelKernels(model);
  const { definition } = model;
  const implicit = Object.values(definition.algebraic).filter((quantity) => "zero" in quantity).length;
  const n = Object.keys(definition.states).length + implicit;
  const [lower, upper] = bandwidths(sparsity);
  const width = layout === "dense" ? n : lower + 1 + upper;
  const at = (row: number, column: number): number => {
    if (layout === "dense") return row * n + column;
    const place = column - row + lower;
    return place >= 0 && place < width ? row * width + place : -1;
  };
  const places = sparsity.rows.map((row, i) => at(row, sparsity.columns[i]!));
  return {
    kernel: {
      ...jacobian,
      name: layout === "dense" ? "denseJacobian" : "bandedJacobian",
      body: jacobian.body.map((statement) => moved(statement, places)),
    },
    size: n * width,
    at,
    lower,
    upper,
  };
}

/** A store of the i-th value goes to its place in the matrix. */
function moved(statement: Statement, places: Int32Array): Statement {
  if (statement.do === "loop") return { ...statement, body: statement.body.map((inner) => moved(inner, places)) };
  if (statement.do !== "store" || statement.array !== "out") return statement;
  return { ...statement, at: { ...statement.at, offset: places[statement.at.offset]! } };
}

function bandwidths({ rows, columns }: Sparsity): readonly [lower: number, upper: number] {
  let [lower, upper] = [0, 0];
  for (let i = 0; i < rows.length; i++) {
    lower = Math.max(lower, rows[i]! - columns[i]!);
    upper = Math.max(upper, columns[i]! - rows[i]!);
  }
  return [lower, upper];
}
