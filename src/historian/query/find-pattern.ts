/** Finds what an expert describes in words: stretches of time, with the evidence for each. */
import { conversion, GreyboxError, nearestNames } from "../../core/index.ts";
import type { Binding, BoundTag } from "../bind.ts";
import type { Rules } from "../cleaning/rules.ts";
import { type Moment, momentOf } from "../duration.ts";
import { type Historian, openHistorian } from "../open.ts";
import type { Source } from "../source.ts";
import { intersection, type Span } from "../windows/spans.ts";
import { type Change, type Condition, verdictOf } from "./conditions.ts";
import { type Course, coursesOf, piecesOf, plainTag } from "./course.ts";
import { parsePattern } from "./parse.ts";
import { conditionsOf, type Pattern, type Quantity } from "./pattern.ts";
import { both, either, negated, union, type Verdict, without } from "./spans.ts";
import { queryError } from "./tokens.ts";

export interface FindOptions {
  readonly from?: Moment | undefined;
  readonly to?: Moment | undefined;
  /** Names of a model may be used as well as tags; they are in the units of the model. */
  readonly binding?: Binding | undefined;
  /** Units of tags for which the source knows none. */
  readonly units?: Readonly<Record<string, string>> | undefined;
  /** What states are as numbers, by tag, or for all tags under `*`: `{ "FIC101.MODE": { automatic: 1, manual: 0 } }`. */
  readonly states?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  /** How the tags are cleaned. What is doubted then counts as not known. */
  readonly rules?: Partial<Rules> | undefined;
}

/** What a condition saw in one match. */
export interface Evidence {
  /** The condition as it was written. */
  readonly condition: string;
  readonly tag: string;
  readonly unit: string;
  /** Values at the start and at the end of the match, least and greatest in it; undefined where none is known. */
  readonly values: { readonly first: number; readonly last: number; readonly least: number; readonly greatest: number } | undefined;
  /** The greatest change that was asked for, and when. */
  readonly change: Change | undefined;
}

export interface Match extends Span {
  readonly evidence: readonly Evidence[];
}

export interface PatternResult {
  readonly query: string;
  /** From the first to the last point of the tags, within the range asked for [s]. */
  readonly record: Span;
  /** By increasing time. */
  readonly matches: readonly Match[];
  /** Where the tags do not say whether it is so [s]. */
  readonly unknown: readonly Span[];
}

/**
 * Finds a pattern in plant data.
 *
 * Between archived points tags are held or straight, as the source says; where they have no usable value nothing is claimed: neither that a
 * condition holds nor, with `not`, that it does not.
 *
 * @throws GreyboxError `historian/query`, `historian/query-unit`, `historian/query-word`, and those of reading
 *
 * @example
 * const { matches } = await findPattern(plant, "TI101.PV rises by more than 5 K within 10 min", { units: { "TI101.PV": "degC" } });
 */
export async function findPattern(plant: Historian | Source, text: string, options: FindOptions = {}): Promise<PatternResult> {
  const historian = "browse" in plant ? await openHistorian(plant) : plant;
  const pattern = parsePattern(text);
  const courses = await named(historian, text, pattern, options);
  const record = recordOf([...courses.values()], options);
  const seen: Seen[] = [];
  const judge = (part: Pattern): Verdict => {
    switch (part.kind) {
      case "condition": {
        const course = courses.get(part.name)!;
        const verdict = verdictOf(course, conditionFor(text, part, course, options), record);
        const { changes } = verdict;
        const longest = changes.reduce((most, { from, to }) => Math.max(most, to - from), 0);
        seen.push({ condition: part, course, changes, starts: changes.map(({ from }) => from), longest });
        return { yes: intersection(verdict.yes, [record]), no: intersection(verdict.no, [record]) };
      }
      case "and":
        return part.parts.map(judge).reduce(both);
      case "or":
        return part.parts.map(judge).reduce(either);
      case "not":
        return negated(judge(part.of));
      case "lasts":
        return lasting(judge(part.of), part);
      case "sequence":
        return following(judge(part.of), judge(part.other), part);
    }
  };
  const verdict = record.to > record.from ? judge(pattern) : { yes: [], no: [] };
  return {
    query: text,
    record,
    matches: verdict.yes.map((span) => ({
      ...span,
      evidence: seen.map((one) => evidenceOf(one, span)),
    })),
    unknown: without([record], union(verdict.yes, verdict.no)),
  };
}

