/**
 * A problem without the gains and offsets of readings: at every point they are at their best, and derivatives know that they follow.
 *
 * Variable projection: with Φ the columns of gain and offset and P = I − ΦΦ⁺ the rows of a reading are P·J, and below them those by which the
 * columns themselves turn, −(Φ⁺)ᵀ·(dΦ)ᵀ·r. The first are enough for the exact gradient (Kaufman); with the second the Jacobian is exact (Golub
 * and Pereyra). All of it is done on the triangle of the reading's group, which holds one run's worth of rows whatever their number.
 *
 * @see G. H. Golub, V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413–432; L. Kaufman, BIT 15 (1975) 49–57.
 */
import { foldRows } from "../../core/index.ts";
import type { Objective } from "../objective/objective.ts";
import { fromSearch, slopeOf, toSearch, type Unknown } from "../question/unknown.ts";
import type { LeastSquares } from "../search/problem.ts";
import { bestLine, type Line } from "./regression.ts";

/** Indices of unknowns of the objective; the group that its tags alone are in. */
export interface Follower {
  readonly gain: number | undefined;
  readonly offset: number | undefined;
  /** Known offset, where none is an unknown. */
  readonly constant: number;
  readonly tags: readonly string[];
  readonly group: number;
  readonly logarithmic: boolean;
  /** Logarithms of values are in these units. */
  readonly unit: number;
}

export interface Projected {
  readonly problem: LeastSquares;
  /** Unknowns of the objective that are left. */
  readonly kept: Int32Array;
  /** A point of the whole, as far as the last evaluated one gives the followers. */
  whole(x: Float64Array): Float64Array;
}

/** @param base  the problem of the objective, with its sums as a search is to see them */
export function projected(objective: Objective, base: LeastSquares, followers: readonly Follower[]): Projected {
  const { plan, computed } = objective;
  const { unknowns } = plan;
  const gone = followers.flatMap(({ gain, offset }) => [gain, offset].filter((j) => j !== undefined));
  const kept = Int32Array.from([...unknowns.keys()].filter((j) => !gone.includes(j)));
  const [q, n] = [unknowns.length, kept.length + 1];
  const at = Float64Array.from(unknowns, (unknown) => toSearch(unknown, unknown.start));
  const solved = Float64Array.from(at);
  const sums = new Float64Array(base.groups.length);
  const squares = new Float64Array(base.groups.length);
  const triangles = base.groups.map(() => new Float64Array(n * n));
  const places = followers.map(({ tags }) =>
    plan.windows.flatMap((window, w) =>
      window.tags.flatMap((tag, k) => (tags.includes(tag.tag) ? [{ tag, values: computed[w]![k]! }] : [])),
    ),
  );
  const pick = (of: Float64Array): Float64Array => Float64Array.from(kept, (j) => of[j]!);

  const lineOf = (f: number): Line => {
    const { gain, offset, logarithmic, unit } = followers[f]!;
    const fixed = {
      gain: gain === undefined ? 1 : fromSearch(unknowns[gain]!, at[gain]!),
      offset: offset === undefined ? followers[f]!.constant : fromSearch(unknowns[offset]!, at[offset]!),
    };
    const points = { h: [] as number[], m: [] as number[], weight: [] as number[] };
    for (const { tag, values } of places[f]!) {
      for (let i = 0; i < values.length; i++) {
        points.h.push(logarithmic ? unit * Math.log(values[i]! / fixed.gain) : (values[i]! - fixed.offset) / fixed.gain);
        points.m.push(logarithmic ? unit * Math.log(tag.value[i]!) : tag.value[i]!);
        points.weight.push(tag.weight[i]! / (tag.sigma ?? 1) ** 2);
      }
    }
    if (!logarithmic)
      return bestLine(points, gain === undefined ? undefined : unknowns[gain], offset === undefined ? undefined : unknowns[offset], fixed);
    // A gain is an offset of the logarithm.
    const { lower, upper } = unknowns[gain!]!;
    const line = bestLine(
      points,
      undefined,
      { ...unknowns[gain!]!, lower: unit * Math.log(lower), upper: unit * Math.log(upper) },
      { gain: 1, offset: 0 },
    );
    return { ...line, gain: Math.exp(line.offset / unit), free: { gain: line.free.offset, offset: false } };
  };

  return {
    kept,
    whole(x) {
      const whole = Float64Array.from(solved);
      for (const [i, j] of kept.entries()) whole[j] = x[i]!;
      return whole;
    },
    problem: {
      size: kept.length,
      lower: pick(base.lower),
      upper: pick(base.upper),
      logarithmic: base.logarithmic && Uint8Array.from(kept, (j) => base.logarithmic![j]!),
      groups: base.groups,
      sums,
      squares,
      triangles,
      evaluate(x, derivatives) {
        const point = Float64Array.from(at);
        for (const [i, j] of kept.entries()) point[j] = x[i]!;
        if (!base.evaluate(point, derivatives)) return false;
        sums.set(base.sums);
        squares.set(base.squares ?? base.sums);
        const lines = followers.map((_, f) => lineOf(f));
        for (const [f, { gain, offset, group }] of followers.entries()) {
          const line = lines[f]!;
          if (!Number.isFinite(line.sum)) return false;
          sums[group] = line.sum;
          squares[group] = line.sum;
          if (gain !== undefined) solved[gain] = toSearch(unknowns[gain]!, line.gain);
          if (offset !== undefined) solved[offset] = toSearch(unknowns[offset]!, line.offset);
        }
        if (!derivatives) return true;
        for (const [g, triangle] of triangles.entries()) {
          const f = followers.findIndex(({ group }) => group === g);
          if (f < 0) dropColumns(base.triangles[g]!, q, kept, triangle);
          else project(base.triangles[g]!, q, kept, followers[f]!, lines[f]!, unknowns, at, triangle);
        }
        return true;
      },
    },
  };
}

