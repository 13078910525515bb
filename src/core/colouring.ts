/**
 * Groups of columns of a sparse matrix that share no row: one directional derivative along the sum of a group gives all its columns.
 *
 * A banded Jacobian of any size needs as many directions as its band is wide.
 */
import type { Sparsity } from "./system.ts";

/**
 * A colour for each column; columns of one colour have no row in common.
 *
 * Greedy, columns with most neighbours first, which is optimal for bands and near it for the patterns of processes.
 *
 * @param columns  number of columns of the matrix
 * @returns colours from 0, shape (columns); columns without entries have colour 0
 *
 * @see A. R. Curtis, M. J. D. Powell, J. K. Reid, "On the estimation of sparse Jacobian matrices", J. Inst. Math. Appl. 13 (1974) 117–119;
 *   D. J. A. Welsh, M. B. Powell, Comput. J. 10 (1967) 85–86 (the order).
 */
export function colourColumns({ rows, columns: places }: Sparsity, columns: number): Int32Array {
  const columnsOfRow = new Map<number, number[]>();
  const rowsOfColumn: number[][] = Array.from({ length: columns }, () => []);
  for (const [k, row] of rows.entries()) {
    const column = places[k]!;
    const found = columnsOfRow.get(row);
    if (found === undefined) columnsOfRow.set(row, [column]);
    else found.push(column);
    rowsOfColumn[column]!.push(row);
  }
  const neighbours = rowsOfColumn.map((own) => new Set(own.flatMap((row) => columnsOfRow.get(row)!)).size);
  const order = Array.from({ length: columns }, (_, column) => column).sort((a, b) => neighbours[b]! - neighbours[a]! || a - b);
  const colours = new Int32Array(columns).fill(-1);
  /** The column that last saw a colour among its neighbours. */
  const seenBy: number[] = [];
  for (const column of order) {
    for (const row of rowsOfColumn[column]!) {
      for (const neighbour of columnsOfRow.get(row)!) if (colours[neighbour]! >= 0) seenBy[colours[neighbour]!] = column;
    }
    let colour = 0;
    while (seenBy[colour] === column) colour++;
    colours[column] = colour;
  }
  return colours;
}
