/** What a source does not say about a tag, or says against the tag's own values. */
import type { Series } from "../series.ts";
import { unitChanges } from "./conversions.ts";
import { type Suspicion, shown } from "./suspicion.ts";
import { trendOf } from "./trend.ts";

/**
 * Tags without a unit, and tags whose values lie outside of their own measuring range by far: with the unit in which they would fit.
 *
 * `bind` demands a unit for each tag; this says where none is to be had from the source.
 *
 * @example
 * suspectedMetadata(seriesOf("TI1", { time: [0, 1, 2], value: [293, 294, 295] }, { unit: "degC", range: [0, 100] })).length; // => 1
 */
export function suspectedMetadata(series: Series): readonly Suspicion[] {
  const { info, tag } = series;
  const told = (kind: "unit" | "unit-missing", evidence: string, proposal: string, figures: Record<string, number>): Suspicion => ({
    kind,
    tags: [tag],
    from: -Infinity,
    to: Infinity,
    reason: "scaleSuspect",
    evidence,
    proposal,
    figures,
  });
  const found: Suspicion[] = [];
  if (info.unit === undefined || /^\s*(unknown|n\/?a|none|\?|-)?\s*$/i.test(info.unit))
    found.push(told("unit-missing", `the source gives no unit for ${tag}`, "State it in the mapping, from the data sheet.", {}));
  if (!info.range) return found;
  // Values that are outside of the range are what is looked for here, so the range must not have taken them out.
  const { value } = trendOf(series, { range: false });
  if (value.length === 0) return found;
  const sorted = value.toSorted();
  const [low, high] = [sorted[Math.floor(0.05 * (sorted.length - 1))]!, sorted[Math.ceil(0.95 * (sorted.length - 1))]!];
  const [bottom, top] = info.range;
  const slack = 0.1 * (top - bottom);
  const inside = (x: number): boolean => x >= bottom - slack && x <= top + slack;
  if (inside(low) && inside(high)) return found;
  const fits =
    info.unit === undefined
      ? []
      : unitChanges(info.unit).filter(({ factor, shift }) => inside((low - shift) / factor) && inside((high - shift) / factor));
  const would = fits.length === 0 ? "" : `; in ${fits.map(({ to }) => to).join(" or ")} it would fit`;
  found.push(
    told(
      "unit",
      `nine tenths of ${tag} lie between ${shown(low)} and ${shown(high)}, its range is ${bottom} to ${top} ${info.unit ?? ""}${would}`,
      "Compare unit and range with the data sheet, and state them in the mapping.",
      { low, high },
    ),
  );
  return found;
}
