/**
 * Models: typed equations → checked model → system. Takes model definitions, gives `System`s. Imports core and kernel.
 */
export {
  type JacobianLayout,
  jacobianLayout,
  type ModelKernels,
  type ModelWebAssembly,
  modelKernels,
  modelWebAssembly,
} from "./compile/index.ts";
export { array, type PartArray } from "./compose/array.ts";
export { compose, type PlanText } from "./compose/compose.ts";
export { checkDefinition, type ModelCheck, type ModelSummary } from "./define/check-definition.ts";
export { defineModel, type ModelText } from "./define/define-model.ts";
export { type Model, modelFromDefinition } from "./define/model.ts";
export { reduceIndex } from "./define/reduce-index.ts";
export { describeModel } from "./describe/page.ts";
export { type ModelSize, sizeOfModel } from "./describe/size.ts";
export { build } from "./graph/build.ts";
export { evaluateExpression, evaluateNodes } from "./graph/evaluate.ts";
export { type Graph, graph, type NodeId } from "./graph/graph.ts";
export type { ParsedEquations, ParsedEvent } from "./language/equations.ts";
export { type Expression, functions, namesIn } from "./language/expression.ts";
export { nameToLatex, toLatex } from "./language/latex.ts";
export { parseExpression } from "./language/parse.ts";
export { printExpression } from "./language/print.ts";
export { describeProblem, type Problem, type ProblemCode } from "./language/problem.ts";
export { defineDistributedModel, distributedModel } from "./space/define-distributed-model.ts";
export type { AxisDefinition, Boundary, DistributedDefinition, FieldState, Flow, Scheme } from "./space/definition.ts";
export {
  type Block,
  type Constraint,
  type ModelStructure,
  type Scaling,
  type Singular,
  scalingOf,
  structureOf,
} from "./structure/index.ts";
export type { Filler, Filling, OpenDefinition, UnknownDefinition } from "./unknown/definition.ts";
export { mlp, type NetworkOptions } from "./unknown/mlp.ts";
export { defineOpenModel, type OpenModel, openModelFromDefinition } from "./unknown/open-model.ts";
export { type Stoichiometry, stoichiometry } from "./unknown/stoichiometry.ts";
export { substitute, weightsOf } from "./unknown/substitute.ts";
