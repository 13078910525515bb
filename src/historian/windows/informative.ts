/** Chooses stretches in which inputs move: where nothing moves, data tells about one operating point only. */
import { within } from "./cut.ts";
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
 * The parts of some spans in which an input moves: the range of its usable values in a block is a good share of its range in the record.
 * Inputs that never move do not count.
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

/** Range of the usable values in a block, with what was held when it began. */
function movement({ time, value, usable }: Track, block: Span): number {
  const [first, stop] = within(time, block, true);
  let [low, high] = [Infinity, -Infinity];
  const see = (k: number): void => {
    low = Math.min(low, value[k]!);
    high = Math.max(high, value[k]!);
  };
  let before = first - 1;
  while (before >= 0 && usable[before] === 0) before--;
  if (before >= 0) see(before);
  for (let k = first; k < stop; k++) if (usable[k] === 1) see(k);
  return Math.max(0, high - low);
}
