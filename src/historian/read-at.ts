/**
 * Values of a tag at given times, read between its archived points.
 *
 * A value that was not archived is said to be so (reason `interpolated`, info bits of OPC UA); nothing is read across a Bad point or a gap, and
 * nothing before the first point.
 */
import { GreyboxError, reason, severity, status, worse } from "../core/index.ts";
import { type Duration, secondsOf } from "./duration.ts";
import { gathered, gatheredCodes, joined, type Series } from "./series.ts";
import type { Source, TimeRange } from "./source.ts";

export interface ReadAtOptions {
  /**
   * True: the last value at or before the time; false: on the straight line between two points. Default: as the source says of the tag;
   * where it says nothing true, which never gives a value that was not measured.
   */
  readonly stepped?: boolean | undefined;
  /** Longest stretch between points that is read across. Default: the longest silence of the tag's reporting rule; without one, any. */
  readonly maxGap?: Duration | undefined;
}

/** Info bits of a status code (type DataValue, historian: interpolated). @see OPC UA Part 4 §7.39.1, Part 11 §6.3 */
const interpolatedBits = 0x402;
const historianBits = 0x1f;

/**
 * @param times  seconds since 1970 UTC, in any order
 * @returns one point for each time, in that order
 * @throws GreyboxError `historian/tag-missing`, `historian/option`
 */
export async function readAt(source: Source, tag: string, times: ArrayLike<number>, options: ReadAtOptions = {}): Promise<Series> {
  const wanted = Float64Array.from(times);
  const wrong = wanted.findIndex((t) => !Number.isFinite(t));
  if (wrong >= 0)
    throw new GreyboxError("historian/option", { option: `times[${wrong}]`, value: String(wanted[wrong]), expected: "finite" });
  const points = sorted(await around(source, tag, wanted));
  const stepped = options.stepped ?? points.info.stepped ?? true;
  const maxGap = options.maxGap === undefined ? (points.info.maxInterval ?? Infinity) : secondsOf(options.maxGap, "maxGap");
  const count = wanted.length;
  const [value, codes, reasons] = [new Float64Array(count), new Uint32Array(count), new Uint32Array(count)];
  for (let k = 0; k < count; k++) {
    const t = wanted[k]!;
    const left = lastAtOrBefore(points.time, t);
    const right = left + 1 < points.time.length ? left + 1 : -1;
    const none = (extra: number): void => {
      codes[k] = status.badNoData;
      reasons[k] = reason.notANumber | extra;
    };
    if (left < 0) none(0);
    else if (points.time[left] === t) {
      [value[k], codes[k], reasons[k]] = [points.value[left]!, points.status[left]!, points.reasons[left]!];
    } else if (stepped || right < 0) {
      if (t - points.time[left]! > maxGap) none(reason.gap);
      else if (!stepped && severity(points.status[left]!) === "bad") none(reason.gap);
      else {
        // Nobody has vouched for the value to last beyond the end of the archive.
        const code = right < 0 ? worse(points.status[left]!, status.uncertainDataSubNormal) : points.status[left]!;
        [value[k], codes[k], reasons[k]] = [points.value[left]!, marked(code), points.reasons[left]! | reason.interpolated];
      }
    } else {
      const [t0, t1] = [points.time[left]!, points.time[right]!];
      const code = worse(points.status[left]!, points.status[right]!);
      if (t1 - t0 > maxGap || severity(code) === "bad") none(reason.gap);
      else {
        const [v0, v1] = [points.value[left]!, points.value[right]!];
        value[k] = v0 === v1 ? v0 : v0 + (v1 - v0) * ((t - t0) / (t1 - t0));
        codes[k] = marked(code);
        reasons[k] = points.reasons[left]! | points.reasons[right]! | reason.interpolated;
      }
    }
  }
  return { tag, info: points.info, time: wanted, value, status: codes, reasons };
}

const marked = (code: number): number => ((code & ~historianBits) | interpolatedBits) >>> 0;

/** Archived points that reach to both sides of the times: first near them, then ever wider. */
async function around(source: Source, tag: string, times: Float64Array): Promise<Series> {
  const [from, to] = [times.reduce((a, b) => Math.min(a, b), Infinity), times.reduce((a, b) => Math.max(a, b), -Infinity)];
  if (times.length > 0) {
    const first = Math.max(to - from, 3600);
    for (const reach of [first, 64 * first]) {
      const points = await whole(source, tag, { from: from - reach, to: to + reach });
      if (points.time.some((t) => t <= from) && points.time.some((t) => t > to)) return points;
    }
  }
  return whole(source, tag, {});
}

async function whole(source: Source, tag: string, range: TimeRange): Promise<Series> {
  const pages: Series[] = [];
  for await (const page of source.readRaw(tag, range)) pages.push(page);
  return joined(pages[0]?.info ?? { tag }, pages);
}

/** By time; of points at one time the last that arrived comes last, and counts. */
function sorted(series: Series): Series {
  const { time } = series;
  if (time.every((t, i) => i === 0 || t >= time[i - 1]!)) return series;
  const order = Uint32Array.from(time.keys()).sort((a, b) => time[a]! - time[b]! || a - b);
  return {
    ...series,
    time: gathered(time, order),
    value: gathered(series.value, order),
    status: gatheredCodes(series.status, order),
    reasons: gatheredCodes(series.reasons, order),
  };
}

function lastAtOrBefore(time: Float64Array, t: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
