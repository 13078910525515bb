/** Which windows may know of each other: those of one plant that lie close on the calendar. */
import { parseUnit, sameDimension } from "../../core/index.ts";
import type { Window } from "../../historian/index.ts";
import type { WindowStart } from "../validation/folds.ts";
import { usablePoints } from "./last-known.ts";

/**
 * When each window starts, and on which clock. Windows with a calendar share one clock; every other window has its own.
 *
 * A plant has one record. Where two windows show the same hours and have no measured value of the target in common there, they are records
 * of two plants (assets of a fleet, runs that were given the same date), and neither tells anything of the other. Windows that were cut
 * from one archive and overlap have its points in common.
 */
export function startsOf(on: string, windows: readonly Window[]): WindowStart[] {
  const starts = windows.map(clockOf);
  const records = windows.map((window, w) => recordOf(on, window, starts[w]!.at));
  return starts.map((start, a) => {
    const unrelated = starts.flatMap(({ clock }, b) => (a !== b && clock === start.clock && differ(records[a]!, records[b]!) ? [b] : []));
    return unrelated.length > 0 ? { ...start, unrelated } : start;
  });
}

function clockOf(window: Window, index: number): WindowStart {
  const unit = parseUnit(window.time);
  if (window.epoch === 0 || !sameDimension(unit, parseUnit("s"))) return { clock: `window ${index}`, at: 0 };
  return { clock: "calendar", at: window.epoch / unit.scale };
}

/** Measured values of the target by time on the clock. */
interface Recorded {
  readonly time: Float64Array;
  readonly value: Float64Array;
}

function recordOf(on: string, { measured }: Window, at: number): Recorded {
  const target = Object.hasOwn(measured, on) ? measured[on] : undefined;
  const points = target ? usablePoints(target) : [];
  return { time: Float64Array.from(points, (i) => at + target!.time[i]!), value: Float64Array.from(points, (i) => target!.value[i]!) };
}

/** True where both have values in the time they share, and not one of them is the same. */
function differ(a: Recorded, b: Recorded): boolean {
  const from = Math.max(a.time[0] ?? Infinity, b.time[0] ?? Infinity);
  const to = Math.min(a.time.at(-1) ?? -Infinity, b.time.at(-1) ?? -Infinity);
  if (!(from <= to)) return false;
  // Stamps come by way of different starts: equal up to the rounding of a date in seconds.
  const rounding = 1e-9 * Math.abs(to);
  const shared = (record: Recorded) => record.time.reduce((count, t) => count + (t >= from - rounding && t <= to + rounding ? 1 : 0), 0);
  if (shared(a) === 0 || shared(b) === 0) return false;
  for (let i = 0, j = 0; i < a.time.length && j < b.time.length; ) {
    const apart = a.time[i]! - b.time[j]!;
    if (Math.abs(apart) <= rounding) {
      if (a.value[i] === b.value[j]) return false;
      i++;
      j++;
    } else if (apart < 0) i++;
    else j++;
  }
  return true;
}
