/** What is known of the values that a historian dropped: that they were close to the line between the archived ones. */
import type { Measured, Window } from "../../historian/index.ts";
import type { Question } from "../question/question.ts";
import type { ArchiveChoice } from "./choice.ts";

/** Places in a gap at which dropped values are looked at; each stands for an equal share of them. */
const most = 4;

/** What dropped values of a tag are called among the tags of a plan. */
export const droppedOf = (tag: string): string => `${tag} between archived points`;

export interface Dropped {
  /** How far dropped values were from the line at most, in the unit of the tag. */
  readonly reach: number;
  /** Undefined where nothing was dropped. */
  points(window: Window): Measured | undefined;
}

/** Undefined where nothing is asked of what was dropped of this tag. */
export function droppedValues({ archive, windows }: Question, tag: string): Dropped | undefined {
  const choice = (archive as Readonly<Record<string, ArchiveChoice | undefined>> | undefined)?.[tag];
  if (!choice?.between || choice.points === "interpolated") return undefined;
  const columns = windows.flatMap(({ measured }) => (measured[tag] ? [measured[tag]] : []));
  const compression = choice.compression ?? Math.max(0, ...columns.map((one) => one.compression));
  const exception = choice.exception ?? compression / 2;
  const reach = (choice.door === "parallel" ? 2 : 1) * compression + exception;
  const every =
    choice.every ??
    Math.min(...columns.map(({ time }) => time.reduce((least, t, i) => Math.min(least, i > 0 ? t - time[i - 1]! : Infinity), Infinity)));
  if (!(reach > 0 && every > 0 && every < Infinity)) return undefined;
  return { reach, points: ({ measured }) => measured[tag] && measuredBetween(measured[tag], every) };
}

/** Undefined where nothing was dropped. `follows`: whether a point is the next of the record after the one before. */
export function pointsBetween(
  times: Float64Array,
  values: Float64Array,
  every: number,
  follows: (k: number) => boolean = () => true,
): { time: Float64Array; value: Float64Array; weight: Float64Array } | undefined {
  const [time, value, weight] = [[] as number[], [] as number[], [] as number[]];
  for (let k = 1; k < times.length; k++) {
    if (!follows(k)) continue;
    const gap = times[k]! - times[k - 1]!;
    const dropped = Math.round(gap / every) - 1;
    const places = Math.min(dropped, most);
    for (let place = 1; place <= places; place++) {
      const share = place / (places + 1);
      time.push(times[k - 1]! + share * gap);
      value.push(values[k - 1]! + share * (values[k]! - values[k - 1]!));
      weight.push(dropped / places);
    }
  }
  if (time.length === 0) return undefined;
  return { time: Float64Array.from(time), value: Float64Array.from(value), weight: Float64Array.from(weight) };
}

function measuredBetween({ time, value, weight, sigma }: Measured, every: number): Measured | undefined {
  const kept = Array.from(time.keys()).filter((i) => weight[i]! > 0);
  const column = (of: Float64Array): Float64Array => Float64Array.from(kept, (i) => of[i]!);
  // Nothing is said of a gap in which points were left out: they were not dropped by the historian.
  const points = pointsBetween(column(time), column(value), every, (k) => kept[k] === kept[k - 1]! + 1);
  const count = points?.time.length ?? 0;
  return points && { ...points, status: new Uint32Array(count), reasons: new Uint32Array(count), sigma, compression: 0 };
}
