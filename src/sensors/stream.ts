/** Records as streams: what a sensor would have been told, in the order in which it became known. */
import { conversion, parseUnit, sameDimension, severity, status, valueAt } from "../core/index.ts";
import type { Measured, Window } from "../historian/index.ts";
import type { LabRecord } from "./lab-bias.ts";
import type { Point, PointValue } from "./point.ts";
import type { SensorSpec } from "./spec.ts";

/** Points in the order of time, and laboratory results, which are told when they were reported. */
export interface Stream {
  readonly points: readonly Point[];
  readonly labs?: readonly LabRecord[] | undefined;
  /** `model`: the readings are in the units of the model, whatever was agreed about tags. Default: in the units agreed. */
  readonly units?: "agreed" | "model" | undefined;
}

/** Seconds in a unit of model time; 1 where the model's time is a pure number. */
export function secondsIn(time: string): number {
  return sameDimension(parseUnit(time), parseUnit("s")) ? conversion(time, "s").factor : 1;
}

/** The same agreements for points that are in model units already, as those of a window are; its inputs say how they run. */
export function inModelUnits(spec: SensorSpec, window?: Window): SensorSpec {
  const same = { factor: 1, shift: 0 } as const;
  return {
    ...spec,
    inputs: spec.inputs.map((tag) => ({ ...tag, conversion: same, hold: window?.inputs[tag.name]?.interpolation ?? tag.hold })),
    measured: spec.measured.map((tag) => ({ ...tag, conversion: same })),
  };
}

/**
 * A window as a stream, in model units, with times in seconds from the start of the window.
 *
 * There is a point wherever an input is tabulated, a followed tag was measured or its result was reported, the estimate was measured, and
 * at the times `at`. Measured values of the estimate itself are withheld from the filter; where they are laboratory values and the sensor has a rule for
 * these, they are told when they were reported. Points that the preparation of the window gave no weight come as readings without a value.
 *
 * @param toAnswer  from the model's unit of the estimate to that of laboratory values
 * @param at  further times, in the time unit of the window
 */
export function streamOf(window: Window, spec: SensorSpec, toAnswer: (value: number) => number, at: ArrayLike<number> = []): Stream {
  const unit = secondsIn(window.time);
  const inputs = spec.inputs.flatMap(({ name }) => (window.inputs[name] ? [{ name, signal: window.inputs[name] }] : []));
  const followed = spec.measured.flatMap(({ name }) => {
    const measured =
      name === spec.estimate && !lookedBackOn(window.measured[name]?.reported !== undefined, spec) ? undefined : window.measured[name];
    return measured ? [{ name, readings: readingsOf(measured) }] : [];
  });
  const target = Object.hasOwn(window.measured, spec.estimate) ? window.measured[spec.estimate] : undefined;

  const times = new Set<number>(Array.from(at));
  for (const { signal } of inputs) for (const t of signal.times) times.add(t);
  for (const { readings } of followed) for (const t of readings.keys()) times.add(t);
  for (const t of target?.time ?? []) times.add(t);
  const ordered = [...times].filter((t) => t >= 0 && t <= window.duration).sort((a, b) => a - b);

  const statusOf = new Map(Object.entries(window.inputStatus).map(([name, steps]) => [name, stepReader(steps)]));
  const points = ordered.map((t): Point => {
    const values: Record<string, PointValue> = {};
    for (const { name, signal } of inputs) {
      if (t < signal.times[0]! || t > signal.times.at(-1)!) continue;
      values[name] = { value: valueAt(signal, t), status: statusOf.get(name)?.(t) ?? status.good };
    }
    for (const { name, readings } of followed) {
      const reading = readings.get(t);
      if (reading) values[name] = { ...reading, time: reading.time * unit };
    }
    return { ...values, time: t * unit };
  });
  return { points, labs: target && spec.lab ? labsOf(target, unit, toAnswer) : undefined };
}

/** The estimate's own past may be told where only features that look back can see it: not to a filter, and not what the laboratory tells. */
export function lookedBackOn(isLab: boolean, spec: SensorSpec): boolean {
  return !isLab && spec.filter === undefined;
}

/** Readings by the time at which they were known. */
function readingsOf(measured: Measured): ReadonlyMap<number, { value: number | null; status: number; time: number }> {
  const readings = new Map<number, { value: number | null; status: number; time: number }>();
  for (const [i, time] of measured.time.entries()) {
    const usable = measured.weight[i]! > 0;
    const known = Math.max(measured.reported?.[i] ?? time, time);
    readings.set(known, { value: usable ? measured.value[i]! : null, status: measured.status[i]!, time });
  }
  return readings;
}

function labsOf(
  { time, value, weight, reported, status: codes }: Measured,
  unit: number,
  toAnswer: (value: number) => number,
): readonly LabRecord[] {
  if (!reported) return [];
  const labs = Array.from(time.keys())
    .filter((i) => weight[i]! > 0 && severity(codes[i]!) !== "bad" && Number.isFinite(reported[i]))
    .map((i): LabRecord => ({ sampleTime: time[i]! * unit, reportedTime: reported[i]! * unit, value: toAnswer(value[i]!) }));
  return labs.sort((a, b) => a.reportedTime - b.reportedTime);
}

/** The status in force at a time, asked in the order of time. */
function stepReader({ time, status: codes }: { readonly time: Float64Array; readonly status: Uint32Array }): (t: number) => number {
  let next = 0;
  return (t) => {
    while (next < time.length && time[next]! <= t) next++;
    return next === 0 ? status.good : codes[next - 1]!;
  };
}
