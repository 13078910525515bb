/** Where one condition holds on one course. Times between archived points are exact for straight lines. */
import type { Span } from "../windows/spans.ts";
import { type Course, type Piece, piecesOf } from "./course.ts";
import { union, type Verdict, without } from "./spans.ts";

/** A condition with its numbers in the unit of the course. */
export type Condition =
  | { readonly kind: "test"; readonly limits: readonly number[]; readonly holds: (value: number) => boolean }
  | { readonly kind: "quality"; readonly holds: (code: number, absent: boolean) => boolean }
  | { readonly kind: "missing" }
  | {
      readonly kind: "moves";
      readonly direction: "rises" | "falls" | "changes";
      readonly sense: "more" | "less";
      readonly orEqual: boolean;
      readonly amount: number;
      readonly within: number;
    }
  | { readonly kind: "stays"; readonly within: number; readonly for: number };

/** A change that was found. */
export interface Change extends Span {
  readonly change: number;
}

/** @param record  from the first to the last point of all tags of the query */
export function verdictOf(course: Course, condition: Condition, record: Span): Verdict & { readonly changes: readonly Change[] } {
  switch (condition.kind) {
    case "test":
      return { ...tested(course, condition.limits, condition.holds), changes: [] };
    case "quality":
      return { ...ofQuality(course, condition.holds, record), changes: [] };
    case "missing":
      return { yes: without([record], course.known), no: course.known, changes: [] };
    case "moves": {
      const { direction, amount, within, orEqual } = condition;
      const enough = condition.sense === "more" ? orEqual : !orEqual;
      const signs = direction === "changes" ? [1, -1] : direction === "rises" ? [1] : [-1];
      const changes = signs.flatMap((sign) =>
        course.known.flatMap((span) => changesOf(piecesOf(course, span), course.hold === "hold", sign, amount, within, enough)),
      );
      changes.sort((a, b) => a.from - b.from);
      const moving = union(changes);
      const still = without(course.known, moving);
      return condition.sense === "more" ? { yes: moving, no: still, changes } : { yes: still, no: moving, changes };
    }
    case "stays": {
      const yes = union(course.known.flatMap((span) => restsOf(piecesOf(course, span), condition.within, condition.for)));
      return { yes, no: without(course.known, yes), changes: [] };
    }
  }
}

/** A test of the value, which can change only where the value crosses one of some limits. */
function tested(course: Course, limits: readonly number[], holds: (value: number) => boolean): Verdict {
  const [yes, no]: [Span[], Span[]] = [[], []];
  for (const span of course.known) {
    for (const { from, to, start, end } of piecesOf(course, span)) {
      const cuts = limits
        .map((limit) => (limit - start) / (end - start))
        .filter((share) => share > 0 && share < 1)
        .sort((a, b) => a - b);
      let before = 0;
      for (const share of [...cuts, 1]) {
        const part = { from: from + before * (to - from), to: share === 1 ? to : from + share * (to - from) };
        const middle = start + ((before + share) / 2) * (end - start);
        if (part.to > part.from) (holds(middle) ? yes : no).push(part);
        before = share;
      }
    }
  }
  return { yes: union(yes), no: union(no) };
}

function ofQuality({ points }: Course, holds: (code: number, absent: boolean) => boolean, record: Span): Verdict {
  const [yes, no]: [Span[], Span[]] = [[], []];
  const { time, status, absent } = points;
  for (let k = 0; k < time.length; k++) {
    const part = { from: time[k]!, to: time[k + 1] ?? record.to };
    if (part.to > part.from) (holds(status[k]!, absent[k] === 1) ? yes : no).push(part);
  }
  return { yes: union(yes), no: union(no) };
}

interface Vertex {
  readonly t: number;
  readonly v: number;
}

/**
 * All stretches of at most a given length over which the course goes up (sign 1) or down (−1) by more than an amount.
 *
 * For a course of straight pieces the greatest change within a time has an end of a piece at one of its ends, so it is enough to look back from
 * each of them, and ahead from each by the whole time; a piece that is steep enough counts as a whole. A held course that changes at
 * once is taken to have changed for as long as the time that was given.
 */
