/** What looks wrong with single tags, and with tags beside each other: gathered from the methods that suspect, applied by none. */
import type { Rules } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";
import { suspectedCounter } from "../suspicion/counter.ts";
import { aliasTags, renamedTags, replacedInstrument, swappedTags } from "../suspicion/identity.ts";
import { suspectedMetadata } from "../suspicion/metadata.ts";
import { suspectedOscillation } from "../suspicion/oscillation.ts";
import { suspectedSentinels } from "../suspicion/sentinels.ts";
import type { Suspicion } from "../suspicion/suspicion.ts";

/** Of one tag. */
export function suspicionsOfTag(series: Series, rules: Partial<Rules>): readonly Suspicion[] {
  const single = [...suspectedMetadata(series), ...suspectedSentinels(series)];
  if (series.info.stepped) return single;
  return [...single, ...suspectedCounter(series), ...suspectedOscillation(series, rules), ...replacedInstrument(series, rules)];
}

/** Of tags beside each other: one may be the other, under another name or in its place. Every pair is compared. */
export function suspicionsAcross(series: readonly Series[], rules: Partial<Rules>): readonly Suspicion[] {
  const measured = series.filter(({ info }) => !info.stepped);
  return [
    ...renamedTags(measured, undefined, rules),
    ...aliasTags(measured, rules),
    // Wires of different quantities are hardly mixed up, and their courses exchange no values: only tags of one unit are compared.
    ...[...byUnit(measured).values()].flatMap((alike) => swappedTags(alike, rules)),
  ];
}

/** Tags whose unit is known, by it. */
function byUnit(series: readonly Series[]): ReadonlyMap<string, readonly Series[]> {
  const groups = new Map<string, Series[]>();
  for (const one of series) {
    const { unit } = one.info;
    if (unit !== undefined && unit !== "1") groups.set(unit, [...(groups.get(unit) ?? []), one]);
  }
  return groups;
}

/** A suspicion as it is told: tags, what was seen and what to declare, as sentences. What is the same of many tags is told once. */
export interface Told {
  readonly tags: readonly string[];
  readonly seen: string;
  readonly proposal: string;
  /** What it is about, where it is told of one tag alone. */
  readonly suspicion: Suspicion | undefined;
}

export function told(suspicions: readonly Suspicion[]): readonly Told[] {
  const unitless = suspicions.filter(({ kind }) => kind === "unit-missing");
  const others = suspicions.filter((one) => unitless.length < 2 || one.kind !== "unit-missing");
  const together: Told[] =
    unitless.length < 2
      ? []
      : [
          {
            tags: unitless.flatMap(({ tags }) => tags),
            seen: "The source gives no units.",
            proposal: sentence(unitless[0]!.proposal),
            suspicion: undefined,
          },
        ];
  return [
    ...others.map((one) => ({ tags: one.tags, seen: sentence(one.evidence), proposal: sentence(one.proposal), suspicion: one })),
    ...together,
  ];
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
