/**
 * A model beside its own derivative: equations for x and for s, the change of x along one direction of parameters and initial values.
 *
 * The direction is data: further parameters, after those of the model. The derivative along it is made by two reverse sweeps, w ↦ wᵀ∂f and
 * the derivative of that, times the direction, by w; so its cost does not grow with the number of parameters that change.
 */
import type { Value } from "../../kernel/index.ts";
import { type NodeId, operands } from "../graph/graph.ts";
import { reverse } from "../graph/reverse.ts";
import type { Equations } from "./equations.ts";
import { type Jacobian, jacobianOf } from "./jacobian.ts";
import type { Label } from "./lower.ts";
import { type VectorFunction, vectorFunction } from "./vector-function.ts";

export interface DoubledFunctions {
  readonly rhs: VectorFunction;
  readonly jacobian: Jacobian;
  readonly initial: VectorFunction;
}

const kinks: ReadonlySet<string> = new Set(["min", "max", "abs", "sign", "floor", "ceil", "select"]);

/** True when the right-hand sides have no kinks: where one is crossed, a gradient jumps, and the equations here would not say so. */
export function smooth({ graph, f }: Equations): boolean {
  const seen = new Set<NodeId>(f);
  for (const id of seen) {
    const node = graph.nodes[id]!;
    if (kinks.has(node.op)) return false;
    for (const operand of operands(node)) seen.add(operand);
  }
  return true;
}

/**
 * @param initial  the model's initial states
 * @param active  the parameters that change, as indices. In `p`, their changes follow the model's parameters, then those of the initial states
 */
export function doubledFunctions(equations: Equations, initial: () => readonly NodeId[], active: Int32Array): DoubledFunctions {
  const { graph, x, p, f, states, parameters } = equations;
  const symbols = new Map<NodeId, Value>(equations.symbols);
  const labels = new Map<NodeId, Label>(equations.labels);
  // Blanks in them: no name of a model is like this.
  const symbol = (text: string, hint: string, array: string, offset: number): NodeId => {
    const id = graph.symbol(text);
    symbols.set(id, { op: "load", array, at: { offset } });
    labels.set(id, { hint });
    return id;
  };
  const s = x.map((_, i) => symbol(`tangent ${i}`, `d${states[i]}`, "x", x.length + i));
  const change = Array.from(active, (index, j) => symbol(`change ${j}`, `d${parameters[index]}`, "p", p.length + j));
  const start = x.map((_, i) => symbol(`change of start ${i}`, `d${states[i]}0`, "p", p.length + active.length + i));

  /** Derivatives of nodes along (s, change). */
  function along(nodes: readonly NodeId[]): NodeId[] {
    const zero = graph.number(0);
    const weights = nodes.map((_, i) => graph.symbol(`weight ${i}`));
    const seeds = new Map<NodeId, NodeId>();
    for (const [i, node] of nodes.entries()) {
      const before = seeds.get(node);
      seeds.set(node, before === undefined ? weights[i]! : graph.binary("add", before, weights[i]!));
    }
    const slope = reverse(graph, seeds);
    const products = [
      ...x.map((id, i) => [slope(id), s[i]!] as const),
      ...Array.from(active, (index, j) => [slope(p[index]!), change[j]!] as const),
    ]
      .filter(([partial]) => partial !== zero)
      .map(([partial, direction]) => graph.binary("mul", partial, direction));
    if (products.length === 0) return nodes.map(() => zero);
    const sum = products.reduce((one, other) => graph.binary("add", one, other));
    return weights.map(reverse(graph, new Map([[sum, graph.number(1)]])));
  }

  const both: Equations = {
    ...equations,
    states: [...states, ...states.map((name) => `d${name}`)],
    parameters: [...parameters, ...Array.from(active, (index) => `d${parameters[index]}`), ...states.map((name) => `d${name}0`)],
    x: [...x, ...s],
    p: [...p, ...change, ...start],
    symbols,
    labels,
    f: [...f, ...along(f)],
    texts: [...equations.texts, ...equations.texts.map((text) => `along the direction: ${text}`)],
  };
  const size = 2 * x.length;
  return {
    rhs: vectorFunction(both, { name: "rhs", size, nodes: () => both.f, comment: (i) => both.texts[i]! }),
    jacobian: jacobianOf(both),
    initial: vectorFunction(both, {
      name: "initial",
      size,
      nodes: () => {
        const first = initial();
        return [...first, ...along(first).map((node, i) => graph.binary("add", node, start[i]!))];
      },
      comment: (i) => `${both.states[i]} at the start`,
    }),
  };
}
