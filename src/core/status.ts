/**
 * Data quality travels with the value: OPC UA status codes, and the reasons Greybox adds to them.
 *
 * A status is the 32-bit OPC UA StatusCode; its two top bits are the severity (Good, Uncertain, Bad). What Greybox found out by
 * itself is kept beside it, as a mask of reasons, so that a status read from a server is never lost.
 *
 * @see OPC UA Part 4 (IEC 62541-4) §7.39 StatusCode; Part 8 (IEC 62541-8) annex on data quality.
 */

/** The status codes used by name. Any other 32-bit code passes through untouched. */
export const status = {
  good: 0x00000000,
  goodLocalOverride: 0x00960000,
  uncertain: 0x40000000,
  uncertainLastUsableValue: 0x40900000,
  uncertainSubstituteValue: 0x40910000,
  uncertainInitialValue: 0x40920000,
  uncertainSensorNotAccurate: 0x40930000,
  uncertainEngineeringUnitsExceeded: 0x40940000,
  uncertainSubNormal: 0x40950000,
  uncertainDataSubNormal: 0x40a40000,
  bad: 0x80000000,
  badNoCommunication: 0x80310000,
  badConfigurationError: 0x80890000,
  badNotConnected: 0x808a0000,
  badDeviceFailure: 0x808b0000,
  badSensorFailure: 0x808c0000,
  badOutOfService: 0x808d0000,
  badWaitingForInitialData: 0x80320000,
  badNoData: 0x809b0000,
  badOutOfRange: 0x803c0000,
} as const;

export type Severity = "good" | "uncertain" | "bad";

/** The severity of a status code: its two top bits. */
export function severity(code: number): Severity {
  const top = code >>> 30;
  return top === 0 ? "good" : top === 1 ? "uncertain" : "bad";
}

/** The worse of two status codes: the one with the higher severity; the first where they tie. */
export function worse(a: number, b: number): number {
  return b >>> 30 > a >>> 30 ? b : a;
}

/** Why Greybox trusts a value less than its source says. A mask: a value can have several. */
export const reason = {
  /** The source delivers no status at all; nobody vouched for the value. */
  unverified: 1 << 0,
  /** The cell held text, or nothing, where a number belongs. */
  notANumber: 1 << 1,
  /** A number that this source writes instead of a missing value (−9999, 1e30 …). */
  sentinel: 1 << 2,
  /** Outside the declared or physically possible range. */
  outOfRange: 1 << 3,
  /** Same time stamp and same value as another point. */
  duplicate: 1 << 4,
  /** Same time stamp as another point, another value. */
  conflict: 1 << 5,
  /** Arrived after a point with a later time stamp. */
  disordered: 1 << 6,
  /** Time stamp in the future, or beyond the span that the reader allows. */
  timeSuspect: 1 << 7,
  /** A single point far from its neighbours. */
  spike: 1 << 8,
  /** No change for longer than the tag's noise allows. */
  frozen: 1 << 9,
  /** At the end of the measuring range. */
  saturated: 1 << 10,
  /** The stretch before this point is longer than the tag's reporting rule allows. */
  gap: 1 << 11,
  /** Read between archived points. */
  interpolated: 1 << 12,
  /** Replaced by a repair; the raw value is in the layer below. */
  substituted: 1 << 13,
  /** Laboratory value whose sample time is scheduled or unknown. */
  sampleTimeUnknown: 1 << 14,
  /** Laboratory value below the detection limit. */
  censored: 1 << 15,
  /** The source itself marked the value Uncertain. */
  sourceUncertain: 1 << 16,
  /** The source itself marked the value Bad. */
  sourceBad: 1 << 17,
  /** Delivered in a burst after an outage: history, not news. */
  lateUpload: 1 << 18,
  /** Scanned faster than the instrument measures: not an observation of its own. */
  overDense: 1 << 19,
  /** The time stamp is coarser than the process: truncated, or moved by a clock that was corrected. */
  timeCoarse: 1 << 20,
  /** Went silent or still together with many other tags: the communication, not the process. */
  groupStale: 1 << 21,
  /** A bias, sudden or creeping, against redundant measurements, laboratory or physics. */
  biased: 1 << 22,
  /** Looks as if unit, sign, range, reference (gauge, absolute) or transformation had changed. */
  scaleSuspect: 1 << 23,
  /** Much noisier than the tag usually is. */
  noisy: 1 << 24,
  /** A counter that was reset or ran over. */
  counterReset: 1 << 25,
  /** Does not agree with a balance or another physical constraint. */
  imbalance: 1 << 26,
  /** The tag may mean another instrument here: renamed, replaced, swapped, moved. */
  identitySuspect: 1 << 27,
  /** Entered or forced by hand, or a loop in manual. */
  manual: 1 << 28,
  /** Outside the operating conditions that were asked for. */
  outOfContext: 1 << 29,
  /** A laboratory value that looks mixed up, misprinted or measured by another method. */
  labSuspect: 1 << 30,
  /** A later version of this value exists. */
  superseded: 0x80000000,
} as const;

export type Reason = keyof typeof reason;

/** The reasons in a mask, in the order of {@link reason}. */
export function reasonsIn(mask: number): Reason[] {
  return (Object.keys(reason) as Reason[]).filter((name) => (mask & reason[name]) !== 0);
}
