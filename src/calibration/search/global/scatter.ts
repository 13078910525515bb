/** Scatter search: a small set of good and different points, combined in pairs, the best of them refined by the local search. */
import type { Random } from "../../../core/index.ts";
import type { Landscape } from "./box.ts";
import type { Fittest } from "./cma-es.ts";

export interface ScatterOptions {
  /** Evaluations at most, those of local searches included. */
  readonly evaluations: number;
  /** Refines a point; the evaluations it took are counted by the landscape's problem. */
  refine(share: Float64Array): { readonly share: Float64Array; readonly value: number; readonly evaluations: number };
}

/** Points that are looked at first, for each unknown. */
const first = 10;
/** Rounds that a member may fail to improve before another takes its place. */
const patience = 10;
/** Rounds between two local searches. */
const between = 2;
/** Points nearer than this (largest difference, share of the cube) are the same. */
const same = 1e-3;

interface Member extends Fittest {
  readonly stuck: number;
}

/**
 * Yields the fittest so far after each round; ends when the evaluations are used up.
 *
 * @see J. A. Egea, R. Martí, J. R. Banga, "An evolutionary method for complex-process optimization", Comput. Oper. Res. 37 (2010) 315–324: the
 *   size of the set, pairs that span hyper-rectangles, going beyond, and local searches from what is good and from what is different.
 */
export function* scatterSearch(
  landscape: Landscape,
  start: Float64Array,
  { evaluations: most, refine }: ScatterOptions,
  draw: Random,
): Generator<Fittest, Fittest, void> {
  const n = landscape.size;
  let size = 4;
  while (size * (size - 1) < 10 * n) size += 2;
  let local = 0;
  const spent = (): number => landscape.evaluations() + local;
  const point = (): Float64Array => Float64Array.from({ length: n }, () => draw.uniform());
  const judged = (share: Float64Array): Member => ({ share, value: landscape.value(share), stuck: 0 });

  const many = spread(Math.max(first * n, size), n, draw).map(judged);
  many.push(judged(start));
  many.sort(byValue);
  let members = many.slice(0, size / 2);
  for (const other of shuffled(many.slice(size / 2), draw)) {
    if (members.length >= size) break;
    if (Number.isFinite(other.value) && !members.some((one) => distance(one.share, other.share) < same)) members.push(other);
  }
  while (members.length < size) members.push(judged(point()));
  members.sort(byValue);
  let best: Fittest = members[0]!;
  const tried: Float64Array[] = [];
  yield best;

  for (let round = 1; spent() < most; round++) {
    const next: Member[] = [];
    const children: Member[] = [];
    for (let i = 0; i < size && spent() < most; i++) {
      let child = bestChild(members, i, landscape, draw);
      children.push(child);
      if (!(child.value < members[i]!.value)) {
        next.push({ ...members[i]!, stuck: members[i]!.stuck + 1 });
        continue;
      }
      // Going beyond: while it gets better in this direction, farther on.
      let parent: Member = members[i]!;
      for (let reach = 1, turn = 0; child.value < parent.value && spent() < most; turn++) {
        const from: Member = child;
        const beyond = between01(from.share.map((one, j) => one + draw.uniform() * ((one - parent.share[j]!) / reach)));
        const later = judged(beyond);
        parent = from;
        if (!(later.value < from.value)) break;
        child = later;
        if (turn % 2 === 1) reach /= 2;
      }
      const kept = child.value < parent.value ? child : parent;
      next.push({ ...kept, stuck: 0 });
    }
    while (next.length < size) next.push(members[next.length]!);
    if (spent() < most && (round === 1 || round % between === 0)) {
      const from = startOfLocal(children, members, tried, round, draw);
      if (from) {
        tried.push(from.share);
        const found = refine(from.share);
        local += found.evaluations;
        tried.push(found.share);
        const worst = next.reduce((at, one, i) => (one.value > next[at]!.value ? i : at), 0);
        const known = next.findIndex((one) => distance(one.share, found.share) < same);
        const place = known >= 0 ? known : worst;
        if (found.value < next[place]!.value) next[place] = { share: found.share, value: found.value, stuck: 0 };
      }
    }
    members = next
      .map((one, i) => {
        const twin = next.some((other, k) => k < i && other.value <= one.value && distance(one.share, other.share) < same);
        return (one.stuck > patience && one.value > best.value) || twin ? judged(point()) : one;
      })
      .sort(byValue);
    if (members[0]!.value < best.value) best = members[0]!;
    yield best;
  }
  return best;
}

/** The best of what member i gives with each other: a point in the rectangle that the pair spans, on the better one's side. */
function bestChild(members: readonly Member[], i: number, landscape: Landscape, draw: Random): Member {
  const size = members.length;
  const own = members[i]!.share;
  let best: Member | undefined;
  for (let k = 0; k < size; k++) {
    if (k === i) continue;
    const sign = i < k ? 1 : -1;
    const bias = (Math.abs(k - i) - 1) / (size - 2);
    const other = members[k]!.share;
    const share = between01(
      own.map((one, j) => {
        const half = (other[j]! - one) / 2;
        const [from, to] = [one - half * (1 + sign * bias), one + half * (1 - sign * bias)];
        return from + draw.uniform() * (to - from);
      }),
    );
    const value = landscape.value(share);
    if (!best || value < best.value) best = { share, value, stuck: 0 };
  }
  return best!;
}

/** The best child in the first round; later what ranks best by value and by distance from where local searches have been. */
function startOfLocal(
  children: readonly Member[],
  members: readonly Member[],
  tried: readonly Float64Array[],
  round: number,
  draw: Random,
): Member | undefined {
  const candidates = [...children, ...members].filter(({ value }) => Number.isFinite(value)).sort(byValue);
  if (round === 1 || candidates.length === 0) return candidates[0];
  const away = candidates.map(({ share }) => tried.reduce((least, one) => Math.min(least, distance(share, one)), Infinity));
  const far = [...away.keys()].sort((a, b) => away[b]! - away[a]!);
  const rank = new Float64Array(candidates.length);
  // What is good and what is different count by turns.
  const balance = draw.uniform();
  for (const [place, i] of far.entries()) rank[i] = balance * place + (1 - balance) * i;
  let chosen = 0;
  for (let i = 1; i < candidates.length; i++) if (rank[i]! < rank[chosen]!) chosen = i;
  return away[chosen]! < same ? undefined : candidates[chosen];
}

/** A Latin hypercube. */
function spread(count: number, n: number, draw: Random): Float64Array[] {
  const points = Array.from({ length: count }, () => new Float64Array(n));
  for (let j = 0; j < n; j++) {
    const order = shuffled([...points.keys()], draw);
    for (const [i, one] of points.entries()) one[j] = (order[i]! + draw.uniform()) / count;
  }
  return points;
}

function shuffled<T>(list: readonly T[], draw: Random): T[] {
  const order = [...list];
  for (let i = order.length - 1; i > 0; i--) {
    const other = draw.integer(i + 1);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

const byValue = (a: Fittest, b: Fittest): number => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0);

const between01 = (share: Float64Array): Float64Array => share.map((one) => Math.min(Math.max(one, 0), 1));

function distance(a: Float64Array, b: Float64Array): number {
  let most = 0;
  for (let j = 0; j < a.length; j++) most = Math.max(most, Math.abs(a[j]! - b[j]!));
  return most;
}
