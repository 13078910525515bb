/**
 * The operating context of points: which stretches of time were asked for, and why the others are left out.
 *
 * A context is a list of spans of time with a name; a layer doubts what lies outside of those that were asked for. Raw points stay.
 */
import { type Reason, reason, status } from "../../core/index.ts";
import { clean, goodOf } from "../cleaning/clean.ts";
import { type View, withLayer } from "../cleaning/layers.ts";
import { ruleDefaults } from "../cleaning/rules.ts";
import type { Series } from "../series.ts";

export interface ContextSpan {
  /** Start included, end excluded [s]. */
  readonly from: number;
  readonly to: number;
  /** Value of the tag: a mode, a grade, a state. */
  readonly value: number;
}

/** Stretches of one value of a stepped tag (mode, grade, contact), in order; the last has no end. Points without a usable value end a stretch. */
export function spansOfState(state: Series): readonly ContextSpan[] {
  const { view, order } = clean(state, ruleDefaults, { stepped: true });
  const spans: ContextSpan[] = [];
  let open: { from: number; value: number } | undefined;
  for (const place of order) {
    const [t, value] = [view.time[place]!, view.value[place]!];
    const usable = view.status[place]! >>> 30 === 0 && (view.reasons[place]! & reason.notANumber) === 0;
    if (usable && open?.value === value) continue;
    if (open) spans.push({ from: open.from, to: t, value: open.value });
    open = usable ? { from: t, value } : undefined;
  }
  if (open) spans.push({ from: open.from, to: Infinity, value: open.value });
  return spans;
}

/** A gate: a tag within limits, for at least so long, and not until it has been so for a while. */
export interface Gate {
  readonly tag: Series;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
  /** What is cut off after the gate opens, until the plant has settled [s]. */
  readonly settle?: number | undefined;
  /** Shorter openings do not count [s]. */
  readonly least?: number | undefined;
}

/** Stretches in which all gates are open: normal operation by rate, temperature and mode. Shutdown, start-up and cleaning are the rest. */
export function spansWithin(gates: readonly Gate[]): readonly ContextSpan[] {
  let spans: ContextSpan[] = [{ from: -Infinity, to: Infinity, value: 1 }];
  for (const { tag, above = -Infinity, below = Infinity, settle = 0, least = 0 } of gates) {
    const { view, order } = clean(tag, ruleDefaults, { stepped: true });
    const open: ContextSpan[] = [];
    let from: number | undefined;
    let last = 0;
    for (const place of goodOf(view, order)) {
      const [t, value] = [view.time[place]!, view.value[place]!];
      const isOpen = value >= above && value <= below;
      if (isOpen && from === undefined) from = t;
      if (!isOpen && from !== undefined) {
        if (t - from >= least) open.push({ from: from + settle, to: t, value: 1 });
        from = undefined;
      }
      last = t;
    }
    if (from !== undefined && last - from >= least) open.push({ from: from + settle, to: Infinity, value: 1 });
    spans = common(spans, open);
  }
  return spans;
}

function common(a: readonly ContextSpan[], b: readonly ContextSpan[]): ContextSpan[] {
  return a
    .flatMap((one) => b.map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to), value: 1 })))
    .filter(({ from, to }) => to > from)
    .sort((p, q) => p.from - q.from);
}

export interface ContextDoubt {
  readonly method: string;
  readonly reason: Reason;
  readonly status: number;
}

/** Named doubts about what lies in a context, or outside of it. */
export const contextDoubts = {
  /** Shutdown, start-up, cleaning, transients, another grade: real values, but not of what is modelled. */
  outside: { method: "context", reason: "outOfContext", status: status.uncertain },
  /** A loop in manual, or an output that is held: real values; what they say about the loop is another matter. */
  manual: { method: "manual", reason: "manual", status: 0 },
  /** An analyser that is fed validation gas, or under maintenance (NAMUR NE 107 function check). */
  outOfService: { method: "out-of-service", reason: "outOfContext", status: status.badOutOfService },
} as const satisfies Record<string, ContextDoubt>;

/** Doubts the points inside of the spans. @param delay  how long the effect on the tag goes on after a span [s] */
export function doubtInside(
  view: View,
  spans: readonly ContextSpan[],
  { method, reason: why, status: code }: ContextDoubt,
  delay = 0,
): View {
  return doubted(view, method, why, code, (t) => spans.some(({ from, to }) => t >= from && t < to + delay));
}

/** Doubts the points outside of all spans. */
export function doubtOutside(
  view: View,
  spans: readonly ContextSpan[],
  { method, reason: why, status: code }: ContextDoubt = contextDoubts.outside,
): View {
  return doubted(view, method, why, code, (t) => !spans.some(({ from, to }) => t >= from && t < to));
}

function doubted(view: View, method: string, why: Reason, code: number, isDoubted: (time: number) => boolean): View {
  const places: number[] = [];
  for (let i = 0; i < view.time.length; i++) if (isDoubted(view.time[i]!)) places.push(i);
  return withLayer(view, { method, reason: why, places: Int32Array.from(places), status: code, omit: false });
}
