/** Faults of names: the instrument goes on under another tag, or shows up twice. */
import { picked, type Series } from "../series.ts";
import { type Seeded, streamFor } from "./fault.ts";

/** The tag ends at a time, and another begins `apart` seconds later. */
export function rename(
  series: Series,
  { at, to, apart = 0 }: { readonly at: number; readonly to: string; readonly apart?: number },
): [Series, Series] {
  const places = Array.from(series.time.keys());
  const old = picked(
    series,
    places.filter((place) => series.time[place]! < at),
  );
  const fresh = picked(
    series,
    places.filter((place) => series.time[place]! >= at + apart),
  );
  return [old, { ...fresh, tag: to, info: { ...series.info, tag: to } }];
}

/** The same measurement under a second name, with the rounding of another system. @param options `step` of that rounding; 0: none */
export function alias(series: Series, { tag, step = 0 }: { readonly tag: string; readonly step?: number }): Series {
  const value = step > 0 ? series.value.map((one) => Math.round(one / step) * step) : series.value.slice();
  return { ...series, tag, info: { ...series.info, tag }, value };
}

/** A second instrument at the same place: the same course, noise of its own. */
export function redundant(series: Series, { tag, sigma, seed }: Seeded & { readonly tag: string; readonly sigma: number }): Series {
  const stream = streamFor(`redundant/${tag}`, series, seed);
  return { ...series, tag, info: { ...series.info, tag }, value: series.value.map((one) => one + sigma * stream.normal()) };
}
