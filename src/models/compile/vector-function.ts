/** A vector of nodes as a `Differentiable`: functions that are generated when they are first asked for, and kept. */
import type { Differentiable, Evaluate } from "../../core/index.ts";
import type { Kernel } from "../../kernel/index.ts";
import { type NodeId, remembered } from "../graph/graph.ts";
import type { Equations } from "./equations.ts";
import { compileEvaluate, evaluateKernel } from "./evaluate.ts";
import { compilePullback, type Pullback } from "./pullback.ts";
import { compileTangent, type Partial, type PartialOf, partials, type Strides, type Tangent, tangentKernel } from "./tangent.ts";

/** A vector function whose derivatives with respect to parameters depend on which parameters are asked for. */
export interface VectorFunction {
  /** Its nodes. */
  nodes(): readonly NodeId[];
  /** The kernel that evaluates it. */
  kernel(): Kernel;
  /** The kernel of its derivative along states and the given parameters. */
  tangentKernel(active: Int32Array): Kernel;
  /** The kernel that adds its derivative along time and inputs. */
  drivenKernel(active: Int32Array): Kernel;
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
  const pullbacks = new Map<string, Pullback>();

  const { t, x, u } = equations;
  const stridesFor = (active: Int32Array): Strides => ({ dt: 1, dx: x.length, du: u.length, dp: active.length, out: size });
  const moving = (active: Int32Array): Partial[] => {
    const p = Array.from(active, (index) => equations.p[index]!);
    return byRow([...partials(equations, ready(), "dx", x, partialOf), ...partials(equations, ready(), "dp", p, partialOf)]);
  };
  const driven = (): Partial[] =>
    byRow([...partials(equations, ready(), "dt", [t], partialOf), ...partials(equations, ready(), "du", u, partialOf)]);
  const compileFor = (active: Int32Array): Tangent =>
    compileTangent(`${name}Tangent`, equations, stridesFor(active), { moving: () => moving(active), driven });

  const kernel = (): Kernel => evaluateKernel(name, equations, ready(), comment);

  return {
    nodes: ready,
    kernel,
    tangentKernel: (active) => tangentKernel(`${name}Tangent`, equations, moving(active), { strides: stridesFor(active), adding: false }),
    drivenKernel: (active) => tangentKernel(`${name}Driven`, equations, driven(), { strides: stridesFor(active), adding: true }),
    withActive: (active) => {
      const key = active.join();
      let tangent: Tangent | undefined;
      let pullback: Pullback | undefined;
      return {
        size,
        get evaluate() {
          evaluate ??= compileEvaluate(kernel());
          return evaluate;
        },
        tangent(time, states, inputs, parameters, along, out) {
          tangent ??= remembered(tangents, key, () => compileFor(active));
          tangent(time, states, inputs, parameters, along, out);
        },
        pullback(time, states, inputs, parameters, weights, into) {
          pullback ??= remembered(pullbacks, key, () => compilePullback(`${name}Pullback`, equations, ready, active));
          pullback(time, states, inputs, parameters, weights, into);
        },
      };
    },
  };
}

/** Sorted by row; entries of one row stay in order. */
const byRow = <T extends { readonly row: number }>(terms: readonly T[]): T[] => terms.toSorted((a, b) => a.row - b.row);
