/** Records that a historian seems to have compressed, and how coarsely beside what the instrument can tell. */
import { compressionOf } from "../portrait/compression.ts";
import type { Series } from "../series.ts";
import { type Suspicion, shown } from "./suspicion.ts";
import { trendOf } from "./trend.ts";

/**
 * An estimate of the compression deviation, where nothing is declared and the points look like corners. Up to one standard deviation of the
 * instrument it hardly matters; from about two on intervals are too narrow unless a fit is told, from four on estimates are biased.
 *
 * @param sigma  standard deviation of the instrument; absent: not compared
 */
export function compressionSuspicion(series: Series, sigma?: number): Suspicion | undefined {
  if ((series.info.compression ?? 0) > 0) return undefined;
  const record = trendOf(series);
  const deviation = compressionOf(record.time, record.value, record.grain);
  if (deviation === undefined) return undefined;
  const ratio = sigma === undefined ? undefined : deviation / sigma;
  const beside = ratio === undefined ? "" : `, ${shown(ratio)} standard deviations of the instrument`;
  return {
    kind: "compression",
    tags: [record.tag],
    from: -Infinity,
    to: Infinity,
    reason: "interpolated",
    evidence: `${record.tag}: the points look like corners of a compression with a deviation of about ${shown(deviation)}${beside}`,
    proposal: `Ask for the deviation and bind it with \`compression: …\` (about ${shown(deviation)}, within a factor of two); read archived points, never a grid between them.`,
    figures: { deviation, ...(ratio === undefined ? {} : { ratio }) },
  };
}
