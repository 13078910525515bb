/**
 * Sparse linear solver for large patterns: LU with partial pivoting, of columns in an order of little fill-in. Pivots are kept as long as they
 * are not too small, and with them the pattern of the factors.
 *
 * @see J. R. Gilbert, T. Peierls, "Sparse partial pivoting in time proportional to arithmetic operations", SIAM J. Sci. Stat. Comput. 9 (1988)
 *   862–874; T. A. Davis, E. Palamadai Natarajan, "Algorithm 907: KLU", ACM Trans. Math. Softw. 37 (2010) 36.
 */
import type { Sparsity } from "../../core/index.ts";
import { addChange, type LinearSolver } from "./linear-solver.ts";
import { minimumDegree } from "./minimum-degree.ts";
import { type Columns, transversal } from "./transversal.ts";

export const sparseLuDefaults = {
  /** A pivot on the diagonal is taken if it is at least this share of the largest in its column. */
  preferred: 0.1,
  /** A pivot that was chosen before is kept while it is at least this share. */
  kept: 1e-3,
} as const;

/** What follows from a pattern alone. */
interface Analysis {
  readonly columns: Columns;
  /** Place of each value of the Jacobian, and of the diagonal of each differential state. */
  readonly ofJacobian: Int32Array;
  readonly ofDiagonal: Int32Array;
  /** Columns in their order of elimination, and the row that goes with each. */
  readonly order: Int32Array;
  readonly partner: Int32Array;
  /** Multiplications of a factorisation and of a solution. */
  readonly cost: { readonly factor: number; readonly solve: number };
}

/** A growing list of places and values. */
interface Entries {
  places: Int32Array;
  values: Float64Array;
}

