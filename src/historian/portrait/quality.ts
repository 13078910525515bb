/**
 * Completeness, consistency, timeliness and validity, by the formulas of Apache IoTDB, so that figures can be compared.
 *
 * They presume a tag that is scanned at equal steps: of a tag that reports by exception, completeness says nothing.
 *
 * @see Apache IoTDB, UDF library, data quality functions (Completeness, Consistency, Timeliness, Validity).
 */
import { madToSigma, medianOf } from "../cleaning/noise.ts";

export interface Quality {
  /** 1 − (missing + special) / (points + missing): special points have a time but no value. */
  readonly completeness: number;
  /** 1 − redundant / points: redundant points follow another within half a step. */
  readonly consistency: number;
  /** 1 − late / points: late points crowd behind a hole that they could have filled. */
  readonly timeliness: number;
  /** 1 − ¼ · (outliers of value, change, speed and change of speed) / points; outliers lie more than 3 MAD from the median. */
  readonly validity: number;
}

/** Points that are looked at together. */
const windowSize = 10;
/** Steps in a hole from which on the plant is taken to have been down. */
const longestHole = 9;
const outlierMads = 3;

/**
 * @param time  in any unit, in order of arrival, shape (k)
 * @param value  shape (k); entries without a value are not read
 * @param present  1 where there is a value, shape (k)
 * @param downtime  true: holes of more than nine steps count as standstill, not as missing points
 * @returns undefined where fewer than two points have a value
 */
export function qualityOf(time: Float64Array, value: Float64Array, present: Uint8Array, downtime = true): Quality | undefined {
  const count = time.length;
  const filled = filledLinearly(time, value, present);
  if (filled === undefined) return undefined;
  const special = present.reduce((sum, there) => sum + (there === 1 ? 0 : 1), 0);
  const { missing, late, redundant } = timeFaults(time, downtime);
  const speed = changes(filled);
  for (let i = 0; i < speed.length; i++) speed[i]! /= time[i + 1]! - time[i]!;
  const outliers = outlierCount(filled) + outlierCount(changes(filled)) + outlierCount(speed) + outlierCount(changes(speed));
  return {
    completeness: 1 - (missing + special) / (count + missing),
    consistency: 1 - redundant / count,
    timeliness: 1 - late / count,
    validity: 1 - (0.25 * outliers) / count,
  };
}

/** Values with the missing ones on straight lines, also beyond the ends; undefined with fewer than two. */
function filledLinearly(time: Float64Array, value: Float64Array, present: Uint8Array): Float64Array | undefined {
  const known = Array.from(present.keys()).filter((i) => present[i] === 1);
  if (known.length < 2) return undefined;
  const filled = value.slice();
  let right = 1;
  for (let i = 0; i < filled.length; i++) {
    while (known[right]! < i && right < known.length - 1) right++;
    if (present[i] === 1) continue;
    const [a, b] = [known[right - 1]!, known[right]!];
    filled[i] = value[a]! + ((value[b]! - value[a]!) * (time[i]! - time[a]!)) / (time[b]! - time[a]!);
  }
  return filled;
}

/** Walks along the times with the next few in view; points found redundant or late are taken out of the view. */
function timeFaults(time: Float64Array, downtime: boolean): { missing: number; late: number; redundant: number } {
  const base = medianOf(changes(time));
  const view = Array.from(time.subarray(0, windowSize));
  let [next, missing, late, redundant] = [view.length, 0, 0, 0];
  while (view.length > 1) {
    const steps = (view[1]! - view[0]!) / base;
    if (steps <= 0.5) {
      view.splice(1, 1);
      redundant++;
    } else if (steps >= 2 && (!downtime || steps <= longestHole)) {
      const hole = Math.round(steps - 1);
      let crowded = 0;
      for (let j = 2; j < view.length && crowded < hole; ) {
        const step = (view[j]! - view[j - 1]!) / base;
        if (step >= 2) break;
        if (step <= 0.5) {
          view.splice(j, 1);
          crowded++;
        } else j++;
      }
      late += crowded;
      missing += hole - crowded;
    }
    view.shift();
    while (view.length < windowSize && next < time.length) view.push(time[next++]!);
  }
  return { missing, late, redundant };
}

function changes(values: Float64Array): Float64Array {
  const steps = new Float64Array(values.length - 1);
  for (let i = 0; i < steps.length; i++) steps[i] = values[i + 1]! - values[i]!;
  return steps;
}

function outlierCount(values: Float64Array): number {
  const centre = medianOf(values.slice());
  const distances = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) distances[i] = Math.abs(values[i]! - centre);
  const limit = outlierMads * madToSigma * medianOf(distances.slice());
  let count = 0;
  for (const distance of distances) if (distance > limit) count++;
  return count;
}
