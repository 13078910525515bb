/** Tags that seem to count: they only grow, but for a few falls. */
import type { Series } from "../series.ts";
import { type Suspicion, shown } from "./suspicion.ts";
import { trendOf } from "./trend.ts";

/** Share of the steps that may fall, and least share of the span that a fall of a counter takes. */
const [rareFalls, deepFall] = [0.02, 0.3];

/** Modulus of common counters that a record stays below; undefined where none is near its highest value. */
export function modulusAbove(highest: number): number | undefined {
  return [2 ** 8, 2 ** 15, 2 ** 16, 1e4, 1e5, 1e6, 2 ** 24, 1e7, 1e8, 2 ** 31, 2 ** 32, 1e9]
    .sort((a, b) => a - b)
    .find((modulus) => modulus > highest && highest > 0.9 * modulus);
}

/**
 * Proposes to declare a tag as a counter (`rules.counter`).
 *
 * @example
 * const value = Array.from({ length: 300 }, (_, i) => (700 * i) % 65536);
 * suspectedCounter(seriesOf("FQ1", { time: value.map((_, i) => i), value })).map((one) => one.figures.modulus); // => [65536]
 */
export function suspectedCounter(series: Series): readonly Suspicion[] {
  const { time, value } = trendOf(series, { spikes: false, frozen: false });
  let [rises, falls, low, high] = [0, 0, Infinity, -Infinity];
  for (const v of value) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const at: number[] = [];
  for (let i = 1; i < value.length; i++) {
    if (value[i]! > value[i - 1]!) rises++;
    if (value[i]! < value[i - 1]!) {
      falls++;
      if (value[i - 1]! - value[i]! > deepFall * (high - low)) at.push(time[i]!);
    }
  }
  if (falls === 0 || falls > rareFalls * value.length || at.length < falls || rises < 0.5 * value.length) return [];
  const modulus = modulusAbove(high);
  return [
    {
      kind: "counter",
      tags: [series.tag],
      from: at[0]!,
      to: Infinity,
      reason: "counterReset",
      evidence: `${series.tag} only grows, but falls ${falls} times from as much as ${shown(high)}`,
      proposal:
        modulus === undefined
          ? "Declare `counter: {}` if it is a counter that is reset, and use its rate."
          : `Declare \`counter: { modulus: ${modulus} }\` if it is a counter that runs over there, and use its rate.`,
      figures: { falls, highest: high, ...(modulus === undefined ? {} : { modulus }) },
    },
  ];
}
