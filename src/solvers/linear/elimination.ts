/** The order in which a sparse matrix is eliminated, and every operation that takes, found once from its pattern. */
import type { Sparsity } from "../../core/index.ts";

/** Elimination of one pivot: the multipliers below it, and the updates each of them makes. All numbers are places in the filled pattern. */
export interface PivotStep {
  readonly row: number;
  readonly column: number;
  readonly pivot: number;
  readonly below: readonly { readonly row: number; readonly place: number; readonly updates: readonly { target: number; by: number }[] }[];
  /** Entries of the pivot's row that remain: columns eliminated later. */
  readonly right: readonly { readonly column: number; readonly place: number }[];
}

export interface Elimination {
  readonly n: number;
  /** Places of the matrix with its fill-in. */
  readonly places: number;
  /** Place of each value of the Jacobian. */
  readonly ofJacobian: Int32Array;
  /** Place of the diagonal entry of each differential state, −1 for the others. */
  readonly ofDiagonal: Int32Array;
  readonly steps: readonly PivotStep[];
  /** Multiplications in one factorisation. */
  readonly operations: number;
}

/**
 * Orders the elimination of s·M − J by Markowitz' count. Pivots are diagonal entries of differential states, which s makes large, or
 * entries of the algebraic block; which of the latter are not too small shows in the numbers only, so whoever uses the order must watch
 * the multipliers.
 *
 * @param mass  diagonal of M; absent: ones
 * @returns undefined when the pattern leaves no such pivot, or more operations than `limit` were needed
 *
 * @see H. M. Markowitz, "The elimination form of the inverse and its application to linear programming", Manag. Sci. 3 (1957) 255–269.
 */
export function eliminate(n: number, sparsity: Sparsity, mass: Uint8Array | undefined, limit: number): Elimination | undefined {
  const rows = Array.from({ length: n }, () => new Map<number, number>());
  const columns = Array.from({ length: n }, () => new Set<number>());
  let places = 0;
  const placeOf = (row: number, column: number): number => {
    let place = rows[row]!.get(column);
    if (place === undefined) {
      place = places++;
      rows[row]!.set(column, place);
      columns[column]!.add(row);
    }
    return place;
  };
  const ofJacobian = Int32Array.from(sparsity.rows, (row, z) => placeOf(row, sparsity.columns[z]!));
  const differential = (i: number): boolean => mass?.[i] !== 0;
  const ofDiagonal = Int32Array.from({ length: n }, (_, i) => (differential(i) ? placeOf(i, i) : -1));

  const left = new Set(Array.from({ length: n }, (_, i) => i));
  const columnsLeft = new Set(left);
  const rowCount = Int32Array.from(rows, (row) => row.size);
  const columnCount = Int32Array.from(columns, (column) => column.size);
  const steps: PivotStep[] = [];
  let operations = 0;

  while (left.size > 0) {
    let best: { row: number; column: number } | undefined;
    let least = Infinity;
    const consider = (row: number, column: number): void => {
      const count = (rowCount[row]! - 1) * (columnCount[column]! - 1);
      if (count < least) {
        least = count;
        best = { row, column };
      }
    };
    for (const row of left) {
      if (differential(row)) consider(row, row);
      else for (const column of rows[row]!.keys()) if (columnsLeft.has(column) && !differential(column)) consider(row, column);
    }
    if (!best) return undefined;
    const { row, column } = best;
    left.delete(row);
    columnsLeft.delete(column);
    const right = [...rows[row]!].filter(([j]) => columnsLeft.has(j)).map(([j, place]) => ({ column: j, place }));
    const below = [...columns[column]!]
      .filter((i) => left.has(i))
      .map((i) => ({
        row: i,
        place: rows[i]!.get(column)!,
        updates: right.map(({ column: j, place: by }) => {
          if (!rows[i]!.has(j)) {
            rowCount[i]!++;
            columnCount[j]!++;
          }
          return { target: placeOf(i, j), by };
        }),
      }));
    for (const { row: i } of below) rowCount[i]!--;
    for (const { column: j } of right) columnCount[j]!--;
    operations += below.length * (right.length + 1);
    if (operations > limit) return undefined;
    steps.push({ row, column, pivot: rows[row]!.get(column)!, below, right });
  }
  return { n, places, ofJacobian, ofDiagonal, steps, operations };
}
