/**
 * What historians leave out: exception reporting at the source, then swinging-door compression in the archive.
 *
 * @see E. H. Bristol, "Swinging door trending: adaptive trend recording?", ISA National Conference Proc. (1990) 749–754. In the form of
 *   process historians: the point before the one that leaves the door is archived, so no dropped point is further than the deviation from the
 *   line between its archived neighbours.
 */
import { archivedPlaces, type Door, GreyboxError, reason, reportedPlaces } from "../../core/index.ts";
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
  const sent = reportedPlaces({ ...series, breaks: breaksOf(series) }, exception, maxInterval);
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
  /** When the door is open too wide. Default: `aperture`, as in process historians. */
  readonly door?: Door | undefined;
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
  { deviation, exception = deviation / 2, maxInterval = Infinity, door }: SwingingDoorOptions,
): Series {
  requireSize(series, deviation);
  const reported = exceptionReport(series, { exception, maxInterval });
  const all = Int32Array.from(reported.time.keys());
  const kept = archivedPlaces({ ...reported, breaks: breaksOf(reported) }, all, { deviation, maxInterval, door });
  const compressed = picked(reported, kept);
  return { ...compressed, info: { ...reported.info, stepped: false, compression: deviation } };
}

/** 1 where a point has another status than the one before, or where one of the two has no value. */
function breaksOf({ time, status, reasons }: Series): Uint8Array {
  const breaks = new Uint8Array(time.length);
  const hasNoValue = (place: number): boolean => (reasons[place]! & reason.notANumber) !== 0;
  for (let i = 1; i < breaks.length; i++) if (status[i] !== status[i - 1] || hasNoValue(i) || hasNoValue(i - 1)) breaks[i] = 1;
  return breaks;
}

function requireSize(series: Series, size: number): void {
  if (!(size >= 0 && Number.isFinite(size)))
    throw new GreyboxError("historian/series", { tag: series.tag, why: `a deviation of ${size} cannot be compressed with` });
}
