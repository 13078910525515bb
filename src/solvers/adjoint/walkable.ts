/** Which systems and methods can be walked backwards; all others are refused by name, before the first step. */
import { type Differentiable, GreyboxError, type System } from "../../core/index.ts";
import type { Settings } from "../check.ts";
import { choose } from "../choose.ts";

/** Which method, and with which to go on once the system shows itself stiff. */
export interface Walkable {
  readonly method: "tsit5" | "rodas5p";
  readonly reason: string;
  readonly whenStiff: "rodas5p" | undefined;
}

/** The method to use. @throws GreyboxError where what it needs cannot be transposed */
export function walkable(system: System, settings: Settings): Walkable {
  if (!system.differentiable) {
    throw new GreyboxError("solver/not-differentiable", { system: system.name, why: "its equations come without exact derivatives" });
  }
  const no = (method: string, what: string, instead: string): never => {
    throw new GreyboxError("solver/unsupported", { method, what, instead });
  };
  const { method, reason, whenStiff } = choose(system, settings.method, true);
  const rosenbrock = system.jacobian?.pullback !== undefined;
  if (method !== "tsit5" && method !== "rodas5p" && settings.method !== "auto") {
    no(method, "adjoint gradients", 'Use "tsit5" or "rodas5p", or "auto".');
  }
  const name = method === "tsit5" || method === "rodas5p" ? method : (system.mass?.includes(0) ?? rosenbrock) ? "rodas5p" : "tsit5";
  if (system.delays && system.delays.names.length > 0)
    no(name, "adjoint gradients of a system with delays", "Use forward sensitivities: `directions` of `createSolver`.");
  const functions: readonly (Differentiable | undefined)[] = [
    system.rhs,
    system.initial,
    system.events?.when,
    ...(system.events?.then ?? []),
    system.switches?.when,
    name === "rodas5p" ? system.jacobian : undefined,
  ];
  if (functions.some((one) => one !== undefined && one.pullback === undefined) || (name === "rodas5p" && !rosenbrock)) {
    no(
      name,
      `adjoint gradients of "${system.name}", whose functions come without \`pullback\``,
      "Write the equations as a model, or use forward sensitivities: `directions` of `createSolver`.",
    );
  }
  return { method: name, reason, whenStiff: whenStiff !== undefined && rosenbrock && name === "tsit5" ? "rodas5p" : undefined };
}