/** A condition with what it saw. */
interface Seen {
  readonly condition: Extract<Pattern, { kind: "condition" }>;
  readonly course: Course;
  /** By increasing start. */
  readonly changes: readonly Change[];
  readonly starts: readonly number[];
  /** Length of the longest change [s]. */
  readonly longest: number;
}

async function named(historian: Historian, text: string, pattern: Pattern, options: FindOptions): Promise<Map<string, Course>> {
  const bound = new Map(options.binding?.tags.map((one) => [one.name, one]));
  const tags = new Map(historian.tags.map((info) => [info.tag, info]));
  const wanted = new Map<string, { bound: BoundTag; unit: string }>();
  for (const { name, at } of conditionsOf(pattern)) {
    const one = bound.get(name);
    if (one === undefined && !tags.has(name)) {
      throw queryError(
        text,
        at,
        `"${name}" is found`,
        "the name of a tag or bound quantity",
        nearestNames(name, [...bound.keys(), ...tags.keys()]),
      );
    }
    const unit = one?.modelUnit ?? options.units?.[name] ?? tags.get(name)?.unit ?? "";
    wanted.set(name, { bound: one ?? plainTag(name, unit), unit });
  }
  const until = options.to === undefined ? -Infinity : momentOf(options.to, "to");
  const courses = await coursesOf(historian, [...wanted.values()], until, options.rules);
  return new Map([...wanted.keys()].map((name, i) => [name, courses[i]!]));
}

function recordOf(courses: readonly Course[], options: FindOptions): Span {
  const firsts = courses.map(({ points }) => points.time[0] ?? Infinity);
  const lasts = courses.map(({ points }) => points.time.at(-1) ?? -Infinity);
  const from = Math.max(Math.min(...firsts), options.from === undefined ? -Infinity : momentOf(options.from, "from"));
  return { from, to: Math.min(Math.max(...lasts), options.to === undefined ? Infinity : momentOf(options.to, "to")) };
}

/** A condition with its numbers in the unit of the course. */
function conditionFor(
  text: string,
  { name, predicate }: Extract<Pattern, { kind: "condition" }>,
  course: Course,
  options: FindOptions,
): Condition {
  const level = ({ value, unit }: Quantity): number => inUnit(text, course, value, unit, false);
  const amount = ({ value, unit }: Quantity): number => inUnit(text, course, value, unit, true);
  switch (predicate.kind) {
    case "compare": {
      const limit = level(predicate.limit);
      const near = 1e-9 * Math.max(1, Math.abs(limit));
      const tests = {
        ">": (v: number) => v > limit,
        ">=": (v: number) => v >= limit,
        "<": (v: number) => v < limit,
        "<=": (v: number) => v <= limit,
        "=": (v: number) => Math.abs(v - limit) <= near,
        "!=": (v: number) => Math.abs(v - limit) > near,
      };
      return { kind: "test", limits: [limit], holds: tests[predicate.comparison] };
    }
    case "between": {
      const [low, high] = [level(predicate.low), level(predicate.high)];
      return { kind: "test", limits: [low, high], holds: (v) => v >= low && v <= high };
    }
    case "state": {
      const known = { ...options.states?.["*"], ...options.states?.[name], ...options.states?.[course.tag] };
      const word = Object.keys(known).find((one) => one.toLowerCase() === predicate.word.toLowerCase());
      if (word === undefined) {
        throw new GreyboxError("historian/query-word", {
          text,
          name,
          word: predicate.word,
          nearest: nearestNames(predicate.word, Object.keys(known)),
        });
      }
      const state = known[word]!;
      return { kind: "test", limits: [state], holds: (v) => Math.abs(v - state) < 1e-9 !== predicate.not };
    }
    case "quality": {
      const { quality, not } = predicate;
      if (quality === "missing") return not ? { kind: "test", limits: [], holds: () => true } : { kind: "missing" };
      const wanted = { good: 0, uncertain: 1, bad: 2 }[quality];
      return { kind: "quality", holds: (code, absent) => ((absent ? 2 : Math.min(2, code >>> 30)) === wanted) !== not };
    }
    case "moves":
      return {
        kind: "moves",
        direction: predicate.direction,
        ...predicate.by,
        amount: Math.abs(amount(predicate.by.amount)),
        within: predicate.within,
      };
    case "stays":
      return { kind: "stays", within: Math.abs(amount(predicate.within)), for: predicate.for };
  }
}

