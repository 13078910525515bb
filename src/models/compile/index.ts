/** Compile: a checked definition and its parsed equations in, a `System` of generated functions out. */
export type { ModelKernels } from "./functions.ts";
export { type JacobianLayout, jacobianLayout } from "./jacobian-layout.ts";
export { modelKernels } from "./model-kernels.ts";
export { compileSystem } from "./system.ts";
export { type ModelWebAssembly, modelWebAssembly } from "./web-assembly.ts";
