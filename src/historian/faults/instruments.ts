/** Faults of transmitters and counters: failure currents, roots, overruns, oscillations, another instrument under the same name. */
import type { Series } from "../series.ts";
import { changedValues, type Faulted, isWithin, type Seeded, type Stretch, streamFor } from "./fault.ts";

/** A transmitter that signals its failure by a current below 3.6 mA or above 21 mA, scaled as if it were a measurement (NAMUR NE 43). */
export function failureCurrent(
  series: Series,
  { range, side, ...stretch }: Stretch & { readonly range: readonly [number, number]; readonly side: "low" | "high" },
): Faulted {
  const share = side === "low" ? (3.5 - 4) / 16 : (21.5 - 4) / 16;
  return changedValues(series, (_, time) => (isWithin(time, stretch) ? range[0] + share * (range[1] - range[0]) : undefined));
}

/** Zero is written while nothing is measured, with its status still Good. */
export function zeroOnFailure(series: Series, stretch: Stretch): Faulted {
  return changedValues(series, (_, time) => (isWithin(time, stretch) ? 0 : undefined));
}

/** The root of a differential pressure is extracted once too often (`power` ½) or not at all (`power` 2); both are equal at full scale. */
export function rootExtraction(
  series: Series,
  { fullScale, power, ...stretch }: Stretch & { readonly fullScale: number; readonly power: 0.5 | 2 },
): Faulted {
  return changedValues(series, (value, time) =>
    isWithin(time, stretch) ? fullScale * Math.max(value / fullScale, 0) ** power : undefined,
  );
}

/** Small flows are written as 0. */
export function lowFlowCutOff(series: Series, { below }: { readonly below: number }): Faulted {
  return changedValues(series, (value) => (value < below && value !== 0 ? 0 : undefined));
}

/** A counter that begins anew at a modulus. Affected: the first point after each overrun. */
export function overrun(series: Series, modulus: number): Faulted {
  const wrapped = series.value.map((value) => value % modulus);
  const affected = Uint8Array.from(wrapped, (value, i) => (i > 0 && value < wrapped[i - 1]! ? 1 : 0));
  return { series: { ...series, value: wrapped }, affected };
}

/** A counter that is reset to 0 at a time. Affected: the first point after it. */
export function resetCounter(series: Series, { at }: { readonly at: number }): Faulted {
  const first = series.time.findIndex((time) => time >= at);
  const offset = first > 0 ? series.value[first - 1]! : 0;
  const value = series.value.map((count, i) => (i >= first && first >= 0 ? count - offset : count));
  return { series: { ...series, value }, affected: Uint8Array.from(value, (_, i) => (i === first ? 1 : 0)) };
}

/** A sine on top: a hunting loop, or what sampling makes of a faster one. @param options `period` [s] */
export function oscillate(
  series: Series,
  { amplitude, period, ...stretch }: Stretch & { readonly amplitude: number; readonly period: number },
): Faulted {
  return changedValues(series, (value, time) =>
    isWithin(time, stretch) ? value + amplitude * Math.sin((2 * Math.PI * time) / period) : undefined,
  );
}

/** Several tags stop at one instant, each with its status still Good. */
export function freezeTogether(series: readonly Series[], stretch: Stretch): Faulted[] {
  return series.map((one) => {
    let held: number | undefined;
    return changedValues(one, (value, time) => {
      if (!isWithin(time, stretch)) return undefined;
      if (held !== undefined) return held;
      held = value;
      return undefined;
    });
  });
}

/** Another instrument under the same name from a time on: offset and more noise. */
export function replaceInstrument(
  series: Series,
  { at, shift, sigma, seed }: Seeded & { readonly at: number; readonly shift: number; readonly sigma: number },
): Faulted {
  const stream = streamFor("replaceInstrument", series, seed);
  return changedValues(series, (value, time) => (time >= at ? value + shift + sigma * stream.normal() : undefined));
}
