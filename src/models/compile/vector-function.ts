/** A vector of nodes as a `Differentiable`: functions that are generated when they are first asked for, and kept. */
import type { Differentiable, Evaluate } from "../../core/index.ts";
import type { Kernel } from "../../kernel/index.ts";
import { type NodeId, remembered } from "../graph/graph.ts";
import type { Equations } from "./equations.ts";
import { compileEvaluate, evaluateKernel } from "./evaluate.ts";
import { compileTangent, type PartialOf, partials, type Tangent } from "./tangent.ts";

/** A vector function whose derivatives with respect to parameters depend on which parameters are asked for. */
export interface VectorFunction {
  /** The kernel that evaluates it. */
  kernel(): Kernel;
  /** The function with directions over the given parameters (indices into the parameters of the model). */
  withActive(active: Int32Array): Differentiable;
}

export interface VectorSource {
  /** Names the generated functions: letters and digits. */
  readonly name: string;
  readonly size: number;
  /** The nodes, made when first needed. */
  readonly nodes: () => readonly NodeId[];
  /** What stands beside result i in generated code. */
  readonly comment: (i: number) => string;
  readonly partialOf?: PartialOf;
}

export function vectorFunction(equations: Equations, { name, size, nodes, comment, partialOf }: VectorSource): VectorFunction {
  let made: readonly NodeId[] | undefined;
  const ready = (): readonly NodeId[] => (made ??= nodes());
  let evaluate: Evaluate | undefined;
  const tangents = new Map<string, Tangent>();

  const compileFor = (active: Int32Array): Tangent => {
    const [t, x, u] = [[equations.t], equations.x, equations.u];
    const p = Array.from(active, (index) => equations.p[index]!);
    const strides = { dt: 1, dx: x.length, du: u.length, dp: p.length, out: size };
    return compileTangent(`${name}Tangent`, equations, strides, {
      moving: () => byRow([...partials(equations, ready(), "dx", x, partialOf), ...partials(equations, ready(), "dp", p, partialOf)]),
      driven: () => byRow([...partials(equations, ready(), "dt", t, partialOf), ...partials(equations, ready(), "du", u, partialOf)]),
    });
  };

  const kernel = (): Kernel => evaluateKernel(name, equations, ready(), comment);

  return {
    kernel,
    withActive: (active) => {
      const key = active.join();
      let tangent: Tangent | undefined;
      return {
        size,
        get evaluate() {
          evaluate ??= compileEvaluate(kernel());
          return evaluate;
        },
        tangent(time, x, u, p, along, out) {
          tangent ??= remembered(tangents, key, () => compileFor(active));
          tangent(time, x, u, p, along, out);
        },
      };
    },
  };
}

/** Sorted by row; entries of one row stay in order. */
const byRow = <T extends { readonly row: number }>(terms: readonly T[]): T[] => terms.toSorted((a, b) => a.row - b.row);
