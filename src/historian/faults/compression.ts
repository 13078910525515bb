/**
 * What historians leave out: exception reporting at the source, then swinging-door compression in the archive.
 *
 * @see E. H. Bristol, "Swinging door trending: adaptive trend recording?", ISA National Conference Proc. (1990) 749–754. In the form of
 *   process historians: the point before the one that leaves the door is archived, so no dropped point is further than the deviation from the
 *   line between its archived neighbours.
 */
import { GreyboxError, reason } from "../../core/index.ts";
import { picked, type Series } from "../series.ts";

export interface ExceptionOptions {
  /** Changes up to this are not sent [unit of the tag]. */
  readonly exception: number;
  /** Longest silence [s]; then the value is sent whatever it is. */
  readonly maxInterval?: number | undefined;
}

/**
 * Exception reporting: a point is sent when it differs from the last one sent by more than the deviation, together with the one before it,
 * so that a step is not mistaken for a ramp. The last point of the record is always there.
 */
export function exceptionReport(series: Series, { exception, maxInterval = Infinity }: ExceptionOptions): Series {
  requireSize(series, exception);
  const { time, value, status } = series;
  const sent: number[] = [];
  let last = -1;
  for (let i = 0; i < time.length; i++) {
    const change =
      last < 0 ||
      status[i] !== status[last] ||
      hasNoValue(series, i) ||
      hasNoValue(series, last) ||
      Math.abs(value[i]! - value[last]!) > exception;
    if (!change && time[i]! - time[last]! < maxInterval) continue;
    if (change && last >= 0 && last < i - 1) sent.push(i - 1);
    sent.push(i);
    last = i;
  }
  // What a historian holds as the latest value is the end of an export.
  if (last < time.length - 1) sent.push(time.length - 1);
  const reported = picked(series, sent);
  return { ...reported, info: { ...series.info, exception, ...(maxInterval < Infinity ? { maxInterval } : {}) } };
}

export interface SwingingDoorOptions {
  /** Half the width of the door: largest distance of a dropped point from the archived line [unit of the tag]. */
  readonly deviation: number;
  /** Exception deviation in front of it; default: half the deviation. 0: every change is sent. */
  readonly exception?: number | undefined;
  /** Longest time between archived points [s]. */
  readonly maxInterval?: number | undefined;
}

/**
 * Compresses as a historian does: exception report, then swinging door. The deviations are noted in `info` of the result.
 *
 * Points with another status than the one before, and points without a value, are archived with their neighbours, as historians do.
 *
 * @param series  times strictly increasing
 *
 * @example
 * swingingDoor(series, { deviation: 0.5, maxInterval: 600 }).time.length < series.time.length; // => true
 */
export function swingingDoor(
  series: Series,
  { deviation, exception = deviation / 2, maxInterval = Infinity }: SwingingDoorOptions,
): Series {
  requireSize(series, deviation);
  const reported = exceptionReport(series, { exception, maxInterval });
  const { time, value, status } = reported;
  const count = time.length;
  const kept: number[] = [];
  let archived = -1;
  let [steepest, flattest] = [Infinity, -Infinity];
  const archive = (place: number): void => {
    if (place > archived) kept.push(place);
    archived = place;
    [steepest, flattest] = [Infinity, -Infinity];
  };
  for (let i = 0; i < count; i++) {
    const breaks = i === 0 || status[i] !== status[i - 1] || hasNoValue(reported, i) || hasNoValue(reported, i - 1);
    if (breaks) {
      if (i > 0) archive(i - 1);
      archive(i);
      continue;
    }
    let slope = (value[i]! - value[archived]!) / (time[i]! - time[archived]!);
    const outside = slope > steepest || slope < flattest;
    if (archived < i - 1 && (outside || time[i]! - time[archived]! > maxInterval)) {
      archive(i - 1);
      slope = (value[i]! - value[archived]!) / (time[i]! - time[archived]!);
    }
    const width = deviation / (time[i]! - time[archived]!);
    steepest = Math.min(steepest, slope + width);
    flattest = Math.max(flattest, slope - width);
  }
  if (count > 0) archive(count - 1);
  const compressed = picked(reported, kept);
  return { ...compressed, info: { ...reported.info, stepped: false, compression: deviation } };
}

function hasNoValue(series: Series, place: number): boolean {
  return (series.reasons[place]! & reason.notANumber) !== 0;
}

function requireSize(series: Series, size: number): void {
  if (!(size >= 0 && Number.isFinite(size)))
    throw new GreyboxError("historian/series", { tag: series.tag, why: `a deviation of ${size} cannot be compressed with` });
}
