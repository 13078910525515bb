/** Generators of what goes wrong with plant data: seeded, labelled, for tests of detectors, models and soft sensors. */
export { averages, clockAhead, clockDrift, interpolatedExport, localStamps, overScan, resend } from "./clocks.ts";
export { type ExceptionOptions, exceptionReport, type SwingingDoorOptions, swingingDoor } from "./compression.ts";
export type { Faulted, Seeded, Stretch } from "./fault.ts";
export { alias, redundant, rename } from "./identity.ts";
export {
  failureCurrent,
  freezeTogether,
  lowFlowCutOff,
  oscillate,
  overrun,
  replaceInstrument,
  resetCounter,
  rootExtraction,
  zeroOnFailure,
} from "./instruments.ts";
export { corrections, entryTimes, misprint, mixUp, replicates, scheduledTimes } from "./laboratory.ts";
export { loseStatus, markBad, markSome } from "./status.ts";
export { clockJump, disorder, dropOut, duplicates, late, losePoints, reportTimes, truncateTimes } from "./times.ts";
export { bias, drift, freeze, noisy, quantise, rescale, saturate, sentinels, spikes, swap } from "./values.ts";
