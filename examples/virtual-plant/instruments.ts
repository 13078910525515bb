/**
 * From what happens in the plant to what stands in its historian: noise, failing instruments, compression, outages, the laboratory.
 *
 * Every tag carries the fault that instruments of its kind have. All of it is seeded.
 */
import { type Random, random, status } from "greybox/core";
import { type ArchiveRule, archive, type Points, pick } from "./archive.ts";
import type { PlantRecord } from "./plant.ts";

/** One tag of the export. */
export interface Tag extends Points {
  readonly tag: string;
  readonly unit: string;
  readonly description: string;
  readonly rule: ArchiveRule;
}

/** A stretch of time [s since the start]. */
interface Stretch {
  readonly from: number;
  readonly minutes: number;
}

const day = 86_400;

/** The historian itself was down: no tag has points here. */
const outages: readonly Stretch[] = [
  { from: 4.3 * day, minutes: 90 },
  { from: 11.6 * day, minutes: 180 },
  { from: 17.2 * day, minutes: 60 },
];

/** The tags as archived. `epoch`: start of the record [s since 1970 UTC]. */
export function instruments(plant: PlantRecord, epoch: number, seed: number): Tag[] {
  const draw = random(seed).fork("instruments");
  const kelvin = (column: Float64Array) => column.map((value) => value - 273.15);
  const thermometer = { unit: "degC", sigma: 0.1, rule: { exception: 0.08, deviation: 0.2, maxInterval: 1800 } };
  const tags = [
    tag("FIC101.PV", "feed flow", { unit: "m^3/h", sigma: 0.012, rule: { exception: 0.01, deviation: 0.02, maxInterval: 1800 } }, [
      plant.q.map((flow) => flow * 0.06),
      (points) => spikes(points, draw.fork("FIC101 spikes"), 6, 1.5),
    ]),
    tag(
      "AI101.PV",
      "concentration of A in the feed",
      { unit: "mol/L", sigma: 0.012, rule: { exception: 0.01, deviation: 0.02, maxInterval: 1800 } },
      [
        plant.cF,
        // The analyser checks itself with validation gas at four every morning.
        (points) => mark(points, mornings(plant, 4 * 3600, 20), { status: status.badOutOfService, value: 0 }),
      ],
    ),
    tag("TI101.PV", "temperature of the feed", thermometer, [
      kelvin(plant.TF),
      (points) =>
        mark(
          points,
          [
            { from: 8.1 * day, minutes: 100 },
            { from: 18.4 * day, minutes: 30 },
          ],
          { status: status.badNoCommunication, value: 0 },
        ),
    ]),
    tag("TIC102.PV", "temperature of the tank", thermometer, [
      kelvin(plant.T),
      (points) => spikes(points, draw.fork("TIC102 spikes"), 12, 15),
    ]),
    tag("TI103.PV", "temperature of the jacket", thermometer, [
      kelvin(plant.Tj),
      (points) => mark(points, [{ from: 6.7 * day, minutes: 200 }], { status: status.uncertainSensorNotAccurate }),
    ]),
    tag(
      "TIC102.SP",
      "set-point of the tank's temperature",
      { unit: "degC", sigma: 0, rule: { exception: 0, deviation: 0, maxInterval: day } },
      [kelvin(plant.setPoint)],
    ),
    tag("FIC104.PV", "coolant flow", { unit: "L/min", sigma: 0.4, rule: { exception: 0.4, deviation: 0.8, maxInterval: 1800 } }, [
      plant.coolant,
    ]),
  ];
  return tags;

  function tag(
    name: string,
    description: string,
    { unit, sigma, rule }: { readonly unit: string; readonly sigma: number; readonly rule: ArchiveRule },
    [values, fail = (points) => points]: readonly [Float64Array, ((points: Points) => Points)?],
  ): Tag {
    const noise = draw.fork(name);
    const scanned = {
      time: plant.time,
      value: values.map((value) => value + sigma * noise.normal()),
      status: new Uint32Array(values.length),
    };
    const { time, value, status: codes } = archive(without(fail(scanned), outages), rule);
    return {
      tag: name,
      unit,
      description,
      rule,
      time: time.map((t) => t + epoch),
      value: value.map((v) => Number(v.toPrecision(7))),
      status: codes,
    };
  }
}

/** Single values far off, with a Good status. */
function spikes(points: Points, draw: Random, count: number, size: number): Points {
  const value = points.value.slice();
  for (let n = 0; n < count; n++) value[draw.integer(value.length)]! += draw.uniform() < 0.5 ? -size : size;
  return { ...points, value };
}

/** Gives the points in some stretches a status, and another value where the instrument writes one. */
function mark(points: Points, stretches: readonly Stretch[], as: { readonly status: number; readonly value?: number }): Points {
  const [value, codes] = [points.value.slice(), points.status.slice()];
  for (let i = 0; i < value.length; i++) {
    if (!within(points.time[i]!, stretches)) continue;
    codes[i] = as.status;
    value[i] = as.value ?? value[i]!;
  }
  return { ...points, value, status: codes };
}

/** The points outside some stretches. */
function without(points: Points, stretches: readonly Stretch[]): Points {
  const places = Array.from(points.time.keys()).filter((i) => !within(points.time[i]!, stretches));
  return pick(points, places);
}

function within(time: number, stretches: readonly Stretch[]): boolean {
  return stretches.some(({ from, minutes }) => time >= from && time < from + 60 * minutes);
}

/** The same minutes of every day. */
function mornings(plant: PlantRecord, second: number, minutes: number): Stretch[] {
  const days = Math.ceil((plant.time.at(-1) ?? 0) / day);
  return Array.from({ length: days }, (_, n) => ({ from: n * day + second, minutes }));
}
