/** A window as the points of time at which its balances are to hold, with what was measured at each. */
import type { System } from "../../core/index.ts";
import { valueAt } from "../../core/index.ts";
import type { WindowStart } from "../question/initial.ts";
import type { WindowPlan } from "../question/windows.ts";

export interface MeasuredAt {
  readonly tag: string;
  readonly observable: number;
  readonly value: number;
  /** 1/σ, times the root of its weight. */
  readonly factor: number;
}

export interface RateRecord {
  readonly name: string;
  /** Increasing. */
  readonly times: Float64Array;
  /** Known inputs just after each time, and just before the next one. Shape (points, r). */
  readonly after: Float64Array;
  readonly before: Float64Array;
  /** By point of time. */
  readonly measured: readonly (readonly MeasuredAt[])[];
  /** What is known of the states at the start. */
  readonly start: WindowStart;
}

/** Stretches of a window at least; a trapezoid has to be small beside what the rate does. */
const least = 200;

/**
 * @param inputs  known inputs first in the order of the system, without the rate, which is the last of them
 * @param sigmas  by tag
 */
export function recordOf(window: WindowPlan, start: WindowStart, system: System, sigmas: ReadonlyMap<string, number>): RateRecord {
  const marks = new Set<number>([0, window.end, ...window.samples]);
  for (const { times } of window.inputs) for (const time of times) if (time > 0 && time < window.end) marks.add(time);
  const longest = window.end / least;
  const sorted = [...marks].sort((a, b) => a - b);
  const times = sorted.flatMap((time, i) => {
    const next = sorted[i + 1];
    if (next === undefined) return [time];
    const parts = Math.max(1, Math.ceil((next - time) / longest - 1e-9));
    return Array.from({ length: parts }, (_, k) => time + (k / parts) * (next - time));
  });
  const r = system.inputs.length - 1;
  const after = new Float64Array(times.length * r);
  const before = new Float64Array(times.length * r);
  for (const [k, time] of times.entries()) {
    // A step of an input is on a point: what is just beside it is on the right side of it.
    const inside = ((times[k + 1] ?? time) - time) * 1e-9;
    for (let j = 0; j < r; j++) {
      after[k * r + j] = valueAt(window.inputs[j]!, time + inside);
      before[k * r + j] = valueAt(window.inputs[j]!, (times[k + 1] ?? time) - inside);
    }
  }
  const place = new Map(times.map((time, k) => [time, k]));
  const measured = times.map((): MeasuredAt[] => []);
  for (const { tag, observable, at, value, weight, side } of window.tags) {
    for (const [i, sample] of at.entries()) {
      if (side && Math.abs(side[i]!) === 1) continue;
      const k = place.get(window.samples[sample]!)!;
      measured[k]!.push({ tag, observable, value: value[i]!, factor: Math.sqrt(weight[i]!) / sigmas.get(tag)! });
    }
  }
  return { name: window.name, times: Float64Array.from(times), after, before, measured, start };
}

/**
 * σ of a tag from its values alone: how far each lies from the line between its neighbours.
 *
 * @see T. Gasser, L. Sroka, C. Jennen-Steinmetz, Biometrika 73 (1986) 625–633.
 */
export function scatterOf(windows: readonly WindowPlan[], name: string): number {
  let [sum, count, size, all] = [0, 0, 0, 0];
  for (const { tags, samples } of windows) {
    for (const { tag, at, value } of tags) {
      if (tag !== name) continue;
      for (let i = 0; i < value.length; i++) {
        size += value[i]! * value[i]!;
        all++;
        if (i === 0 || i === value.length - 1) continue;
        const [before, time, after] = [samples[at[i - 1]!]!, samples[at[i]!]!, samples[at[i + 1]!]!];
        const share = (after - time) / (after - before);
        const off = value[i]! - share * value[i - 1]! - (1 - share) * value[i + 1]!;
        sum += (off * off) / (1 + share * share + (1 - share) * (1 - share));
        count++;
      }
    }
  }
  const typical = Math.sqrt(size / Math.max(all, 1)) || 1;
  return Math.max(count > 0 ? Math.sqrt(sum / count) : 0.05 * typical, 1e-6 * typical);
}
