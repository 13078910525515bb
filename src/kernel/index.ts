/**
 * Kernel: a tiny typed kernel language and what makes functions of it. Takes plain data, gives functions over `Float64Array`; imports core
 * only and knows no models. `Function` and `WebAssembly` are used here and nowhere else.
 */
export { binary, comparison, isBinary, isComparison, isUnary, unary } from "./arithmetic.ts";
export { checkKernel } from "./check.ts";
export { interpret } from "./interpret.ts";
export { emitJavaScript, instantiate } from "./javascript.ts";
export type {
  ArrayDeclaration,
  BinaryOperation,
  Comparison,
  Condition,
  Kernel,
  KernelFunction,
  Place,
  ScalarDeclaration,
  Statement,
  Test,
  UnaryOperation,
  Value,
} from "./kernel.ts";
export { mapLeaves, mapTest } from "./leaves.ts";
export { rollKernel } from "./roll/roll.ts";
export { cutKernel, sizeOfKernel, splitKernel } from "./split.ts";
export { type EmitOptions, emitWebAssembly } from "./webassembly/emit.ts";
export {
  compileWebAssembly,
  createMemory,
  instantiateWebAssembly,
  type KernelMemory,
  type LinkedKernels,
  linkWebAssembly,
} from "./webassembly/instantiate.ts";
export { emitWgsl } from "./wgsl.ts";
