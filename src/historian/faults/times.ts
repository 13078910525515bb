/** Faults of clocks and transport: the value is right, its time or its place in the stream is not. */
import { picked, type Series } from "../series.ts";
import { drawnPlaces, type Faulted, isWithin, type Seeded, type Stretch, streamFor } from "./fault.ts";

/** Some points are delivered twice. @param options `differing`: added to the value of the second, so that the two are in conflict */
export function duplicates(
  series: Series,
  { share, seed, differing = 0 }: Seeded & { readonly share: number; readonly differing?: number },
): Faulted {
  const chosen = new Set(drawnPlaces(streamFor("duplicates", series, seed), series.time.length, Math.round(share * series.time.length)));
  const places: number[] = [];
  const second: number[] = [];
  for (let i = 0; i < series.time.length; i++) {
    places.push(i);
    if (chosen.has(i)) {
      second.push(places.length);
      places.push(i);
    }
  }
  const doubled = picked(series, places);
  const affected = new Uint8Array(places.length);
  for (const place of second) {
    affected[place] = 1;
    doubled.value[place]! += differing;
  }
  return { series: doubled, affected };
}

/** A stretch is buffered and delivered at the end of the record, with its true times. */
export function late(series: Series, stretch: Stretch): Faulted {
  const places = Array.from(series.time.keys());
  const delayed = places.filter((place) => isWithin(series.time[place]!, stretch));
  const prompt = places.filter((place) => !isWithin(series.time[place]!, stretch));
  const affected = new Uint8Array(places.length);
  affected.fill(1, prompt.length);
  return { series: picked(series, [...prompt, ...delayed]), affected };
}

/** Points arrive in the wrong order, each at most `places` away from where it belongs. */
export function disorder(series: Series, { places: reach, seed }: Seeded & { readonly places: number }): Faulted {
  const stream = streamFor("disorder", series, seed);
  const keyed = Array.from(series.time, (_, place) => ({ place, key: place + reach * stream.uniform() }));
  keyed.sort((a, b) => a.key - b.key || a.place - b.place);
  const order = keyed.map(({ place }) => place);
  return { series: picked(series, order), affected: Uint8Array.from(order, (place, i) => (place === i ? 0 : 1)) };
}

/** From a moment on the clock is wrong by some seconds: set back when negative. */
export function clockJump(series: Series, { at, seconds }: { readonly at: number; readonly seconds: number }): Faulted {
  const affected = Uint8Array.from(series.time, (t) => (t >= at ? 1 : 0));
  return { series: { ...series, time: series.time.map((t) => (t >= at ? t + seconds : t)) }, affected };
}

/** Times cut to whole multiples, as by an export without seconds. */
export function truncateTimes(series: Series, { to }: { readonly to: number }): Faulted {
  const time = series.time.map((t) => Math.floor(t / to) * to);
  return { series: { ...series, time }, affected: Uint8Array.from(time, (t, i) => (t === series.time[i] ? 0 : 1)) };
}

/** Nothing is delivered for a stretch. */
export function dropOut(series: Series, stretch: Stretch): Faulted {
  const places = Array.from(series.time.keys()).filter((place) => !isWithin(series.time[place]!, stretch));
  return { series: picked(series, places), affected: new Uint8Array(places.length) };
}

/** Single points are lost on the way. @param options `share` of the points */
export function losePoints(series: Series, { share, seed }: Seeded & { readonly share: number }): Faulted {
  const lost = new Set(drawnPlaces(streamFor("losePoints", series, seed), series.time.length, Math.round(share * series.time.length)));
  const places = Array.from(series.time.keys()).filter((place) => !lost.has(place));
  return { series: picked(series, places), affected: new Uint8Array(places.length) };
}

/**
 * When laboratory results become known: a series of report times beside a series of samples, each later by a delay drawn between two limits.
 *
 * @param options  `delay` [s], shortest and longest; `tag` of the report times
 */
export function reportTimes(
  samples: Series,
  { delay, tag, seed }: Seeded & { readonly delay: readonly [number, number]; readonly tag: string },
): Series {
  const stream = streamFor("reportTimes", samples, seed);
  const value = samples.time.map((t) => t + delay[0] + (delay[1] - delay[0]) * stream.uniform());
  return { ...samples, tag, info: { tag, unit: "s" }, value };
}