/** The columns that are left, of a triangle in which the others are 0. */
function dropColumns(from: Float64Array, q: number, kept: Int32Array, out: Float64Array): void {
  const n = kept.length + 1;
  const rows = new Float64Array((q + 1) * n);
  for (let i = 0; i <= q; i++) {
    for (let k = 0; k < kept.length; k++) rows[i * n + k] = from[i * (q + 1) + kept[k]!]!;
    rows[i * n + kept.length] = from[i * (q + 1) + q]!;
  }
  out.fill(0);
  foldRows(out, n, rows, q + 1, new Float64Array(n));
}

function project(
  from: Float64Array,
  q: number,
  kept: Int32Array,
  { gain, offset, logarithmic }: Follower,
  line: Line,
  unknowns: readonly Unknown[],
  at: Float64Array,
  out: Float64Array,
): void {
  const m = q + 1;
  const slope = (j: number): number => slopeOf(unknowns[j]!, fromSearch(unknowns[j]!, at[j]!));
  const before = (j: number): number => fromSearch(unknowns[j]!, at[j]!);
  // How far gain and offset are from where the rows were computed, in the coordinates of their columns.
  const moves = [
    ...(gain === undefined
      ? []
      : [[gain, logarithmic ? Math.log(line.gain / before(gain)) : (line.gain - before(gain)) / slope(gain), line.free.gain] as const]),
    ...(offset === undefined ? [] : [[offset, (line.offset - before(offset)) / slope(offset), line.free.offset] as const]),
  ];
  const scale = gain === undefined || logarithmic ? 1 : line.gain / before(gain);
  const free = moves.flatMap(([j, , isFree]) => (isFree ? [j] : []));
  const [p, n] = [free.length, kept.length + 1];
  const size = p + n;
  const rows = new Float64Array(m * size);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < p; k++) rows[i * size + k] = from[i * m + free[k]!]!;
    for (let k = 0; k < kept.length; k++) rows[i * size + p + k] = scale * from[i * m + kept[k]!]!;
    let r = from[i * m + q]!;
    for (const [j, move] of moves) r += move * from[i * m + j]!;
    rows[i * size + size - 1] = r;
  }
  // What the columns of a gain turn by: dh/dx·r, h·gain being what the kept columns differentiate.
  const turns = new Float64Array(kept.length);
  if (gain !== undefined && !logarithmic && line.free.gain && line.gain !== 0) {
    for (let i = 0; i < m; i++)
      for (let k = 0; k < kept.length; k++) turns[k]! += (rows[i * size + p + k]! / line.gain) * rows[i * size + size - 1]!;
  }
  const whole = new Float64Array(size * size);
  foldRows(whole, size, rows, m, new Float64Array(size));
  out.fill(0);
  for (let i = 0; i < n; i++) for (let k = i; k < n; k++) out[i * n + k] = whole[(p + i) * size + p + k]!;
  const head = gain === undefined || logarithmic ? -1 : free.indexOf(gain);
  if (head < 0) return;
  // −R⁻ᵀ·e·slope: R the triangle of the free columns, of which that of the gain comes first.
  const y = new Float64Array(p);
  for (let i = 0; i < p; i++) {
    let value = i === head ? -slope(gain!) : 0;
    for (let k = 0; k < i; k++) value -= whole[k * size + i]! * y[k]!;
    y[i] = value / whole[i * size + i]!;
  }
  const extra = new Float64Array(p * n);
  for (let i = 0; i < p; i++) for (let k = 0; k < kept.length; k++) extra[i * n + k] = y[i]! * turns[k]!;
  foldRows(out, n, extra, p, new Float64Array(n));
}
