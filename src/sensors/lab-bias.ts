/**
 * Laboratory values correct a slow error of the sensor: a filtered, gated bias, compared at the time of the sample, not of the result.
 *
 * b ← b + K·(e − b), where e = laboratory − (physics + learned) at the sample time.
 *
 * @see M. King, *Process Control: A Practical Approach*, 2nd ed., Wiley 2016, ch. 9 (inferentials; bias update and its dangers).
 */
import { type BiasOptions, biasDefaults } from "./lab-rule.ts";

/** A laboratory result. `value` in the unit of the sensor's answer. */
export interface LabRecord {
  /** When the sample was taken [s since 1970 UTC]. */
  readonly sampleTime: number;
  /** When the result became known [s]; not before `sampleTime`. */
  readonly reportedTime: number;
  readonly value: number;
  /** A second result with the same id replaces the first (retest). */
  readonly sampleId?: string | undefined;
  /** The value is a detection limit: the truth lies below or above it. */
  readonly censored?: "below" | "above" | undefined;
}

export type LabDecision =
  | "accepted"
  | "revised"
  | "censored-consistent"
  | "awaiting-confirmation"
  | "too-late"
  | "out-of-range"
  | "not-a-number"
  | "not-before-report"
  | "no-prediction";

export interface LabUpdate {
  readonly decision: LabDecision;
  /** laboratory − (physics + learned) at the sample time; undefined where there is no prediction to compare with. */
  readonly error: number | undefined;
  readonly biasBefore: number;
  readonly bias: number;
  /** True when the bias would have grown beyond `limit`. */
  readonly atLimit: boolean;
  readonly text: string;
}

/** What the sensor knew at the sample time. In the unit of the answer. */
export interface PastPrediction {
  /** What the mechanism alone said. */
  readonly physics: number;
  /** Without bias. */
  readonly value: number;
  /** With the bias of that time: what was said. */
  readonly stated: number;
  readonly halfWidth: number | undefined;
}

/** What of a bias must survive a restart. Plain data. */
export interface BiasState {
  readonly bias: number;
  readonly atLimit: boolean;
  /** An error beyond the gate that waits for a second one like it. */
  readonly pending: number | undefined;
  readonly last: { readonly sampleTime: number; readonly value: number } | undefined;
  /** |differences| of successive accepted values: how fast the plant moves between samples. Newest last. */
  readonly moves: readonly number[];
  /** Newest reported sample ids and their errors, for retests. */
  readonly seen: readonly { readonly sampleId: string; readonly error: number }[];
}

export const noBias: BiasState = { bias: 0, atLimit: false, pending: undefined, last: undefined, moves: [], seen: [] };

const remembered = 64;

/** Applies one laboratory result. Pure: gives the decision and the state after it. */
export function applyLab(
  state: BiasState,
  record: LabRecord,
  past: PastPrediction | undefined,
  options: BiasOptions,
): { readonly update: LabUpdate; readonly state: BiasState } {
  const { value, sampleTime, reportedTime, sampleId, censored } = record;
  const outcome = (decision: LabDecision, text: string, error: number | undefined, after: BiasState = state) => ({
    update: { decision, error, biasBefore: state.bias, bias: after.bias, atLimit: after.atLimit, text },
    state: after,
  });

  if (!Number.isFinite(value)) return outcome("not-a-number", "The result has no value.", undefined);
  if (!(reportedTime >= sampleTime))
    return outcome("not-before-report", "The result is older than its sample; check the two time stamps.", undefined);
  if (options.range && !(value >= options.range[0] && value <= options.range[1])) {
    return outcome("out-of-range", `${value} is outside ${options.range[0]} to ${options.range[1]}.`, undefined);
  }
  if (reportedTime - sampleTime > options.maxDelay) {
    return outcome("too-late", `The result took ${reportedTime - sampleTime} s; the limit is ${options.maxDelay} s.`, undefined);
  }
  if (!past)
    return outcome(
      "no-prediction",
      `There is no prediction at the sample time ${sampleTime} that could be trusted.`,
      undefined,
      remember(state, record),
    );

  const error = value - past.value;
  const surprise = error - state.bias;
  if (censored && (censored === "below" ? surprise >= 0 : surprise <= 0)) {
    return outcome("censored-consistent", `The prediction agrees with a value ${censored} the detection limit.`, error);
  }

  const before = sampleId === undefined ? undefined : state.seen.find((entry) => entry.sampleId === sampleId);
  if (before) {
    const after = moved(state, state.bias + options.gain * (error - before.error), options);
    const seen = [...state.seen.filter((entry) => entry !== before), { sampleId: before.sampleId, error }];
    return outcome("revised", `A retest of sample ${sampleId} replaces the first result.`, error, { ...after, seen });
  }

  const gate = options.gate ?? (past.halfWidth === undefined ? Number.POSITIVE_INFINITY : biasDefaults.gateInHalfWidths * past.halfWidth);
  if (Math.abs(surprise) > gate) {
    const confirmed = state.pending !== undefined && Math.abs(error - state.pending) <= gate;
    if (!confirmed) {
      const hint = decimalHint(value, past.value + state.bias);
      const text = `The error ${short(error)} is ${short(Math.abs(surprise))} from the bias, beyond the gate ${short(gate)}; a second value like it is needed.${hint}`;
      return outcome("awaiting-confirmation", text, error, { ...state, pending: error });
    }
  }
  const after = moved(remember(state, record), state.bias + options.gain * surprise, options);
  const seen = sampleId === undefined ? state.seen : [...state.seen, { sampleId, error }].slice(-remembered);
  const text = after.atLimit ? "The bias is at its limit: calibrate anew." : "The value was taken over.";
  return outcome("accepted", text, error, { ...after, pending: undefined, seen });
}

/** The state with a new bias, within `maxStep` and `limit`. */
function moved(
  state: BiasState,
  wanted: number,
  { maxStep = Number.POSITIVE_INFINITY, limit = Number.POSITIVE_INFINITY }: BiasOptions,
): BiasState {
  const step = Math.min(maxStep, Math.max(-maxStep, wanted - state.bias));
  const free = state.bias + step;
  const bias = Math.min(limit, Math.max(-limit, free));
  return { ...state, bias, atLimit: bias !== free };
}

/** Keeps the newest laboratory value as a last resort; results that arrive in the wrong order do not overwrite newer samples. */
function remember(state: BiasState, { sampleTime, value, censored }: LabRecord): BiasState {
  if (censored || (state.last && sampleTime <= state.last.sampleTime)) return state;
  const moves = state.last ? [...state.moves, Math.abs(value - state.last.value)].slice(-remembered) : state.moves;
  return { ...state, last: { sampleTime, value }, moves };
}

/** Transcription errors shift the decimal point far more often than plants change tenfold. */
function decimalHint(value: number, expected: number): string {
  const decades = Math.log10(value / expected);
  const whole = Math.round(decades);
  const shifted = Number.isFinite(decades) && whole !== 0 && Math.abs(decades - whole) < 0.1;
  return shifted ? ` It looks like a decimal point in the wrong place: ${short(value / 10 ** whole)} would fit.` : "";
}

const short = (x: number): number => Number(x.toPrecision(4));
