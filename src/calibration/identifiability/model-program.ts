/** The equations of a model as a program of series operations: what its states do, what can be observed, and how it starts. */
import { type AnySource, GreyboxError } from "../../core/index.ts";
import { build, type Expression, evaluateExpression, type Graph, graph, modelFromDefinition, type NodeId } from "../../models/index.ts";
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
  const implicit = [...equations.implicit.keys()];
  if (implicit.length > 0) throw refuse(`${implicit[0]} is given by an implicit equation`);

  const values = new Map<string, number>([["t", 0]]);
  for (const [name, { value }] of Object.entries(definition.parameters)) values.set(name, value);
  for (const name of Object.keys(definition.inputs)) values.set(name, inputs[name] ?? 1);
  const value = (name: string): number => values.get(name) ?? Number.NaN;
  for (const [state, expression] of equations.initial) values.set(state, evaluateExpression(expression, value));

  const delayed = (): NodeId => {
    throw refuse("it has values of the past, by `delay`");
  };
  const nodes: Graph = graph();
  const formulas = new Map<string, NodeId>();
  const resolve = (name: string): NodeId => formulas.get(name) ?? nodes.symbol(name);
  const add = (expression: Expression): NodeId => build(nodes, expression, resolve, delayed);
  for (const [name, expression] of equations.algebraic) formulas.set(name, add(expression));
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
