/** The types of the kernel language. They live in core, so that a system can carry kernels to solvers that know no models. */
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
} from "../core/index.ts";
