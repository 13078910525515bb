/** Reads a bound quantity and cleans it: from its tag, or from the tags that follow one another as its periods. */
import type { BoundTag } from "../bind.ts";
import type { BoundPeriod } from "../bind-periods.ts";
import type { Rules } from "../cleaning/rules.ts";
import type { Historian } from "../open.ts";
import { between } from "../series.ts";
import { type Track, trackOf } from "./track.ts";

/** The whole of it, whatever part is asked for later: what an input held when that part began lies before it. */
export async function readTrack(historian: Historian, bound: BoundTag, rules: Rules, maxGap: number | undefined): Promise<Track> {
  const { periods } = bound;
  if (periods === undefined) return trackOf(await historian.read(bound.tag), bound, rules, maxGap);
  const parts: Track[] = [];
  for (const period of periods) {
    const { tag, unit, factor, shift, range, from, to } = period;
    const series = between(await historian.read(tag), from, to);
    parts.push(trackOf(series, { ...bound, tag, unit, factor, shift, range, periods: undefined }, rules, maxGap));
  }
  return joined(bound, periods, parts);
}

/** One after the other. A point that cleaning moved out of its period is left out, for another tag speaks there. */
function joined(bound: BoundTag, periods: readonly BoundPeriod[], parts: readonly Track[]): Track {
  const last = parts.at(-1)!;
  const within = parts.map(({ time }, p) => {
    const { from = -Infinity, to = Infinity } = periods[p]!;
    return Array.from(time.keys()).filter((k) => time[k]! >= from && time[k]! < to);
  });
  const column = <C extends Float64Array | Uint32Array | Uint8Array>(of: (track: Track) => C): number[] =>
    parts.flatMap((part, p) => {
      const values = of(part);
      return within[p]!.map((k) => values[k]!);
    });
  const outside = parts.map(({ time }, p) => {
    const inside = new Set(within[p]);
    return Array.from(time.keys()).filter((k) => !inside.has(k));
  });
  return {
    ...last,
    bound,
    time: Float64Array.from(column(({ time }) => time)),
    value: Float64Array.from(column(({ value }) => value)),
    status: Uint32Array.from(column(({ status }) => status)),
    reasons: Uint32Array.from(column(({ reasons }) => reasons)),
    weight: Float64Array.from(column(({ weight }) => weight)),
    usable: Uint8Array.from(column(({ usable }) => usable)),
    omitted: {
      time: Float64Array.from(parts.flatMap(({ omitted, time }, p) => [...omitted.time, ...outside[p]!.map((k) => time[k]!)])),
      reasons: Uint32Array.from(parts.flatMap(({ omitted, reasons }, p) => [...omitted.reasons, ...outside[p]!.map((k) => reasons[k]!)])),
    },
    compression: Math.max(...parts.map(({ compression }) => compression)),
    bridges: {
      silence: Math.max(...parts.map(({ bridges }) => bridges.silence)),
      bad: Math.max(...parts.map(({ bridges }) => bridges.bad)),
    },
    parts,
  };
}
