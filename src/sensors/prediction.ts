/** What a soft sensor answers: a number that can say "do not use me". Plain data, JSON without loss, never NaN. */
import { type Severity, severity, status } from "../core/index.ts";
import type { DomainReading, DomainVerdict } from "../fusion/index.ts";

/** Why a prediction is worth less than a Good one, or may surprise. Every code is explained in `docs/soft-sensors.md`. */
export const predictionReasons = [
  "input-uncertain",
  "input-held",
  "input-substituted",
  "input-missing",
  "input-out-of-range",
  "measurement-unusable",
  "measurement-rejected",
  "state-unsettled",
  "features-missing",
  "edge-of-domain",
  "outside-domain",
  "solve-failed",
  "out-of-order",
  "bias-at-limit",
  "lab-overdue",
  "last-lab",
  "no-interval",
] as const;

export type PredictionReasonCode = (typeof predictionReasons)[number];

export interface PredictionReason {
  readonly code: PredictionReasonCode;
  /** The input or observable it is about. */
  readonly on?: string | undefined;
  /** The sentence a person reads. */
  readonly text: string;
}

export interface PredictionStatus {
  /** OPC UA StatusCode, 32 bits. */
  readonly code: number;
  /** Such as `Uncertain_LastUsableValue`. */
  readonly name: string;
  readonly severity: Severity;
}

/** Where the features of the learned part lie, compared with its training data. */
export interface PredictionDomain {
  readonly verdict: DomainVerdict;
  /** Share of the learned part that is used: 1 inside, 0 outside. */
  readonly trust: number;
  /** 0 inside; 1 where the learned part has faded to nothing; grows beyond. Null: beyond all measure. */
  readonly distance: number | null;
  /** Hotelling's T² over its limit. */
  readonly t2: number | null;
  /** Squared reconstruction error over its limit; null for learners that have none. */
  readonly spe: number | null;
  /** Features out of their training range, worst first. */
  readonly beyond: readonly string[];
  /** Features that could not be had. */
  readonly missing: readonly string[];
}

export interface Prediction {
  /** As in the point that was asked: seconds since 1970 UTC. */
  readonly time: number;
  /** physics + learned + bias, in `unit`; null where the status is Bad. */
  readonly value: number | null;
  readonly unit: string;
  /** Prediction interval at `level`, in `unit`; null where nothing measured says how wide it is (then `reasons` say so). */
  readonly interval: readonly [number, number] | null;
  readonly level: number;
  readonly status: PredictionStatus;
  readonly reasons: readonly PredictionReason[];
  /** What the mechanism alone says, in `unit`. */
  readonly physics: number | null;
  /** What the learned part adds, in `unit`; 0 where it is not used. */
  readonly learned: number;
  /** What the laboratory adds, in `unit`. */
  readonly bias: number;
  /** Null where the sensor has no learned part, or it could not be asked. */
  readonly domain: PredictionDomain | null;
  /** Age of the oldest reading in use [s]. */
  readonly age: number | null;
  readonly model: { readonly sensor: string; readonly hash: string };
}

const names: ReadonlyMap<number, string> = new Map([
  [status.good, "Good"],
  [status.goodLocalOverride, "Good_LocalOverride"],
  [status.uncertain, "Uncertain"],
  [status.uncertainLastUsableValue, "Uncertain_LastUsableValue"],
  [status.uncertainSubstituteValue, "Uncertain_SubstituteValue"],
  [status.uncertainInitialValue, "Uncertain_InitialValue"],
  [status.uncertainSensorNotAccurate, "Uncertain_SensorNotAccurate"],
  [status.uncertainEngineeringUnitsExceeded, "Uncertain_EngineeringUnitsExceeded"],
  [status.uncertainSubNormal, "Uncertain_SubNormal"],
  [status.uncertainDataSubNormal, "Uncertain_DataSubNormal"],
  [status.bad, "Bad"],
  [status.badNoCommunication, "Bad_NoCommunication"],
  [status.badConfigurationError, "Bad_ConfigurationError"],
  [status.badNotConnected, "Bad_NotConnected"],
  [status.badDeviceFailure, "Bad_DeviceFailure"],
  [status.badSensorFailure, "Bad_SensorFailure"],
  [status.badOutOfService, "Bad_OutOfService"],
  [status.badWaitingForInitialData, "Bad_WaitingForInitialData"],
  [status.badNoData, "Bad_NoData"],
  [status.badOutOfRange, "Bad_OutOfRange"],
]);

const severityNames = { good: "Good", uncertain: "Uncertain", bad: "Bad" } as const;

/**
 * A status code with its name; codes without a name of their own go by their severity. The low 16 bits (limits, origin) do not name it.
 *
 * @example
 * statusReport(0x40900000).name; // => "Uncertain_LastUsableValue"
 */
export function statusReport(code: number): PredictionStatus {
  const grade = severity(code);
  return { code: code >>> 0, name: names.get((code & 0xffff0000) >>> 0) ?? severityNames[grade], severity: grade };
}

/** The reading of the guard, without what JSON cannot say. */
export function domainReport(reading: DomainReading): PredictionDomain {
  const { verdict, trust, distance, t2, spe, beyond, missing } = reading;
  const finite = (x: number | undefined): number | null => (x !== undefined && Number.isFinite(x) ? x : null);
  return { verdict, trust, distance: finite(distance), t2: finite(t2), spe: finite(spe), beyond, missing };
}
