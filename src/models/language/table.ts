/**
 * Tables of measured or published values, read by `lookup(table, x)` and `lookup(table, x, y)`, as piecewise polynomials.
 *
 * @see F. N. Fritsch & J. Butland, "A method for constructing local monotone piecewise cubic interpolants", SIAM J. Sci. Stat. Comput. 5
 *   (1984) 300–304, doi:10.1137/0905021; end slopes as in C. Moler, *Numerical Computing with MATLAB* (2004), §3.4.
 */

/** `monotone`: cubic pieces with a continuous slope that overshoot nowhere. In two dimensions only `linear`, that is bilinear. */
export type TableMethod = "linear" | "monotone";

/** Beyond the ends: the end value, the straight line on from it, or no value at all, which ends a run with the outcome `non-finite`. */
export type TableOutside = "hold" | "extend" | "refuse";

export const tableDefaults = { method: "linear", outside: "hold" } as const satisfies { method: TableMethod; outside: TableOutside };

/** A table that has been checked. Plain data. */
export interface Table {
  readonly name: string;
  /** Increasing, two or more. */
  readonly x: readonly number[];
  /** Increasing, two or more; absent in one dimension. */
  readonly y: readonly number[] | undefined;
  /** One row a value of x, one column a value of y. */
  readonly values: readonly (readonly number[])[];
  readonly method: TableMethod;
  readonly outside: TableOutside;
  readonly unit: { readonly x: string; readonly y: string | undefined; readonly value: string };
}

/** Coefficients of a cubic in the distance from the left end of its piece. */
export type Cubic = readonly [number, number, number, number];

/** One cubic a piece of a table in one dimension. */
export function piecesOf({ x, values, method }: Table): readonly Cubic[] {
  const y = values.map(([value]) => value!);
  const width = x.slice(1).map((right, i) => right - x[i]!);
  const slope = width.map((h, i) => (y[i + 1]! - y[i]!) / h);
  if (method === "linear" || x.length === 2) return slope.map((s, i): Cubic => [y[i]!, s, 0, 0]);
  const d = monotoneSlopes(width, slope);
  return slope.map((s, i): Cubic => {
    const h = width[i]!;
    return [y[i]!, d[i]!, (3 * s - 2 * d[i]! - d[i + 1]!) / h, (d[i]! - 2 * s + d[i + 1]!) / h ** 2];
  });
}

/** Slopes at the points: a weighted harmonic mean of the slopes beside it, 0 where they change sign. */
function monotoneSlopes(width: readonly number[], slope: readonly number[]): readonly number[] {
  const inner = slope.slice(1).map((right, i) => {
    const left = slope[i]!;
    if (left * right <= 0) return 0;
    const [w1, w2] = [2 * width[i + 1]! + width[i]!, width[i + 1]! + 2 * width[i]!];
    return (w1 + w2) / (w1 / left + w2 / right);
  });
  const n = slope.length;
  return [
    endSlope(width[0]!, width[1]!, slope[0]!, slope[1]!),
    ...inner,
    endSlope(width[n - 1]!, width[n - 2]!, slope[n - 1]!, slope[n - 2]!),
  ];
}

/** A slope at the end from three points, cut back where it would overshoot. */
function endSlope(h: number, next: number, slope: number, nextSlope: number): number {
  const found = ((2 * h + next) * slope - h * nextSlope) / (h + next);
  if (found * slope <= 0) return 0;
  return slope * nextSlope <= 0 && Math.abs(found) > 3 * Math.abs(slope) ? 3 * slope : found;
}

/** The piece that `at` belongs to: the last that starts at or before it. */
export function pieceAt(x: readonly number[], at: number): number {
  let piece = 0;
  while (piece < x.length - 2 && at >= x[piece + 1]!) piece++;
  return piece;
}

/** Value of a table: the reference that generated code is tested against. NaN beyond the ends of one that refuses. */
export function readTable(table: Table, at: readonly number[]): number {
  const axes = table.y === undefined ? [table.x] : [table.x, table.y];
  const beyond = axes.some((axis, i) => at[i]! < axis[0]! || at[i]! > axis.at(-1)!);
  if (beyond && table.outside === "refuse") return Number.NaN;
  const inside = axes.map((axis, i) => Math.min(Math.max(at[i]!, axis[0]!), axis.at(-1)!));
  if (table.y !== undefined) {
    const [a, b] = table.outside === "extend" ? at : inside;
    const [i, j] = [pieceAt(table.x, a!), pieceAt(table.y, b!)];
    const [c00, c10, c01, c11] = bilinear(table, i, j);
    const [dx, dy] = [a! - table.x[i]!, b! - table.y[j]!];
    return c00 + c10 * dx + (c01 + c11 * dx) * dy;
  }
  const value = (x: number): readonly [number, number] => {
    const piece = pieceAt(table.x, x);
    const [c0, c1, c2, c3] = piecesOf(table)[piece]!;
    const d = x - table.x[piece]!;
    return [c0 + d * (c1 + d * (c2 + d * c3)), c1 + d * (2 * c2 + 3 * c3 * d)];
  };
  const [held, slope] = value(inside[0]!);
  return table.outside === "extend" ? held + slope * (at[0]! - inside[0]!) : held;
}

/** c00 + c10·dx + c01·dy + c11·dx·dy in the cell (i, j), from its lower corner. */
export function bilinear({ x, y, values }: Table, i: number, j: number): Cubic {
  const [a, b, c, d] = [values[i]![j]!, values[i + 1]![j]!, values[i]![j + 1]!, values[i + 1]![j + 1]!];
  const [h, k] = [x[i + 1]! - x[i]!, y![j + 1]! - y![j]!];
  return [a, (b - a) / h, (c - a) / k, (d - c - b + a) / (h * k)];
}
