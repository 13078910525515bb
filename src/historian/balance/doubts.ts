/** Declared balances over a record: window by window, which stream does not fit, told as suspicions. */
import type { Rules } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";
import { type Suspicion, shown } from "../suspicion/suspicion.ts";
import { type Trend, trendOf } from "../suspicion/trend.ts";
import { grossErrors } from "./gross-errors.ts";
import type { Balances, MeasuredStream } from "./network.ts";
import { balanceDefaults } from "./reconcile.ts";

export interface BalanceDoubtOptions {
  /** Length of the windows that are averaged [s]: long enough that what accumulates in between does not count. */
  readonly window: number;
  /** Standard deviation of a single measurement of each stream, in its unit. Absent: the noise of the tag. */
  readonly sigma?: Readonly<Record<string, number>> | undefined;
  /** Systematic part of the error of each mean, which no averaging removes, as a share of the value. */
  readonly relative?: number | undefined;
  /** Chance of an alarm in the whole record where nothing is wrong. */
  readonly level?: number | undefined;
  readonly rules?: Partial<Rules> | undefined;
}

/**
 * Averages the streams over windows, tests the balances, and blames by serial elimination. Adjoining windows that blame the same stream are
 * one suspicion; `tags` holds the blamed stream first, then all that could have been blamed as well.
 *
 * @param streams  series by name of the stream, all in one unit; a stream that is not named is unmeasured
 */
export function balanceDoubts(
  balances: Balances,
  streams: Readonly<Record<string, Series>>,
  options: BalanceDoubtOptions,
): readonly Suspicion[] {
  const { window, sigma = {}, relative = 0, level = balanceDefaults.level, rules } = options;
  const trends = Object.entries(streams).map(([name, series]) => [name, trendOf(series, rules)] as const);
  const start = Math.min(...trends.map(([, { time }]) => time[0] ?? Infinity));
  const end = Math.max(...trends.map(([, { time }]) => time.at(-1) ?? -Infinity));
  const count = Math.floor((end - start) / window);
  const told: (Suspicion & { readonly to: number })[] = [];
  for (let k = 0; k < count; k++) {
    const [from, to] = [start + k * window, start + (k + 1) * window];
    const measured: Record<string, MeasuredStream> = {};
    for (const [name, trend] of trends) {
      const mean = meanWithin(trend, from, to, sigma[name], relative);
      if (mean) measured[name] = mean;
    }
    // Each window is a test of its own: together they may raise no more false alarms than the level says.
    const { errors } = grossErrors(balances, measured, { level: 1 - (1 - level) ** (1 / count) });
    for (const { name, size, equivalent, ratio } of errors) {
      const tags = [name, ...equivalent].map((stream) => streams[stream]?.tag ?? stream);
      const last = told.findLastIndex((one) => one.tags[0] === tags[0] && one.to === from);
      const before = told[last];
      const since = before?.from ?? from;
      const suspicion = {
        kind: "imbalance",
        tags,
        from: since,
        to,
        reason: "imbalance",
        evidence: `${tags[0]} reads ${shown(Math.abs(size))} too ${size > 0 ? "much" : "little"} for its balances from ${shown(since)} to ${shown(to)} s${equivalent.length === 0 ? "" : `; ${tags.slice(1).join(", ")} would explain it as well`}`,
        proposal: "Have the instrument checked; leave the stretch out, or take the stream as unmeasured.",
        figures: { size, ratio },
      } as const;
      if (before) told[last] = suspicion;
      else told.push(suspicion);
    }
  }
  return told;
}

/** Mean of the points of a window with the standard deviation of that mean; undefined for fewer than two. */
function meanWithin({ time, value, grain }: Trend, from: number, to: number, sigma = Math.max(grain.noise, grain.quantum), relative = 0) {
  let [sum, n] = [0, 0];
  for (let i = 0; i < time.length; i++) {
    if (time[i]! < from || time[i]! >= to) continue;
    sum += value[i]!;
    n++;
  }
  if (n < 2) return undefined;
  const mean = sum / n;
  const spread = Math.hypot(sigma / Math.sqrt(n), relative * mean);
  return spread > 0 ? { value: mean, sigma: spread } : undefined;
}
