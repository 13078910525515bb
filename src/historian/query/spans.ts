/** Sets of stretches of time: joined, cut and turned round. */
import { intersection, type Span } from "../windows/spans.ts";

/** Where something is so, and where it is known not to be. Elsewhere it is not known. */
export interface Verdict {
  readonly yes: readonly Span[];
  readonly no: readonly Span[];
}

/** By increasing time, with touching ones made one. */
export function union(...lists: readonly (readonly Span[])[]): Span[] {
  const all = lists.flat().sort((a, b) => a.from - b.from || a.to - b.to);
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of all) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** What is left of some stretches without others. */
export function without(spans: readonly Span[], others: readonly Span[]): Span[] {
  const left: Span[] = [];
  let k = 0;
  for (const { from, to } of spans) {
    let start = from;
    while (k < others.length && others[k]!.to <= from) k++;
    for (let i = k; i < others.length && others[i]!.from < to; i++) {
      if (others[i]!.from > start) left.push({ from: start, to: others[i]!.from });
      start = Math.max(start, others[i]!.to);
    }
    if (start < to) left.push({ from: start, to });
  }
  return left;
}

export const negated = ({ yes, no }: Verdict): Verdict => ({ yes: no, no: yes });

export const both = (a: Verdict, b: Verdict): Verdict => ({ yes: intersection(a.yes, b.yes), no: union(a.no, b.no) });

export const either = (a: Verdict, b: Verdict): Verdict => negated(both(negated(a), negated(b)));
