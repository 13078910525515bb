/**
 * Solvers: from a system to its course over time. Takes a `System` and a problem, gives arrays and an outcome.
 *
 * May import core, kernel, compute.
 */
export { type AdjointOptions, type AdjointSolver, createAdjointSolver, type RecordedSolution } from "./adjoint/adjoint-solver.ts";
export type { Course, Direction, SecondOrder, WeightsAlong } from "./adjoint/second-order.ts";
export type { WeightedGradient, Weights } from "./adjoint/weighted-gradient.ts";
export { defaults as solverDefaults } from "./check.ts";
export { checkDerivatives, type DerivativeCheck, type DerivativePoint, derivativeDefaults } from "./check-derivatives.ts";
export { refuseDelays } from "./delays/refuse.ts";
export type { DenseOutput } from "./dense-output.ts";
export type { Ensemble } from "./ensemble/ensemble.ts";
export { gpuEnsembleDefaults, type OnGpu } from "./ensemble/gpu/solve-on-gpu.ts";
export type { EnsembleOptions, MemberValues } from "./ensemble/question.ts";
export {
  ensembleDefaults,
  type SimulateEnsembleOptions,
  type StreamEnsembleOptions,
  simulateEnsemble,
  streamEnsemble,
} from "./ensemble/simulate-ensemble.ts";
export type { Form } from "./generated/explicit-form.ts";
export type { Method, MethodName } from "./methods/method.ts";
export { type OdeDefinition, odeSystem } from "./ode-system.ts";
export type { BelowLimit, Happened, Problem, ProblemDirections, Solution, SolveOptions } from "./problem.ts";
export { type SensitivityOf, type SimulateOptions, simulate } from "./simulate.ts";
export { createSolver, type Solver, solve } from "./solver.ts";
export {
  type BranchEnd,
  type BranchPoint,
  type ContinueOptions,
  continueSteady,
  type SpecialSteadyState,
  type SteadyBranch,
  type SteadyBranches,
} from "./steady/continue-steady.ts";
export { type SteadyProblem, type SteadySolution, solveSteady } from "./steady/solve-steady.ts";
export { type SteadyOptions, type SteadySearch, type SteadyState, steadyState, steadyStates } from "./steady/steady-state.ts";
export type { Statistics } from "./stepper.ts";
export type { Trajectory } from "./trajectory.ts";
