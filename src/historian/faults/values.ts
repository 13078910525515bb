/** Faults of instruments: the time is right, the value is not. All sizes are in the unit of the tag. */
import type { Series } from "../series.ts";
import { changedValues, drawnPlaces, type Faulted, isWithin, type Seeded, type Stretch, streamFor } from "./fault.ts";

/** A constant error, as after a wrong calibration. */
export function bias(series: Series, { size, ...stretch }: Stretch & { readonly size: number }): Faulted {
  return changedValues(series, (value, time) => (isWithin(time, stretch) ? value + size : undefined));
}

/** An error that grows with time from `from` on, as by fouling. @param options `perDay`: growth in a day */
export function drift(series: Series, { perDay, ...stretch }: Stretch & { readonly perDay: number }): Faulted {
  const start = stretch.from ?? series.time[0] ?? 0;
  return changedValues(series, (value, time) => (isWithin(time, stretch) ? value + (perDay * (time - start)) / 86400 : undefined));
}

/** Another unit, range or sign in the middle of a record: value · factor + shift. */
export function rescale(
  series: Series,
  { factor, shift = 0, ...stretch }: Stretch & { readonly factor: number; readonly shift?: number },
): Faulted {
  return changedValues(series, (value, time) => (isWithin(time, stretch) ? value * factor + shift : undefined));
}

/** Single points far off, to either side. @param options `share` of the points; `size`: least distance, twice that at most */
export function spikes(series: Series, { share, size, seed }: Seeded & { readonly share: number; readonly size: number }): Faulted {
  const stream = streamFor("spikes", series, seed);
  const places = new Map<number, number>();
  for (const place of drawnPlaces(stream, series.time.length, Math.round(share * series.time.length))) {
    places.set(place, (stream.uniform() < 0.5 ? -1 : 1) * size * (1 + stream.uniform()));
  }
  return changedValues(series, (value, _, place) => {
    const jump = places.get(place);
    return jump === undefined ? undefined : value + jump;
  });
}

/** The value stays where it was when the stretch began, with its status still Good. */
export function freeze(series: Series, stretch: Stretch): Faulted {
  let held: number | undefined;
  return changedValues(series, (value, time) => {
    if (!isWithin(time, stretch)) return undefined;
    if (held === undefined) {
      held = value;
      return undefined;
    }
    return held;
  });
}

/** More noise than before, as from a loose wire. @param options `sigma` of what is added */
export function noisy(series: Series, { sigma, seed, ...stretch }: Stretch & Seeded & { readonly sigma: number }): Faulted {
  const stream = streamFor("noisy", series, seed);
  return changedValues(series, (value, time) => (isWithin(time, stretch) ? value + sigma * stream.normal() : undefined));
}

/** The measuring range ends: values beyond stay at its ends. */
export function saturate(series: Series, range: readonly [number, number]): Faulted {
  return changedValues(series, (value) => (value < range[0] ? range[0] : value > range[1] ? range[1] : undefined));
}

/** An analogue-to-digital converter: multiples of a step. */
export function quantise(series: Series, step: number): Faulted {
  return changedValues(series, (value) => Math.round(value / step) * step);
}

/** A number in place of a missing value, such as −9999, with its status still Good. @param options `share` of the points */
export function sentinels(series: Series, { share, value, seed }: Seeded & { readonly share: number; readonly value: number }): Faulted {
  const places = new Set(drawnPlaces(streamFor("sentinels", series, seed), series.time.length, Math.round(share * series.time.length)));
  return changedValues(series, (_, __, place) => (places.has(place) ? value : undefined));
}

/** Two wires swapped: within the stretch each tag shows the other's values. Both series must have the same times. */
export function swap(a: Series, b: Series, stretch: Stretch): [Faulted, Faulted] {
  const other = (source: Series) => (_: number, time: number, place: number) =>
    isWithin(time, stretch) ? source.value[place]! : undefined;
  return [changedValues(a, other(b)), changedValues(b, other(a))];
}
