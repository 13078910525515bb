/**
 * What a historian keeps of a scanned value: exception reporting first, then the swinging door.
 *
 * A change of status is always kept, with the point before it.
 *
 * @see E. H. Bristol, "Swinging door trending: adaptive trend recording", ISA National Conf. Proc. (1990) 749–753.
 */

/** Scanned or archived points of one tag. Columns of equal length. */
export interface Points {
  readonly time: Float64Array;
  readonly value: Float64Array;
  /** OPC UA StatusCode. */
  readonly status: Uint32Array;
}

export interface ArchiveRule {
  /** Changes up to this since the last report are not reported, in the unit of the tag. */
  readonly exception: number;
  /** Half-width of the door, in the unit of the tag. */
  readonly deviation: number;
  /** A point is kept after so long a silence, whatever its value [s]. */
  readonly maxInterval: number;
}

/** The points that a historian with these rules would hold. */
export function archive(scanned: Points, rule: ArchiveRule): Points {
  return pick(scanned, swingingDoor(scanned, exceptions(scanned, rule), rule));
}

/** The points at the given places. */
export function pick(points: Points, places: readonly number[]): Points {
  return {
    time: Float64Array.from(places, (i) => points.time[i]!),
    value: Float64Array.from(places, (i) => points.value[i]!),
    status: Uint32Array.from(places, (i) => points.status[i]!),
  };
}

/** Places that are reported: changes beyond the dead band, each with the point before it. */
function exceptions({ time, value, status }: Points, rule: ArchiveRule): number[] {
  const reported: number[] = [];
  for (let i = 0; i < time.length; i++) {
    const last = reported.at(-1);
    const news =
      last === undefined ||
      i === time.length - 1 ||
      status[i] !== status[last] ||
      Math.abs(value[i]! - value[last]!) > rule.exception ||
      time[i]! - time[last]! >= rule.maxInterval;
    if (!news) continue;
    if (last !== undefined && i - 1 > last) reported.push(i - 1);
    reported.push(i);
  }
  return reported;
}

/** Of the reported places, those that a straight line from the last kept one does not explain. */
function swingingDoor({ time, value, status }: Points, reported: readonly number[], rule: ArchiveRule): number[] {
  const kept: number[] = [];
  let upper = Infinity;
  let lower = -Infinity;
  for (const [n, i] of reported.entries()) {
    const pivot = kept.at(-1);
    const before = reported[n - 1];
    const turned = pivot === undefined || before === undefined || status[i] !== status[before];
    if (turned) {
      if (before !== undefined && before !== pivot) kept.push(before);
      kept.push(i);
      [upper, lower] = [Infinity, -Infinity];
      continue;
    }
    let span = time[i]! - time[pivot]!;
    const slope = (value[i]! - value[pivot]!) / span;
    let origin = pivot;
    if (before !== pivot && (slope > upper || slope < lower || span > rule.maxInterval)) {
      kept.push(before);
      origin = before;
      span = time[i]! - time[before]!;
      [upper, lower] = [Infinity, -Infinity];
    }
    upper = Math.min(upper, (value[i]! + rule.deviation - value[origin]!) / span);
    lower = Math.max(lower, (value[i]! - rule.deviation - value[origin]!) / span);
  }
  const last = reported.at(-1);
  if (last !== undefined && kept.at(-1) !== last) kept.push(last);
  return kept;
}