/** A number in the unit of a course; a difference without the offset between scales of temperature. */
function inUnit(text: string, course: Course, value: number, unit: string, difference: boolean): number {
  if (unit === "" || unit === course.unit) return value;
  try {
    if (course.unit === "") throw new GreyboxError("unit/unknown", { unit: "", why: "the source gives none" });
    const { factor, shift } = difference ? differenceConversion(unit, course.unit) : conversion(unit, course.unit);
    return factor * value + (difference ? 0 : shift);
  } catch (cause) {
    const why = (cause as Error).message.replace(/ \[[^\]]*\]$/, "");
    throw new GreyboxError("historian/query-unit", { text, name: course.name, unit, of: course.unit, why }, { cause });
  }
}

/** Of pressures a difference is neither gauge nor absolute. */
function differenceConversion(from: string, to: string): { factor: number; shift: number } {
  try {
    return conversion(from, to);
  } catch (error) {
    if (!(error instanceof GreyboxError && error.code === "unit/kind")) throw error;
    const plain = (unit: string): string => unit.replace(/(?<=bar|psi|Pa)[ga]$|\(g\)|\(a\)/, "");
    return conversion(plain(from), plain(to));
  }
}

function lasting(verdict: Verdict, { sense, seconds }: { sense: "more" | "less"; seconds: number }): Verdict {
  const fits = ({ from, to }: Span): boolean =>
    sense === "more" ? to - from >= seconds * (1 - 1e-12) : to - from <= seconds * (1 + 1e-12);
  return {
    yes: verdict.yes.filter(fits),
    no: union(
      verdict.no,
      verdict.yes.filter((span) => !fits(span)),
    ),
  };
}

/** Those stretches of one pattern that have one of another near enough behind them (before), or in front of them (after). */
function following(of: Verdict, other: Verdict, { order, by }: Extract<Pattern, { kind: "sequence" }>): Verdict {
  const [starts, ends] = [other.yes.map(({ from }) => from), other.yes.map(({ to }) => to)];
  // The nearest that comes at all decides over "at most", the furthest over "at least".
  const fits = ({ from, to }: Span): boolean => {
    const [nearest, furthest] =
      order === "before"
        ? [(starts[firstFrom(starts, to)] ?? Infinity) - to, (starts.at(-1) ?? -Infinity) - to]
        : [from - (ends[firstFrom(ends, from, true) - 1] ?? -Infinity), from - (ends[0] ?? Infinity)];
    if (!(nearest < Infinity && furthest >= 0)) return false;
    return by === undefined || (by.sense === "less" ? nearest <= by.seconds : furthest >= by.seconds);
  };
  return {
    yes: of.yes.filter(fits),
    no: union(
      of.no,
      of.yes.filter((span) => !fits(span)),
    ),
  };
}

/** Place of the first of some increasing numbers that is at or beyond a limit, or only beyond it. */
function firstFrom(increasing: readonly number[], limit: number, beyond = false): number {
  let [low, high] = [0, increasing.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (increasing[middle]! < limit || (beyond && increasing[middle] === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function evidenceOf({ condition, course, changes, starts, longest }: Seen, span: Span): Evidence {
  const pieces = course.known.flatMap((known) => intersection([known], [span]).flatMap((part) => piecesOf(course, part)));
  const values = pieces.flatMap(({ start, end }) => [start, end]);
  let change: Change | undefined;
  // Changes come by their starts, and none is longer than what was asked for.
  for (let k = firstFrom(starts, span.from - longest); k < changes.length && starts[k]! <= span.to; k++) {
    const one = changes[k]!;
    if (one.to < span.from) continue;
    if (change === undefined || Math.abs(one.change) > Math.abs(change.change)) change = one;
  }
  return {
    condition: condition.text,
    tag: course.tag,
    unit: course.unit,
    values:
      values.length === 0
        ? undefined
        : {
            first: values[0]!,
            last: values.at(-1)!,
            least: values.reduce((a, b) => Math.min(a, b)),
            greatest: values.reduce((a, b) => Math.max(a, b)),
          },
    change,
  };
}
