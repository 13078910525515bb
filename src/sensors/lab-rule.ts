/** The rule by which laboratory values correct a sensor: options, checked and complete. */
import { GreyboxError } from "../core/index.ts";

export interface BiasOptions {
  /** K in (0, 1]: share of the error taken over at each accepted value. */
  readonly gain: number;
  /** Largest believable |e − b|, in the unit of the answer. Default: four half-widths of the interval at the sample time. */
  readonly gate?: number | undefined;
  /** Largest |b|; beyond it the sensor wants a new calibration, not more bias. */
  readonly limit?: number | undefined;
  /** Largest change of b at one value. */
  readonly maxStep?: number | undefined;
  /** Results older than this [s] are not used. */
  readonly maxDelay: number;
  /** Results outside are typing errors. */
  readonly range?: readonly [number, number] | undefined;
  /** When a result is expected at the latest after the one before [s]; later the sensor says so. */
  readonly every?: number | undefined;
  /** How long [s] the last laboratory value itself may stand in for a prediction that cannot be computed. */
  readonly maxAge: number;
}

/** Read by the code, the docs and the tests. */
export const biasDefaults = { gain: 0.3, maxDelay: 24 * 3600, maxAge: 24 * 3600, gateInHalfWidths: 4 } as const;

/**
 * The rule by which laboratory values correct a sensor.
 *
 * @param options  gain in (0, 1], limits > 0 in the unit of the answer, times in seconds
 * @throws GreyboxError `sensor/bias-option`
 *
 * @example
 * biasUpdate({ gain: 0.2, limit: 0.1 }).maxDelay; // => 86400
 */
export function biasUpdate(options: Partial<BiasOptions> = {}): BiasOptions {
  const whole: BiasOptions = {
    gain: biasDefaults.gain,
    maxDelay: biasDefaults.maxDelay,
    maxAge: biasDefaults.maxAge,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
  const refuse = (option: string, value: unknown, must: string): never => {
    throw new GreyboxError("sensor/bias-option", { option, value: String(value), must });
  };
  if (!(whole.gain > 0 && whole.gain <= 1)) refuse("gain", whole.gain, "be above 0 and at most 1");
  for (const option of ["gate", "limit", "maxStep", "maxDelay", "every", "maxAge"] as const) {
    const value = whole[option];
    if (value !== undefined && !(value > 0)) refuse(option, value, "be above 0");
  }
  if (whole.range && !(whole.range[0] < whole.range[1])) refuse("range", whole.range.join(" to "), "rise");
  return whole;
}
