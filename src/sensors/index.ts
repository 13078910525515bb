/**
 * Sensors: takes a hybrid or a fit, gives soft sensors and bundles. May import any earlier stage; touches bundle files.
 */
export type { Bundle } from "./bundle.ts";
export type { LabDecision, LabRecord, LabUpdate } from "./lab-bias.ts";
export { type BiasOptions, biasDefaults, biasUpdate } from "./lab-rule.ts";
export type { InputOptions, MeasuredOptions, SensorOptions, TagOptions } from "./options.ts";
export type { Point, PointValue, Reading } from "./point.ts";
export { type PredictAllOptions, type Predicted, predictAll } from "./predict-all.ts";
export {
  type Prediction,
  type PredictionDomain,
  type PredictionReason,
  type PredictionReasonCode,
  type PredictionStatus,
  predictionReasons,
  statusReport,
} from "./prediction.ts";
export type { SensorSnapshot } from "./snapshot.ts";
export { loadSoftSensor, type PointOf, type SensorTag, type SoftSensor, softSensor } from "./soft-sensor.ts";
export { defaults as sensorDefaults, type SensorSpec } from "./spec.ts";
export type { Stream } from "./stream.ts";
export { type StreamOptions, streamFrom } from "./stream-from.ts";
