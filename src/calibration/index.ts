/**
 * Calibration: a question and windows of data in, parameters with a verdict out.
 *
 * May import core, compute, models, solvers, and types of historian.
 */
export type { ArchivedFinding } from "./archive/archive-bootstrap.ts";
export type { ArchiveChoice } from "./archive/choice.ts";
export { type Bootstrap, type BootstrapOptions, bootstrap, bootstrapDefaults } from "./bootstrap/bootstrap.ts";
export type { BootstrapQuantity } from "./bootstrap/quantity.ts";
export { calibrate } from "./calibrate.ts";
export type {
  Calibrated,
  Estimate,
  FitOfTag,
  LooseDirection,
  ResidualSeries,
  StartResult,
  Termination,
  WindowOrigin,
} from "./calibrated.ts";
export { type Comparison, compareFits, type TagChange } from "./comparison/compare.ts";
export { type InformationCriteria, informationCriteria, type LikelihoodRatio } from "./comparison/criteria.ts";
export type { DataComparison, DataRelation } from "./comparison/data.ts";
export type { DefinitionChange } from "./comparison/definitions.ts";
export type { EstimateChange } from "./comparison/estimates.ts";
export { type FleetMember, type FleetParameter, fleetDefaults, fleetOf, memberOf } from "./comparison/fleet.ts";
export type { JointDifference } from "./comparison/joint.ts";
export { type DiagnoseOptions, diagnose } from "./diagnostics/diagnose.ts";
export type {
  DiagnosedSeries,
  DiagnosedTag,
  Diagnosis,
  Feedback,
  Finding,
  FindingKind,
  Influence,
  InputCorrelation,
  TestResult,
} from "./diagnostics/diagnosis.ts";
export { diagnosisDefaults } from "./diagnostics/findings.ts";
export { type EvaluateOptions, type Evaluation, evaluate } from "./evaluate.ts";
export {
  type Criterion,
  type ExpectedError,
  type ExperimentOptions,
  experimentDefaults,
  type InputFreedom,
  type NextExperiment,
  type ProposedSample,
  type SensorCandidate,
} from "./experiment/design.ts";
export { nextExperiment } from "./experiment/next-experiment.ts";
export {
  type Confounded,
  type Identifiability,
  type IdentifiabilityQuestion,
  identifiability,
} from "./identifiability/identifiability.ts";
export { identifiabilityOf } from "./identifiability/of-question.ts";
export { identifyRate } from "./incremental/identify-rate.ts";
export { type LawResult, type RateCourse, type RateIdentified, type RateQuestion, rateDefaults } from "./incremental/rate-question.ts";
export { type ErrorSize, type Likelihood, likelihoodDefaults } from "./likelihood/likelihood.ts";
export { type Likely, logLikelihood } from "./log-likelihood-at.ts";
export { type PetabOptions, type PetabQuestion, readPetab } from "./petab/problem.ts";
export { type WrittenPetab, writePetab } from "./petab/write.ts";
export { type Profile, type ProfileOptions, profile } from "./profile/profile.ts";
export type { Prior } from "./question/prior.ts";
export {
  defaults as calibrationDefaults,
  type InitialChoice,
  type InnovationGain,
  type InstrumentChoice,
  type InstrumentError,
  type LocalChoice,
  type Progress,
  type Question,
  type SolverChoice,
  type Tie,
} from "./question/question.ts";
export { type StartChoice, type StartSource, startSource } from "./question/start-choice.ts";
export { comparisonPage } from "./report/comparison-page.ts";
export { type FitState, fitToState, type ReportData, reportData } from "./report/data.ts";
export { type FleetRow, fleetPage, outstandingSentences } from "./report/fleet-page.ts";
export type { ReportOptions } from "./report/options.ts";
export { reportPage } from "./report/page.ts";
export { type Sample, type SampledQuantity, type SampleOptions, sample, sampleDefaults } from "./sampling/sample.ts";
export { type ChosenMethod, type MethodName as SearchMethod, methodDefaults } from "./search/method.ts";
export { type SearchOptions, searchDefaults } from "./search/trust-region.ts";
export type { Settled } from "./settling/settled.ts";
export type { ShootingChoice } from "./shooting/choice.ts";
export { shootingDefaults } from "./shooting/shoot.ts";
export { fitFromState } from "./stored.ts";
