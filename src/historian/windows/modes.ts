/** Operating modes of a plant: rules in words on tags, with hysteresis and a least duration. */
import { GreyboxError } from "../../core/index.ts";
import { type Duration, secondsOf } from "../duration.ts";
import { type Historian, openHistorian } from "../open.ts";
import { type FindOptions, findPattern } from "../query/find-pattern.ts";
import { union, without } from "../query/spans.ts";
import type { Source } from "../source.ts";
import { intersection, type Span } from "./spans.ts";

/** One mode. Rules that come first win. */
export interface ModeRule {
  readonly mode: string;
  /** A pattern: the mode is entered where it holds. */
  readonly when: string;
  /** A pattern: once entered, the mode lasts until this holds, whatever becomes of `when`. Default: as long as `when` holds. */
  readonly until?: string | undefined;
  /** Shorter stretches do not count as this mode. */
  readonly minimum?: Duration | undefined;
}

export interface ModeSpan extends Span {
  /** Name of the mode; `other` where no rule holds, `unknown` where the tags do not say. */
  readonly mode: string;
}

/**
 * Which mode a plant was in, from the first to the last point of the tags that are asked, without holes.
 *
 * @throws GreyboxError `historian/query` and its kin for a rule that cannot be read, `historian/option` without rules
 *
 * @example
 * const spans = await operatingModes(plant, [
 *   { mode: "running", when: "TI101.PV > 20 degC", until: "TI101.PV < 15 degC", minimum: "1 min" },
 * ], { units: { "TI101.PV": "degC" } });
 */
export async function operatingModes(
  plant: Historian | Source,
  rules: readonly ModeRule[],
  options: FindOptions = {},
): Promise<ModeSpan[]> {
  if (rules.length === 0) throw new GreyboxError("historian/option", { option: "rules", value: "[]", expected: "one rule at least" });
  const historian = "browse" in plant ? await openHistorian(plant) : plant;
  const found: { mode: string; spans: Span[] }[] = [];
  let [from, to] = [Infinity, -Infinity];
  let unknown: Span[] = [];
  let taken: Span[] = [];
  for (const { mode, when, until, minimum } of rules) {
    const entered = await findPattern(historian, when, options);
    from = Math.min(from, entered.record.from);
    to = Math.max(to, entered.record.to);
    const left = until === undefined ? undefined : await findPattern(historian, until, options);
    const whole = left ? lasting(entered.matches, left.matches, Math.max(entered.record.to, left.record.to)) : entered.matches;
    const least = minimum === undefined ? 0 : secondsOf(minimum, "minimum");
    const spans = without(union(whole), taken).filter((span) => span.to - span.from >= least);
    taken = union(taken, spans);
    unknown = union(unknown, without(entered.unknown, union(whole)));
    found.push({ mode, spans });
  }
  if (!(to > from)) return [];
  const rest = without([{ from, to }], taken);
  const doubtful = intersection(rest, unknown);
  return [
    ...found.flatMap(({ mode, spans }) => spans.map((span) => ({ mode, ...span }))),
    ...doubtful.map((span) => ({ mode: "unknown", ...span })),
    ...without(rest, doubtful).map((span) => ({ mode: "other", ...span })),
  ].sort((a, b) => a.from - b.from);
}

/** From each entry to the first exit after it. What was entered before the record began is entered where the record begins. */
function lasting(entries: readonly Span[], exits: readonly Span[], end: number): Span[] {
  const spans: Span[] = [];
  let until = -Infinity;
  for (const { from, to } of entries) {
    const start = Math.max(from, until);
    if (start >= to) continue;
    const exit = exits.find((one) => one.to > start);
    until = exit === undefined ? end : Math.max(exit.from, start);
    if (until > start) spans.push({ from: start, to: until });
    // An exit that holds throughout the entry leaves nothing.
    else until = Math.min(to, exit?.to ?? to);
  }
  return spans;
}
