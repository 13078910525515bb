/**
 * Which equation determines which unknown: a largest matching of rows with columns.
 *
 * @see J. E. Hopcroft & R. M. Karp, "An n^5/2 algorithm for maximum matchings in bipartite graphs", SIAM J. Comput. 2 (1973) 225–231,
 *   doi:10.1137/0202019.
 */

/** −1 for a row or column that is left over. */
export interface Matching {
  /** Column of each row. */
  readonly ofRow: Int32Array;
  /** Row of each column. */
  readonly ofColumn: Int32Array;
  readonly size: number;
}

/**
 * A largest matching. Phases of shortest augmenting paths; rows and columns in the given order, so that the result depends on nothing else.
 *
 * @param columnsOf  the columns that each row contains
 */
export function largestMatching(columnsOf: readonly (readonly number[])[], columns: number): Matching {
  const rows = columnsOf.length;
  const ofRow = new Int32Array(rows).fill(-1);
  const ofColumn = new Int32Array(columns).fill(-1);
  const distance = new Int32Array(rows);
  const next = new Int32Array(rows);
  let size = 0;

  /** Layers of rows by alternating paths from those left over; true when a free column can be reached. */
  const layers = (): boolean => {
    const queue: number[] = [];
    distance.fill(-1);
    for (let row = 0; row < rows; row++) {
      if (ofRow[row]! >= 0) continue;
      distance[row] = 0;
      queue.push(row);
    }
    let free = false;
    for (const row of queue) {
      for (const column of columnsOf[row]!) {
        const holder = ofColumn[column]!;
        if (holder < 0) free = true;
        else if (distance[holder]! < 0) {
          distance[holder] = distance[row]! + 1;
          queue.push(holder);
        }
      }
    }
    return free;
  };

  /** One augmenting path through the layers, without recursion: paths may be as long as there are rows. */
  const augment = (root: number): boolean => {
    const path = [root];
    while (path.length > 0) {
      const row = path.at(-1)!;
      const column = columnsOf[row]![next[row]!++];
      if (column === undefined) {
        distance[row] = -1;
        path.pop();
        continue;
      }
      const holder = ofColumn[column]!;
      if (holder >= 0) {
        if (distance[holder] === distance[row]! + 1) path.push(holder);
        continue;
      }
      for (let i = path.length - 1; i >= 0; i--) {
        const taken = columnsOf[path[i]!]![next[path[i]!]! - 1]!;
        ofRow[path[i]!] = taken;
        ofColumn[taken] = path[i]!;
      }
      return true;
    }
    return false;
  };

  while (layers()) {
    next.fill(0);
    for (let row = 0; row < rows; row++) if (ofRow[row]! < 0 && augment(row)) size++;
  }
  return { ofRow, ofColumn, size };
}

/** Rows and columns that no matching can serve, and what they are tangled up with. */
export interface Leftover {
  /** Rows of the overdetermined part: more rows than columns they contain. */
  readonly overRows: readonly number[];
  readonly overColumns: readonly number[];
  /** Columns of the underdetermined part: more columns than rows that contain them. */
  readonly underColumns: readonly number[];
  readonly underRows: readonly number[];
}

/**
 * The over- and underdetermined parts of a structure; all empty where every row and column is matched.
 *
 * @see A. L. Dulmage & N. S. Mendelsohn, "Coverings of bipartite graphs", Canad. J. Math. 10 (1958) 517–534.
 */
export function dulmageMendelsohn(columnsOf: readonly (readonly number[])[], columns: number, matching: Matching): Leftover {
  const rowsOf: number[][] = Array.from({ length: columns }, () => []);
  for (const [row, own] of columnsOf.entries()) for (const column of own) rowsOf[column]!.push(row);
  const { ofRow, ofColumn } = matching;
  const free = (matched: Int32Array): number[] => [...matched.keys()].filter((i) => matched[i]! < 0);
  const overRows = reached(free(ofRow), (row) => columnsOf[row]!.map((column) => ofColumn[column]!));
  const underColumns = reached(free(ofColumn), (column) => rowsOf[column]!.map((row) => ofRow[row]!));
  const sorted = (places: Iterable<number>): number[] => [...new Set(places)].sort((a, b) => a - b);
  return {
    overRows: sorted(overRows),
    overColumns: sorted([...overRows].flatMap((row) => columnsOf[row]!)),
    underColumns: sorted(underColumns),
    underRows: sorted([...underColumns].flatMap((column) => rowsOf[column]!)),
  };
}

function reached(from: readonly number[], next: (place: number) => readonly number[]): ReadonlySet<number> {
  const found = new Set(from);
  for (const place of found) for (const other of next(place)) found.add(other);
  return found;
}
