/** A historian as a stream: every archived point in the order of time, as a sensor on the plant would have seen it. */
import { conversion, convert, GreyboxError, severity } from "../core/index.ts";
import { type BoundTag, type Historian, type Moment, momentOf, readBound, secondsOf } from "../historian/index.ts";
import type { LabRecord } from "./lab-bias.ts";
import type { Point, Reading } from "./point.ts";
import type { SoftSensor } from "./soft-sensor.ts";
import type { SensorSpec } from "./spec.ts";
import { lookedBackOn, type Stream } from "./stream.ts";

export interface StreamOptions {
  readonly from?: Moment | undefined;
  readonly to?: Moment | undefined;
  /** Points without readings at even times, so that there is an answer then: seconds, or text such as "10 min". */
  readonly every?: number | string | undefined;
}

/**
 * Reads the tags that a sensor was bound to. Nothing is cleaned: values come with the status of their source, and the sensor's ranges and
 * gates apply. What an input was when the stretch began is told at its first point, as old as it is.
 *
 * @throws GreyboxError `sensor/not-bound` when the sensor was made without a binding; `historian/…` of reading
 */
export async function streamFrom(historian: Historian, sensor: SoftSensor, options: StreamOptions = {}): Promise<Stream> {
  const { spec } = sensor;
  const { binding } = spec;
  if (!binding) throw new GreyboxError("sensor/not-bound", { sensor: spec.name });
  const from = options.from === undefined ? Number.NEGATIVE_INFINITY : momentOf(options.from, "from");
  const to = options.to === undefined ? Number.POSITIVE_INFINITY : momentOf(options.to, "to");
  const readings = new Map<number, Record<string, Reading>>();
  const tell = (time: number, name: string, reading: Reading): void => {
    const point = readings.get(time) ?? {};
    point[name] = reading;
    readings.set(time, point);
  };

  const before: { readonly name: string; readonly reading: Reading }[] = [];
  for (const bound of binding.tags.filter((tag) => isFollowed(tag, spec))) {
    const series = await readBound(historian, bound);
    let latest = Number.NEGATIVE_INFINITY;
    let earlier: Reading | undefined;
    for (const [i, time] of series.time.entries()) {
      if (time > to) continue;
      const reading = { value: series.value[i]!, status: series.status[i]!, time };
      if (time >= from) tell(time, bound.name, reading);
      else if (time >= latest) {
        latest = time;
        earlier = reading;
      }
    }
    if (earlier) before.push({ name: bound.name, reading: earlier });
  }

  const times = [...readings.keys()].sort((a, b) => a - b);
  const start = Number.isFinite(from) ? from : times[0];
  const end = Number.isFinite(to) ? to : times.at(-1);
  if (start === undefined || end === undefined) return { points: [], units: "model" };
  for (const { name, reading } of before) if (!Object.hasOwn(readings.get(start) ?? {}, name)) tell(start, name, reading);
  if (options.every !== undefined) {
    const step = secondsOf(options.every, "every");
    for (let k = 0; start + k * step <= end; k++) if (!readings.has(start + k * step)) readings.set(start + k * step, {});
  }
  const points = [...readings].sort(([a], [b]) => a - b).map(([time, tags]): Point => ({ ...tags, time }));
  return { points, labs: await labsOf(historian, spec, from, to), units: "model" };
}

/** Inputs, and measured tags that the sensor follows; not what the laboratory says of the estimate, which comes as results. */
function isFollowed({ name, role, reported }: BoundTag, spec: SensorSpec): boolean {
  if (role === "input") return spec.inputs.some((tag) => tag.name === name);
  if (name === spec.estimate && !lookedBackOn(reported !== undefined, spec)) return false;
  return spec.measured.some((tag) => tag.name === name);
}

async function labsOf(historian: Historian, spec: SensorSpec, from: number, to: number): Promise<readonly LabRecord[] | undefined> {
  const bound = spec.binding?.tags.find(
    ({ name, role, reported }) => name === spec.estimate && role === "measured" && reported !== undefined,
  );
  if (!spec.lab || bound?.reported === undefined) return undefined;
  conversion(bound.modelUnit, spec.unit);
  const results = await readBound(historian, bound);
  const reports = await historian.read(bound.reported);
  const reportedAt = new Map(Array.from(goodPoints(reports), (i) => [reports.time[i]!, reports.value[i]!]));
  const labs = Array.from(goodPoints(results)).flatMap((i): LabRecord[] => {
    const sampleTime = results.time[i]!;
    const reportedTime = reportedAt.get(sampleTime);
    if (reportedTime === undefined || reportedTime < from || reportedTime > to) return [];
    return [{ sampleTime, reportedTime, value: convert(results.value[i]!, bound.modelUnit, spec.unit) }];
  });
  return labs.sort((a, b) => a.reportedTime - b.reportedTime);
}

function* goodPoints({ status }: { readonly status: Uint32Array }): Generator<number> {
  for (const [i, code] of status.entries()) if (severity(code) === "good") yield i;
}
