/** Prediction of whole records: each stream is one task, so many of them run wherever there is room, with the same bits. */
import { type Compute, inline, type TaskContext, task } from "../compute/index.ts";
import { type AnySource, convert } from "../core/index.ts";
import type { Window } from "../historian/index.ts";
import { type Bundle, partsOf } from "./bundle.ts";
import type { LabUpdate } from "./lab-bias.ts";
import { live, type SensorParts } from "./live.ts";
import type { Prediction } from "./prediction.ts";
import type { SoftSensor } from "./soft-sensor.ts";
import { inModelUnits, type Stream, secondsIn, streamOf } from "./stream.ts";
import { unitOfObservable } from "./units-of.ts";

export interface PredictAllOptions {
  /** Where the streams run. Default: here, one after the other. */
  readonly compute?: Compute | undefined;
  /**
   * Answer only at these times: for a window in its time unit from its start, which adds points there; for a stream those of its points.
   * Default: at every point.
   */
  readonly at?: ArrayLike<number> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** What a sensor says about one record. */
export interface Predicted {
  readonly predictions: readonly Prediction[];
  /** What became of the laboratory values, in the order in which they were reported. */
  readonly labs: readonly LabUpdate[];
}

/**
 * Predicts records from their beginning, each as a stream of its own; the sensor's live stream is not touched.
 *
 * Nothing is known before its time: laboratory values count from when they were reported, and what was measured of the estimate itself is
 * withheld. A window is read as the historian keeps it: inputs declared linear run straight between archived points.
 *
 * @returns one entry for each record, the same bits for any number of workers
 */
export async function predictAll<M extends AnySource>(
  sensor: Pick<SoftSensor<M>, "toBundle">,
  records: readonly (Window | Stream)[],
  options: PredictAllOptions = {},
): Promise<readonly Predicted[]> {
  const compute = options.compute ?? inline();
  const at = options.at && Float64Array.from(options.at);
  let done = 0;
  return compute.map(
    predictTask,
    records.map((record): PredictInput => ({ record, at })),
    { shared: sensor.toBundle(), signal: options.signal, onResult: () => options.onProgress?.(++done, records.length) },
  );
}

interface PredictInput {
  readonly record: Window | Stream;
  readonly at: Float64Array | undefined;
}

/** One stream through a sensor made from its bundle. Public only so that workers find it. */
export function predictRecord({ record, at }: PredictInput, { shared }: TaskContext<Bundle>): Predicted {
  const parts = rebuilt(shared);
  if ("points" in record) {
    const spec = record.units === "model" ? inModelUnits(parts.spec) : parts.spec;
    return follow({ ...parts, spec }, record, at && new Set(at));
  }
  const { definition } = parts.fit.model;
  const { estimate, unit } = parts.spec;
  const modelUnit = unitOfObservable(definition, estimate) ?? unit;
  const stream = streamOf(record, parts.spec, (value) => convert(value, modelUnit, unit), at);
  const seconds = secondsIn(record.time);
  const wanted = at && new Set(Array.from(at, (t) => t * seconds));
  const { predictions, labs } = follow({ ...parts, spec: inModelUnits(parts.spec, record) }, stream, wanted);
  return { predictions: predictions.map((prediction) => ({ ...prediction, time: record.epoch + prediction.time })), labs };
}

export const predictTask = task<PredictInput, Predicted, Bundle>(import.meta.url, "predictRecord");

function follow(parts: SensorParts, { points, labs = [] }: Stream, wanted: ReadonlySet<number> | undefined): Predicted {
  const sensor = live(parts);
  const predictions: Prediction[] = [];
  const updates: LabUpdate[] = [];
  const waiting = [...labs].sort((a, b) => a.reportedTime - b.reportedTime);
  let next = 0;
  for (const point of points) {
    for (; next < waiting.length && waiting[next]!.reportedTime <= point.time; next++) updates.push(sensor.lab(waiting[next]!));
    const prediction = sensor.predict(point);
    if (!wanted || wanted.has(point.time)) predictions.push(prediction);
  }
  return { predictions, labs: updates };
}

/** The sensors that this thread has rebuilt, newest last; a few, so that fleets do not fill the memory. */
const known = new Map<string, SensorParts>();
const kept = 4;

function rebuilt(bundle: Bundle): SensorParts {
  const found = known.get(bundle.hash);
  if (found) return found;
  const parts = partsOf(bundle);
  known.set(bundle.hash, parts);
  for (const hash of known.keys()) {
    if (known.size <= kept) break;
    known.delete(hash);
  }
  return parts;
}
