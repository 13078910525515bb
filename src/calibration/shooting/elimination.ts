/**
 * The linearised problem of all segments, its node states eliminated one after the other: what is left is a triangle over the unknowns of
 * the question, and each node follows from it. Orthogonal from end to end, so unstable models lose no digits by long products.
 *
 * @see J. Albersmeyer, M. Diehl, "The lifted Newton method and its application in optimization", SIAM J. Optim. 20 (2010) 1655–1684, for
 *   the idea to let the step of the small problem carry those of its intermediate values; G. J. Bierman, *Factorization Methods for Discrete
 *   Sequential Estimation*, Academic Press 1977, ch. V, for the elimination by reflections.
 */
import { foldRows } from "../../core/index.ts";
import { boundedStep } from "../search/bounded-step.ts";
import type { SegmentRun, Shape } from "./segment-run.ts";

/** The segments of a window in order, and a multiplier for the gap at the end of each but the last, shape (d). */
export interface Chain {
  readonly segments: readonly SegmentRun[];
  readonly multipliers: readonly Float64Array[];
}

export interface Weights {
  /** By group of noise. */
  readonly sigma: Float64Array;
  /** What one typical size of a gap counts. */
  readonly gap: number;
  /** Damping of the step, relative to the curvature along each unknown and node. */
  readonly damping: number;
}

export interface ChainStep {
  /** Shape (q), in search coordinates. */
  readonly x: Float64Array;
  /** By chain and segment, shape (d), in sizes of the shape; empty for first segments. */
  readonly nodes: readonly (readonly Float64Array[])[];
  /** By how much half the sum of squares falls, by the linear model. */
  readonly predicted: number;
}

/**
 * Gap between the end of a segment and the node after it, in sizes.
 *
 * @param end  shape (n)
 * @param node  differential states, shape (d)
 */
export function gapsOf(end: Float64Array, node: Float64Array, { states, sizes }: Shape, out: Float64Array): Float64Array {
  for (let i = 0; i < states.length; i++) out[i] = (end[states[i]!]! - node[i]!) / sizes[i]!;
  return out;
}

/**
 * @param beliefs  triangle of rows of priors and populations, shape (q + 1, q + 1)
 * @param low  room to the lower bounds, ≤ 0, shape (q)
 * @param high  room to the upper bounds, shape (q)
 */
