/** Numbers that look as if they stood for "no value": far out, the same each time, and of a kind that programs write. */
import { reason, severity } from "../../core/index.ts";
import { medianOf } from "../cleaning/noise.ts";
import type { Series } from "../series.ts";
import { type Suspicion, shown } from "./suspicion.ts";

/** What programs write instead of nothing: runs of nines, ends of integer types, powers of ten beyond any plant, −1. */
function isTypical(value: number): boolean {
  const size = Math.abs(value);
  if (/^9{3,}(\.9+)?$/.test(String(size))) return true;
  if ([127, 128, 255, 32_767, 32_768, 65_535, 2_147_483_647, 2_147_483_648, 4_294_967_295].includes(size)) return true;
  return size >= 1e9 || value === -1 || value === -99;
}

/** Repetitions from which a number far out is no accident; distance in spreads of the rest. */
const [fewest, apart] = [3, 10];

/**
 * Proposes sentinels: they are never taken out without being declared (`rules.sentinels`), because a 999 can be a pressure.
 *
 * @example
 * const value = Array.from({ length: 500 }, (_, i) => (i % 50 === 7 ? -9999 : 20 + Math.sin(i)));
 * suspectedSentinels(seriesOf("TI1", { time: value.map((_, i) => i), value })).map((one) => one.figures.value); // => [-9999]
 */
export function suspectedSentinels(series: Series): readonly Suspicion[] {
  const counts = new Map<number, number>();
  const values: number[] = [];
  for (let i = 0; i < series.value.length; i++) {
    if ((series.reasons[i]! & reason.notANumber) !== 0 || severity(series.status[i]!) === "bad") continue;
    values.push(series.value[i]!);
    if (isTypical(series.value[i]!)) counts.set(series.value[i]!, (counts.get(series.value[i]!) ?? 0) + 1);
  }
  const rest = Float64Array.from(values.filter((value) => !counts.has(value)));
  if (rest.length < 0.5 * values.length || rest.length === 0) return [];
  // The spread from quantiles: what is left may hold spikes as well.
  const sorted = rest.toSorted();
  const [low, high] = [sorted[Math.floor(0.01 * (sorted.length - 1))]!, sorted[Math.ceil(0.99 * (sorted.length - 1))]!];
  const spread = Math.max(high - low, 1e-6 * Math.abs(medianOf(rest)));
  return [...counts]
    .filter(([value, count]) => count >= fewest && (value < low - apart * spread || value > high + apart * spread))
    .map(([value, count]) => ({
      kind: "sentinel",
      tags: [series.tag],
      from: -Infinity,
      to: Infinity,
      reason: "sentinel",
      evidence: `${series.tag}: ${count} times exactly ${value}, while nearly all other values lie between ${shown(low)} and ${shown(high)}`,
      proposal: `Declare \`sentinels: [${value}]\` if the source writes that instead of a missing value.`,
      figures: { value, count },
    }));
}
