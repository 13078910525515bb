/** Heights inside the columns: every box close to what it is joined with, none on top of another. */
import type { Columns } from "./crossings.ts";

const rounds = 24;

/**
 * Middles of all places.
 *
 * @param extent  height of each place, with half the gap on either side
 * @param weight  how much a place insists; those of long edges insist most, so that they run straight
 */
export function positions({ columns, before, after }: Columns, extent: readonly number[], weight: readonly number[]): Float64Array {
  const middle = new Float64Array(extent.length);
  for (const column of columns) {
    let end = 0;
    for (const place of column) {
      middle[place] = end + extent[place]! / 2;
      end += extent[place]!;
    }
    for (const place of column) middle[place]! -= end / 2;
  }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? columns : [...columns].reverse();
    for (const column of order) {
      const wish = column.map((place) => {
        const joined = [...before[place]!, ...after[place]!];
        return joined.length === 0 ? middle[place]! : joined.reduce((sum, other) => sum + middle[other]!, 0) / joined.length;
      });
      place(column, wish, extent, weight, middle);
    }
  }
  return middle;
}

/**
 * The closest places to what is wished, in least squares, that keep the order and do not overlap: less the room taken by those above, this
 * is isotonic regression, solved exactly by pooling neighbours.
 */
function place(
  column: readonly number[],
  wish: readonly number[],
  extent: readonly number[],
  weight: readonly number[],
  middle: Float64Array,
): void {
  const room: number[] = [];
  const pools: { value: number; weight: number; count: number }[] = [];
  let taken = 0;
  for (const [i, node] of column.entries()) {
    taken += i === 0 ? 0 : (extent[column[i - 1]!]! + extent[node]!) / 2;
    room.push(taken);
    pools.push({ value: wish[i]! - taken, weight: weight[node]!, count: 1 });
    for (;;) {
      const [upper, lower] = [pools.at(-2), pools.at(-1)!];
      if (upper === undefined || upper.value <= lower.value) break;
      pools.pop();
      const sum = upper.weight + lower.weight;
      upper.value = (upper.value * upper.weight + lower.value * lower.weight) / sum;
      upper.weight = sum;
      upper.count += lower.count;
    }
  }
  let i = 0;
  for (const { value, count } of pools) for (let k = 0; k < count; k++, i++) middle[column[i]!] = value + room[i]!;
}
