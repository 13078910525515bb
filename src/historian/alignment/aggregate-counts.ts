/** What points alone give: averages and spreads by count, numbers of points and of changes, the worst status. */
import { status } from "../../core/index.ts";
import { type AggregateName, aggregateBits as bits } from "./aggregate-kinds.ts";
import { isBad, noBound, simpleBound } from "./bounds.ts";
import { statusOfShares } from "./regions.ts";
import type { Slice, SliceResult } from "./slice.ts";
import { good } from "./timeline.ts";

/**
 * Average, Count, NumberOfTransitions, StandardDeviation… and Variance…, over Good points.
 *
 * Shares are those of points; an Uncertain point is neither a Good nor a Bad one.
 *
 * @see OPC 10000-13 §5.4.3.5, §5.4.3.21, §5.4.3.24, §5.4.3.37 to §5.4.3.40
 */
export function countedOf(name: AggregateName, slice: Slice): SliceResult {
  const { line, first, stop, shares } = slice;
  if (stop <= first) return { ...noBound, bits: 0 };
  const numbers: [number, number, number] = [0, 0, 0];
  for (let k = first; k < stop; k++) numbers[line.level[k]! as 0 | 1 | 2]++;
  const code = statusOfShares(numbers, shares);
  const of = (value: number): SliceResult =>
    isBad(code) ? { value: 0, status: code, bits: 0 } : { value, status: code, bits: bits.calculated };
  if (name === "Count") return of(numbers[good]);
  if (name === "NumberOfTransitions") return of(transitions(slice));
  if (numbers[good] === 0) return { ...noBound, bits: 0 };
  const { mean, squares } = momentsOf(slice);
  if (name === "Average") return of(mean);
  const n = numbers[good];
  const variance = n === 1 ? 0 : squares / (name.endsWith("Sample") ? n - 1 : n);
  const whole = n === stop - first;
  return {
    value: name.startsWith("Standard") ? Math.sqrt(variance) : variance,
    status: whole ? status.good : status.uncertainDataSubNormal,
    bits: bits.calculated,
  };
}

/** Changes from usable point to usable point; the first is compared with the last one before the interval, and counts where there is none. */
function transitions({ line, first, stop, interval }: Slice): number {
  const { value, unusable, usableBefore, usableAfter } = line;
  const backwards = interval.reversed;
  const before = backwards ? (stop < value.length ? usableAfter[stop]! : value.length) : first > 0 ? usableBefore[first - 1]! : -1;
  let previous = before >= 0 && before < value.length ? value[before]! : Number.NaN;
  let count = 0;
  for (let i = 0; i < stop - first; i++) {
    const k = backwards ? stop - 1 - i : first + i;
    if (unusable[k] === 1) continue;
    if (value[k] !== previous) count++;
    previous = value[k]!;
  }
  return count;
}

/** Mean, and sum of the squares around it, of the Good points. @see B. P. Welford, Technometrics 4 (1962) 419. */
function momentsOf({ line, first, stop }: Slice): { mean: number; squares: number } {
  let [n, mean, squares] = [0, 0, 0];
  for (let k = first; k < stop; k++) {
    if (line.level[k] !== good) continue;
    n++;
    const apart = line.value[k]! - mean;
    mean += apart / n;
    squares += apart * (line.value[k]! - mean);
  }
  return { mean, squares };
}

/** WorstQuality: the worst StatusCode of the points; WorstQuality2: of the bounds as well. @see OPC 10000-13 §5.4.3.35, §5.4.3.36 */
export function worstOf(name: AggregateName, { line, interval, first, stop, stepped }: Slice): SliceResult {
  const codes: number[] = [];
  const [startAt, endAt] = interval.reversed ? [interval.high, interval.low] : [interval.low, interval.high];
  const withBounds = name === "WorstQuality2";
  const owned = first < stop && line.time[interval.reversed ? stop - 1 : first] === startAt;
  if (withBounds && !owned) codes.push(simpleBound(line, startAt, stepped).status);
  for (let i = 0; i < stop - first; i++) codes.push(line.status[interval.reversed ? stop - 1 - i : first + i]!);
  if (withBounds) codes.push(simpleBound(line, endAt, stepped).status);
  if (codes.length === 0) return { ...noBound, bits: 0 };
  const worst = Math.max(...codes.map((code) => code >>> 30));
  const among = codes.filter((code) => code >>> 30 === worst);
  const several = withBounds && worst > 0 && among.length > 1 ? bits.multipleValues : 0;
  return { value: among[0]! >>> 0, status: status.good, bits: bits.calculated | several };
}
