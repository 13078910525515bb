/** The order inside each column, so that few edges cross: sweeps of barycentres, then exchanges of neighbours. */

/** Sweeps to and fro; more change nothing on graphs of the size that is drawn. */
const sweeps = 12;

export interface Columns {
  /** Places in each column, in drawing order. */
  readonly columns: readonly (readonly number[])[];
  /** By place, those it is joined with in the column before and in the one after. */
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

/**
 * The same columns in a better order.
 *
 * @see K. Sugiyama, S. Tagawa & M. Toda, "Methods for visual understanding of hierarchical system structures", IEEE Trans. SMC 11 (1981)
 *   109–125, doi:10.1109/TSMC.1981.4308636.
 */
export function withFewCrossings({ columns, before, after }: Columns): readonly (readonly number[])[] {
  const rank = new Float64Array(before.length);
  const ranked = (column: readonly number[]): void => {
    for (const [i, place] of column.entries()) rank[place] = i;
  };
  for (const column of columns) ranked(column);
  let current = columns.map((column) => [...column]);
  let best = current;
  let fewest = crossings(current, after, rank);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const forward = sweep % 2 === 0;
    const neighbours = forward ? before : after;
    const order = forward ? current.keys() : [...current.keys()].reverse();
    const next = current.map((column) => [...column]);
    for (const c of order) {
      const column = next[c]!;
      const wish = new Map(
        column.map((place, i) => {
          const joined = neighbours[place]!;
          return [place, joined.length === 0 ? i : joined.reduce((sum, other) => sum + rank[other]!, 0) / joined.length];
        }),
      );
      column.sort((a, b) => wish.get(a)! - wish.get(b)! || rank[a]! - rank[b]!);
      ranked(column);
      exchange(column, before, after, rank);
    }
    current = next;
    const count = crossings(current, after, rank);
    if (count < fewest) [best, fewest] = [current, count];
  }
  return best;
}

/** Exchanges neighbours where that saves crossings with the columns on both sides. */
function exchange(
  column: number[],
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
  rank: Float64Array,
): void {
  for (let improved = true; improved; ) {
    improved = false;
    for (let i = 0; i + 1 < column.length; i++) {
      const [a, b] = [column[i]!, column[i + 1]!];
      const saved = [before, after].reduce((sum, side) => sum + crossed(side[a]!, side[b]!, rank) - crossed(side[b]!, side[a]!, rank), 0);
      if (saved <= 0) continue;
      [column[i], column[i + 1]] = [b, a];
      rank[b] = i;
      rank[a] = i + 1;
      improved = true;
    }
  }
}

/** Crossings of the edges of two neighbours, the first above the second. */
function crossed(upper: readonly number[], lower: readonly number[], rank: Float64Array): number {
  let count = 0;
  for (const u of upper) for (const l of lower) if (rank[u]! > rank[l]!) count++;
  return count;
}

function crossings(columns: readonly (readonly number[])[], after: readonly (readonly number[])[], rank: Float64Array): number {
  let count = 0;
  for (const column of columns) {
    for (const place of column) rank[place] = column.indexOf(place);
  }
  for (const column of columns) {
    for (let i = 0; i < column.length; i++)
      for (let j = i + 1; j < column.length; j++) count += crossed(after[column[i]!]!, after[column[j]!]!, rank);
  }
  return count;
}