function changesOf(pieces: readonly Piece[], held: boolean, sign: number, amount: number, within: number, orEqual: boolean): Change[] {
  const vertices = verticesOf(pieces).map(({ t, v }) => ({ t, v: sign * v }));
  const found: Change[] = [];
  const note = (from: number, to: number, change: number): void => {
    if (orEqual ? change >= amount * (1 - 1e-12) : change > amount * (1 + 1e-12)) found.push({ from, to, change: sign * change });
  };
  const last = pieces.at(-1)?.to ?? 0;
  const behind = reader(pieces, sign);
  const ahead = reader(pieces, sign, true);
  // Places of vertices whose values increase: the first is the least within reach.
  const least: number[] = [];
  let first = 0;
  for (let j = 0; j < vertices.length; j++) {
    const { t, v } = vertices[j]!;
    while (least.length > first && vertices[least.at(-1)!]!.v >= v) least.pop();
    least.push(j);
    // Where a held value ends exactly the whole time before, it lasted until just before that.
    const gone = (place: number): boolean =>
      vertices[place]!.t < t - within || (held && place % 2 === 1 && vertices[place]!.t <= t - within);
    while (gone(least[first]!)) first++;
    const low = vertices[least[first]!]!;
    const up = j === 0 || vertices[j - 1]!.v < v;
    if (held) {
      // Steps within reach of each other add up to one change; one alone has no length of its own.
      if (up && j % 2 === 0 && j > 0) note(low.t, low.t < t ? t : Math.min(last, t + within), v - low.v);
      continue;
    }
    const edge = behind(t - within);
    if (up && edge !== undefined && edge < low.v) note(t - within, t, v - edge);
    else if (up && low.t < t) note(low.t, t, v - low.v);
    // From where it stays or falls a later start is nearer to the change.
    if (j + 1 < vertices.length && vertices[j + 1]!.v <= v) continue;
    const end = ahead(t + within);
    if (end !== undefined) note(t, t + within, end - v);
    if (j % 2 === 0) {
      const { from, to, start, end: top } = pieces[j >> 1]!;
      const share = Math.min(1, within / (to - from));
      const change = sign * (top - start) * share;
      if (share < 1) note(from, to, change);
    }
  }
  return found;
}

function verticesOf(pieces: readonly Piece[]): Vertex[] {
  return pieces.flatMap(({ from, to, start, end }) => [
    { t: from, v: start },
    { t: to, v: end },
  ]);
}

/** Reads a course at times that do not decrease; undefined outside of it, and, if only climbs count, where it does not go up. */
function reader(pieces: readonly Piece[], sign: number, climbing = false): (t: number) => number | undefined {
  let k = 0;
  return (t) => {
    while (k < pieces.length && pieces[k]!.to < t) k++;
    const piece = pieces[k];
    if (piece === undefined || t < piece.from || (climbing && sign * (piece.end - piece.start) <= 0)) return undefined;
    return sign * (piece.start + ((t - piece.from) / (piece.to - piece.from)) * (piece.end - piece.start));
  };
}

/** Stretches of at least a given length in which least and greatest value are no further apart than a given amount. */
function restsOf(pieces: readonly Piece[], within: number, atLeast: number): Span[] {
  const found: Span[] = [];
  const [lows, highs]: [number[], number[]] = [[], []];
  let [firstLow, firstHigh, start] = [0, 0, 0];
  const span = (last: number): void => {
    const [from, to] = [pieces[start]!.from, pieces[last]!.to];
    if (last >= start && to - from >= atLeast * (1 - 1e-12)) found.push({ from, to });
  };
  for (let j = 0; j < pieces.length; j++) {
    const [low, high] = [lowOf(pieces[j]!), highOf(pieces[j]!)];
    while (lows.length > firstLow && lowOf(pieces[lows.at(-1)!]!) >= low) lows.pop();
    while (highs.length > firstHigh && highOf(pieces[highs.at(-1)!]!) <= high) highs.pop();
    lows.push(j);
    highs.push(j);
    const fits = (): boolean => highOf(pieces[highs[firstHigh]!]!) - lowOf(pieces[lows[firstLow]!]!) <= within * (1 + 1e-12);
    if (!fits()) {
      if (j > start) span(j - 1);
      while (start < j && !fits()) {
        start++;
        while (lows[firstLow]! < start) firstLow++;
        while (highs[firstHigh]! < start) firstHigh++;
      }
      if (!fits()) {
        // One piece alone is too steep.
        start = j + 1;
        firstLow = lows.length;
        firstHigh = highs.length;
      }
    }
  }
  if (start < pieces.length) span(pieces.length - 1);
  return found;
}

const lowOf = ({ start, end }: Piece): number => Math.min(start, end);
const highOf = ({ start, end }: Piece): number => Math.max(start, end);
