/**
 * Which points a historian keeps: exception reporting at the source, then swinging-door compression in the archive.
 *
 * @see E. H. Bristol, "Swinging door trending: adaptive trend recording?", ISA National Conference Proc. (1990) 749–754.
 */

/** Points in order of time, columns of equal length (k). */
export interface Points {
  readonly time: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  /** 1: the point does not go on from the one before, such as one with another status. Absent: all do. */
  readonly breaks?: ArrayLike<number> | undefined;
}

/**
 * Exception reporting: a point is sent when it differs from the last one sent by more than the deviation, together with the one before it,
 * so that a step is not mistaken for a ramp. The last point of the record is always there.
 *
 * @param maxInterval  longest silence, in the unit of the times
 * @returns places of the points that are sent, increasing
 *
 * @example
 * reportedPlaces({ time: [0, 1, 2, 3], value: [5, 5.1, 5.2, 7] }, 0.5); // => [0, 2, 3]
 */
export function reportedPlaces({ time, value, breaks }: Points, exception: number, maxInterval = Infinity): number[] {
  const count = time.length;
  const sent: number[] = [];
  let last = -1;
  for (let i = 0; i < count; i++) {
    const change = last < 0 || (breaks !== undefined && breaks[i] === 1) || Math.abs(value[i]! - value[last]!) > exception;
    if (!change && time[i]! - time[last]! < maxInterval) continue;
    if (change && last >= 0 && last < i - 1) sent.push(i - 1);
    sent.push(i);
    last = i;
  }
  // What a historian holds as the latest value is the end of an export.
  if (last < count - 1) sent.push(count - 1);
  return sent;
}

/**
 * When a swinging door is open too wide. `aperture`: when the line to the new point leaves the corridor that all points since the last
 * archived one leave open, as in process historians; no dropped point is then further than the deviation from the archived line.
 * `parallel`: when the two doors, hinged at the deviation above and below the last archived point, have swung past parallel, as Bristol wrote
 * it; dropped points are then as close to some line, which need not be the archived one, and fewer points are kept.
 */
export type Door = "aperture" | "parallel";

/** How a swinging door is set. */
export interface DoorOptions {
  /** Half its width. */
  readonly deviation: number;
  /** Longest time between archived points, in the unit of the times. Default: none. */
  readonly maxInterval?: number | undefined;
  /** Default: `aperture`. */
  readonly door?: Door | undefined;
}

/**
 * Swinging-door compression of the points at some places.
 *
 * @param places  increasing; of all points, or of those that were reported
 * @returns the places that are archived
 *
 * @example
 * archivedPlaces({ time: [0, 1, 2, 3, 4], value: [0, 1, 2, 1, 0] }, [0, 1, 2, 3, 4], { deviation: 0.1 }); // => [0, 2, 4]
 */
export function archivedPlaces(
  { time, value, breaks }: Points,
  places: ArrayLike<number>,
  { deviation, maxInterval = Infinity, door = "aperture" }: DoorOptions,
): number[] {
  const count = places.length;
  const parallel = door === "parallel";
  const kept: number[] = [];
  let archived = -1;
  /** Slopes that pass within the deviation of every point since the last archived one lie between them. */
  let [steepest, flattest] = [Infinity, -Infinity];
  const archive = (k: number): void => {
    if (k > archived) kept.push(places[k]!);
    archived = k;
    [steepest, flattest] = [Infinity, -Infinity];
  };
  for (let k = 0; k < count; k++) {
    const place = places[k]!;
    if (k === 0 || (breaks !== undefined && breaks[place] === 1)) {
      if (k > 0) archive(k - 1);
      archive(k);
      continue;
    }
    const [t, v] = [time[place]!, value[place]!];
    let from = places[archived]!;
    let slope = (v - value[from]!) / (t - time[from]!);
    let width = deviation / (t - time[from]!);
    const outside = parallel ? slope - width > steepest || slope + width < flattest : slope > steepest || slope < flattest;
    if (archived < k - 1 && (outside || t - time[from]! > maxInterval)) {
      archive(k - 1);
      from = places[k - 1]!;
      slope = (v - value[from]!) / (t - time[from]!);
      width = deviation / (t - time[from]!);
    }
    steepest = Math.min(steepest, slope + width);
    flattest = Math.max(flattest, slope - width);
  }
  if (count > 0) archive(count - 1);
  return kept;
}
