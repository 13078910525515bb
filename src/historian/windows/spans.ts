/** Stretches of time in which every input has a value. */
import type { Track } from "./track.ts";

/** A stretch of time [s]. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Where one input has a value: between usable points that are not too far apart. Before its first usable point it has none; after its
 * last a held value lasts as long as silence is bridged.
 *
 * @param until  end of the record [s]
 * @param held  the last value holds up to there
 */
export function coverageOf(track: Track, until: number, held = track.hold === "hold"): Span[] {
  const spans: Span[] = [];
  let from = Number.NaN;
  let previous = -Infinity;
  let bad = false;
  const { time, usable, bridges } = track;
  for (let k = 0; k < time.length; k++) {
    if (usable[k] === 0) {
      bad = true;
      continue;
    }
    const gap = time[k]! - previous;
    if (Number.isNaN(from)) from = time[k]!;
    else if (gap > (bad ? Math.min(bridges.bad, bridges.silence) : bridges.silence)) {
      spans.push({ from, to: previous });
      from = time[k]!;
    }
    previous = time[k]!;
    bad = false;
  }
  if (Number.isNaN(from)) return spans;
  const limit = bad ? Math.min(bridges.bad, bridges.silence) : bridges.silence;
  const last = held && until - previous <= limit ? until : previous;
  spans.push({ from, to: Math.max(previous, last) });
  return spans;
}

/** The common part of two lists of spans, both increasing. */
export function intersection(a: readonly Span[], b: readonly Span[]): Span[] {
  const common: Span[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const from = Math.max(a[i]!.from, b[j]!.from);
    const to = Math.min(a[i]!.to, b[j]!.to);
    if (to > from) common.push({ from, to });
    if (a[i]!.to < b[j]!.to) i++;
    else j++;
  }
  return common;
}

/** An input with the stretches in which it has a value. */
export interface Covered {
  readonly track: Track;
  readonly spans: readonly Span[];
}

/** The inputs that do not cover a stretch, by name and tag. */
export function lacking(inputs: readonly Covered[], span: Span): string {
  return inputs
    .filter(({ spans }) => !spans.some(({ from, to }) => from <= span.from && span.to <= to))
    .map(({ track: { bound } }) => `${bound.name} (${bound.tag})`)
    .join(", ");
}
