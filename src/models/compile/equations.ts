/** The equations of a model as nodes of one graph: the symbols it is written in, and a node for every quantity. */
import type { ModelDefinition } from "../../core/index.ts";
import type { Value } from "../../kernel/index.ts";
import { build } from "../graph/build.ts";
import { type Derivatives, derivatives } from "../graph/derivative.ts";
import { type Graph, graph, type NodeId } from "../graph/graph.ts";
import { delaysIn, runningEquations } from "../language/delays.ts";
import type { ParsedEquations } from "../language/equations.ts";
import type { Expression } from "../language/expression.ts";
import { printExpression } from "../language/print.ts";
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
  /** Inputs, then delayed values. */
  readonly u: readonly NodeId[];
  readonly p: readonly NodeId[];
  /** Delayed values: an input or a state of the past. All delays of the model are made of these. */
  readonly delays: readonly DelayedValue[];
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

/** The value that an input or a state had some time ago. */
export interface DelayedValue {
  /** Such as "delay(T, tau)". */
  readonly name: string;
  readonly of: NodeId;
  readonly lag: NodeId;
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
  const delays: DelayedValue[] = [];
  /** An expression as it was `lag` ago; as it is, where that is undefined. What is made of delayed values is delayed as its parts are. */
  const node = (expression: Expression, lag?: Expression): NodeId =>
    build(
      g,
      expression,
      (name) => (lag === undefined ? nodes.get(name)! : earlier(name, lag)),
      ({ of, by }) => node(of, lag === undefined ? by : { op: "add", left: lag, right: by }),
    );
  const earlier = (name: string, lag: Expression): NodeId => {
    const by = node(lag);
    if (name === "t") return g.binary("sub", t, by);
    if (Object.hasOwn(definition.parameters, name)) return nodes.get(name)!;
    const key = `${name} ${by} ago`;
    const explicit = equations.algebraic.get(name);
    const id = nodes.get(key) ?? (explicit === undefined ? remember(name, lag, by) : node(explicit, lag));
    nodes.set(key, id);
    return id;
  };
  const remember = (of: string, lag: Expression, by: NodeId): NodeId => {
    const name = printExpression({ op: "delay", of: { op: "name", name: of }, by: lag });
    const id = g.symbol(name);
    symbols.set(id, { op: "load", array: "u", at: { offset: u.length } });
    labels.set(id, { hint: `${of}Delayed` });
    u.push(id);
    delays.push({ name, of: nodes.get(of)!, lag: by });
    return id;
  };
  for (const [name, expression] of equations.algebraic) {
    const id = node(expression);
    nodes.set(name, id);
    const declared = own(definition.algebraic, name);
    const written = declared !== undefined && "is" in declared ? declared.is : "";
    const { op } = g.nodes[id]!;
    if (op !== "number" && op !== "symbol" && !labels.has(id)) labels.set(id, { hint: name, comment: `${name} = ${written}` });
  }
  const f = [...equations.derivatives.values(), ...equations.implicit.values()].map((expression) => node(expression));
  // The length of `u` must be known before the first function is made, so nothing that is delayed may turn up later.
  for (const [, , expression] of runningEquations(definition, equations)) if (delaysIn(expression).length > 0) node(expression);
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
    delays,
    symbols,
    labels,
    f,
    texts,
    node: (expression) => node(expression),
    known,
  };
}

/** What a record itself has under a name: names come from people, and every object inherits a few. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
