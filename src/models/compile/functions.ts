/** The functions of a model as vectors of nodes, for any set of active parameters. Shared by all models that have the same equations. */
import type {
  Differentiable,
  EventDefinition,
  ModelDefinition,
  Sparsity,
  SystemDelays,
  SystemEvents,
  SystemKernels,
  SystemSwitches,
} from "../../core/index.ts";
import type { Kernel } from "../../kernel/index.ts";
import { type NodeId, remembered } from "../graph/graph.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { adjointKernel } from "./adjoint.ts";
import { type DoubledFunctions, doubledFunctions, smooth } from "./doubled.ts";
import { buildEquations, type Equations, own } from "./equations.ts";
import { jacobianOf } from "./jacobian.ts";
import { switchFunctions } from "./switches.ts";
import { type VectorFunction, vectorFunction } from "./vector-function.ts";

export interface ModelFunctions {
  readonly equations: Equations;
  readonly observables: readonly string[];
  /** True when no right-hand side contains t itself. */
  readonly autonomous: boolean;
  /** Kernels of the right-hand side and its Jacobian, for engines that make them part of their own. */
  kernels(): ModelKernels;
  /** The functions with directions over some parameters, given as indices. */
  withActive(active: Int32Array): Functions;
}

/** Called with t, x, u, p, out. */
export interface ModelKernels {
  readonly rhs: Kernel;
  /** Values of ∂f/∂x at the places of `sparsity`. */
  readonly jacobian: Kernel;
  readonly sparsity: Sparsity;
  /** `out = wᵀ ∂f/∂(x, u, p)`, states, inputs and parameters one after the other. Called with t, x, u, p, w, out. */
  readonly adjoint: () => Kernel;
}

/** The functions of a system for one set of active parameters. */
export interface Functions {
  readonly rhs: Differentiable;
  readonly jacobian: Differentiable & { readonly sparsity: Sparsity };
  readonly initial: Differentiable;
  readonly observe: Differentiable;
  readonly events: SystemEvents | undefined;
  readonly switches: SystemSwitches | undefined;
  readonly delays: SystemDelays | undefined;
  readonly kernels: SystemKernels;
  /** The functions beside their derivatives along a direction. */
  readonly doubled: (() => DoubledFunctions) | undefined;
}

/** What has been made of some equations, as long as somebody holds them. */
const known = new WeakMap<ParsedEquations, { readonly definition: ModelDefinition; readonly functions: ModelFunctions }>();

/**
 * The functions of a model. A copy of a model with other parameter values has the same equations, and so the same functions: nothing is
 * generated twice.
 */
export function functionsOf(definition: ModelDefinition, parsed: ParsedEquations): ModelFunctions {
  const found = known.get(parsed);
  if (found !== undefined && sameBut(found.definition, definition)) return found.functions;
  const functions = makeFunctions(definition, parsed);
  known.set(parsed, { definition, functions });
  return functions;
}

/** True when two definitions differ at most in the values of parameters. */
function sameBut(a: ModelDefinition, b: ModelDefinition): boolean {
  const parts = ["tables", "inputs", "states", "algebraic", "derivatives", "events", "outputs"] as const;
  return parts.every((part) => a[part] === b[part]) && Object.keys(a.parameters).join("\n") === Object.keys(b.parameters).join("\n");
}

function makeFunctions(definition: ModelDefinition, parsed: ParsedEquations): ModelFunctions {
  const equations = buildEquations(definition, parsed);
  const { states } = equations;
  const rhs = vectorFunction(equations, {
    name: "rhs",
    size: states.length,
    nodes: () => equations.f,
    comment: (i) => equations.texts[i]!,
  });
  const jacobian = jacobianOf(equations);
  const initial = initialStates(definition, parsed, equations);
  const observables = [...new Set([...states, ...parsed.algebraic.keys(), ...parsed.outputs.keys()])];
  const observe = vectorFunction(equations, {
    name: "observe",
    size: observables.length,
    nodes: () => observables.map((name) => equations.known(name) ?? equations.node(parsed.outputs.get(name)!)),
    comment: (i) => observables[i]!,
  });
  const events = eventFunctions(definition, parsed, equations);
  const switches = switchFunctions(parsed, equations);
  const delays = delayFunctions(equations);
  const made = new Map<string, Functions>();
  return {
    equations,
    observables,
    autonomous: equations.f.every((node) => !equations.derivative.dependencies(node).includes(equations.t)),
    kernels() {
      const { kernel, sparsity } = jacobian.kernel();
      return { rhs: rhs.kernel(), jacobian: kernel, sparsity, adjoint: () => adjointKernel(equations) };
    },
    withActive: (active) =>
      remembered(made, active.join(), () => ({
        rhs: rhs.withActive(active),
        jacobian: jacobian.withActive(active),
        initial: initial.withActive(active),
        observe: observe.withActive(active),
        events: events?.(active),
        switches: switches?.(active),
        delays: delays?.(active),
        kernels: {
          rhs: rhs.kernel,
          tangent: () => rhs.tangentKernel(active),
          jacobian: () => jacobian.kernel().kernel,
          driven: () => rhs.drivenKernel(active),
          jacobianTangent: () => jacobian.tangentKernel(active),
        },
        doubled: smooth(equations) ? () => doubledFunctions(equations, initial.nodes, active) : undefined,
      })),
  };
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

function delayFunctions(equations: Equations): ((active: Int32Array) => SystemDelays) | undefined {
  const { delays, x } = equations;
  if (delays.length === 0) return undefined;
  const names = delays.map(({ name }) => name);
  const comment = (i: number): string => names[i]!;
  const of = vectorFunction(equations, { name: "delayed", size: names.length, nodes: () => delays.map((delay) => delay.of), comment });
  const lag = vectorFunction(equations, { name: "lag", size: names.length, nodes: () => delays.map((delay) => delay.lag), comment });
  const ofStates = Uint8Array.from(delays, (delay) => (x.includes(delay.of) ? 1 : 0));
  return (active) => ({ names, of: of.withActive(active), lag: lag.withActive(active), ofStates });
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
