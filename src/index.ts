/**
 * Greybox: hybrid process models. What most programs need, from the folders' own entries; the rest is in `greybox/<folder>`.
 */
export {
  type Calibrated,
  calibrate,
  type Estimate,
  evaluate,
  fitFromState,
  fitToState,
  type Question,
  type Termination,
} from "./calibration/index.ts";
export { type Compute, type Gpu, gpu, inline, threads } from "./compute/index.ts";
export {
  convert,
  describeOutcome,
  GreyboxError,
  isGreyboxError,
  type ModelDefinition,
  type Outcome,
  reason,
  reasonsIn,
  type Signal,
  type System,
  type SystemSource,
  severity,
  signal,
  status,
} from "./core/index.ts";
export {
  ekf,
  fuse,
  gaussianProcess,
  type Hybrid,
  type Learner,
  network,
  pls,
  residual,
  ridge,
  ukf,
  validate,
  validationTable,
} from "./fusion/index.ts";
export {
  type Binding,
  bind,
  type Historian,
  openHistorian,
  type Portrait,
  portraitText,
  prepare,
  sliceWindow,
  splitWindow,
  type Window,
  windowFromTable,
} from "./historian/index.ts";
export {
  array,
  checkDefinition,
  compose,
  defineDistributedModel,
  defineModel,
  defineOpenModel,
  describeModel,
  type Model,
  mlp,
  modelFromDefinition,
  substitute,
} from "./models/index.ts";
export { biasUpdate, loadSoftSensor, type Prediction, type SoftSensor, softSensor } from "./sensors/index.ts";
export {
  continueSteady,
  type Ensemble,
  odeSystem,
  simulate,
  simulateEnsemble,
  solve,
  steadyState,
  steadyStates,
  streamEnsemble,
  type Trajectory,
} from "./solvers/index.ts";
