/** A checked model becomes a `System`: right-hand side, Jacobian, observables and events as generated functions with exact tangents. */
import type { Differentiable, EventDefinition, ModelDefinition, Sparsity, System, SystemEvents, SystemRequest } from "../../core/index.ts";
import { GreyboxError, nearestNames } from "../../core/index.ts";
import { type NodeId, remembered } from "../graph/graph.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { buildEquations, type Equations, own } from "./equations.ts";
import { jacobianOf } from "./jacobian.ts";
import { type VectorFunction, vectorFunction } from "./vector-function.ts";

/**
 * Prepares a model for solvers. Nothing is generated until a function is first called; what has been is shared by all systems of the model.
 *
 * States are the differential ones in declared order, then the implicit algebraic ones. Explicit algebraic quantities are computed once a
 * call and shared by all equations that use them.
 *
 * @param definition  names, units, values and limits
 * @param equations  the equations of the same definition, parsed and checked
 * @returns a function that gives the system, with the parameters that derivatives are wanted for
 * @throws GreyboxError `model/unknown-parameter`, by the function returned, when an active parameter is not one of the model
 *
 * @example
 * const system = compileSystem(definition, equations)({ active: ["k"] });
 * system.rhs.evaluate(0, x, u, system.p, dxdt);
 */
export function compileSystem(definition: ModelDefinition, equations: ParsedEquations): (request?: SystemRequest) => System {
  let model: CompiledModel | undefined;
  return ({ active = [] } = {}) => {
    const names = Object.keys(definition.parameters);
    const indices = Int32Array.from(active, (name) => {
      const index = names.indexOf(name);
      if (index < 0)
        throw new GreyboxError("model/unknown-parameter", { model: definition.name, parameter: name, nearest: nearestNames(name, names) });
      return index;
    });
    model ??= compileModel(definition, equations);
    const { mass, p, nominal, lower, functions } = model;
    const { rhs, jacobian, initial, observe, events } = remembered(functions.made, indices.join(), () => functions.make(indices));
    return {
      name: definition.name,
      time: definition.time,
      states: model.states,
      inputs: model.inputs,
      parameters: model.parameters,
      active: indices,
      // Arrays are the caller's to change.
      p: p.slice(),
      ...(mass === undefined ? {} : { mass: mass.slice() }),
      nominal: nominal.slice(),
      lower: lower.slice(),
      initial,
      rhs,
      autonomous: model.autonomous,
      jacobian,
      observables: model.observables,
      observe,
      ...(events === undefined ? {} : { events }),
      differentiable: true,
    };
  };
}

interface CompiledModel {
  readonly states: readonly string[];
  readonly inputs: readonly string[];
  readonly parameters: readonly string[];
  readonly observables: readonly string[];
  readonly autonomous: boolean;
  readonly p: Float64Array;
  readonly mass: Uint8Array | undefined;
  readonly nominal: Float64Array;
  readonly lower: Float64Array;
  readonly functions: { readonly made: Map<string, Functions>; readonly make: (active: Int32Array) => Functions };
}

/** The functions of a system for one set of active parameters. */
interface Functions {
  readonly rhs: Differentiable;
  readonly jacobian: Differentiable & { readonly sparsity: Sparsity };
  readonly initial: Differentiable;
  readonly observe: Differentiable;
  readonly events: SystemEvents | undefined;
}

function compileModel(definition: ModelDefinition, parsed: ParsedEquations): CompiledModel {
  const equations = buildEquations(definition, parsed);
  const { states, differential, inputs, parameters } = equations;
  const n = states.length;
  const rhs = vectorFunction(equations, { name: "rhs", size: n, nodes: () => equations.f, comment: (i) => equations.texts[i]! });
  const jacobian = jacobianOf(equations);
  const initial = initialStates(definition, parsed, equations);
  const observables = [...new Set([...states, ...parsed.algebraic.keys(), ...parsed.outputs.keys()])];
  const observe = vectorFunction(equations, {
    name: "observe",
    size: observables.length,
    nodes: () =>
      observables.map((name) => {
        const output = parsed.outputs.get(name);
        return output !== undefined && !states.includes(name) && !parsed.algebraic.has(name)
          ? equations.node(output)
          : equations.named(name);
      }),
    comment: (i) => observables[i]!,
  });
  const events = eventFunctions(definition, parsed, equations);
  return {
    states,
    inputs,
    parameters,
    observables,
    autonomous: equations.f.every((node) => !equations.derivative.dependencies(node).includes(equations.t)),
    p: Float64Array.from(parameters, (name) => own(definition.parameters, name)!.value),
    mass: differential < n ? Uint8Array.from(states, (_, i) => (i < differential ? 1 : 0)) : undefined,
    nominal: Float64Array.from(states, (name) => nominalOf(definition, name)),
    lower: Float64Array.from(states, (name) => own(definition.states, name)?.min ?? -Infinity),
    functions: {
      made: new Map(),
      make: (active) => ({
        rhs: rhs.withActive(active),
        jacobian: jacobian.withActive(active),
        initial: initial.withActive(active),
        observe: observe.withActive(active),
        events: events?.(active),
      }),
    },
  };
}

/** Declared, else the size of the initial value or guess where that is a number other than 0, else 1. */
function nominalOf(definition: ModelDefinition, name: string): number {
  const state = own(definition.states, name);
  if (state?.nominal !== undefined) return state.nominal;
  const algebraic = own(definition.algebraic, name);
  const start = state !== undefined ? state.initial : algebraic !== undefined && "guess" in algebraic ? algebraic.guess : 0;
  return typeof start === "number" && start !== 0 ? Math.abs(start) : 1;
}

function initialStates(definition: ModelDefinition, parsed: ParsedEquations, equations: Equations): VectorFunction {
  const start = (name: string): NodeId => {
    const expression = parsed.initial.get(name);
    if (expression !== undefined) return equations.node(expression);
    const algebraic = own(definition.algebraic, name);
    return equations.graph.number(algebraic !== undefined && "guess" in algebraic ? algebraic.guess : 0);
  };
  return vectorFunction(equations, {
    name: "initial",
    size: equations.states.length,
    nodes: () => equations.states.map(start),
    comment: (i) => `${equations.states[i]} at the start`,
  });
}

const crossing: Readonly<Record<NonNullable<EventDefinition["direction"]>, number>> = { rising: 1, falling: -1, both: 0 };

function eventFunctions(
  definition: ModelDefinition,
  { events }: ParsedEquations,
  equations: Equations,
): ((active: Int32Array) => SystemEvents) | undefined {
  if (events.size === 0) return undefined;
  const names = [...events.keys()];
  const { states, x } = equations;
  const when = vectorFunction(equations, {
    name: "when",
    size: names.length,
    nodes: () => names.map((name) => equations.node(events.get(name)!.when)),
    comment: (i) => names[i]!,
  });
  const then = names.map((event) =>
    vectorFunction(equations, {
      name: "then",
      size: states.length,
      nodes: () =>
        states.map((state, i) => {
          const value = events.get(event)!.then.get(state);
          return value === undefined ? x[i]! : equations.node(value);
        }),
      comment: (i) => `${states[i]} after ${event}`,
    }),
  );
  return (active) => ({
    names,
    directions: Int8Array.from(names, (name) => crossing[own(definition.events, name)?.direction ?? "both"]),
    when: when.withActive(active),
    then: then.map((one) => one.withActive(active)),
    terminal: Uint8Array.from(names, (name) => (own(definition.events, name)?.terminal ? 1 : 0)),
  });
}
