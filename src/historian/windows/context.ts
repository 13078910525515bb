/** Stretches that are kept out of windows, by what the plant did, each with the reason. */
import { cleanedSeries } from "../alignment/timeline.ts";
import { clean } from "../cleaning/clean.ts";
import { ruleDefaults } from "../cleaning/rules.ts";
import { type Duration, secondsOf } from "../duration.ts";
import type { Historian } from "../open.ts";
import { type FindOptions, findPattern } from "../query/find-pattern.ts";
import { without } from "../query/spans.ts";
import type { Span } from "./spans.ts";
import { type SteadyOptions, steadyState } from "./steady/steady-state.ts";

/** What is kept out: a pattern, with a reason to be told and time before and after it. */
export interface ExclusionRule {
  readonly when: string;
  /** Told with what is rejected. Default: the pattern itself. */
  readonly why?: string | undefined;
  /** Kept out before it begins as well. */
  readonly before?: Duration | undefined;
  /** Kept out after it has ended as well. */
  readonly after?: Duration | undefined;
}

export interface ContextOptions {
  /** Patterns: where one of them holds there are no windows. */
  readonly exclude?: readonly (string | ExclusionRule)[] | undefined;
  /** A pattern: there are windows only where it is known to hold. */
  readonly only?: string | undefined;
  /**
   * Tags or bound quantities: there are windows only where all of them rest, for models of steady operation. With options of `steadyState`
   * where the usual ones do not fit.
   */
  readonly rest?: readonly string[] | (SteadyOptions & { readonly of: readonly string[] }) | undefined;
  /** What states are as numbers, by tag. See `findPattern`. */
  readonly states?: FindOptions["states"];
}

export interface Excluded extends Span {
  readonly why: string;
}

/** By rule, each by increasing time. Empty where nothing is asked. */
export async function excludedSpans(historian: Historian, options: ContextOptions, find: FindOptions): Promise<Excluded[]> {
  const excluded: Excluded[] = [];
  for (const rule of options.exclude ?? []) {
    const { when, why, before, after }: ExclusionRule = typeof rule === "string" ? { when: rule } : rule;
    const [sooner, later] = [before === undefined ? 0 : secondsOf(before, "before"), after === undefined ? 0 : secondsOf(after, "after")];
    for (const { from, to } of (await findPattern(historian, when, find)).matches)
      excluded.push({ from: from - sooner, to: to + later, why: why ?? when });
  }
  if (options.only !== undefined) {
    const { matches } = await findPattern(historian, options.only, find);
    for (const span of without([{ from: -Infinity, to: Infinity }], matches)) excluded.push({ ...span, why: `not: ${options.only}` });
  }
  if (options.rest !== undefined) {
    const { of, ...steady } = "of" in options.rest ? options.rest : { of: options.rest };
    for (const name of of) {
      const tag = find.binding?.tags.find((one) => one.name === name)?.tag ?? name;
      const { spans } = steadyState(cleanedSeries(clean(await historian.read(tag), { ...ruleDefaults, ...find.rules })), steady);
      for (const span of without([{ from: -Infinity, to: Infinity }], spans)) excluded.push({ ...span, why: `${name} is not at rest` });
    }
  }
  return excluded;
}

/** What is left of some stretches, and what is not, with the reason that came first. */
export function withoutExcluded(spans: readonly Span[], excluded: readonly Excluded[]): { left: Span[]; rejected: Excluded[] } {
  let left = [...spans];
  const rejected: Excluded[] = [];
  for (const rule of excluded) {
    const before = left;
    left = without(before, [rule]);
    for (const gone of without(before, left)) rejected.push({ ...gone, why: rule.why });
  }
  return { left, rejected };
}
