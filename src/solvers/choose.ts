/** Which method solves a system, and why. */
import { GreyboxError, type System } from "../core/index.ts";
import { bdf } from "./methods/bdf.ts";
import type { Method, MethodName } from "./methods/method.ts";
import { odexFacts } from "./methods/odex.ts";
import { rodas5p } from "./methods/rodas5p.ts";
import { tsit5 } from "./methods/tsit5.ts";
import { vern7 } from "./methods/vern7.ts";
import { type StiffChoice, stiffMethod } from "./stiff-method.ts";

export interface Choice {
  readonly method: MethodName;
  readonly reason: string;
  /** Chooses the method to go on with when the system turns out to be stiff: large ones are weighed then, not before. */
  readonly whenStiff: (() => StiffChoice) | undefined;
}

export const methods: Readonly<Record<MethodName, Method>> = { tsit5, vern7, rodas5p, bdf, odex: odexFacts };

/**
 * Chooses, or checks what was chosen. Deterministic: it looks at the system only, never at the clock or at earlier runs.
 *
 * @param stops  points of the inputs, each of which may be a stop
 * @throws GreyboxError `solver/unsupported` when the chosen method cannot do what the system needs
 */
export function choose(system: System, asked: MethodName | "auto", differentiate: boolean, stops = 0): Choice {
  const algebraic = system.mass?.includes(0) ?? false;
  const derivativesOfJacobian = !differentiate || system.jacobian !== undefined;
  if (asked !== "auto") {
    refuse(methods[asked], system, algebraic, differentiate, derivativesOfJacobian);
    return { method: asked, reason: "chosen by the caller", whenStiff: undefined };
  }
  if (algebraic) {
    const { method, why } = stiffMethod(system, stops);
    refuse(methods[method], system, algebraic, differentiate, derivativesOfJacobian);
    return { method, reason: `the system has algebraic states${why ? `; ${method}, because ${why}` : ""}`, whenStiff: undefined };
  }
  return {
    method: "tsit5",
    reason: "no sign of stiffness",
    whenStiff: derivativesOfJacobian ? () => stiffMethod(system, stops) : undefined,
  };
}

function refuse(method: Method, system: System, algebraic: boolean, differentiate: boolean, derivativesOfJacobian: boolean): void {
  const no = (what: string, instead: string): never => {
    throw new GreyboxError("solver/unsupported", { method: method.name, what, instead });
  };
  if (algebraic && !method.algebraic) no("systems with algebraic states", 'Use "rodas5p", or "auto".');
  if (differentiate && !method.sensitivities) no("sensitivities", 'Use "tsit5" or "rodas5p", or "auto".');
  if ((system.events?.names.length ?? 0) > 0 && !method.events) no("events", 'Use "tsit5" or "rodas5p", or "auto".');
  if (system.delays && method === bdf) no("systems with delays", 'Use "rodas5p", or "auto".');
  if (system.delays && method === odexFacts) no("systems with delays", 'Use "tsit5", or "auto".');
  // Multistep formulas solve with the Jacobian of the point reached and need no derivative of it.
  if (method.stiff && method !== bdf && !derivativesOfJacobian) {
    no("sensitivities of a system that comes without an exact Jacobian", 'Use "tsit5", or give the system a differentiable `jacobian`.');
  }
}
