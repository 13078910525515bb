/** An order of the unknowns that keeps a sparse matrix close to its diagonal. */
import type { Sparsity } from "../../core/index.ts";

export interface BandOrder {
  /** Unknown at each place, shape (n). */
  readonly order: Int32Array;
  /** Places below and above the diagonal that the matrix reaches. */
  readonly below: number;
  readonly above: number;
}

/**
 * The order given, or that of Cuthill and McKee in reverse where it makes the band narrower. Rows and columns move together, so
 * that the diagonal stays where it is.
 *
 * @see E. Cuthill, J. McKee, Proc. 24th Nat. Conf. ACM (1969) 157–172; A. George, J. W. H. Liu, *Computer Solution of Large Sparse Positive
 *   Definite Systems*, Prentice-Hall 1981, §4.3 (reverse order, pseudo-peripheral start).
 */
export function bandOrder(n: number, sparsity: Sparsity): BandOrder {
  const given = widths(
    Int32Array.from({ length: n }, (_, i) => i),
    sparsity,
  );
  if (given.below + given.above <= 6) return given;
  const narrow = widths(cuthillMcKee(n, sparsity), sparsity);
  return narrow.below + narrow.above < given.below + given.above ? narrow : given;
}

function widths(order: Int32Array, { rows, columns }: Sparsity): BandOrder {
  const place = new Int32Array(order.length);
  for (let k = 0; k < order.length; k++) place[order[k]!] = k;
  let [below, above] = [0, 0];
  for (let z = 0; z < rows.length; z++) {
    const distance = place[rows[z]!]! - place[columns[z]!]!;
    below = Math.max(below, distance);
    above = Math.max(above, -distance);
  }
  return { order, below, above };
}

function cuthillMcKee(n: number, sparsity: Sparsity): Int32Array {
  const neighbours = symmetricNeighbours(n, sparsity);
  const degree = (i: number): number => neighbours[i]!.length;
  for (const list of neighbours) list.sort((a, b) => degree(a) - degree(b) || a - b);
  const level = new Int32Array(n);
  const order: number[] = [];
  const done = new Uint8Array(n);

  /** Breadth-first from a start, over what is not done: levels in `level`, the unknowns met. */
  function levels(start: number): number[] {
    const met = [start];
    const seen = new Set(met);
    level[start] = 0;
    for (const i of met) {
      for (const j of neighbours[i]!) {
        if (seen.has(j) || done[j] !== 0) continue;
        seen.add(j);
        level[j] = level[i]! + 1;
        met.push(j);
      }
    }
    return met;
  }

  for (let first = 0; first < n; first++) {
    if (done[first] !== 0) continue;
    let start = first;
    let met = levels(start);
    // Towards an end of the component: an unknown of least degree in the farthest level, while that gets farther.
    for (let depth = -1; level[met.at(-1)!]! > depth; ) {
      depth = level[met.at(-1)!]!;
      const far = met.filter((i) => level[i] === depth);
      start = far.reduce((best, i) => (degree(i) < degree(best) ? i : best));
      met = levels(start);
    }
    for (const i of met) {
      order.push(i);
      done[i] = 1;
    }
  }
  return Int32Array.from(order.reverse());
}

/** Unknowns that share a place with each, in either direction; not itself. */
export function symmetricNeighbours(n: number, { rows, columns }: Sparsity): number[][] {
  const sets = Array.from({ length: n }, () => new Set<number>());
  for (let z = 0; z < rows.length; z++) {
    const [i, j] = [rows[z]!, columns[z]!];
    if (i === j) continue;
    sets[i]!.add(j);
    sets[j]!.add(i);
  }
  return sets.map((set) => [...set]);
}
