/** Stamps of laboratory results that are not when the sample was drawn: a schedule, or the moment of entry. */
import type { Series } from "../series.ts";
import type { Suspicion } from "../suspicion/suspicion.ts";

/** Fewer samples tell nothing. */
const fewest = 8;
/** Share of stamps in the pattern. */
const [onSchedule, atEntry] = [0.5, 0.8];
/** Ends of shifts: at most so many times of day, each so wide [s]. */
const [shifts, bin] = [4, 900];
/** Nobody knows a result sooner after the sample than this [s]. */
const soonest = 300;
const day = 86400;

/**
 * What the stamps of samples look like. None where they look like clocks that were read.
 *
 * @param reported  when each result was known [s]; NaN where that is not known. Shape of the series
 */
export function sampleTimeSuspicion(samples: Series, reported?: Float64Array): Suspicion | undefined {
  const times = Float64Array.from(samples.time);
  const n = times.length;
  if (n < fewest) return undefined;
  const told = (evidence: string, sampleTime: "scheduled" | "unknown", within: string, share: number): Suspicion => ({
    kind: "sample-time",
    tags: [samples.tag],
    from: -Infinity,
    to: Infinity,
    reason: "sampleTimeUnknown",
    evidence: `${samples.tag}: ${evidence}`,
    proposal: `Ask when samples are really drawn; until then bind it with \`lab: { sampleTime: "${sampleTime}", within: "${within}" }\`.`,
    figures: { share },
  });
  const known = reported ? Array.from(reported).filter((t) => !Number.isNaN(t)) : [];
  const atOnce = reported ? times.filter((t, i) => reported[i]! - t < soonest).length / Math.max(known.length, 1) : 0;
  if (known.length >= fewest && atOnce >= atEntry)
    return told(`${percent(atOnce)} of the results were known at once: the stamp is that of the entry`, "unknown", "4 h", atOnce);
  const hours = times.filter((t) => t % 3600 === 0).length / n;
  if (hours >= onSchedule)
    return told(`${percent(hours)} of the stamps are full hours: a schedule, not a clock`, "scheduled", "30 min", hours);
  const crowded = crowd(times);
  if (crowded >= atEntry)
    return told(`${percent(crowded)} of the stamps crowd at ${shifts} times of day or fewer: ends of shifts`, "unknown", "4 h", crowded);
  return undefined;
}

/** Share of the stamps in the few fullest quarters of an hour of the day. */
function crowd(times: Float64Array): number {
  const days = new Set(Array.from(times, (t) => Math.floor(t / day)));
  // Over one or two days a few times of day are all there are.
  if (days.size < 4) return 0;
  const counts = new Map<number, number>();
  for (const t of times) {
    // Half a bin later, so that a shift's end does not fall on the border of two.
    const at = Math.floor((((t + bin / 2) % day) + day) / bin) % Math.round(day / bin);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const fullest = [...counts.values()].sort((a, b) => b - a).slice(0, shifts);
  return fullest.reduce((sum, count) => sum + count, 0) / times.length;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
