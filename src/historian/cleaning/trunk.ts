/** The largest part of a record that runs forward in time, in the order in which the points came. */

export interface Chain {
  /** Places of the trunk: increasing, with times that never go back. */
  readonly trunk: Int32Array;
  /** The stretches beside it, [first, stop): consecutive places with times that never go back. */
  readonly aside: readonly (readonly [number, number])[];
}

/**
 * Cuts the record into stretches wherever the clock goes back, where an earlier point lands inside another stretch, and where a stretch
 * catches up; then takes the chain of stretches with the most points, the earlier received where two are equal.
 *
 * @param time  in order of arrival, shape (k)
 *
 * @see M. L. Fredman, "On computing the length of longest increasing subsequences", Discrete Math. 11 (1975) 29–35; here over stretches
 *   weighted by their points, with a binary indexed tree of prefix maxima. O(s log s) for s stretches.
 */
export function heaviestChain(time: Float64Array): Chain {
  const cuts = cutsOf(time);
  const count = cuts.length - 1;
  const ends = Float64Array.from({ length: count }, (_, s) => time[cuts[s + 1]! - 1]!);
  const sortedEnds = ends.slice().sort();
  const tree = new Int32Array(count + 1).fill(-1);
  const [weight, previous] = [new Float64Array(count), new Int32Array(count)];
  let best = -1;
  for (let s = 0; s < count; s++) {
    previous[s] = heaviestUpTo(tree, weight, rankOf(sortedEnds, time[cuts[s]!]!));
    weight[s] = cuts[s + 1]! - cuts[s]! + (previous[s]! < 0 ? 0 : weight[previous[s]!]!);
    for (let i = rankOf(sortedEnds, ends[s]!); i <= count; i += i & -i) {
      if (tree[i]! < 0 || weight[s]! > weight[tree[i]!]!) tree[i] = s;
    }
    if (best < 0 || weight[s]! > weight[best]!) best = s;
  }
  const chosen = new Uint8Array(count);
  for (let s = best; s >= 0; s = previous[s]!) chosen[s] = 1;
  return partsOf(time, cuts, chosen);
}

/** How many of the sorted values are no greater. */
function rankOf(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The heaviest stretch that ends no later than a rank; −1: none. */
function heaviestUpTo(tree: Int32Array, weight: Float64Array, rank: number): number {
  let best = -1;
  for (let i = rank; i > 0; i -= i & -i) {
    const s = tree[i]!;
    if (s >= 0 && (best < 0 || weight[s]! > weight[best]! || (weight[s] === weight[best] && s < best))) best = s;
  }
  return best;
}

/** Places where a stretch begins, and the length of the record. */
function cutsOf(time: Float64Array): number[] {
  const cuts = new Set<number>([0, time.length]);
  let latest = -Infinity;
  let start = 0;
  for (let i = 0; i < time.length; i++) {
    const t = time[i]!;
    if (i > 0 && t < time[i - 1]!) {
      cuts.add(i);
      // Where it lands in the stretch before it, and in which it does not fit any more.
      let [low, high] = [start, i];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (time[middle]! <= t) low = middle + 1;
        else high = middle;
      }
      if (low < i) cuts.add(low);
      start = i;
    } else if (i > 0 && t >= latest && time[i - 1]! < latest) {
      cuts.add(i);
    }
    if (t > latest) latest = t;
  }
  return Array.from(cuts).sort((a, b) => a - b);
}

function partsOf(time: Float64Array, cuts: readonly number[], chosen: Uint8Array): Chain {
  const trunk: number[] = [];
  const aside: [number, number][] = [];
  for (let s = 0; s < chosen.length; s++) {
    const [first, stop] = [cuts[s]!, cuts[s + 1]!];
    if (chosen[s] === 1) {
      for (let place = first; place < stop; place++) trunk.push(place);
      continue;
    }
    const last = aside.at(-1);
    if (last && last[1] === first && time[first]! >= time[first - 1]!) last[1] = stop;
    else aside.push([first, stop]);
  }
  return { trunk: Int32Array.from(trunk), aside };
}
