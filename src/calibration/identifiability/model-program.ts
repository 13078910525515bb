/** The equations of a model as a program of series operations: what its states do, what can be observed, and how it starts. */
import { type AnySource, GreyboxError, random } from "../../core/index.ts";
import {
  build,
  type Expression,
  evaluateExpression,
  evaluateNodes,
  type Graph,
  graph,
  modelFromDefinition,
  type NodeId,
} from "../../models/index.ts";
import { type Operation, type Place, programOf } from "./program.ts";

export interface ModelProgram {
  readonly states: readonly string[];
  readonly inputs: readonly string[];
  readonly operations: readonly Operation[];
  /** By state. */
  readonly derivatives: readonly Place[];
  /** States, explicit algebraic quantities and outputs. */
  readonly observables: ReadonlyMap<string, Place>;
  /** Operations of the initial values, of parameters and inputs. */
  readonly initial: { readonly operations: readonly Operation[]; readonly places: readonly Place[] };
  /** Whether some equation took one of several branches. */
  readonly branched: boolean;
}

/**
 * @param inputs  values of inputs by which branches are decided
 * @throws GreyboxError `calibration/identifiability` for what has no power series in exact arithmetic
 */
export function modelProgram(model: AnySource, inputs: Readonly<Record<string, number>>): ModelProgram {
  const { definition } = model;
  const refuse = (why: string): GreyboxError => new GreyboxError("calibration/identifiability", { model: model.name, why });
  if (Object.keys(definition.states).length > 0 && Object.keys(definition.derivatives).length === 0) {
    throw refuse("it is written as functions, which cannot be looked into");
  }
  const { equations } = modelFromDefinition(definition);
  const values = new Map<string, number>([["t", 0]]);
  for (const [name, { value }] of Object.entries(definition.parameters)) values.set(name, value);
  for (const name of Object.keys(definition.inputs)) values.set(name, inputs[name] ?? 1);
  for (const [name, one] of Object.entries(definition.algebraic)) if ("guess" in one) values.set(name, one.guess);
  const value = (name: string): number => values.get(name) ?? Number.NaN;
  for (const [state, expression] of equations.initial) values.set(state, evaluateExpression(expression, value));

  const delayed = (): NodeId => {
    throw refuse("it has values of the past, by `delay`");
  };
  const nodes: Graph = graph();
  /** Builds expressions with some names standing for nodes; explicit quantities stand for their formulas. */
  const builder = (known: ReadonlyMap<string, NodeId>): ((expression: Expression) => NodeId) => {
    const made = new Map(known);
    const resolve = (name: string): NodeId => {
      const found = made.get(name);
      if (found !== undefined) return found;
      const formula = equations.algebraic.get(name);
      const node = formula ? add(formula) : nodes.symbol(name);
      made.set(name, node);
      return node;
    };
    const add = (expression: Expression): NodeId => build(nodes, expression, resolve, delayed);
    return add;
  };
  const { solved, left } = solvedLinearly(nodes, equations.implicit, builder);
  if (left !== undefined) throw refuse(`${left} is given by an implicit equation that is not linear in it`);
  const formulas = new Map(solved);
  const add = builder(solved);
  for (const name of equations.algebraic.keys()) formulas.set(name, add({ op: "name", name }));
  const program = programOf(nodes, value);
  const states = Object.keys(definition.states);
  const derivatives = states.map((state) => program.place(add(equations.derivatives.get(state)!)));
  const observables = new Map<string, Place>();
  for (const state of states) observables.set(state, program.place(nodes.symbol(state)));
  for (const [name, node] of formulas) observables.set(name, program.place(node));
  for (const [name, expression] of equations.outputs) observables.set(name, program.place(add(expression)));

  const starting: Graph = graph();
  const start = programOf(starting, value);
  const places = states.map((state) =>
    start.place(build(starting, equations.initial.get(state)!, (name) => starting.symbol(name), delayed)),
  );
  return {
    states,
    inputs: Object.keys(definition.inputs),
    operations: program.operations,
    derivatives,
    observables,
    initial: { operations: start.operations, places },
    branched: program.decided.size > 0,
  };
}

/**
 * Implicit quantities whose equations are linear in them, one after the other: z = −g(0)/(g(1) − g(0)).
 *
 * @returns `left`: one that cannot be solved for so
 */
function solvedLinearly(
  nodes: Graph,
  implicit: ReadonlyMap<string, Expression>,
  builder: (known: ReadonlyMap<string, NodeId>) => (expression: Expression) => NodeId,
): { readonly solved: ReadonlyMap<string, NodeId>; readonly left: string | undefined } {
  const solved = new Map<string, NodeId>();
  const pending = new Set(implicit.keys());
  for (let progress = true; progress; ) {
    progress = false;
    for (const name of pending) {
      const at = (value: number): NodeId => builder(new Map([...solved, [name, nodes.number(value)]]))(implicit.get(name)!);
      const [zero, one, two] = [at(0), at(1), at(2)];
      if (symbolsOf(nodes, one).some((symbol) => pending.has(symbol)) || !isLinear(nodes, [zero, one, two])) continue;
      solved.set(name, nodes.binary("div", zero, nodes.binary("sub", zero, one)));
      pending.delete(name);
      progress = true;
    }
  }
  const [left] = pending;
  return { solved, left };
}

/** Whether g(2) − 2·g(1) + g(0) vanishes, and g(1) − g(0) does not, at some points. */
function isLinear(nodes: Graph, ids: readonly NodeId[]): boolean {
  return [1, 2, 3].every((point) => {
    const numbers = random(`linear/${point}`);
    const known = new Map<string, number>();
    const value = (symbol: string): number => {
      if (!known.has(symbol)) known.set(symbol, 0.5 + numbers.uniform());
      return known.get(symbol)!;
    };
    const [zero, one, two] = evaluateNodes(nodes, ids, value) as [number, number, number];
    const size = Math.abs(zero) + Math.abs(one) + Math.abs(two);
    return Math.abs(two - 2 * one + zero) <= 1e-10 * size && Math.abs(one - zero) > 1e-10 * size;
  });
}

function symbolsOf(nodes: Graph, id: NodeId): string[] {
  const found = new Set<string>();
  const seen = new Set<NodeId>();
  const visit = (at: NodeId): void => {
    if (seen.has(at)) return;
    seen.add(at);
    const node = nodes.nodes[at]!;
    if (node.op === "symbol") found.add(node.name);
    if ("a" in node) visit(node.a);
    if ("b" in node) visit(node.b);
    if ("c" in node) visit(node.c);
  };
  visit(id);
  return [...found];
}
