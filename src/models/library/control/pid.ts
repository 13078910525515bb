/**
 * PI and PID controllers in position form, with limits, anti-windup by back-calculation and bumpless change between manual and automatic.
 *
 *   v = Kc·(setpoint − measured) + integral − Kc·N·(measured − filtered)
 *   output = v or manual, within low … high
 *   d integral/dt = Kc/tauI·(setpoint − measured) + (output − v)/tauT     (in manual: the second term only)
 *
 * The derivative acts on the measurement, filtered with tauD/N, so that a step of the setpoint is no kick. While the output is at a limit or in
 * manual, the integral follows it with the time constant tauT, so that neither winds it up nor bumps when automatic comes back: change over
 * a few tauT after the last move of `manual`. At the start the output is `manual`, whatever the error. A negative Kc acts the other way
 * round: the output falls when the measurement is below its setpoint, as coolant has to.
 *
 * Assumes a controller that is fast against the process: no sampling, no delay. Not for the series form of old instruments.
 *
 * @see K. J. Åström & R. M. Murray, Feedback Systems, Princeton University Press 2008, §10.4 (windup, back-calculation, fig. 10.10) and §10.5
 *   (filtered derivative, eq. 10.14; N from 2 to 20).
 */
import { defineModel } from "../../define/define-model.ts";
import { difference, measureOf, times, unitText } from "../../units/measure.ts";

/** What a controller is set to. Values are in the units given here. */
export interface ControllerSettings {
  /** Default: "pid", or "pi". */
  readonly name?: string;
  /** Unit of what is measured, and of its setpoint. */
  readonly measured: string;
  /** Unit of the output; a scale that starts at zero. */
  readonly output: string;
  /** Unit of time. */
  readonly time: string;
  /** Gain, output by measured; negative where more output lowers what is measured. */
  readonly Kc: number;
  /** Integral time. */
  readonly tauI: number;
  /** Tracking time of the anti-windup. Default: tauI, for PID √(tauI·tauD). */
  readonly tauT?: number;
  /** Limits of the output. */
  readonly limits: readonly [low: number, high: number];
}

export const pidDefaults = {
  /** Ratio of derivative time to filter time. */
  N: 10,
} as const;

/** Units of gain and of its quotient by time. */
function unitsOf({ measured, output, time }: ControllerSettings) {
  const quotient = (over: string, under: string): string => unitText(times(measureOf(over), difference(measureOf(under)), -1));
  return { gain: quotient(output, measured), measured, output, time };
}

/**
 * A PI controller with the inputs `measured`, `setpoint`, `auto` (1 automatic, 0 manual) and `manual` (the output in manual), and the quantity
 * `output`.
 *
 * @throws GreyboxError `model/invalid` for units and values that cannot be used
 *
 * @example
 * pi({ measured: "K", output: "L/min", time: "min", Kc: -2, tauI: 5, limits: [0, 100] }).definition.parameters.Kc.unit; // => "L/min/K"
 */
export function pi(settings: ControllerSettings) {
  const unit = unitsOf(settings);
  const { Kc, tauI, tauT = tauI, limits } = settings;
  return defineModel({
    name: settings.name ?? "pi",
    time: unit.time,
    parameters: {
      Kc: { value: Kc, unit: unit.gain, description: "gain" },
      tauI: { value: tauI, unit: unit.time, bounds: [tauI / 1000, tauI * 1000], description: "integral time" },
      tauT: { value: tauT, unit: unit.time, bounds: [tauT / 1000, tauT * 1000], description: "tracking time of the anti-windup" },
      low: { value: limits[0], unit: unit.output, description: "lower limit of the output" },
      high: { value: limits[1], unit: unit.output, description: "upper limit of the output" },
    },
    inputs: { measured: unit.measured, setpoint: unit.measured, auto: "1", manual: unit.output },
    states: { integral: { unit: unit.output, initial: "manual - Kc*(setpoint - measured)", nominal: nominal(limits) } },
    algebraic: {
      automatic: { unit: "1", is: "if(auto > 0.5, 1, 0)" },
      v: { unit: unit.output, is: "Kc*(setpoint - measured) + integral", description: "output before the limits" },
      output: { unit: unit.output, is: "min(max(if(auto > 0.5, v, manual), low), high)" },
    },
    derivatives: { integral: "automatic*Kc/tauI*(setpoint - measured) + (output - v)/tauT" },
  });
}

/**
 * A PID controller: as {@link pi}, with a derivative of the filtered measurement.
 *
 * @param settings  as of {@link pi}, with the derivative time `tauD` (greater than 0) and the filter `N`
 * @throws GreyboxError `model/invalid` for units and values that cannot be used
 *
 * @example
 * pid({ measured: "degC", output: "%", time: "s", Kc: 4, tauI: 60, tauD: 10, limits: [0, 100] }).definition.parameters.tauT.value; // => Math.sqrt(600)
 */
export function pid(settings: ControllerSettings & { readonly tauD: number; readonly N?: number }) {
  const unit = unitsOf(settings);
  const { Kc, tauI, tauD, tauT = Math.sqrt(tauI * tauD), N = pidDefaults.N, limits } = settings;
  return defineModel({
    name: settings.name ?? "pid",
    time: unit.time,
    parameters: {
      Kc: { value: Kc, unit: unit.gain, description: "gain" },
      tauI: { value: tauI, unit: unit.time, bounds: [tauI / 1000, tauI * 1000], description: "integral time" },
      tauD: { value: tauD, unit: unit.time, bounds: [tauD / 1000, tauD * 1000], description: "derivative time" },
      N: { value: N, unit: "1", bounds: [1, 100], description: "derivative time over filter time" },
      tauT: { value: tauT, unit: unit.time, bounds: [tauT / 1000, tauT * 1000], description: "tracking time of the anti-windup" },
      low: { value: limits[0], unit: unit.output, description: "lower limit of the output" },
      high: { value: limits[1], unit: unit.output, description: "upper limit of the output" },
    },
    inputs: { measured: unit.measured, setpoint: unit.measured, auto: "1", manual: unit.output },
    states: {
      integral: { unit: unit.output, initial: "manual - Kc*(setpoint - measured)", nominal: nominal(limits) },
      filtered: { unit: unit.measured, initial: "measured" },
    },
    algebraic: {
      automatic: { unit: "1", is: "if(auto > 0.5, 1, 0)" },
      v: {
        unit: unit.output,
        is: "Kc*(setpoint - measured) + integral - Kc*N*(measured - filtered)",
        description: "output before the limits",
      },
      output: { unit: unit.output, is: "min(max(if(auto > 0.5, v, manual), low), high)" },
    },
    derivatives: {
      integral: "automatic*Kc/tauI*(setpoint - measured) + (output - v)/tauT",
      filtered: "N*(measured - filtered)/tauD",
    },
  });
}

/** A tenth of the range is what matters of an output. */
const nominal = ([low, high]: readonly [number, number]): number => Math.abs(high - low) / 10 || 1;