/** Undefined where the pattern is structurally singular. */
export function sparseLuSolver(n: number, sparsity: Sparsity, mass: Uint8Array | undefined): LinearSolver | undefined {
  const found = analyse(n, sparsity, mass);
  if (!found) return undefined;
  const { columns, ofJacobian, ofDiagonal, order, partner } = found;
  const { starts, rows } = columns;
  const values = new Float64Array(rows.length);
  const room = 4 * rows.length + n;
  const lower: Entries = { places: new Int32Array(room), values: new Float64Array(room) };
  const upper: Entries = { places: new Int32Array(room), values: new Float64Array(room) };
  const lowerStarts = new Int32Array(n + 1);
  const upperStarts = new Int32Array(n + 1);
  /** Reciprocals of the pivots. */
  const pivots = new Float64Array(n);
  /** Place in the order of pivots of each row; −1 while it is not one. And the row at each place. */
  const placeOf = new Int32Array(n);
  const pivotRow = new Int32Array(n);
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  const mark = new Int32Array(n);
  const [stack, next, reach] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
  let known = false;

  /** Rows that column j of the factors reaches, last first, in `reach[top … n)`. */
  function reachOf(column: number, k: number): number {
    let top = n;
    for (let z = starts[column]!; z < starts[column + 1]!; z++) {
      if (mark[rows[z]!] === k) continue;
      let depth = 0;
      stack[0] = rows[z]!;
      mark[rows[z]!] = k;
      next[0] = placeOf[rows[z]!]! < 0 ? -1 : lowerStarts[placeOf[rows[z]!]!]!;
      while (depth >= 0) {
        const place = placeOf[stack[depth]!]!;
        const end = place < 0 ? -1 : lowerStarts[place + 1]!;
        let down = -1;
        while (place >= 0 && next[depth]! < end) {
          const row = lower.places[next[depth]!++]!;
          if (mark[row] === k) continue;
          down = row;
          break;
        }
        if (down < 0) {
          reach[--top] = stack[depth--]!;
          continue;
        }
        mark[down] = k;
        depth++;
        stack[depth] = down;
        next[depth] = placeOf[down]! < 0 ? -1 : lowerStarts[placeOf[down]!]!;
      }
    }
    return top;
  }

  /** With new pivots; `lower.places` are rows until all pivots are known. */
  function factorAnew(): boolean {
    placeOf.fill(-1);
    mark.fill(-1);
    let [inLower, inUpper] = [0, 0];
    for (let k = 0; k < n; k++) {
      lowerStarts[k] = inLower;
      upperStarts[k] = inUpper;
      grow(lower, inLower + n);
      grow(upper, inUpper + n);
      const column = order[k]!;
      const top = reachOf(column, k);
      for (let i = top; i < n; i++) x[reach[i]!] = 0;
      for (let z = starts[column]!; z < starts[column + 1]!; z++) x[rows[z]!] = values[z]!;
      let largest = 0;
      let pivot = -1;
      for (let i = top; i < n; i++) {
        const row = reach[i]!;
        const place = placeOf[row]!;
        const value = x[row]!;
        if (place < 0) {
          const size = Math.abs(value);
          if (size > largest) [largest, pivot] = [size, row];
          continue;
        }
        upper.places[inUpper] = place;
        upper.values[inUpper++] = value;
        for (let z = lowerStarts[place]!; z < lowerStarts[place + 1]!; z++) x[lower.places[z]!]! -= lower.values[z]! * value;
      }
      if (!(largest > 0 && largest < Infinity)) return false;
      const diagonal = partner[k]!;
      if (placeOf[diagonal]! < 0 && mark[diagonal] === k && Math.abs(x[diagonal]!) >= sparseLuDefaults.preferred * largest)
        pivot = diagonal;
      const reciprocal = 1 / x[pivot]!;
      pivots[k] = reciprocal;
      placeOf[pivot] = k;
      pivotRow[k] = pivot;
      for (let i = top; i < n; i++) {
        const row = reach[i]!;
        if (placeOf[row]! >= 0) continue;
        lower.places[inLower] = row;
        lower.values[inLower++] = x[row]! * reciprocal;
      }
      lowerStarts[k + 1] = inLower;
      upperStarts[k + 1] = inUpper;
    }
    for (let z = 0; z < inLower; z++) lower.places[z] = placeOf[lower.places[z]!]!;
    return true;
  }

  /** With the pivots and the pattern of before. False where one of them has become too small. */
  function factorAgain(): boolean {
    const { kept } = sparseLuDefaults;
    const [upperPlaces, upperValues, lowerPlaces, lowerValues] = [upper.places, upper.values, lower.places, lower.values];
    for (let k = 0; k < n; k++) {
      const column = order[k]!;
      const [fromUpper, toUpper, fromLower, toLower] = [upperStarts[k]!, upperStarts[k + 1]!, lowerStarts[k]!, lowerStarts[k + 1]!];
      for (let z = fromUpper; z < toUpper; z++) x[upperPlaces[z]!] = 0;
      for (let z = fromLower; z < toLower; z++) x[lowerPlaces[z]!] = 0;
      x[k] = 0;
      for (let z = starts[column]!; z < starts[column + 1]!; z++) x[placeOf[rows[z]!]!] = values[z]!;
      for (let u = fromUpper; u < toUpper; u++) {
        const place = upperPlaces[u]!;
        const value = x[place]!;
        upperValues[u] = value;
        const end = lowerStarts[place + 1]!;
        for (let z = lowerStarts[place]!; z < end; z++) x[lowerPlaces[z]!]! -= lowerValues[z]! * value;
      }
      const pivot = x[k]!;
      const reciprocal = 1 / pivot;
      const least = kept > 0 ? Math.abs(pivot) / kept : 0;
      pivots[k] = reciprocal;
      if (!(least > 0 && least < Infinity)) return false;
      for (let z = fromLower; z < toLower; z++) {
        const value = x[lowerPlaces[z]!]!;
        if (!(Math.abs(value) <= least)) return false;
        lowerValues[z] = value * reciprocal;
      }
    }
    return true;
  }

  const solve = (b: Float64Array, count: number): void => {
    const [upperPlaces, upperValues, lowerPlaces, lowerValues] = [upper.places, upper.values, lower.places, lower.values];
    for (let vector = 0; vector < count; vector++) {
      const from = vector * n;
      for (let k = 0; k < n; k++) y[k] = b[from + pivotRow[k]!]!;
      for (let k = 0; k < n; k++) {
        const value = y[k]!;
        if (value === 0) continue;
        const end = lowerStarts[k + 1]!;
        for (let z = lowerStarts[k]!; z < end; z++) y[lowerPlaces[z]!]! -= lowerValues[z]! * value;
      }
      for (let k = n - 1; k >= 0; k--) {
        const value = y[k]! * pivots[k]!;
        b[from + order[k]!] = value;
        const end = upperStarts[k + 1]!;
        for (let z = upperStarts[k]!; z < end; z++) y[upperPlaces[z]!]! -= upperValues[z]! * value;
      }
    }
  };

  return {
    kind: "sparse",
    factor(jacobian, shift) {
      values.fill(0);
      for (let z = 0; z < ofJacobian.length; z++) values[ofJacobian[z]!] = -jacobian[z]!;
      for (let i = 0; i < ofDiagonal.length; i++) values[ofDiagonal[i]!]! += shift;
      if (known && factorAgain()) return true;
      known = factorAnew();
      return known;
    },
    solve,
    solveChanged(b, count, dJ, v) {
      addChange(b, count, n, sparsity, dJ, v);
      solve(b, count);
    },
  };
}

