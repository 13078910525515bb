/** Start, End and Delta: the first and the last point of an interval. */
import { status } from "../../core/index.ts";
import { type AggregateName, aggregateBits as bits } from "./aggregate-kinds.ts";
import { noBound } from "./bounds.ts";
import type { Slice, SliceResult } from "./slice.ts";
import { good } from "./timeline.ts";

/**
 * Start and End give a raw point, whatever its status, with its own time. Delta is the last Good value less the first, Uncertain where
 * something was skipped to find them. @see OPC 10000-13 §5.4.3.25 to §5.4.3.27
 */
export function edgeOf(name: AggregateName, { line, interval, first, stop }: Slice): SliceResult {
  const nothing = { ...noBound, bits: 0 };
  if (stop <= first) return nothing;
  if (name !== "Delta") {
    const place = (name === "Start") === !interval.reversed ? first : stop - 1;
    return { value: line.value[place]!, status: line.status[place]!, bits: bits.raw, time: line.time[place]! };
  }
  let [early, late] = [first, stop - 1];
  while (early < stop && line.level[early] !== good) early++;
  while (late >= first && line.level[late] !== good) late--;
  if (early >= stop) return nothing;
  const whole = early === first && late === stop - 1;
  const change = line.value[late]! - line.value[early]!;
  return {
    value: interval.reversed ? -change : change,
    status: whole ? status.good : status.uncertainDataSubNormal,
    bits: bits.calculated,
  };
}
