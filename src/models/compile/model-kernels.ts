/** The kernels of a model, for engines that run in WebAssembly or on other machines and make the model part of their own code. */
import type { ModelDefinition } from "../../core/index.ts";
import type { ParsedEquations } from "../language/equations.ts";
import { functionsOf, type ModelKernels } from "./functions.ts";

/**
 * Right-hand side and Jacobian of a model as plain data; called with t, x, u, p, out.
 *
 * @example
 * modelKernels(reactor).rhs.name; // => "rhs"
 */
export function modelKernels(model: { readonly definition: ModelDefinition; readonly equations: ParsedEquations }): ModelKernels {
  return functionsOf(model.definition, model.equations).kernels();
}
