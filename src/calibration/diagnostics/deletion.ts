/** What becomes of a fit without some of its points, from its rows alone: exact for a model that is linear in its unknowns. */
import { chiSquareTail, svd } from "../../core/index.ts";

/** A factor of the covariance, C = F·Fᵀ, shape (q, f); f is its rank. */
export interface Root {
  readonly factor: Float64Array;
  readonly q: number;
  readonly f: number;
}

export interface Deletion {
  /** Change of the unknowns, in search coordinates. Shape (q). */
  readonly change: Float64Array;
  /** Squared length of the change in standard errors, over the number of unknowns. */
  readonly cook: number;
  /** Sum of the leverages of the rows. */
  readonly leverage: number;
  /** Probability of such a change where the points agree with the others. */
  readonly p: number;
  /** Directions that nothing else fixes, in search coordinates, each as long as its standard error. */
  readonly only: readonly Float64Array[];
}

/** Share of what is known along a direction that makes points the only source of it: without them its error grows a hundredfold. */
const onlySource = 1 - 1e-4;
/** Share below which points say nothing of a direction. */
const silent = 1e-9;

export function rootOf(covariance: Float64Array, q: number): Root {
  // Unknowns can have very different sizes: the decomposition is one of correlations.
  const sd = Float64Array.from({ length: q }, (_, j) => Math.sqrt(covariance[j * q + j]!));
  const correlation = covariance.map((value, at) => {
    const size = sd[Math.floor(at / q)]! * sd[at % q]!;
    return size > 0 ? value / size : 0;
  });
  const { values, right } = svd(correlation, q, q);
  const f = values.findIndex((value) => !(value > 1e-14 * values[0]!));
  const rank = f < 0 ? q : f;
  const factor = new Float64Array(q * rank);
  for (let j = 0; j < q; j++) for (let k = 0; k < rank; k++) factor[j * rank + k] = sd[j]! * right[j * q + k]! * Math.sqrt(values[k]!);
  return { factor, q, f: rank };
}

/**
 * @param rows  row-major, shape (k, q + 1): derivatives and right-hand sides of what is left out
 *
 * @see R. D. Cook, S. Weisberg, *Residuals and Influence in Regression*, Chapman & Hall 1982, §3.6 (several cases at once).
 */
export function withoutRows(rows: Float64Array, { factor, q, f }: Root): Deletion {
  const k = rows.length / (q + 1);
  const gram = new Float64Array(f * f);
  const pull = new Float64Array(f);
  const image = new Float64Array(f);
  for (let i = 0; i < k; i++) {
    const at = i * (q + 1);
    image.fill(0);
    for (let j = 0; j < q; j++) for (let a = 0; a < f; a++) image[a]! += rows[at + j]! * factor[j * f + a]!;
    for (let a = 0; a < f; a++) {
      pull[a]! += image[a]! * rows[at + q]!;
      for (let b = 0; b < f; b++) gram[a * f + b]! += image[a]! * image[b]!;
    }
  }
  const { values, right } = k === 1 ? rankOne(gram, image, f) : svd(gram, f, f);
  const moved = new Float64Array(f);
  const only: Float64Array[] = [];
  let [leverage, distance, directions] = [0, 0, 0];
  for (const [e, share] of values.entries()) {
    leverage += share;
    if (share < silent) continue;
    const along = Float64Array.from({ length: f }, (_, a) => right[a * f + e]!);
    if (share > onlySource) {
      only.push(combined(factor, along, q, f));
      continue;
    }
    const component = along.reduce((sum, value, a) => sum + value * pull[a]!, 0);
    distance += (component * component) / (share * (1 - share));
    directions++;
    for (let a = 0; a < f; a++) moved[a]! += (component / (1 - share)) * along[a]!;
  }
  return {
    change: combined(factor, moved, q, f),
    cook: moved.reduce((sum, value) => sum + value * value, 0) / Math.max(f, 1),
    leverage,
    p: directions === 0 ? 1 : chiSquareTail(distance, directions),
    only,
  };
}

/** The decomposition of g·gᵀ; only its first vector is wanted. */
function rankOne(gram: Float64Array, image: Float64Array, f: number): { values: Float64Array; right: Float64Array } {
  let size = 0;
  for (let a = 0; a < f; a++) size += gram[a * f + a]!;
  const right = new Float64Array(f * f);
  for (let a = 0; a < f; a++) right[a * f] = size > 0 ? image[a]! / Math.sqrt(size) : 0;
  return { values: Float64Array.of(size), right };
}

function combined(factor: Float64Array, along: Float64Array, q: number, f: number): Float64Array {
  return Float64Array.from({ length: q }, (_, j) => along.reduce((sum, value, a) => sum + factor[j * f + a]! * value, 0));
}
