/** A checked model becomes a `System`: right-hand side, Jacobian, observables and events as generated functions with exact tangents. */
import { GreyboxError, type ModelDefinition, nearestNames, type System, type SystemRequest } from "../../core/index.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { doubledSystem } from "./doubled-system.ts";
import { own } from "./equations.ts";
import { functionsOf } from "./functions.ts";

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
 * const system = compileSystem(decay.definition, decay.equations)({ active: ["k"] });
 * const dxdt = new Float64Array(1);
 * system.rhs.evaluate(0, Float64Array.of(2), new Float64Array(0), system.p, dxdt);
 * dxdt[0]; // => -2
 */
export function compileSystem(definition: ModelDefinition, equations: ParsedEquations): (request?: SystemRequest) => System {
  return ({ active = [] } = {}) => {
    const indices = indicesOf(definition, active);
    const functions = functionsOf(definition, equations);
    const { states, differential, inputs, parameters } = functions.equations;
    const { rhs, jacobian, initial, observe, events, switches, delays, kernels, doubled } = functions.withActive(indices);
    const system: System = {
      name: definition.name,
      time: definition.time,
      states,
      inputs,
      parameters,
      active: indices,
      p: Float64Array.from(parameters, (name) => own(definition.parameters, name)!.value),
      ...(differential < states.length ? { mass: Uint8Array.from(states, (_, i) => (i < differential ? 1 : 0)) } : {}),
      nominal: Float64Array.from(states, (name) => nominalOf(definition, name)),
      lower: Float64Array.from(states, (name) => own(definition.states, name)?.min ?? -Infinity),
      initial,
      rhs,
      autonomous: functions.autonomous,
      jacobian,
      observables: functions.observables,
      observe,
      ...(events === undefined ? {} : { events }),
      ...(switches === undefined ? {} : { switches }),
      // A solver that writes a model into its own code knows inputs by their lines, and the past is none.
      ...(delays === undefined ? { kernels } : { delays }),
      differentiable: true,
    };
    return delays === undefined && doubled ? { ...system, doubled: () => doubledSystem(system, doubled()) } : system;
  };
}

/** Places of parameters in `p`. */
export function indicesOf(definition: ModelDefinition, active: readonly string[]): Int32Array {
  const names = Object.keys(definition.parameters);
  return Int32Array.from(active, (name) => {
    const index = names.indexOf(name);
    if (index >= 0) return index;
    throw new GreyboxError("model/unknown-parameter", { model: definition.name, parameter: name, nearest: nearestNames(name, names) });
  });
}

/** Declared, else the size of the initial value or guess where that is a number other than 0, else 1. */
function nominalOf(definition: ModelDefinition, name: string): number {
  const state = own(definition.states, name);
  if (state?.nominal !== undefined) return state.nominal;
  const algebraic = own(definition.algebraic, name);
  const start = state !== undefined ? state.initial : algebraic !== undefined && "guess" in algebraic ? algebraic.guess : 0;
  return typeof start === "number" && start !== 0 ? Math.abs(start) : 1;
}