export function chainStep(
  chains: readonly Chain[],
  beliefs: Float64Array | undefined,
  shape: Shape,
  { sigma, gap, damping }: Weights,
  low: Float64Array,
  high: Float64Array,
): ChainStep {
  const q = low.length;
  const d = shape.states.length;
  const n = chains[0]!.segments[0]!.end.length;
  const columns = 2 * d + q + 1;
  const theta = 2 * d;
  const last = columns - 1;
  const work = new Float64Array(columns);
  const rows = new Float64Array((columns + 1) * columns);
  const root = Math.sqrt(damping);
  const norms = new Float64Array(q);
  const nodeNorm = new Float64Array(d);
  const total = new Float64Array((q + 1) * (q + 1));
  const totalRows = new Float64Array((q + 1) * (q + 1));
  const gaps = new Float64Array(d);
  let squares = 0;
  const kept: Float64Array[][] = [];
  const nodeScales: Float64Array[][] = [];

  for (const { segments, multipliers } of chains) {
    let carried = new Float64Array((d + q + 1) * (d + q + 1));
    const tops: Float64Array[] = [];
    const scales: Float64Array[] = [];
    for (const [k, segment] of segments.entries()) {
      const front = new Float64Array(columns * columns);
      const own = segment.node.length;
      const { m } = segment;
      rows.fill(0);
      // What earlier segments say of this node and of the unknowns.
      const size = d + q + 1;
      for (let i = 0; i < size; i++) {
        for (let j = i; j < size; j++) rows[i * columns + (j < d ? j : j + d)] = carried[i * size + j]!;
      }
      foldRows(front, columns, rows, size, work);
      nodeNorm.fill(k === 0 ? 0 : gap * gap);
      for (const [g, triangle] of segment.triangles.entries()) {
        rows.fill(0);
        for (let i = 0; i <= m; i++) {
          for (let j = i; j <= m; j++) {
            const value = triangle[i * (m + 1) + j]! / sigma[g]!;
            rows[i * columns + (j < q ? theta + j : j < m ? j - q : last)] = value;
            if (j < q) norms[j]! += value * value;
            else if (j < m) nodeNorm[j - q]! += value * value;
            else squares += value * value;
          }
        }
        foldRows(front, columns, rows, m + 1, work);
      }
      const next = segments[k + 1];
      if (next) {
        gapsOf(segment.base.end, next.base.node, shape, gaps);
        rows.fill(0);
        for (let i = 0; i < d; i++) {
          const row = i * columns;
          const state = shape.states[i]!;
          const factor = gap / shape.sizes[i]!;
          for (let j = 0; j < q; j++) {
            const value = factor * segment.ends[j * n + state]!;
            rows[row + theta + j] = value;
            norms[j]! += value * value;
          }
          for (let j = 0; j < own; j++) {
            const value = factor * segment.ends[(q + j) * n + state]!;
            rows[row + j] = value;
            nodeNorm[j]! += value * value;
          }
          rows[row + d + i] = -gap;
          const right = gap * gaps[i]! + multipliers[k]![i]!;
          rows[row + last] = right;
          squares += right * right;
        }
        foldRows(front, columns, rows, d, work);
      }
      const scale = nodeNorm.slice(0, own).map(Math.sqrt);
      scales.push(scale);
      if (own > 0 && root > 0) {
        rows.fill(0);
        for (let i = 0; i < own; i++) rows[i * columns + i] = root * scale[i]!;
        foldRows(front, columns, rows, own, work);
      }
      tops.push(front.slice(0, d * columns));
      carried = new Float64Array(size * size);
      for (let i = 0; i < size; i++) for (let j = i; j < size; j++) carried[i * size + j] = front[(d + i) * columns + d + j]!;
    }
    kept.push(tops);
    nodeScales.push(scales);
    // After the last segment there is no node: the first d rows and columns are empty.
    const size = d + q + 1;
    for (let i = 0; i <= q; i++) for (let j = 0; j <= q; j++) totalRows[i * (q + 1) + j] = carried[(d + i) * size + d + j]!;
    foldRows(total, q + 1, totalRows, q + 1, work);
  }
  if (beliefs) {
    totalRows.set(beliefs);
    for (let i = 0; i <= q; i++) squares += beliefs[i * (q + 1) + q]! ** 2;
    for (let j = 0; j < q; j++) for (let i = 0; i <= j; i++) norms[j]! += beliefs[i * (q + 1) + j]! ** 2;
    foldRows(total, q + 1, totalRows, q + 1, work);
  }
  const scale = norms.map((sum) => Math.sqrt(sum) || 1);
  totalRows.fill(0);
  for (let j = 0; j < q; j++) totalRows[j * (q + 1) + j] = root * scale[j]!;
  foldRows(total, q + 1, totalRows, q, work);
  let left = 0;
  for (let i = 0; i <= q; i++) left += total[i * (q + 1) + q]! ** 2;

  const { p, predicted } = boundedStep({ size: q, triangle: total, scale, radius: Infinity, low, high });
  let damped = 0;
  for (let j = 0; j < q; j++) damped += (scale[j]! * p[j]!) ** 2;
  const nodes = kept.map((tops, c) => {
    const steps = backwards(tops, p, d, q);
    for (const [k, step] of steps.entries()) for (let i = 0; i < step.length; i++) damped += (nodeScales[c]![k]![i]! * step[i]!) ** 2;
    return steps;
  });
  return { x: p, nodes, predicted: 0.5 * (squares - left) + predicted + 0.5 * damping * damped };
}

/** Steps of the nodes of a window, from the last to the first. */
function backwards(tops: readonly Float64Array[], p: Float64Array, d: number, q: number): Float64Array[] {
  const columns = 2 * d + q + 1;
  const steps: Float64Array[] = tops.map((_, k) => new Float64Array(k === 0 ? 0 : d));
  for (let k = tops.length - 1; k > 0; k--) {
    const top = tops[k]!;
    const next = steps[k + 1];
    for (let i = d - 1; i >= 0; i--) {
      const row = i * columns;
      let sum = -top[row + columns - 1]!;
      for (let j = 0; j < q; j++) sum -= top[row + 2 * d + j]! * p[j]!;
      for (let j = 0; next && j < d; j++) sum -= top[row + d + j]! * next[j]!;
      for (let j = i + 1; j < d; j++) sum -= top[row + j]! * steps[k]![j]!;
      const pivot = top[row + i]!;
      steps[k]![i] = pivot === 0 ? 0 : sum / pivot;
    }
  }
  return steps;
}
