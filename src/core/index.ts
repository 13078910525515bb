/**
 * Core: the vocabulary of Greybox. Takes nothing, gives types and small pure functions; imports no other folder.
 */
export { colourColumns } from "./colouring.ts";
export { archivedPlaces, type Door, type DoorOptions, type Points, reportedPlaces } from "./compression.ts";
export { chiSquareQuantile, chiSquareTail, fisherTail, logGamma, normalCdf, normalQuantile, studentQuantile } from "./distributions.ts";
export { explain, type FailureCode, type FailureDetails, failures, GreyboxError, isGreyboxError } from "./errors.ts";
export { counted, listed } from "./failure.ts";
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
} from "./kernel-language.ts";
export { type Eigenvalues, eigenvalues } from "./linear-algebra/eigenvalues.ts";
export { factorLU, solveLU } from "./linear-algebra/lu.ts";
export { foldRows, type RowTriangle, rowTriangle } from "./linear-algebra/qr.ts";
export { type Svd, svd } from "./linear-algebra/svd.ts";
export { nearestNames } from "./nearest.ts";
export { describeOutcome, type Outcome, reachedEnd } from "./outcome.ts";
export { fromPlain, toPlain } from "./plain.ts";
export { contentHash } from "./provenance.ts";
export { type Random, random } from "./random.ts";
export { type Interpolation, type Signal, segmentAt, signal, valueAt } from "./signal.ts";
export { type Reason, reason, reasonsIn, type Severity, severity, status, worse } from "./status.ts";
export type {
  AlgebraicDefinition,
  AnySource,
  Differentiable,
  Directions,
  Evaluate,
  EventDefinition,
  Gradient,
  InputOf,
  ModelDefinition,
  ObservableOf,
  OutputDefinition,
  ParameterDefinition,
  ParameterOf,
  Sparsity,
  StateDefinition,
  StateOf,
  System,
  SystemDelays,
  SystemEvents,
  SystemKernels,
  SystemRequest,
  SystemSource,
  SystemSwitches,
  TableDefinition,
} from "./system.ts";
export { inputWidth } from "./system.ts";
export {
  type Conversion,
  conversion,
  convert,
  type Dimension,
  describeDimension,
  mixes,
  parseUnit,
  sameDimension,
  type Unit,
  type UnitKind,
} from "./units.ts";
export { version } from "./version.ts";
