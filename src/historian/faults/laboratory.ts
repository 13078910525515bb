/** What goes wrong in laboratories: mixed-up bottles, misprints, schedules for sample times, corrections, duplicates that scatter. */
import { picked, type Series } from "../series.ts";
import { changedValues, drawnPlaces, type Faulted, type Seeded, streamFor } from "./fault.ts";

/** Bottles of two sample points mixed up: each gets the other's result. Both must have the same times. */
export function mixUp(a: Series, b: Series, { share, seed }: Seeded & { readonly share: number }): [Faulted, Faulted] {
  const places = new Set(drawnPlaces(streamFor("mixUp", a, seed), a.time.length, Math.round(share * a.time.length)));
  const other = (source: Series) => (_: number, __: number, place: number) => (places.has(place) ? source.value[place]! : undefined);
  return [changedValues(a, other(b)), changedValues(b, other(a))];
}

/** Results typed wrong: the decimal sign one or two places off, or two neighbouring digits exchanged; only slips that change the value by more than `least`. */
export function misprint(series: Series, { share, seed, least }: Seeded & { readonly share: number; readonly least: number }): Faulted {
  const stream = streamFor("misprint", series, seed);
  const places = new Set(drawnPlaces(stream, series.time.length, Math.round(share * series.time.length)));
  return changedValues(series, (value, _, place) => {
    if (!places.has(place)) return undefined;
    const slips = [0.01, 0.1, 10, 100].map((factor) => value * factor).concat(exchanges(value));
    const visible = slips.filter((slip) => Math.abs(slip - value) > least);
    return visible[stream.integer(visible.length)];
  });
}

function exchanges(value: number): number[] {
  const letters = [...String(value)];
  const digits = letters.flatMap((letter, i) => (letter >= "0" && letter <= "9" ? [i] : []));
  return digits.slice(1).flatMap((j, k) => {
    const i = digits[k]!;
    if (letters[i] === letters[j]) return [];
    const turned = [...letters];
    [turned[i], turned[j]] = [letters[j]!, letters[i]!];
    return [Number(turned.join(""))];
  });
}

/** Stamps rounded to a schedule, such as full hours. Affected: all that were moved. */
export function scheduledTimes(series: Series, { every }: { readonly every: number }): Faulted {
  const time = series.time.map((t) => Math.round(t / every) * every);
  return { series: { ...series, time }, affected: Uint8Array.from(time, (t, i) => (t === series.time[i] ? 0 : 1)) };
}

/** Stamps of the entry instead of the sample: at the end of the shift, some minutes around it. */
export function entryTimes(series: Series, { shift, around, seed }: Seeded & { readonly shift: number; readonly around: number }): Faulted {
  const stream = streamFor("entryTimes", series, seed);
  const time = series.time.map((t) => Math.ceil(t / shift) * shift + Math.floor(around * stream.uniform()));
  return { series: { ...series, time }, affected: new Uint8Array(time.length).fill(1) };
}

/** Results corrected later, with the time of the sample: the corrected value follows its wrong one. Affected: the wrong ones. */
export function corrections(series: Series, { share, size, seed }: Seeded & { readonly share: number; readonly size: number }): Faulted {
  const chosen = new Set(drawnPlaces(streamFor("corrections", series, seed), series.time.length, Math.round(share * series.time.length)));
  const places = Array.from(series.time.keys()).flatMap((place) => (chosen.has(place) ? [place, place] : [place]));
  const doubled = picked(series, places);
  const affected = Uint8Array.from(places, (place, i) => (places[i + 1] === place ? 1 : 0));
  return { series: { ...doubled, value: doubled.value.map((value, i) => (affected[i] === 1 ? value + size : value)) }, affected };
}

/** Every result measured twice, some minutes apart, with the deviation that the laboratory really has. */
export function replicates(
  series: Series,
  { sigma, seed, apart = 0 }: Seeded & { readonly sigma: number; readonly apart?: number },
): Series {
  const stream = streamFor("replicates", series, seed);
  const places = Array.from(series.time.keys()).flatMap((place) => [place, place]);
  const doubled = picked(series, places);
  return {
    ...doubled,
    time: doubled.time.map((t, i) => t + (i % 2) * apart),
    value: doubled.value.map((value) => value + sigma * stream.normal()),
  };
}
