/** The soft sensor a caller holds: made from a hybrid or a fit, fed with points, saved as one file, loaded anywhere. */
import type { Calibrated } from "../calibration/index.ts";
import type { AnySource, InputOf, ObservableOf } from "../core/index.ts";
import type { Hybrid } from "../fusion/index.ts";
import { type Bundle, bundleOf, partsOf, readBundle, writeBundle } from "./bundle.ts";
import type { LabRecord, LabUpdate } from "./lab-bias.ts";
import { live, type SensorParts } from "./live.ts";
import { agree, type SensorOptions } from "./options.ts";
import type { Point, PointValue } from "./point.ts";
import type { Prediction } from "./prediction.ts";
import { type SensorSnapshot, snapshotOf, stateFrom } from "./snapshot.ts";
import type { SensorSpec } from "./spec.ts";

/** A point of a model whose names the compiler knows. See {@link Point}. */
export type PointOf<M extends AnySource> = { readonly time: number } & Readonly<Partial<Record<InputOf<M> | ObservableOf<M>, PointValue>>>;

/** A tag that the sensor listens to. */
export interface SensorTag {
  readonly name: string;
  /** Unit in points. */
  readonly unit: string;
  readonly role: "input" | "measured";
}

/** One stream of points and answers. It has identity: a sensor serves one plant, in the order of time. */
export interface SoftSensor<M extends AnySource = AnySource> {
  readonly name: string;
  /** SHA-256 of everything the sensor is made of: two sensors with the same hash answer alike, bit for bit. */
  readonly hash: string;
  readonly estimate: string;
  /** Unit of the answer and of laboratory values. */
  readonly unit: string;
  /** Level of the interval. */
  readonly level: number;
  readonly tags: readonly SensorTag[];
  /** Everything that was agreed, in model units. Plain data but for the filter. */
  readonly spec: SensorSpec;
  /**
   * Answers at one point. Bad data gives a Bad answer, never an exception.
   *
   * @throws GreyboxError `sensor/point-time` when the point has no usable time
   */
  predict(point: PointOf<M>): Prediction;
  /**
   * Takes in a laboratory result, also a late one: it is compared with what was predicted at the time of the sample.
   *
   * @throws GreyboxError `sensor/lab-not-configured`
   */
  lab(record: LabRecord): LabUpdate;
  /** The same sensor at the start of a new stream. */
  fresh(): SoftSensor<M>;
  /** The stream so far, as plain JSON: states, bias, what was said. The sensor goes on. */
  snapshot(): SensorSnapshot;
  /**
   * Takes up a stream where a snapshot left it, and answers from there on with the same bits. What this sensor was told before is forgotten.
   *
   * @throws GreyboxError `sensor/snapshot` when it belongs to another bundle or is damaged; the sensor is then as it was
   */
  resume(snapshot: SensorSnapshot): void;
  /** Writes one self-contained file. The stream is not in it: a loaded sensor starts anew. */
  save(path: string): Promise<void>;
  /** What `save` writes, as plain data. */
  toBundle(): Bundle;
}

/**
 * Makes a soft sensor: the mechanism runs along with the plant, the learned part corrects it, measurements and laboratory values keep it
 * honest, and every answer says how good it is.
 *
 * @param made  what `fuse` or `calibrate` returned
 * @param options  what to estimate, and the agreements about tags; see {@link SensorOptions}
 * @throws GreyboxError `sensor/estimate`, `sensor/tag`, `sensor/option`, `unit/unknown`, `unit/incompatible`
 *
 * @example
 * const decay = defineModel({
 *   name: "decay",
 *   time: "s",
 *   parameters: { k: { value: 0.5, unit: "1/s" } },
 *   states: { x: { unit: "mol/L", initial: 1 } },
 *   derivatives: { x: "-k*x" },
 * });
 * const data = windowFromTable(decay, { time: [0, 1, 2, 3], measured: { x: [1, 0.61, 0.36, 0.23] } });
 * const fit = await calibrate({ model: decay, windows: [data], estimate: ["k"] });
 * const sensor = softSensor(fit, { estimate: "x", initial: { x: 1 } });
 * sensor.predict({ time: 0 }).value; // => 1
 * sensor.predict({ time: 60 }).status.name; // => "Good"
 */
export function softSensor<M extends AnySource>(made: Hybrid<M> | Calibrated<M>, options: SensorOptions<M>): SoftSensor<M> {
  // The names were checked against M on the way in; inside, all models are alike.
  const [fit, hybrid] = ("fit" in made ? [made.fit, made] : [made, undefined]) as unknown as [Calibrated, Hybrid | undefined];
  const spec = agree(fit, hybrid, options as unknown as SensorOptions);
  const bundle = bundleOf(fit, hybrid, spec);
  return sensorOf<M>({ fit, hybrid, spec, hash: bundle.hash }, bundle);
}

/**
 * Loads a sensor that was saved. It answers the same bits as the one that was saved.
 *
 * @throws GreyboxError `bundle/unreadable`, `bundle/version`, `bundle/invalid`, `bundle/tampered`
 */
export async function loadSoftSensor(path: string): Promise<SoftSensor> {
  const bundle = await readBundle(path);
  return sensorOf(partsOf(bundle), bundle);
}

export function sensorOf<M extends AnySource>(parts: SensorParts, bundle: Bundle): SoftSensor<M> {
  const { spec } = parts;
  const stream = live(parts);
  const tags = (role: SensorTag["role"]) =>
    (role === "input" ? spec.inputs : spec.measured).map(({ name, unit }): SensorTag => ({ name, unit, role }));
  return {
    name: spec.name,
    hash: parts.hash,
    estimate: spec.estimate,
    unit: spec.unit,
    level: spec.level,
    tags: [...tags("input"), ...tags("measured")],
    spec,
    predict: (point) => stream.predict(point as Point),
    lab: (record) => stream.lab(record),
    fresh: () => sensorOf(parts, bundle),
    snapshot: () => snapshotOf(stream.state(), parts.hash),
    resume: (snapshot) => stream.restore(stateFrom(snapshot, spec.name, parts.hash)),
    save: (path) => writeBundle(path, bundle),
    toBundle: () => bundle,
  };
}
