/** The part of a record that nothing speaks against, ready for comparison: by time, alone or thinned out beside another. */
import { clean, goodOf } from "../cleaning/clean.ts";
import { inOrder, type View } from "../cleaning/layers.ts";
import { type Grain, grainOf, medianOf } from "../cleaning/noise.ts";
import { type Rules, ruleDefaults } from "../cleaning/rules.ts";
import { gathered, type Series, type TagInfo } from "../series.ts";

export interface Trend {
  readonly tag: string;
  readonly info: TagInfo;
  /** Strictly increasing [s]. */
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly grain: Grain;
}

/** The Good points of a series after cleaning, or of a view as it was cleaned already. */
export function trendOf(series: Series | View, rules: Partial<Rules> = {}): Trend {
  if ("raw" in series) {
    const good = goodOf(series, inOrder(series));
    const [time, value] = [gathered(series.time, good), gathered(series.value, good)];
    return { tag: series.raw.tag, info: series.raw.info, time, value, grain: grainOf(time, value) };
  }
  const { view, order, grain } = clean(series, { ...ruleDefaults, ...rules }, { stepped: series.info.stepped });
  const good = goodOf(view, order);
  return { tag: series.tag, info: series.info, time: gathered(view.time, good), value: gathered(view.value, good), grain };
}

/** Two records side by side. */
export interface Pairs {
  readonly time: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** Each point of `a` beside the value of `b` on the line between its neighbours, where those are no further apart than is usual for b. */
export function paired(a: Trend, b: Trend): Pairs {
  const [time, left, right] = [[] as number[], [] as number[], [] as number[]];
  let k = 0;
  for (let i = 0; i < a.time.length; i++) {
    const t = a.time[i]!;
    while (k + 1 < b.time.length && b.time[k + 1]! <= t) k++;
    if (b.time.length === 0 || b.time[k]! > t) continue;
    let value = b.value[k]!;
    if (b.time[k]! < t) {
      if (k + 1 >= b.time.length || b.time[k + 1]! - b.time[k]! > b.grain.silence) continue;
      value += ((t - b.time[k]!) / (b.time[k + 1]! - b.time[k]!)) * (b.value[k + 1]! - b.value[k]!);
    }
    time.push(t);
    left.push(a.value[i]!);
    right.push(value);
  }
  return { time: Float64Array.from(time), a: Float64Array.from(left), b: Float64Array.from(right) };
}

/** Medians of equally many consecutive pairs: at most `most` blocks of at least `least` pairs, times at their starts. */
export function blocked({ time, a, b }: Pairs, most = 200, least = 5): Pairs {
  const size = Math.max(least, Math.ceil(time.length / most));
  const count = Math.floor(time.length / size);
  const medians = (column: Float64Array): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => medianOf(column.slice(i * size, (i + 1) * size)));
  return { time: Float64Array.from({ length: count }, (_, i) => time[i * size]!), a: medians(a), b: medians(b) };
}

/** Correlation of two columns; 0 where one of them does not move. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let [ma, mb] = [0, 0];
  for (let i = 0; i < n; i++) {
    ma += a[i]! / n;
    mb += b[i]! / n;
  }
  let [saa, sbb, sab] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    saa += (a[i]! - ma) ** 2;
    sbb += (b[i]! - mb) ** 2;
    sab += (a[i]! - ma) * (b[i]! - mb);
  }
  return saa > 0 && sbb > 0 ? sab / Math.sqrt(saa * sbb) : 0;
}
