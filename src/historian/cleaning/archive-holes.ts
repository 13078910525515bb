/** Holes of the archive: many tags silent at the same time, so it was the server, not the sensors. */
import type { Cleaned } from "./clean.ts";
import type { Layer } from "./layers.ts";

export interface HoleRule {
  /** Tags that must be silent together, at least; and as a share of all. */
  readonly tags: number;
  readonly share: number;
}

export const holeDefaults: HoleRule = { tags: 3, share: 0.8 };

export interface Hole {
  readonly from: number;
  readonly to: number;
  /** How many tags were silent throughout. */
  readonly tags: number;
}

/**
 * The calendar of holes, and a layer for each tag that notes its first point after each. Not a fault of any of them: it does not speak against
 * a sensor, and windows end there as at any gap.
 */
export function archiveHoles(
  tags: readonly Cleaned[],
  rule: Partial<HoleRule> = {},
): { readonly holes: readonly Hole[]; readonly layers: Layer[] } {
  const { tags: least, share } = { ...holeDefaults, ...rule };
  const needed = Math.max(least, Math.ceil(share * tags.length));
  const edges: { t: number; by: number }[] = [];
  for (const { view, order, grain } of tags) {
    for (let k = 1; k < order.length; k++) {
      const [from, to] = [view.time[order[k - 1]!]!, view.time[order[k]!]!];
      if (to - from > grain.silence) edges.push({ t: from, by: 1 }, { t: to, by: -1 });
    }
  }
  edges.sort((a, b) => a.t - b.t || a.by - b.by);
  const holes: Hole[] = [];
  let [silent, from, most] = [0, Number.NaN, 0];
  for (const { t, by } of edges) {
    silent += by;
    if (silent >= needed && Number.isNaN(from)) [from, most] = [t, silent];
    else if (silent < needed && !Number.isNaN(from)) {
      if (t > from) holes.push({ from, to: t, tags: most });
      from = Number.NaN;
    }
    most = Math.max(most, silent);
  }
  const layers = tags.map(({ view, order }): Layer => {
    const places: number[] = [];
    for (const hole of holes) {
      const after = order.find((place) => view.time[place]! >= hole.to);
      const before = order.some((place) => view.time[place]! > hole.from && view.time[place]! < hole.to);
      if (after !== undefined && !before) places.push(after);
    }
    return { method: "archive-hole", reason: "groupStale", places: Int32Array.from(new Set(places)).sort(), status: 0, omit: false };
  });
  return { holes, layers };
}