/** What solving with a pattern costs, in multiplications; undefined where it is structurally singular. */
export function fillOf(n: number, sparsity: Sparsity, mass: Uint8Array | undefined): Analysis["cost"] | undefined {
  return analyse(n, sparsity, mass)?.cost;
}

function grow(entries: Entries, wanted: number): void {
  if (wanted <= entries.places.length) return;
  const length = Math.max(wanted, 2 * entries.places.length);
  const [places, values] = [new Int32Array(length), new Float64Array(length)];
  places.set(entries.places);
  values.set(entries.values);
  entries.places = places;
  entries.values = values;
}

const analyses = new WeakMap<Sparsity, Map<string, Analysis | undefined>>();

function analyse(n: number, sparsity: Sparsity, mass: Uint8Array | undefined): Analysis | undefined {
  const key = mass?.join("") ?? "";
  const byMass = analyses.get(sparsity) ?? new Map<string, Analysis | undefined>();
  analyses.set(sparsity, byMass);
  if (!byMass.has(key)) byMass.set(key, analysisOf(n, sparsity, mass));
  return byMass.get(key);
}

function analysisOf(n: number, sparsity: Sparsity, mass: Uint8Array | undefined): Analysis | undefined {
  const differential = Int32Array.from({ length: n }, (_, i) => i).filter((i) => mass?.[i] !== 0);
  const pairs = Array.from(sparsity.rows, (row, z) => sparsity.columns[z]! * n + row);
  const places = Float64Array.from(new Set([...pairs, ...Array.from(differential, (i) => i * n + i)])).sort();
  const placeAt = new Map<number, number>();
  const starts = new Int32Array(n + 1);
  for (const [place, key] of places.entries()) {
    placeAt.set(key, place);
    starts[Math.floor(key / n) + 1]!++;
  }
  for (let j = 0; j < n; j++) starts[j + 1]! += starts[j]!;
  const columns: Columns = { n, starts, rows: Int32Array.from(places, (key) => key % n) };
  const rowOf = transversal(columns);
  if (!rowOf) return undefined;
  const columnOfRow = new Int32Array(n);
  for (let j = 0; j < n; j++) columnOfRow[rowOf[j]!] = j;
  // Rows named by the columns they go with: the diagonal is then the transversal.
  const { order, ...cost } = minimumDegree(n, {
    rows: columns.rows.map((row) => columnOfRow[row]!),
    columns: Int32Array.from(places, (key) => Math.floor(key / n)),
  });
  return {
    columns,
    ofJacobian: Int32Array.from(pairs, (key) => placeAt.get(key)!),
    ofDiagonal: Int32Array.from(differential, (i) => placeAt.get(i * n + i)!),
    order,
    partner: order.map((column) => rowOf[column]!),
    cost,
  };
}
