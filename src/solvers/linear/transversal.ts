/** Rows put so that no place of the diagonal is structurally zero, where a matrix allows that. */

/** Columns of a sparse matrix, one after the other. */
export interface Columns {
  readonly n: number;
  /** Column j is at `starts[j] … starts[j + 1]`. Shape (n + 1). */
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/**
 * A row for every column, each row once: the diagonal where it is there, changed along augmenting paths where it is not.
 *
 * @returns row of each column, or undefined where the matrix is structurally singular
 *
 * @see I. S. Duff, "On algorithms for obtaining a maximum transversal", ACM Trans. Math. Softw. 7 (1981) 315–330.
 */
export function transversal({ n, starts, rows }: Columns): Int32Array | undefined {
  const rowOf = new Int32Array(n).fill(-1);
  const columnOf = new Int32Array(n).fill(-1);
  const match = (column: number, row: number): void => {
    rowOf[column] = row;
    columnOf[row] = column;
  };
  for (let j = 0; j < n; j++) for (let z = starts[j]!; z < starts[j + 1]!; z++) if (rows[z] === j) match(j, j);

  const seen = new Int32Array(n).fill(-1);
  const next = new Int32Array(n);
  for (let j = 0; j < n; j++) {
    if (rowOf[j] !== -1) continue;
    // Depth first, without recursion: `path` holds columns, `next` the place in each where the search goes on.
    const path = [j];
    next[j] = starts[j]!;
    let free = -1;
    while (path.length > 0 && free < 0) {
      const column = path.at(-1)!;
      if (next[column]! >= starts[column + 1]!) {
        path.pop();
        continue;
      }
      const row = rows[next[column]!++]!;
      if (seen[row] === j) continue;
      seen[row] = j;
      const owner = columnOf[row]!;
      if (owner < 0) free = row;
      else {
        next[owner] = starts[owner]!;
        path.push(owner);
      }
    }
    if (free < 0) return undefined;
    // Each column of the path takes the row it looked at last.
    for (const column of path) match(column, rows[next[column]! - 1]!);
  }
  return rowOf;
}
