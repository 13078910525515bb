/** Faults of clocks, scans and exports: the value is right, but not of the time it bears, or not an observation of its own. */
import { type Averaged, picked, type Series } from "../series.ts";
import { zoneOf } from "../zone.ts";
import { type Faulted, isWithin, type Stretch } from "./fault.ts";

/** A clock that runs fast by some parts per million, and was set wrong by some seconds when the record began. */
export function clockDrift(series: Series, { ppm, seconds = 0 }: { readonly ppm: number; readonly seconds?: number }): Faulted {
  const start = series.time[0] ?? 0;
  const time = series.time.map((t) => t + seconds + ppm * 1e-6 * (t - start));
  return { series: { ...series, time }, affected: new Uint8Array(time.length).fill(1) };
}

/** A clock that runs ahead for a stretch and is then corrected: stamps in the future, followed by a return. */
export function clockAhead(series: Series, { seconds, ...stretch }: Stretch & { readonly seconds: number }): Faulted {
  const affected = Uint8Array.from(series.time, (t) => (isWithin(t, stretch) ? 1 : 0));
  return { series: { ...series, time: series.time.map((t, i) => (affected[i] === 1 ? t + seconds : t)) }, affected };
}

/** Stamps as clocks on the wall of a zone show them, taken for UTC. */
export function localStamps(series: Series, zone: string): Faulted {
  const { offsetAt } = zoneOf(zone);
  const time = series.time.map((t) => t + offsetAt(t));
  return { series: { ...series, time }, affected: Uint8Array.from(time, (t, i) => (t === series.time[i] ? 0 : 1)) };
}

/** A stretch is sent once more, at the end of the record. Affected: the copies. */
export function resend(series: Series, stretch: Stretch): Faulted {
  const all = Array.from(series.time.keys());
  const again = all.filter((place) => isWithin(series.time[place]!, stretch));
  const affected = new Uint8Array(all.length + again.length);
  affected.fill(1, all.length);
  return { series: picked(series, [...all, ...again]), affected };
}

/** A scan faster than the instrument: each reading is archived several times until the next. Affected: the repeats. */
export function overScan(series: Series, { times, step }: { readonly times: number; readonly step: number }): Faulted {
  const places = Array.from(series.time.keys()).flatMap((place) => Array.from({ length: times }, () => place));
  const repeated = picked(series, places);
  const time = repeated.time.map((t, i) => t + (i % times) * step);
  return { series: { ...repeated, time }, affected: Uint8Array.from(time, (_, i) => (i % times === 0 ? 0 : 1)) };
}

/** An export that reads an archive on an even grid, on straight lines between the points. Affected: what was not archived. */
export function interpolatedExport(archived: Series, { step }: { readonly step: number }): Faulted {
  const { time, value, status, reasons } = archived;
  const start = time[0] ?? 0;
  const count = Math.floor(((time.at(-1) ?? start) - start) / step) + 1;
  const [grid, values, affected] = [new Float64Array(count), new Float64Array(count), new Uint8Array(count)];
  const [codes, masks] = [new Uint32Array(count), new Uint32Array(count)];
  for (let i = 0, k = 0; i < count; i++) {
    const t = start + i * step;
    while (k + 1 < time.length && time[k + 1]! <= t) k++;
    const share = time[k] === t || k + 1 >= time.length ? 0 : (t - time[k]!) / (time[k + 1]! - time[k]!);
    grid[i] = t;
    values[i] = value[k]! + share * ((value[k + 1] ?? value[k]!) - value[k]!);
    [codes[i], masks[i]] = [status[k]!, reasons[k]!];
    affected[i] = time[k] === t ? 0 : 1;
  }
  return { series: { ...archived, time: grid, value: values, status: codes, reasons: masks }, affected };
}

/** Averages over an even interval, stamped at its start, middle or end. Empty intervals give no point. */
export function averages(series: Series, averaged: Averaged): Series {
  const { interval, stamp } = averaged;
  const shift = { start: 0, middle: 0.5, end: 1 }[stamp] * interval;
  const sums = new Map<number, { sum: number; count: number; place: number }>();
  series.time.forEach((t, place) => {
    const at = Math.floor(t / interval) * interval;
    const one = sums.get(at) ?? { sum: 0, count: 0, place };
    sums.set(at, { sum: one.sum + series.value[place]!, count: one.count + 1, place: one.place });
  });
  const starts = [...sums.keys()].sort((a, b) => a - b);
  const first = picked(
    series,
    starts.map((at) => sums.get(at)!.place),
  );
  const value = Float64Array.from(starts, (at) => sums.get(at)!.sum / sums.get(at)!.count);
  return { ...first, time: Float64Array.from(starts, (at) => at + shift), value };
}
