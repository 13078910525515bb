/** Tags that follow one another as one quantity: renamed, replaced, set to another unit or range, each from then until then. */
import type { Conversion } from "../core/index.ts";
import type { BoundTag } from "./bind.ts";
import { type Moment, momentOf } from "./duration.ts";

/** How an archived number becomes a measured one: (sign · scale · number + offset) in the unit of the tag. */
export interface ReadingFields {
  /** −1 where the tag counts the other way. */
  readonly sign?: 1 | -1 | undefined;
  /** Factor on the archived value before its unit applies. */
  readonly scale?: number | undefined;
  /** Added to the archived value after sign and scale, in `unit`: a known bias with the other sign, as a recalibration found it. */
  readonly offset?: number | undefined;
  /** Archived values outside are Bad. Default: the range that the source knows. */
  readonly range?: readonly [number, number] | undefined;
}

/** A tag for some time. What is left out is as declared beside `periods`. */
export interface TagPeriod extends ReadingFields {
  readonly tag: string;
  readonly unit?: string | undefined;
  /** Default: since ever. */
  readonly from?: Moment | undefined;
  /** Excluded. Default: the start of the next period, or for good. */
  readonly to?: Moment | undefined;
}

/** A period with everything converted to model units. Plain data. */
export interface BoundPeriod {
  readonly tag: string;
  readonly unit: string;
  readonly factor: number;
  readonly shift: number;
  /** As archived. */
  readonly range: readonly [number, number] | undefined;
  /** [s]; undefined: without limit. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Refuses a field of a binding. */
export type Refuse = (field: string, value: unknown, expected: string) => never;

/** @param within  what stands before the field in a message, such as `periods[1].` */
export function checkReading({ sign = 1, scale = 1, offset = 0, range }: ReadingFields, within: string, refuse: Refuse): void {
  if (sign !== 1 && sign !== -1) refuse(`${within}sign`, sign, "1 or −1");
  if (!Number.isFinite(scale) || scale === 0) refuse(`${within}scale`, scale, "a finite number other than 0");
  if (!Number.isFinite(offset)) refuse(`${within}offset`, offset, "a finite number");
  if (range && !(range[0] < range[1])) refuse(`${within}range`, range, "[lower, upper] with lower < upper");
}

/** The way from archived values to model units. */
export function readingOf({ factor, shift }: Conversion, { sign = 1, scale = 1, offset = 0 }: ReadingFields): Conversion {
  return { factor: factor * scale * sign, shift: offset === 0 ? shift : factor * offset + shift };
}

/** The bound tag with its periods by time; its own fields become those of the last one. */
export function withPeriods(
  bound: BoundTag,
  shared: ReadingFields & { readonly unit: string },
  periods: readonly TagPeriod[],
  convert: (tag: string, from: string) => Conversion,
  refuse: Refuse,
): BoundTag {
  if (!Array.isArray(periods) || periods.length === 0) refuse("periods", periods, "a list of at least one period");
  const places = periods.map((period, i) => ({ period, within: `periods[${i}].` }));
  for (const { period, within } of places) {
    if (typeof period.tag !== "string" || period.tag === "") refuse(`${within}tag`, period.tag, "the name of a tag");
    checkReading(period, within, refuse);
  }
  const moment = (at: Moment | undefined, within: string): number | undefined =>
    at === undefined ? undefined : momentOf(at, `${bound.name}.${within}`);
  const timed = places
    .map(({ period, within }) => ({ period, within, from: moment(period.from, `${within}from`), to: moment(period.to, `${within}to`) }))
    .sort((a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity));
  const all = timed.map(({ period, within, from, to }, i): BoundPeriod => {
    const next = timed[i + 1];
    if (next && next.from === undefined) refuse(`${next.within}from`, undefined, "given for all periods but one");
    if (to !== undefined && next && to > next.from!)
      refuse(`${within}to`, period.to, `no later than the start of the next period, ${next.within}from`);
    const end = to ?? next?.from;
    if (end !== undefined && !(end > (from ?? -Infinity))) refuse(`${within}to`, period.to ?? period.from, "later than `from`");
    const fields = {
      sign: period.sign ?? shared.sign,
      scale: period.scale ?? shared.scale,
      offset: period.offset ?? shared.offset,
    };
    const unit = period.unit ?? shared.unit;
    return { tag: period.tag, unit, ...readingOf(convert(period.tag, unit), fields), range: period.range ?? shared.range, from, to: end };
  });
  const { tag, unit, factor, shift, range } = all.at(-1)!;
  return { ...bound, tag, unit, factor, shift, range, periods: all };
}
