/** The equations of a model as nodes of one graph: the symbols it is written in, and a node for every quantity. */
import type { ModelDefinition } from "../../core/index.ts";
import type { Value } from "../../kernel/index.ts";
import { build } from "../graph/build.ts";
import { type Derivatives, derivatives } from "../graph/derivative.ts";
import { type Graph, graph, type NodeId } from "../graph/graph.ts";
import type { ParsedEquations } from "../language/equations.ts";
import type { Expression } from "../language/expression.ts";
import type { Label } from "./lower.ts";

export interface Equations {
  readonly graph: Graph;
  readonly derivative: Derivatives;
  /** Names in the order of the arrays. States: differential ones as declared, then implicit algebraic ones. */
  readonly states: readonly string[];
  readonly differential: number;
  readonly inputs: readonly string[];
  readonly parameters: readonly string[];
  /** The nodes of those names, and of time. */
  readonly t: NodeId;
  readonly x: readonly NodeId[];
  readonly u: readonly NodeId[];
  readonly p: readonly NodeId[];
  /** Where kernels find the value of each symbol. */
  readonly symbols: ReadonlyMap<NodeId, Value>;
  /** Names of symbols and explicit algebraic quantities, for readers of generated code. */
  readonly labels: ReadonlyMap<NodeId, Label>;
  /** Right-hand sides, then residuals: one a state. */
  readonly f: readonly NodeId[];
  /** What the row of a state says: "dT/dt = …" or "0 = …". */
  readonly texts: readonly string[];
  /** Adds one more expression in the names of the model. */
  node(expression: Expression): NodeId;
  /** The node of a state, input, parameter or algebraic quantity; undefined for other names. */
  known(name: string): NodeId | undefined;
}

/** Builds the graph of a model: its explicit algebraic quantities and right-hand sides; outputs and events are added when asked for. */
export function buildEquations(definition: ModelDefinition, equations: ParsedEquations): Equations {
  const g = graph();
  const nodes = new Map<string, NodeId>();
  const symbols = new Map<NodeId, Value>();
  const labels = new Map<NodeId, Label>();
  const enter = (array: string) => (name: string, index: number) => {
    const id = g.symbol(name);
    nodes.set(name, id);
    symbols.set(id, { op: "load", array, at: { offset: index } });
    labels.set(id, { hint: name });
    return id;
  };

  const states = [...equations.derivatives.keys(), ...equations.implicit.keys()];
  const inputs = Object.keys(definition.inputs);
  const parameters = Object.keys(definition.parameters);
  const t = g.symbol("t");
  nodes.set("t", t);
  symbols.set(t, { op: "scalar", name: "t" });
  labels.set(t, { hint: "t" });
  const x = states.map(enter("x"));
  const u = inputs.map(enter("u"));
  const p = parameters.map(enter("p"));

  const known = (name: string): NodeId | undefined => nodes.get(name);
  const node = (expression: Expression): NodeId => build(g, expression, (name) => nodes.get(name)!);
  for (const [name, expression] of equations.algebraic) {
    const id = node(expression);
    nodes.set(name, id);
    const declared = own(definition.algebraic, name);
    const written = declared !== undefined && "is" in declared ? declared.is : "";
    const { op } = g.nodes[id]!;
    if (op !== "number" && op !== "symbol" && !labels.has(id)) labels.set(id, { hint: name, comment: `${name} = ${written}` });
  }
  const f = [...equations.derivatives.values(), ...equations.implicit.values()].map(node);
  const texts = states.map((name) => {
    const implicit = own(definition.algebraic, name);
    return implicit !== undefined && "zero" in implicit ? `0 = ${implicit.zero}` : `d${name}/dt = ${own(definition.derivatives, name)}`;
  });
  return {
    graph: g,
    derivative: derivatives(g),
    states,
    differential: equations.derivatives.size,
    inputs,
    parameters,
    t,
    x,
    u,
    p,
    symbols,
    labels,
    f,
    texts,
    node,
    known,
  };
}

/** What a record itself has under a name: names come from people, and every object inherits a few. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
