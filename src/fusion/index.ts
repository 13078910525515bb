/**
 * Fusion: takes a calibrated mechanism and windows, gives a hybrid: mechanism plus a learned part that knows its limits; and filters.
 * May import core, kernel, compute, historian (types), models, solvers and calibration.
 */
export { type Feature, featureName } from "./features/feature.ts";
export { ekf } from "./filters/ekf.ts";
export type { Filter, FilterOptions, FilterStart, FilterState, Innovation, RunningFilter } from "./filters/filter.ts";
export { ukf } from "./filters/ukf.ts";
export { type FuseOptions, fuse, fuseDefaults } from "./fuse.ts";
export type { Guard } from "./guard/guard.ts";
export type {
  Confounding,
  Corrected,
  DomainReading,
  DomainVerdict,
  Hybrid,
  HybridPrediction,
  HybridState,
  Moment,
  PredictOptions,
  Rivals,
} from "./hybrid.ts";
export type { LearnContext, Learned, Learner, Matrix } from "./learner.ts";
export { type GaussianProcessOptions, type GaussianProcessState, gaussianProcess } from "./learners/gaussian-process.ts";
export { type NetworkOptions, type NetworkState, network } from "./learners/network.ts";
export { type PlsOptions, type PlsState, pls } from "./learners/pls.ts";
export { learnerFrom, restoreLearned } from "./learners/registry.ts";
export { type RidgeOptions, type RidgeState, ridge } from "./learners/ridge.ts";
export { type MechanismOptions, mechanismDefaults } from "./mechanism/solved.ts";
export { type Residual, type ResidualOptions, residual } from "./residual.ts";
export { hybridFromState } from "./state.ts";
export type { Backend } from "./tensorflow/tensorflow.ts";
export { type HeldOut, validate } from "./validation/held-out.ts";
export { validationTable } from "./validation/table.ts";
export type { Comparison, Fold, Score, Validation } from "./validation/validation.ts";
