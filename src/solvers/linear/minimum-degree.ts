/** An elimination order with little fill-in: always the unknown next that the fewest others are still coupled to. */
import type { Sparsity } from "../../core/index.ts";
import { symmetricNeighbours } from "./band-order.ts";

/**
 * Minimum degree on the quotient graph: eliminated unknowns are merged into elements, so that fill-in is never written down. Degrees are upper
 * bounds (the sum over elements), as in approximate minimum degree.
 *
 * @returns the unknown eliminated at each place, shape (n), and what a factorisation and a solution in that order cost at most
 *
 * @see P. R. Amestoy, T. A. Davis, I. S. Duff, "An approximate minimum degree ordering algorithm", SIAM J. Matrix Anal. Appl. 17 (1996) 886–905.
 */
export function minimumDegree(
  n: number,
  sparsity: Sparsity,
): { readonly order: Int32Array; readonly factor: number; readonly solve: number } {
  const variables = symmetricNeighbours(n, sparsity);
  const elements: number[][] = Array.from({ length: n }, () => []);
  /** Unknowns of each element, by the unknown whose elimination made it. */
  const members: (number[] | undefined)[] = new Array<undefined>(n).fill(undefined);
  const degree = Int32Array.from(variables, (list) => list.length);
  const mark = new Int32Array(n).fill(-1);
  const eliminated = new Uint8Array(n);
  const queue = buckets(n, degree);
  const order = new Int32Array(n);
  let [factor, solve] = [0, 0];

  for (let k = 0; k < n; k++) {
    const pivot = queue.least();
    eliminated[pivot] = 1;
    order[k] = pivot;
    const merged: number[] = [];
    mark[pivot] = k;
    const take = (i: number): void => {
      if (mark[i] === k || eliminated[i] !== 0) return;
      mark[i] = k;
      merged.push(i);
    };
    for (const i of variables[pivot]!) take(i);
    const absorbed = elements[pivot]!;
    for (const element of absorbed) {
      for (const i of members[element]!) take(i);
      members[element] = undefined;
    }
    members[pivot] = merged;
    factor += merged.length * (merged.length + 1);
    solve += 2 * merged.length + 1;
    variables[pivot] = [];
    for (const i of merged) {
      // What the new element holds need not be held as neighbours too.
      variables[i] = variables[i]!.filter((j) => mark[j] !== k);
      const kept = elements[i]!.filter((element) => members[element] !== undefined);
      kept.push(pivot);
      elements[i] = kept;
      let bound = variables[i]!.length + merged.length - 1;
      for (const element of kept) if (element !== pivot) bound += members[element]!.length - 1;
      queue.move(i, Math.min(bound, n - k - 2));
    }
  }
  return { order, factor, solve };
}

/** Unknowns by degree; ties in the order they came. */
function buckets(n: number, degree: Int32Array) {
  const sets = Array.from({ length: n + 1 }, () => new Set<number>());
  for (let i = 0; i < n; i++) sets[degree[i]!]!.add(i);
  let least = 0;
  return {
    least(): number {
      while (sets[least]!.size === 0) least++;
      const [first] = sets[least]!;
      sets[least]!.delete(first!);
      return first!;
    },
    move(i: number, to: number): void {
      const place = Math.max(0, to);
      sets[degree[i]!]!.delete(i);
      degree[i] = place;
      sets[place]!.add(i);
      least = Math.min(least, place);
    },
  };
}
