/**
 * Fusion: takes a calibrated mechanism and windows, gives a hybrid: mechanism plus a learned part that knows its limits; and filters.
 * May import core, kernel, compute, historian (types), models, solvers and calibration.
 */
export { type Feature, featureName } from "./features/feature.ts";
export type { Filter, FilterOptions, FilterStart, FilterState, Innovation, RunningFilter } from "./filters/filter.ts";
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
} from "./hybrid.ts";
export type { LearnContext, Learned, Learner, Matrix } from "./learner.ts";
export { type PlsOptions, type PlsState, pls } from "./learners/pls.ts";
export { restoreLearned } from "./learners/restore.ts";
export { type RidgeOptions, type RidgeState, ridge } from "./learners/ridge.ts";
export type { Comparison, Fold, Score, Validation } from "./validation/validation.ts";
