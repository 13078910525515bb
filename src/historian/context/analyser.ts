/** Analysers on validation gas: plateaus of known height that recur, where no contact tells of the calibration. */
import type { Series } from "../series.ts";
import { trendOf } from "../suspicion/trend.ts";
import type { ContextSpan } from "./context.ts";

export interface ValidationGas {
  /** What the analyser reads on each gas, in the unit of the tag: zero gas and span gas. */
  readonly levels: readonly number[];
  /** How close it then reads, in the unit of the tag. */
  readonly within: number;
  /** Shortest and longest stay on a gas [s]. */
  readonly lasts: readonly [number, number];
}

/**
 * Stretches that look like validation: a jump to the reading of a gas, a stay as long as the gas flows, and a jump away.
 *
 * The process may be at such a level by itself; then the stay is longer, or it comes and goes without jumps.
 */
export function validationSpans(analyser: Series, { levels, within, lasts }: ValidationGas): readonly ContextSpan[] {
  const { time, value, grain } = trendOf(analyser, { spikes: false, frozen: false, saturation: false });
  const jump = 6 * Math.max(grain.noise, grain.quantum, within / 3);
  const spans: ContextSpan[] = [];
  for (let k = 1; k < value.length; k++) {
    const level = levels.find((one) => Math.abs(value[k]! - one) <= within);
    if (level === undefined || Math.abs(value[k]! - value[k - 1]!) < jump) continue;
    let end = k;
    while (end < value.length && Math.abs(value[end]! - level) <= within) end++;
    const left = end < value.length ? Math.abs(value[end]! - value[end - 1]!) >= jump : false;
    const stay = (time[end] ?? time[end - 1]!) - time[k]!;
    if (left && stay >= lasts[0] && stay <= lasts[1]) {
      spans.push({ from: time[k]!, to: time[end]!, value: level });
      k = end - 1;
    }
  }
  return spans;
}
