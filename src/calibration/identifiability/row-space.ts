/** The space that some rows span, in reduced echelon form, in exact arithmetic. */
import { divide, multiply, subtract } from "./prime-field.ts";

export interface RowSpace {
  rank(): number;
  /** Takes in a row, shape (columns), which is overwritten; true where it is independent of those before. */
  add(row: Float64Array): boolean;
  /** A basis of what is orthogonal to all rows: one vector a free column, with a 1 there. */
  orthogonal(): Float64Array[];
}

export function rowSpace(columns: number): RowSpace {
  const rows: { readonly pivot: number; readonly row: Float64Array }[] = [];
  const eliminate = (row: Float64Array, by: Float64Array, factor: number): void => {
    if (factor === 0) return;
    for (let j = 0; j < columns; j++) row[j] = subtract(row[j]!, multiply(factor, by[j]!));
  };
  return {
    rank: () => rows.length,
    add(row) {
      for (const { pivot, row: by } of rows) eliminate(row, by, row[pivot]!);
      const pivot = row.findIndex((value) => value !== 0);
      if (pivot < 0) return false;
      const scale = divide(1, row[pivot]!);
      const kept = row.map((value) => multiply(value, scale));
      for (const one of rows) eliminate(one.row, kept, one.row[pivot]!);
      rows.push({ pivot, row: kept });
      return true;
    },
    orthogonal() {
      const pivots = new Set(rows.map(({ pivot }) => pivot));
      return Array.from({ length: columns }, (_, j) => j)
        .filter((j) => !pivots.has(j))
        .map((free) => {
          const out = new Float64Array(columns);
          out[free] = 1;
          for (const { pivot, row } of rows) out[pivot] = subtract(0, row[free]!);
          return out;
        });
    },
  };
}
