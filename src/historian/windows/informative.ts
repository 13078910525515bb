/** Chooses stretches in which inputs move: where nothing moves, data tells about one operating point only. */
import type { Span } from "./spans.ts";
import type { Track } from "./track.ts";

export interface SelectRule {
  /** The record is judged in blocks of this share of its length. */
  readonly block: number;
  /** A block informs when some input moves in it by more than this share of what it moves in the whole record. */
  readonly movement: number;
  /** Blocks kept before and after an informative one, so that the response to a movement is seen to its end. */
  readonly margin: number;
}

export const selectDefaults: SelectRule = { block: 0.02, movement: 0.1, margin: 1 };

export function selectRule(select: "informative" | Partial<SelectRule>): SelectRule {
  return select === "informative" ? selectDefaults : { ...selectDefaults, ...select };
}

/**
 * The parts of some spans in which an input moves.
 *
 * Movement is the range between the 5 % and 95 % points of the usable values, so that single odd values do not count, or the full range in
 * blocks of few points. Inputs that never move do not count either way.
 */
export function informativeSpans(inputs: readonly Track[], spans: readonly Span[], rule: SelectRule): Span[] {
  const total = spans.reduce((sum, span) => sum + span.to - span.from, 0);
  const length = rule.block * total;
  const overall = inputs.map((track) => movement(track, { from: -Infinity, to: Infinity }));
  return spans.flatMap((span) => {
    const count = Math.max(1, Math.round((span.to - span.from) / length));
    const edges = Array.from({ length: count + 1 }, (_, i) => (i === count ? span.to : span.from + (i * (span.to - span.from)) / count));
    const moves = edges.slice(1).map((to, i) => {
      const block = { from: edges[i]!, to };
      return inputs.some((track, j) => overall[j]! > 0 && movement(track, block) > rule.movement * overall[j]!);
    });
    const chosen: Span[] = [];
    moves.forEach((_, i) => {
      if (!moves.slice(Math.max(0, i - rule.margin), i + rule.margin + 1).includes(true)) return;
      const last = chosen.at(-1);
      if (last && last.to === edges[i]) chosen[chosen.length - 1] = { from: last.from, to: edges[i + 1]! };
      else chosen.push({ from: edges[i]!, to: edges[i + 1]! });
    });
    return chosen;
  });
}

function movement(track: Track, block: Span): number {
  const values: number[] = [];
  let before: number | undefined;
  for (let k = 0; k < track.time.length && track.time[k]! <= block.to; k++) {
    if (track.usable[k] === 0) continue;
    if (track.time[k]! < block.from) before = track.value[k]!;
    else values.push(track.value[k]!);
  }
  values.sort((a, b) => a - b);
  const trim = Math.floor(0.05 * values.length);
  const kept = values.slice(trim, values.length - trim);
  // What was held when the block began is part of what happens in it.
  if (before !== undefined) kept.push(before);
  return kept.length < 2 ? 0 : Math.max(...kept) - Math.min(...kept);
}
